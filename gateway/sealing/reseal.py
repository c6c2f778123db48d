"""Seals anew what stands under another key than the current one, while everybody works.

Rows are read and sealed outside of any writing transaction, a group at a time; the short write
compares what was read, so whoever changed a row meanwhile wins and the row is looked at again. It
can be ended at any moment and begun again: what is done is done. Between two groups it rests as
long as it worked.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

from sqlalchemy import RowMapping, Update, bindparam, func, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.ops.lease import Lease, acquire, release
from gateway.sealing.keys import Keys, KeysInvalid
from gateway.sealing.places import PLACES, Place
from gateway.storage.database import Database
from gateway.storage.ids import Clock

_PAGE = 2000
"""Rows whose key is looked at in one read."""
GROUP = 100
"""Rows in one writing transaction: some milliseconds."""
_ROUNDS = 3
"""What others wrote during one round is done in the next."""
_LEASE = "reseal"
_HELD_FOR = timedelta(minutes=1)


class AlreadyAtIt(Exception):
    """Somebody else seals anew at this moment, or has taken over."""


@dataclass
class Sealed:
    """What became of it. *unread* are rows that do not open, by table and key of the row."""

    rows: int = 0
    unread: set[tuple[str, tuple[Any, ...]]] = field(default_factory=set)


async def counted(database: Database) -> Mapping[str, Mapping[str, int]]:
    """By key and table, how many rows are sealed with it. Reads every one of these tables."""
    found: dict[str, dict[str, int]] = {}
    async with database.read() as conn:
        for place in PLACES:
            key = place.table.c.key_id
            query = select(key, func.count()).where(key.is_not(None)).group_by(key)
            for name, count in (await conn.execute(query)).all():
                found.setdefault(name, {})[place.table.name] = count
    return found


def totals(found: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """By key alone."""
    return {key: sum(tables.values()) for key, tables in found.items()}


@dataclass(frozen=True)
class Resealing:
    """One run of it; *name* says who does it."""

    database: Database
    keys: Keys
    clock: Clock
    name: str
    progress: Callable[[str, int], None] | None = None
    """Told after each group: the table, and how many of its rows are done."""

    async def run(self) -> Sealed:
        """Go through every table until nothing is left that can be done.

        Raises:
            AlreadyAtIt: Another process does it.
        """
        held = await self._hold()
        done = Sealed()
        try:
            for _ in range(_ROUNDS):
                before = done.rows
                for place in PLACES:
                    await self._place(place, held, done)
                if done.rows == before:
                    break
        finally:
            async with self.database.write() as conn:
                await release(conn, held, self.clock())
        return done

    async def _hold(self) -> Lease:
        async with self.database.write() as conn:
            held = await acquire(conn, _LEASE, self.name, self.clock(), _HELD_FOR)
        if held is None:
            raise AlreadyAtIt
        return held

    async def _place(self, place: Place, held: Lease, done: Sealed) -> None:
        rows = 0
        async for group in self._groups(place):
            began = monotonic()
            changes = await self._sealed_anew(place, group, done)
            if changes:
                await self._write(place, changes, held)
                rows += len(changes)
                done.rows += len(changes)
                if self.progress:
                    self.progress(place.table.name, rows)
            await asyncio.sleep(monotonic() - began)

    async def _groups(self, place: Place) -> AsyncIterator[list[tuple[Any, ...]]]:
        """The primary keys of rows under other keys, in their order, a group at a time."""
        columns = place.primary_key
        key = place.table.c.key_id
        last: tuple[Any, ...] | None = None
        while True:
            query = select(*columns, key.label("sealed_with")).order_by(*columns).limit(_PAGE)
            if last is not None:
                bounds = (literal(v, c.type) for v, c in zip(last, columns, strict=True))
                query = query.where(tuple_(*columns) > tuple_(*bounds))
            async with self.database.read() as conn:
                page = (await conn.execute(query)).all()
            old = [tuple(row)[:-1] for row in page if row.sealed_with not in self._left_alone]
            for start in range(0, len(old), GROUP):
                yield old[start : start + GROUP]
            if len(page) < _PAGE:
                return
            last = tuple(page[-1])[:-1]

    @property
    def _left_alone(self) -> tuple[str | None, ...]:
        return (None, self.keys.current)

    async def _sealed_anew(
        self, place: Place, group: Sequence[tuple[Any, ...]], done: Sealed
    ) -> list[dict[str, Any]]:
        """What is to be written: of each row its old content, to be compared, and the new one."""
        columns = [place.table.c[name] for name in place.purposes]
        query = select(*place.primary_key, place.table.c.key_id, *columns).where(
            tuple_(*place.primary_key).in_(group)
        )
        async with self.database.read() as conn:
            rows = (await conn.execute(query)).mappings().all()
        return await asyncio.to_thread(self._compute, place, rows, done)

    def _compute(
        self, place: Place, rows: Sequence[RowMapping], done: Sealed
    ) -> list[dict[str, Any]]:
        changes = []
        for found in rows:
            where = tuple(found[column] for column in place.primary_key)
            if found["key_id"] in self._left_alone:
                continue
            change = {f"p{i}": value for i, value in enumerate(where)} | {"k": found["key_id"]}
            try:
                for name, purpose in place.purposes.items():
                    change[f"o_{name}"] = found[name]
                    change[f"n_{name}"] = self._anew(found[name], found["key_id"], purpose)
            except KeysInvalid:
                done.unread.add((place.table.name, where))
                continue
            changes.append(change)
        return changes

    def _anew(self, sealed: bytes | None, key_id: str, purpose: str) -> bytes | None:
        if sealed is None:
            return None
        plain = self.keys.open(sealed, key_id, purpose)
        anew = self.keys.seal(plain, purpose)
        # What cannot be read back must not replace what can.
        if self.keys.open(anew, self.keys.current, purpose) != plain:
            raise KeysInvalid(f"a {purpose} does not open after it was sealed anew")
        return anew

    async def _write(self, place: Place, changes: Sequence[dict[str, Any]], held: Lease) -> None:
        async with self.database.write() as conn:
            await self._prolong(conn, held)
            await conn.execute(_statement(place, self.keys.current), changes)

    async def _prolong(self, conn: AsyncConnection, held: Lease) -> None:
        still = await acquire(conn, _LEASE, self.name, self.clock(), _HELD_FOR)
        if still is None or still.token != held.token:
            raise AlreadyAtIt


def _statement(place: Place, current: str) -> Update:
    columns = place.table.c
    unchanged = [columns[n].is_not_distinct_from(bindparam(f"o_{n}")) for n in place.purposes]
    own = [column == bindparam(f"p{i}") for i, column in enumerate(place.primary_key)]
    return (
        update(place.table)
        .where(*own, columns.key_id == bindparam("k"), *unchanged)
        .values({"key_id": current} | {n: bindparam(f"n_{n}") for n in place.purposes})
    )
