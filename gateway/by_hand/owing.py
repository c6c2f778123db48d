"""Writes what is owed to a reporter without an address, in the transaction of what causes it."""

from datetime import datetime

from sqlalchemy import func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.by_hand import Owed, owed
from core.calendar import Calendar
from core.complaint import Change, Complaint, NewId
from gateway.by_hand.tables import TELLING_OPEN, hand_telling
from gateway.duty.calling import told, write
from gateway.duty.roster import Matter, rosters_of
from gateway.duty.rules import Call
from gateway.units import directory


async def owe(
    conn: AsyncConnection, change: Change, calendar: Calendar, now: datetime, new_id: NewId
) -> None:
    """Somebody has to tell the reporter of *change*, if it is worth that, and the officers of the
    coordinating bureau are called. What is owed already is told together with it, by the earlier of
    the two times, and calls nobody again."""
    found = owed(change, calendar, now)
    if found is None:
        return
    known = select(hand_telling.c.id).where(
        hand_telling.c.complaint_id == change.after.id, TELLING_OPEN
    )
    if await conn.scalar(known) is None:
        await _call(conn, change.after, found, now, new_id)
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(hand_telling).values(
        id=new_id(), complaint_id=change.after.id, why=found.why, seq=found.seq,
        since_at=now, due_at=found.due_at,
    )  # fmt: skip
    earlier = func.min if conn.dialect.name == "sqlite" else func.least
    await conn.execute(
        statement.on_conflict_do_update(
            index_elements=[hand_telling.c.complaint_id],
            index_where=literal_column("noted_at is null"),
            set_={
                "why": statement.excluded.why,
                "seq": statement.excluded.seq,
                "due_at": earlier(hand_telling.c.due_at, statement.excluded.due_at),
            },
        )
    )


async def _call(
    conn: AsyncConnection, item: Complaint, found: Owed, now: datetime, new_id: NewId
) -> None:
    """Not of what accuses somebody: a bureau may be part of it."""
    units = await directory.lines(conn, [item.lead_unit])
    named = (units.coordinator(u) for u in units.upwards(item.lead_unit))
    bureau = next((b for b in named if b is not None), None)
    if bureau is None or item.accused:
        return
    wanted = Call(bureau, "duty_by_hand", Matter.NEW, {"until": found.due_at.isoformat()})
    rosters = await rosters_of(conn, {bureau})
    await write(conn, list(told(wanted, item, rosters, f"by-hand:{found.seq}", now, new_id)))
