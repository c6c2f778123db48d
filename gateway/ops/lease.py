"""Leases: who does what only one process may do, as rows with a fencing token.

The token grows with every change of hands. A holder that slept and woke too late carries an old
one, and whatever it writes compares it (`still_held`) in the same transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, not_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.tables import lease


@dataclass(frozen=True, slots=True)
class Lease:
    """Held until *until*, under *token*."""

    name: str
    holder: str
    token: int
    until: datetime


async def acquire(
    conn: AsyncConnection, name: str, holder: str, now: datetime, span: timedelta
) -> Lease | None:
    """Take or prolong the lease *name*; None while somebody else holds it."""
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    fresh = dialect.insert(lease).values(name=name, holder=None, token=0, until=now)
    await conn.execute(fresh.on_conflict_do_nothing())
    mine, free = lease.c.holder == holder, lease.c.until <= now
    row = (
        await conn.execute(
            update(lease)
            .where(lease.c.name == name, or_(mine, free))
            .values(
                holder=holder,
                until=now + span,
                # Prolonging keeps the token; a lapsed lease is a change of hands, even to oneself.
                token=case((and_(mine, not_(free)), lease.c.token), else_=lease.c.token + 1),
            )
            .returning(lease.c.token, lease.c.until)
        )
    ).first()
    return Lease(name, holder, row.token, row.until) if row else None


async def still_held(conn: AsyncConnection, held: Lease) -> bool:
    """Whether nobody has taken the lease over. Ask in the transaction that writes."""
    query = select(lease.c.token).where(lease.c.name == held.name).with_for_update()
    return await conn.scalar(query) == held.token


async def release(conn: AsyncConnection, held: Lease, now: datetime) -> None:
    """Let somebody else have it at once."""
    await conn.execute(
        update(lease)
        .where(lease.c.name == held.name, lease.c.token == held.token)
        .values(until=now)
    )
