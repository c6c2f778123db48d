"""Which workers are alive, and which share of the work is each one's own.

Shares only keep several workers from reading the same rows at the same time. Nothing depends on
them: whoever is late, dead or counted twice is caught by versions and unique keys, and what its
owner has left alone for `LEFT_ALONE` anybody takes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.storage.database import Database
from gateway.storage.ids import COUNT_BITS, NODE_BITS, Clock
from gateway.tables import inbound, lease, notice

_ALIVE_FOR = timedelta(seconds=10)
_FORGOTTEN_AFTER = timedelta(hours=1)
PREFIX = "worker/"

_LEFT_ALONE = timedelta(seconds=5)
"""Work that waits so long belongs to everybody."""
_MAKERS_TURN = timedelta(seconds=1)
"""Whoever made a notice tells it, if it is a worker; so long nobody else looks at it."""


@dataclass(frozen=True, slots=True)
class Share:
    """Number *index* of *count* workers. One worker alone owns everything."""

    index: int = 0
    count: int = 1

    def of_text(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """Rows of mine by a hexadecimal key."""
        if self.count == 1:
            return literal(value=True)
        digits = [d for d in "0123456789abcdef" if int(d, 16) % self.count == self.index]
        return func.substr(column, func.length(column)).in_(digits)

    def of_id(self, column: ColumnElement[int]) -> ColumnElement[bool]:
        """Rows of mine by an id of ours: its milliseconds, for most have the same low bits."""
        if self.count == 1:
            return literal(value=True)
        return column // (1 << (COUNT_BITS + NODE_BITS)) % self.count == self.index


class Roster:
    """One worker's place among the others."""

    def __init__(self, database: Database, name: str, node: int, clock: Clock) -> None:
        self._database = database
        self._name = PREFIX + name
        self._clock = clock
        self.node = node
        self.share = Share()

    async def beat(self) -> int:
        """Say that this worker lives, and see who else does. Call it every two seconds."""
        now = self._clock()
        async with self._database.write() as conn:
            await _sign_on(conn, self._name, now)
            await conn.execute(
                delete(lease).where(
                    lease.c.name.startswith(PREFIX), lease.c.until < now - _FORGOTTEN_AFTER
                )
            )
            alive = await names(conn, now)
        self.share = Share(alive.index(self._name), len(alive))
        return 0

    def own_inbound(self, now: datetime) -> ColumnElement[bool]:
        """Events that this worker should look at."""
        if self.share.count == 1:
            return literal(value=True)
        return or_(
            self.share.of_text(inbound.c.queue_key), inbound.c.accepted_at < now - _LEFT_ALONE
        )

    def own_notices(self, now: datetime) -> ColumnElement[bool]:
        """Notices that this worker should look at: its own, and its share of the others."""
        if self.share.count == 1:
            return literal(value=True)
        made_here = notice.c.id // (1 << COUNT_BITS) % (1 << NODE_BITS) == self.node
        by_share = self.share.of_id(notice.c.conversation_id)
        return or_(
            made_here,
            and_(by_share, notice.c.created_at < now - _MAKERS_TURN),
            notice.c.not_before < now - _LEFT_ALONE,
        )

    async def leave(self) -> None:
        """The others take over at once."""
        async with self._database.write() as conn:
            await conn.execute(delete(lease).where(lease.c.name == self._name))


async def names(conn: AsyncConnection, now: datetime) -> list[str]:
    """The workers that live, in the same order for everybody."""
    query = select(lease.c.name).where(lease.c.name.startswith(PREFIX), lease.c.until > now)
    return sorted((await conn.scalars(query)).all())


async def _sign_on(conn: AsyncConnection, name: str, now: datetime) -> None:
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    fresh = dialect.insert(lease).values(name=name, holder=name, token=0, until=now + _ALIVE_FOR)
    await conn.execute(
        fresh.on_conflict_do_update(index_elements=[lease.c.name], set_={"until": now + _ALIVE_FOR})
    )
