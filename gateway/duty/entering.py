"""Rosters into the tables: whoever stood on one leaves it, and the new ones come in their order."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import NewId, UnitId
from core.tables import unit
from gateway.audit import trail
from gateway.audit.entry import Doer, Entry
from gateway.bootstrap import Parts
from gateway.configuration.holidays import deadlines
from gateway.desk.threads import thread_of
from gateway.duty.agreeing import confirmed, invite, mark_threads, remind_of_what_runs
from gateway.duty.lines import ListedOfficer
from gateway.duty.tables import ON_ROSTER, duty_officer
from gateway.sealing.keys import Keys


def known(units: Collection[UnitId]) -> Select[Any]:
    """Those of *units* that there are."""
    return select(unit.c.id).where(unit.c.id.in_(units), unit.c.retired_at.is_(None))


async def lock(conn: AsyncConnection, units: Collection[UnitId]) -> frozenset[UnitId]:
    """Those of *units* that there are; their rosters are nobody else's until the commit."""
    rows = await conn.scalars(known(units).order_by(unit.c.id).with_for_update(key_share=True))
    return frozenset(UnitId(slug) for slug in rows.all())


async def replace(
    conn: AsyncConnection,
    parts: Parts,
    units: Collection[UnitId],
    listed: Sequence[ListedOfficer],
    action: str,
    by: Doer,
    *,
    is_operators: bool = True,
) -> int:
    """Make *listed* the rosters of *units*, which are locked; how many stood on them before.

    Unless it *is_operators*, a number that has reported something stays a citizen's: what it writes
    is filed; and one that is told on no roster yet is asked first. Whoever keeps a unit's roster
    must not be able to silence a reporter with it.
    """
    now = parts.clock()
    of_units = duty_officer.c.unit_id.in_(units)
    # What they are when they leave, not what they were when somebody looked: a SIAP that is written
    # at this moment is in them, or finds those that come after (`agreeing.agree`).
    leaving = (
        update(duty_officer)
        .where(of_units, ON_ROSTER)
        .values(until=now)
        .returning(
            duty_officer.c.unit_id, duty_officer.c.conversation_id, duty_officer.c.confirmed_at
        )
    )
    before = (await conn.execute(leaving)).all()
    rows = [
        await _row(conn, parts.keys, officer, place, now, parts.new_id)
        for place, officer in enumerate(listed)
    ]
    entered = {row["conversation_id"] for row in rows}
    stay = {row.conversation_id for row in before if row.confirmed_at is not None}
    agreed = entered if is_operators else stay | await confirmed(conn, entered)
    rows = [r | {"confirmed_at": now if r["conversation_id"] in agreed else None} for r in rows]
    if rows:
        await conn.execute(insert(duty_officer), rows)
    threads = {row.conversation_id for row in before} | entered
    await mark_threads(conn, threads, also_reporters=is_operators)
    told = {UnitId(row["unit_id"]) for row in rows if row["confirmed_at"] is not None}
    # Where somebody was told, what runs reminds already.
    fresh = told - {row.unit_id for row in before if row.confirmed_at is not None}
    await remind_of_what_runs(conn, fresh, deadlines(parts.settings), now)
    await invite(conn, rows, now, parts.new_id)
    changed = (Entry(parts.new_id(), now, action, by, f"unit:{slug}") for slug in sorted(units))
    await trail.record(conn, changed)
    return len(before)


async def _row(
    conn: AsyncConnection,
    keys: Keys,
    officer: ListedOfficer,
    place: int,
    now: datetime,
    new_id: NewId,
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "unit_id": officer.unit,
        "place": place,
        "account_id": officer.account,
        "conversation_id": await thread_of(conn, keys, officer.account, officer.address, new_id),
        "name_sealed": keys.seal(officer.name.encode(), "duty_officer.name"),
        "key_id": keys.current,
        "shift": officer.shift.to_json() if officer.shift else None,
        "told": sorted(officer.told),
        "since": now,
    }
