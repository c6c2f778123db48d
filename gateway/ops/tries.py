"""Counts wrong codes, so that six digits cannot be guessed: per number, per asker, and overall.

One million codes and five tries per number and hour leave a guesser two hundred thousand hours. The
tracker and the threads count together. Whoever counts and records takes `lock` first: else forty
tries at once would all see the count before the first of them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import NewId
from gateway.tables import code_try

MAX_TRIES = 5
MAX_TRIES_PER_ASKER = 20
MAX_TRIES_OVERALL = 1000
TRIES_WINDOW = timedelta(hours=1)

_LOCK = 7_203_150_312
"""PostgreSQL advisory lock. Taken before any row is locked, so that nobody waits in a circle."""


@dataclass(slots=True)
class Tally:
    """The wrong codes of the last hour, by subject and overall."""

    by_subject: Counter[str]
    overall: int

    def is_exhausted(self, number: str, asker: str) -> bool:
        """Whether no further code may be tried for *number*, by *asker*, or by anybody."""
        return (
            self.by_subject[f"number:{number}"] >= MAX_TRIES
            or self.by_subject[f"asker:{asker}"] >= MAX_TRIES_PER_ASKER
            or self.overall >= MAX_TRIES_OVERALL
        )

    def add(self, number: str, asker: str) -> None:
        """One more, not yet in the books."""
        self.by_subject.update((f"number:{number}", f"asker:{asker}"))
        self.overall += 1


async def lock(conn: AsyncConnection) -> None:
    """From here to the end of the writing transaction nobody else counts or records."""
    if conn.dialect.name == "postgresql":  # on SQLite whoever writes is alone
        await conn.execute(text(f"select pg_advisory_xact_lock({_LOCK})"))


async def tally(
    conn: AsyncConnection, numbers: Iterable[str], askers: Iterable[str], now: datetime
) -> Tally:
    """What counts at the moment *now* against *numbers*, *askers* and everybody."""
    subjects = {f"number:{n}" for n in numbers} | {f"asker:{a}" for a in askers}
    since = now - TRIES_WINDOW
    query = (
        select(code_try.c.subject, func.count())
        .where(code_try.c.subject.in_(subjects), code_try.c.at > since)
        .group_by(code_try.c.subject)
    )
    found = Counter({row[0]: row[1] for row in (await conn.execute(query)).all()})
    overall = select(func.count()).where(code_try.c.subject.like("number:%"), code_try.c.at > since)
    return Tally(found, await conn.scalar(overall) or 0)


def rows(number: str, asker: str, now: datetime, new_id: NewId) -> list[dict[str, Any]]:
    """The rows that one wrong code leaves."""
    subjects = (f"number:{number}", f"asker:{asker}")
    return [{"id": new_id(), "subject": subject, "at": now} for subject in subjects]


async def record(conn: AsyncConnection, tried: Sequence[dict[str, Any]], now: datetime) -> None:
    """Remember wrong codes (`rows`), and forget what no longer counts."""
    await conn.execute(delete(code_try).where(code_try.c.at < now - TRIES_WINDOW))
    await conn.execute(insert(code_try), list(tried))
