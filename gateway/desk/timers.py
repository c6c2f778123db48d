"""Acts on clocks that fell due: at the moment they were due, recorded when it was noticed.

Several workers may look: each claims what it takes with a lease in the row itself, so that a clock
fires once, and fires again elsewhere if its worker died. What was due first is done first.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core import commands, store
from core.complaint import Change, Clock, ComplaintId, NewId, UnitId
from core.errors import Impossible
from core.messages import AccountId
from core.rows import clock_of
from core.tables import CLOCK_TO_FIRE, clock
from gateway.audit import trail
from gateway.configuration.holidays import deadlines
from gateway.configuration.settings import Settings
from gateway.desk import questions
from gateway.desk.telling import tell
from gateway.lines import Line
from gateway.ops import heartbeat
from gateway.sealing.keys import Keys
from gateway.storage.database import Database
from gateway.storage.ids import Clock as Now

_log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=1)
_MOST = 50


@dataclass(frozen=True)
class Timers:
    """One per worker process."""

    database: Database
    keys: Keys
    settings: Settings
    lines: Mapping[AccountId, Line]
    new_id: NewId
    clock: Now
    _beat_at: list[datetime] = field(default_factory=list)

    async def once(self) -> int:
        """Act on the clocks that are due, up to 50; how many were taken."""
        await self._beat()
        taken = await self.claim()
        for complaint, item in taken:
            await self._fire(complaint, item)
        return len(taken)

    async def _beat(self) -> None:
        now = self.clock()
        if self._beat_at and now - self._beat_at[-1] < heartbeat.EVERY:
            return
        async with self.database.write() as conn:
            await heartbeat.beat(conn, now, self.new_id)
        self._beat_at[:] = [now]

    async def claim(self) -> list[tuple[ComplaintId, Clock]]:
        """The clocks that are due, leased to this process, in the order in which they fell due."""
        now = self.clock()
        async with self.database.read() as conn:
            # Most looks find nothing, and need no lock for that.
            if await conn.scalar(select(clock.c.id).where(self._due()).limit(1)) is None:
                return []
        async with self.database.write() as conn:
            first = (
                select(clock.c.id)
                .where(self._due())
                .order_by(clock.c.due_at, clock.c.id)
                .limit(_MOST)
                .with_for_update(skip_locked=True)
            )
            ids = (await conn.scalars(first)).all()
            rows = await conn.execute(
                update(clock)
                .where(clock.c.id.in_(ids))
                .values(claimed_until=now + _LEASE)
                .returning(clock)
            )
            found = [(ComplaintId(row.complaint_id), clock_of(row)) for row in rows.all()]
        return sorted(found, key=lambda pair: (pair[1].due_at, pair[1].id))

    def _due(self) -> ColumnElement[bool]:
        now = self.clock()
        free = or_(clock.c.claimed_until.is_(None), clock.c.claimed_until <= now)
        return and_(CLOCK_TO_FIRE, clock.c.due_at <= now, free)

    async def _fire(self, complaint: ComplaintId, item: Clock) -> None:
        try:
            async with self.database.write() as conn:
                change = await self._change(conn, complaint, item)
                await trail.write(conn, [change], self.keys.code_hash, self.new_id)
                await tell(
                    conn, change, deadlines(self.settings, change.after.account), self.clock(),
                    self.new_id,
                    self.lines,
                )  # fmt: skip
        except Impossible:
            # It was stopped between the look and the lock.
            return
        except IntegrityError:
            # Somebody acted on the complaint at the same moment: after the lease it is looked at
            # again, and then it runs no more or is still due.
            _log.info("clock lost a race", extra={"clock": item.id})

    async def _change(self, conn: AsyncConnection, complaint: ComplaintId, item: Clock) -> Change:
        loaded = (await store.load(conn, [complaint], confidential=True))[complaint]
        account = self.settings.account(loaded.account)
        out = await heartbeat.was_out(conn, item.began_at, item.due_at)
        return commands.clock_fell_due(
            loaded,
            item,
            recorded_at=self.clock(),
            new_id=self.new_id,
            deadlines=deadlines(self.settings, loaded.account),
            may_finish=self.settings.clocks.automatic_after_outage or not out,
            question=await questions.words_of(conn, loaded, item),
            may_close=await questions.was_in_vain(conn, loaded, item, self.settings),
            owner=UnitId(account.owner) if account else None,
        )
