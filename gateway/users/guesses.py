"""Limits how often passwords can be tried: per name and address, per address, and per name.

A try is counted before the password is compared, which takes long; a right one is taken back. The
limit for a name alone is high, so that a stranger cannot lock somebody out with a few tries.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import NewId
from gateway.ops import tries
from gateway.tables import code_try

MOST_FROM_ONE_PLACE = 5
MOST_OF_AN_ASKER = 20
MOST_FOR_A_NAME = 50


class TooManyGuesses(Exception):
    """Nothing more is compared within the hour."""


async def begin(
    conn: AsyncConnection, login: str, asker: str, now: datetime, new_id: NewId
) -> Sequence[int]:
    """Count one try for *login* (a keyed hash of the name: people type passwords there) from
    *asker*; what to hand to `take_back`.

    Raises:
        TooManyGuesses: There were too many within the last hour.
    """
    limits = {
        f"login:{login}:{asker}": MOST_FROM_ONE_PLACE,
        f"asker-login:{asker}": MOST_OF_AN_ASKER,
        f"login:{login}": MOST_FOR_A_NAME,
    }
    await tries.lock(conn)
    query = (
        select(code_try.c.subject, func.count())
        .where(code_try.c.subject.in_(limits), code_try.c.at > now - tries.TRIES_WINDOW)
        .group_by(code_try.c.subject)
    )
    for subject, count in (await conn.execute(query)).all():
        if count >= limits[subject]:
            raise TooManyGuesses
    counted = {subject: new_id() for subject in limits}
    rows = [{"id": row, "subject": subject, "at": now} for subject, row in counted.items()]
    await tries.record(conn, rows, now)
    return list(counted.values())


async def take_back(conn: AsyncConnection, counted: Sequence[int]) -> None:
    """It was the right one."""
    await conn.execute(delete(code_try).where(code_try.c.id.in_(counted)))
