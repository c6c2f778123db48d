"""Whether the system itself was there: a beat a minute, and a row for every longer silence."""

from datetime import datetime, timedelta

from sqlalchemy import exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import NewId
from gateway.tables import heartbeat, outage

EVERY = timedelta(minutes=1)
LONG = timedelta(hours=1)
"""A silence of this length lies in a period that nobody could use (*ours*: docs/policy.md)."""

_NAME = "worker"


async def beat(conn: AsyncConnection, now: datetime, new_id: NewId) -> None:
    """Say that somebody works at this moment; record how long nobody did, if it was long.

    Of several workers that come back together one records it.
    """
    known = await conn.scalar(select(heartbeat.c.at).where(heartbeat.c.name == _NAME))
    if known is None:
        dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
        first = dialect.insert(heartbeat).values(name=_NAME, at=now)
        await conn.execute(first.on_conflict_do_nothing())
        return
    moved = await conn.execute(
        update(heartbeat).where(heartbeat.c.name == _NAME, heartbeat.c.at == known).values(at=now)
    )
    if moved.rowcount and now - known > LONG:
        await conn.execute(insert(outage).values(id=new_id(), began_at=known, ended_at=now))


async def was_out(conn: AsyncConnection, began: datetime, due: datetime) -> bool:
    """Whether a long silence touches the time from *began* to *due*."""
    touches = exists().where(outage.c.ended_at > began, outage.c.began_at < due)
    return bool(await conn.scalar(select(touches)))
