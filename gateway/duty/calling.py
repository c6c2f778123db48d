"""Writes duty notices and reminders beside what causes them, in the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.clocks import Deadlines
from core.complaint import Change, Clock, ClockKind, Complaint, NewId, UnitId
from gateway.duty.roster import Matter, OnRoster, rosters_of
from gateway.duty.rules import SHARES, TELLS_OF_AN_ANSWER, Call, answered, calls, reminds_at
from gateway.duty.tables import clock_reminder
from gateway.outbound.notices import Notice
from gateway.tables import notice

Rosters = Mapping[UnitId, Sequence[OnRoster]]


async def call(
    conn: AsyncConnection,
    changes: Sequence[Change],
    deadlines: Deadlines,
    now: datetime,
    new_id: NewId,
) -> None:
    """Tell the officers of every unit that *changes* concern, and set what reminds them."""
    found = [(c.after, fact.id, call) for c in changes for fact, call in calls(c)]
    # A question that leaves by itself in minutes is nobody's work.
    clocks = [
        clock
        for c in changes
        for clock in c.clocks
        if clock.runs and clock.kind is not ClockKind.ASKING
    ]
    rosters = await rosters_of(conn, {c.unit for _, _, c in found} | {c.unit for c in clocks})
    if not rosters:
        return
    rows = [
        row
        for complaint, event, wanted in found
        for row in told(wanted, complaint, rosters, f"event:{event}", now, new_id)
    ]
    await write(conn, rows)
    await remind(conn, [c for c in clocks if c.unit in rosters], deadlines)


async def call_about_answers(
    conn: AsyncConnection,
    answers: Sequence[tuple[Complaint, int]],
    changes: Sequence[Change],
    now: datetime,
    new_id: NewId,
) -> None:
    """Tell whoever has them that the reporters have said more: *answers* are complaints with the
    message that says it. Whoever is told of the *changes* that came of it knows that."""
    found = [(c, message, wanted) for c, message in answers for wanted in answered(c)]
    known = {
        (change.after.id, wanted.unit): wanted.matter
        for change in changes
        for _, wanted in calls(change)
        if wanted.kind in TELLS_OF_AN_ANSWER
    }
    rosters = await rosters_of(conn, {wanted.unit for _, _, wanted in found})
    rows = [
        row
        for complaint, message, wanted in found
        for row in told(
            wanted, complaint, rosters, f"message:{message}", now, new_id,
            unless=known.get((complaint.id, wanted.unit)),
        )
    ]  # fmt: skip
    await write(conn, rows)


def told(
    wanted: Call,
    complaint: Complaint,
    rosters: Rosters,
    cause: str,
    now: datetime,
    new_id: NewId,
    unless: Matter | None = None,
) -> Iterable[dict[str, Any]]:
    """A notice for each officer on the unit's roster who is told of such a thing, and not of
    *unless* as well. Pure."""
    secret = complaint.confidential
    for officer in rosters.get(wanted.unit, ()):
        known = unless is not None and officer.hears(unless, confidential=secret)
        if officer.hears(wanted.matter, confidential=secret) and not known:
            yield one(wanted, complaint, officer, cause, now, new_id)


def one(
    wanted: Call,
    complaint: Complaint,
    officer: OnRoster,
    cause: str,
    now: datetime,
    new_id: NewId,
) -> dict[str, Any]:
    """The notice for one officer."""
    return Notice(
        id=new_id(),
        conversation=officer.conversation,
        cause=f"{cause}:{complaint.id}",
        kind=wanted.kind,
        created_at=now,
        not_before=now,
        complaint=complaint.id,
        params={"unit": wanted.unit, **wanted.params},
    ).to_row()


async def write(conn: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Each is told once, also where two workers look at the same moment."""
    if rows:
        await conn.execute(_dialect(conn).insert(notice).on_conflict_do_nothing(), list(rows))


async def remind(
    conn: AsyncConnection,
    clocks: Sequence[Clock],
    deadlines: Deadlines,
    after: datetime | None = None,
) -> None:
    """Set the reminders of *clocks*, those behind *after*; those that are set stay as they are."""
    rows: list[dict[str, Any]] = [
        {"clock_id": clock.id, "share": share, "at": reminds_at(clock, share, deadlines)}
        for clock in clocks
        for share in SHARES
    ]
    rows = [row for row in rows if after is None or row["at"] > after]
    if rows:
        statement = _dialect(conn).insert(clock_reminder).on_conflict_do_nothing()
        await conn.execute(statement, rows)


def _dialect(conn: AsyncConnection) -> Any:
    return sqlite if conn.dialect.name == "sqlite" else postgresql
