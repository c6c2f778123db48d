"""What the database knows of its sealing keys. A key that it knows and the key file lacks is lost,
or was left out by mistake: whoever would start without it is refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.number import WIB
from gateway.sealing.keys import Keys
from gateway.sealing.tables import seal_key

KNOWN = select(seal_key).order_by(seal_key.c.seen_at, seal_key.c.id)


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that this database has met. *mark* is None where no key file has shown it since."""

    id: str
    mark: bytes | None
    seen_at: datetime
    used_at: datetime | None
    dropped_at: datetime | None

    @classmethod
    def of(cls, row: Row[Any]) -> "KnownKey":
        """A row of `KNOWN`."""
        return cls(row.id, row.mark, row.seen_at, row.used_at, row.dropped_at)


def problems(known: Iterable[KnownKey], marks: Mapping[str, bytes]) -> tuple[str, ...]:
    """Why a key file with *marks* (by id, the first one seals) does not do for this database, one
    sentence for each key. Pure."""
    return tuple(said for key in known if (said := _problem(key, marks)))


def _problem(key: KnownKey, marks: Mapping[str, bytes]) -> str:
    mark = marks.get(key.id)
    if key.dropped_at is not None:
        if key.id != next(iter(marks)):
            return ""
        on = key.dropped_at.astimezone(WIB)
        return (
            f"the first sealing key in the key file, '{key.id}', was dropped on {on:%Y-%m-%d}: "
            "that is an old copy of the file; copy the present one here"
        )
    if mark is None and key.used_at is not None:
        since = key.used_at.astimezone(WIB)
        return (
            f"the sealing key '{key.id}', in use since {since:%Y-%m-%d}, is not in the key file: "
            "put it back from a copy of the file; `kanal keys status` counts what needs it"
        )
    if mark is not None and key.mark is not None and mark != key.mark:
        return (
            f"the sealing key '{key.id}' in the key file is not the one that this database knows "
            "by that name: two copies of the file were changed apart; take the other one"
        )
    return ""


async def known_keys(conn: AsyncConnection) -> list[KnownKey]:
    """Oldest first."""
    return [KnownKey.of(row) for row in (await conn.execute(KNOWN)).all()]


async def register(conn: AsyncConnection, keys: Keys, now: datetime) -> Sequence[str]:
    """Note the keys of the file, and that its first one seals; what `problems` says of them."""
    before = {key.id: key for key in await known_keys(conn)}
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    for id_, mark in keys.marks.items():
        used_at = now if id_ == keys.current else None
        old = before.get(id_)
        if old is None:
            row = {"id": id_, "mark": mark, "seen_at": now, "used_at": used_at}
            await conn.execute(dialect.insert(seal_key).values(row).on_conflict_do_nothing())
            continue
        news: dict[str, Any] = {"mark": mark} if old.mark is None else {}
        if used_at and old.used_at is None:
            news["used_at"] = used_at
        if news:
            await conn.execute(update(seal_key).where(seal_key.c.id == id_).values(news))
    # Another process may have noted another key under the same name meanwhile.
    return problems(await known_keys(conn), keys.marks)
