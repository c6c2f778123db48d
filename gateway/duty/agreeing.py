"""A number that a unit's own admin enters belongs to nobody's officer until its owner says so.

Else a slip of the pen would wake a stranger at night, and whoever keeps a roster could take away a
citizen's first report by entering the number before it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Interface, Origin
from core.clocks import Deadlines
from core.complaint import NewId, UnitId
from core.rows import clock_of
from core.tables import CLOCK_RUNS, clock
from gateway.audit import trail
from gateway.audit.entry import Doer, Entry
from gateway.duty.calling import remind, write
from gateway.duty.tables import ON_DUTY, ON_ROSTER, duty_officer
from gateway.outbound.notices import INVITED, Notice
from gateway.tables import conversation, party

_Agreed = Mapping[tuple[UnitId, int], datetime]
"""By unit and conversation, until when somebody who has left its roster is known to have agreed."""


def invitations(
    rows: Sequence[Mapping[str, Any]], agreed: _Agreed, now: datetime, new_id: NewId
) -> list[dict[str, Any]]:
    """The notices that ask the owners of these rows of ``duty_officer``: one for each number and
    unit, whoever enters it how often, and one more for who had agreed and comes back. Pure."""
    return [
        Notice(
            id=new_id(),
            conversation=row["conversation_id"],
            cause=_cause(row["unit_id"], agreed.get((row["unit_id"], row["conversation_id"]))),
            kind=INVITED,
            created_at=now,
            not_before=now,
            params={"unit": row["unit_id"]},
        ).to_row()
        for row in rows
    ]


def _cause(unit: UnitId, agreed: datetime | None) -> str:
    return f"roster:{unit}" if agreed is None else f"roster:{unit}:{agreed.isoformat()}"


async def invite(
    conn: AsyncConnection, rows: Sequence[Mapping[str, Any]], now: datetime, new_id: NewId
) -> None:
    """Ask whoever has not agreed yet, once."""
    asked = [row for row in rows if row["confirmed_at"] is None]
    if asked:
        await write(conn, invitations(asked, await _agreed(conn, asked), now, new_id))


async def _agreed(conn: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> _Agreed:
    unit, thread = duty_officer.c.unit_id, duty_officer.c.conversation_id
    query = (
        select(unit, thread, func.max(duty_officer.c.confirmed_at).label("at"))
        .where(
            unit.in_({row["unit_id"] for row in rows}),
            thread.in_({row["conversation_id"] for row in rows}),
            duty_officer.c.confirmed_at.is_not(None),
        )
        .group_by(unit, thread)
    )
    found = (await conn.execute(query)).all()
    return {(UnitId(row.unit_id), row.conversation_id): row.at for row in found}


async def confirmed(conn: AsyncConnection, conversations: Collection[int]) -> frozenset[int]:
    """Those of *conversations* that are told already on any roster."""
    query = select(duty_officer.c.conversation_id).where(
        ON_DUTY, duty_officer.c.conversation_id.in_(conversations)
    )
    return frozenset((await conn.scalars(query)).all())


async def invited(conn: AsyncConnection, conversations: Collection[int]) -> frozenset[int]:
    """Those of *conversations* that stand on a roster and have not agreed to it."""
    if not conversations:
        return frozenset()
    query = select(duty_officer.c.conversation_id).where(
        ON_ROSTER,
        duty_officer.c.confirmed_at.is_(None),
        duty_officer.c.conversation_id.in_(conversations),
    )
    return frozenset((await conn.scalars(query)).all())


async def agree(
    conn: AsyncConnection,
    conversations: Collection[int],
    figures: Deadlines,
    now: datetime,
    new_id: NewId,
) -> None:
    """Their owners have said so: they are told from now on, and reminded of what runs."""
    rows = await _confirm(conn, conversations, now)
    # On PostgreSQL a statement that waited for another roster to be written does not see its lines,
    # only that the old ones are none any more; the next statement does.
    rows += await _confirm(conn, conversations, now)
    await mark_threads(conn, conversations, also_reporters=False)
    await remind_of_what_runs(conn, {UnitId(row.unit_id) for row in rows}, figures, now)
    await trail.record(
        conn,
        [
            Entry(
                new_id(), now, "roster.agree",
                Doer(f"conversation:{row.conversation_id}", Origin(Interface.THREAD)),
                f"unit:{row.unit_id}",
            )
            for row in rows
        ],
    )  # fmt: skip


async def _confirm(
    conn: AsyncConnection, conversations: Collection[int], now: datetime
) -> list[Row[Any]]:
    statement = (
        update(duty_officer)
        .where(
            duty_officer.c.conversation_id.in_(conversations),
            ON_ROSTER,
            duty_officer.c.confirmed_at.is_(None),
        )
        .values(confirmed_at=now)
        .returning(duty_officer.c.unit_id, duty_officer.c.conversation_id)
    )
    return list((await conn.execute(statement)).all())


async def remind_of_what_runs(
    conn: AsyncConnection, units: Collection[UnitId], figures: Deadlines, now: datetime
) -> None:
    """Where nobody was told before nothing reminds yet. What is over already reminds nobody: that
    would be a flood of old news."""
    if units:
        running = select(clock).where(CLOCK_RUNS, clock.c.unit_id.in_(units))
        clocks = [clock_of(row) for row in (await conn.execute(running)).all()]
        await remind(conn, clocks, figures, after=now)


async def mark_threads(
    conn: AsyncConnection, threads: Iterable[int], *, also_reporters: bool
) -> None:
    """A thread is an officer's while its number is told by a roster, and a citizen's again after.
    That of a reporter stays a citizen's but for *also_reporters*."""
    named = conversation.c.id.in_(sorted(threads))
    listed = exists().where(ON_DUTY, duty_officer.c.conversation_id == conversation.c.id)
    reported = exists().where(
        party.c.conversation_id == conversation.c.id, party.c.role == "reporter"
    )
    becomes = listed if also_reporters else and_(listed, ~reported)
    for is_officers, which in ((True, becomes), (False, ~listed)):
        await conn.execute(
            update(conversation)
            .where(named, which, conversation.c.officer.is_(not is_officers))
            .values(officer=is_officers, version=conversation.c.version + 1)
        )
