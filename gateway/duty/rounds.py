"""What comes by the clock: reminders of half and four fifths, and alarms not answered yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, and_, cast, exists, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core import store
from core.clocks import Deadlines
from core.complaint import Complaint, ComplaintId, NewId, UnitId
from core.rows import clock_of
from core.tables import clock
from core.units import Hierarchy
from gateway.configuration.holidays import deadlines
from gateway.configuration.settings import Settings
from gateway.duty.calling import Rosters, one, told, write
from gateway.duty.roster import Matter, rosters_of
from gateway.duty.rules import Call, order_of_alarm, reminds_at
from gateway.duty.tables import REMINDER_WAITS, clock_reminder
from gateway.inbox.entering import handle
from gateway.inbox.tables import ALARM_RINGS, inbox_item
from gateway.outbound.notices import ALARM
from gateway.storage.database import Database
from gateway.storage.ids import Clock as Now
from gateway.tables import notice
from gateway.units import directory

_MOST = 50

_LAST_CALL = notice.c.cause == (
    literal("alarm:")
    + cast(inbox_item.c.alarm_step - 1, Text)
    + ":"
    + cast(inbox_item.c.complaint_id, Text)
)


def _last_call_is(*states: str) -> ColumnElement[bool]:
    """Whether one of the notices of an alarm's last call is in one of *states*."""
    of_alarm = notice.c.complaint_id == inbox_item.c.complaint_id
    found = select(notice.c.id).where(of_alarm, _LAST_CALL, notice.c.state.in_(states))
    return found.correlate(inbox_item).exists()


_NOT_REACHED = and_(
    ALARM_RINGS,
    _last_call_is("held", "failed", "cancelled"),
    ~_last_call_is("due", "assigned", "told"),
)
"""An alarm whose last call reached nobody: a closed window, a dead number, nobody on the roster."""


@dataclass(frozen=True)
class Rounds:
    """One per worker process. Several may look: each row is taken by one of them."""

    database: Database
    settings: Settings
    new_id: NewId
    clock: Now

    async def once(self) -> int:
        """Act on what is due, up to 50 of each; how many were taken or called."""
        now = self.clock()
        async with self.database.read() as conn:
            # Most looks find nothing, and need no lock for that.
            due = or_(
                exists().where(ALARM_RINGS, inbox_item.c.alarm_at <= now),
                exists().where(REMINDER_WAITS, clock_reminder.c.at <= now),
                select(inbox_item.c.id).where(_NOT_REACHED).exists(),
            )
            if not await conn.scalar(select(due)):
                return 0
        async with self.database.write() as conn:
            return await self._alarms(conn, now) + await self._reminders(conn, now)

    # --- alarms

    async def _alarms(self, conn: AsyncConnection, now: datetime) -> int:
        due = or_(inbox_item.c.alarm_at <= now, _NOT_REACHED)
        query = select(inbox_item).where(ALARM_RINGS, due)
        query = query.order_by(inbox_item.c.alarm_at, inbox_item.c.id).limit(_MOST)
        rows = (await conn.execute(query.with_for_update(skip_locked=True))).all()
        if not rows:
            return 0
        complaints = await _loaded(conn, [row.complaint_id for row in rows])
        units = await directory.hierarchy(conn)
        rung = 0
        for row in rows:
            rung += await self._ring(conn, row, complaints[row.complaint_id], units, now)
        return rung

    async def _ring(
        self, conn: AsyncConnection, row: Row[Any], item: Complaint, units: Hierarchy, now: datetime
    ) -> bool:
        """Tell the next one at who has it and at the channel's owner; then wait. Whoever cannot be
        reached is not waited for, but only until everybody has been tried once."""
        if not item.is_open:
            await handle(conn, row.id, now, "", "ended")
            return True
        account = self.settings.account(item.account)
        ladders = _ladders(item, UnitId(account.owner) if account else item.lead_unit, units)
        rosters = await rosters_of(conn, {unit for ladder in ladders for unit in ladder})
        orders = [
            order_of_alarm(
                [rosters.get(u, ()) for u in ladder], now, confidential=item.confidential
            )
            for ladder in ladders
        ]
        if row.alarm_at > now and row.alarm_step >= max(map(len, orders)):
            return False
        called = [order[row.alarm_step % len(order)] for order in orders if order]
        await write(
            conn,
            [
                one(
                    Call(who.unit, ALARM, Matter.EMERGENCY), item, who, f"alarm:{row.alarm_step}",
                    now, self.new_id,
                )
                for who in called
            ],
        )  # fmt: skip
        step = row.alarm_step + 1
        rings_again = step < self.settings.duty.alarm_most
        pause = timedelta(minutes=self.settings.duty.alarm_every_minutes)
        await conn.execute(
            update(inbox_item)
            .where(inbox_item.c.id == row.id)
            .values(alarm_step=step, alarm_at=now + pause if rings_again else None)
        )
        return True

    # --- reminders

    async def _reminders(self, conn: AsyncConnection, now: datetime) -> int:
        query = (
            select(clock, clock_reminder.c.share)
            .join(clock_reminder, clock_reminder.c.clock_id == clock.c.id)
            .where(REMINDER_WAITS, clock_reminder.c.at <= now)
            .order_by(clock_reminder.c.at, clock_reminder.c.clock_id)
            .limit(_MOST)
            .with_for_update(skip_locked=True, of=clock_reminder)
        )
        rows = (await conn.execute(query)).all()
        running = [row for row in rows if row.ended_at is None and row.missed_at is None]
        complaints = await _loaded(conn, [row.complaint_id for row in running])
        rosters = await rosters_of(conn, {UnitId(row.unit_id) for row in running})
        figures = deadlines(self.settings)
        for row in rows:
            later = _later(row, figures, now) if row in running else None
            if later is None and row in running:
                await self._remind(conn, row, complaints[row.complaint_id], rosters, now)
            await conn.execute(
                update(clock_reminder)
                .where(clock_reminder.c.clock_id == row.id, clock_reminder.c.share == row.share)
                .values(**({"settled_at": now} if later is None else {"at": later}))
            )
        return len(rows)

    async def _remind(
        self, conn: AsyncConnection, row: Row[Any], item: Complaint, rosters: Rosters, now: datetime
    ) -> None:
        params = {"clock": str(row.id), "share": row.share}
        wanted = Call(UnitId(row.unit_id), "duty_clock", Matter.CLOCK, params)
        cause = f"clock:{row.id}:{row.share}"
        await write(conn, list(told(wanted, item, rosters, cause, now, self.new_id)))


def _later(row: Row[Any], figures: Deadlines, now: datetime) -> datetime | None:
    """When it reminds, if its deadline was moved meanwhile; None where it is time."""
    at = reminds_at(clock_of(row), row.share, figures)
    return at if at > now else None


def _ladders(item: Complaint, owner: UnitId, units: Hierarchy) -> list[list[UnitId]]:
    """Who has it and who owns the channel, each with the units above it, without any that it
    accuses. Of what is confidential only who has it is told, and the institutions above are not."""
    starts = dict.fromkeys([item.lead_unit, owner])
    if item.confidential:
        return [[item.lead_unit]]
    return [
        [unit for unit in units.upwards(start) if not item.is_kept_from(units.line(unit))]
        for start in starts
    ]


async def _loaded(
    conn: AsyncConnection, ids: Sequence[ComplaintId]
) -> dict[ComplaintId, Complaint]:
    return await store.load(conn, ids, confidential=True)
