"""Counts wrong codes, so that six digits cannot be guessed: per number, per asker, and overall.

One million codes and five tries per number and hour leave a guesser two hundred thousand hours.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import NewId
from gateway.tables import code_try

MAX_TRIES = 5
MAX_TRIES_PER_ASKER = 20
MAX_TRIES_OVERALL = 1000
TRIES_WINDOW = timedelta(hours=1)


async def is_exhausted(conn: AsyncConnection, number: str, asker: str, now: datetime) -> bool:
    """Whether no further code may be tried for *number*, by *asker*, or by anybody, this hour."""
    limits = {f"number:{number}": MAX_TRIES, f"asker:{asker}": MAX_TRIES_PER_ASKER}
    since = now - TRIES_WINDOW
    query = (
        select(code_try.c.subject, func.count())
        .where(code_try.c.subject.in_(list(limits)), code_try.c.at > since)
        .group_by(code_try.c.subject)
    )
    if any(count >= limits[subject] for subject, count in (await conn.execute(query)).all()):
        return True
    overall = select(func.count()).where(code_try.c.subject.like("number:%"), code_try.c.at > since)
    return (await conn.scalar(overall) or 0) >= MAX_TRIES_OVERALL


def rows(number: str, asker: str, now: datetime, new_id: NewId) -> list[dict[str, object]]:
    """The rows that one wrong code leaves."""
    subjects = (f"number:{number}", f"asker:{asker}")
    return [{"id": new_id(), "subject": subject, "at": now} for subject in subjects]


async def record(
    conn: AsyncConnection, number: str, asker: str, now: datetime, new_id: NewId
) -> None:
    """Remember a wrong code, and forget what no longer counts."""
    await conn.execute(delete(code_try).where(code_try.c.at < now - TRIES_WINDOW))
    await conn.execute(insert(code_try), rows(number, asker, now, new_id))
