"""Complaints to and from SQL. Sets in, sets out; takes an open connection and never commits."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.actions import Action
from core.complaint import (
    Assignment,
    Change,
    Clock,
    ClockKind,
    Complaint,
    ComplaintId,
    Transition,
    UnitId,
)
from core.rows import (
    assignment_of,
    assignment_row,
    clock_of,
    clock_row,
    complaint_of,
    complaint_row,
    event_row,
    ticket_of,
    ticket_row,
    transition_of,
    transition_row,
)
from core.tables import (
    ACCUSATION_LIVE,
    CLOCK_RUNS,
    TICKET_OPEN,
    accusation,
    assignment,
    clock,
    complaint,
    event,
    ticket,
    transition,
)
from core.ticket import Ticket

CodeHash = Callable[[ComplaintId], bytes]
"""The keyed hash of a complaint's short code; the code itself is never stored."""


async def load(
    conn: AsyncConnection, ids: Iterable[ComplaintId], *, confidential: bool
) -> dict[ComplaintId, Complaint]:
    """The complaints with these *ids*. Confidential ones only where the caller says so by name."""
    wanted = list(ids)
    if not wanted:
        return {}
    found = await _select(conn, complaint.c.id.in_(wanted), confidential=confidential)
    return {item.id: item for item in found}


async def find(
    conn: AsyncConnection, number: str, *, confidential: bool = False
) -> Complaint | None:
    """The complaint with this *number*; a confidential one looks like none unless asked for."""
    found = await _select(conn, complaint.c.number == number, confidential=confidential)
    return found[0] if found else None


async def find_public(conn: AsyncConnection, number: str) -> Complaint | None:
    """What the public may find under *number*: neither a confidential complaint nor one that
    accuses a unit, whose people read the public page too."""
    accuses = exists().where(accusation.c.complaint_id == complaint.c.id, ACCUSATION_LIVE)
    found = await _select(conn, and_(complaint.c.number == number, ~accuses), confidential=False)
    return found[0] if found else None


async def history(conn: AsyncConnection, complaint_id: ComplaintId) -> list[Transition]:
    """All transitions, oldest first."""
    query = select(transition).where(transition.c.complaint_id == complaint_id)
    rows = (await conn.execute(query.order_by(transition.c.seq))).all()
    return [transition_of(row) for row in rows]


async def clocks_of(conn: AsyncConnection, complaint_id: ComplaintId) -> list[Clock]:
    """All clocks that run or ran, in the order in which they began."""
    query = select(clock).where(clock.c.complaint_id == complaint_id)
    rows = (await conn.execute(query.order_by(clock.c.began_at, clock.c.id))).all()
    return [clock_of(row) for row in rows]


async def tickets_of(conn: AsyncConnection, complaint_id: ComplaintId) -> list[Ticket]:
    """All tickets, also those that were decided, oldest first."""
    query = select(ticket).where(ticket.c.complaint_id == complaint_id)
    rows = (await conn.execute(query.order_by(ticket.c.filed_at, ticket.c.id))).all()
    return [ticket_of(row) for row in rows]


async def assignments_of(conn: AsyncConnection, complaint_id: ComplaintId) -> list[Assignment]:
    """Every unit's time with the complaint, in the order in which they received it."""
    query = select(assignment).where(assignment.c.complaint_id == complaint_id)
    rows = (await conn.execute(query.order_by(assignment.c.received_at, assignment.c.id))).all()
    return [assignment_of(row) for row in rows]


async def running_clocks(
    conn: AsyncConnection, after: int, limit: int
) -> list[tuple[ComplaintId, str, Clock]]:
    """Clocks that run, by id: those behind *after*, at most *limit*; each with its complaint and
    the account through which that came in."""
    query = select(clock, complaint.c.account_id).join(
        complaint, complaint.c.id == clock.c.complaint_id
    )
    query = query.where(CLOCK_RUNS, clock.c.id > after).order_by(clock.c.id).limit(limit)
    rows = (await conn.execute(query)).all()
    return [(ComplaintId(row.complaint_id), row.account_id, clock_of(row)) for row in rows]


async def write_deadlines(conn: AsyncConnection, clocks: Sequence[Clock]) -> None:
    """Write when running *clocks* are due now, and whether that was missed."""
    if clocks:
        await conn.execute(
            _UPDATE_DEADLINE,
            [{"b_id": c.id, "b_due_at": c.due_at, "b_missed_at": c.missed_at} for c in clocks],
        )


async def write(conn: AsyncConnection, changes: Sequence[Change], code_hash: CodeHash) -> None:
    """Write *changes* together; several of one complaint in the order given.

    Raises:
        sqlalchemy.exc.IntegrityError: Somebody wrote the same transition or origin first. Roll
            back, read, decide again.
    """
    for together in _rounds(changes):
        await _write_round(conn, together, code_hash)


def _rounds(changes: Sequence[Change]) -> list[list[Change]]:
    """Sets in which no complaint stands twice, so that each can be written set by set."""
    rounds: list[list[Change]] = []
    written: Counter[ComplaintId] = Counter()
    for change in changes:
        turn = written[change.after.id]
        written[change.after.id] += 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(change)
    return rounds


async def _write_round(
    conn: AsyncConnection, changes: Sequence[Change], code_hash: CodeHash
) -> None:
    new = [c.after for c in changes if c.before is None]
    known = [c.after for c in changes if c.before is not None]
    opened, ended = _split_assignments(changes)
    if new:
        rows = [complaint_row(c) | {"code_hash": code_hash(c.id), "to_compare": True} for c in new]
        await conn.execute(insert(complaint), rows)
    if known:
        await conn.execute(_UPDATE_COMPLAINT, [_updated(c) for c in known])
    amended = [c.after.id for c in changes if c.before and _tells_more(c)]
    if amended:
        await conn.execute(_COMPARE_AGAIN, [{"b_id": name} for name in amended])
    lines = [transition_row(c.after.id, t) for c in changes for t in c.transitions]
    await conn.execute(insert(transition), lines)
    # Ended first: a complaint has one open lead at a time, and the index says so at once.
    if ended:
        await conn.execute(_UPDATE_ASSIGNMENT, [_ended_row(a) for a in ended])
    if opened:
        await conn.execute(insert(assignment), opened)
    await _write_accusations(conn, changes)
    await _write_tickets(conn, changes)
    await _write_clocks(conn, changes)
    facts = [event_row(e) for c in changes for e in c.events]
    if facts:
        await conn.execute(insert(event), facts)


async def _select(
    conn: AsyncConnection, condition: ColumnElement[bool], *, confidential: bool
) -> list[Complaint]:
    query = select(complaint).where(condition)
    if not confidential:
        query = query.where(complaint.c.confidential.is_(False))
    rows = (await conn.execute(query)).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    opened = await _open_assignments(conn, ids)
    accused = await accused_of(conn, ids)
    clocks = await _clocks(conn, ids)
    tickets = await _open_tickets(conn, ids)
    return [
        complaint_of(
            row, opened.get(row.id, ()), accused.get(row.id, ()), clocks.get(row.id, ()),
            tickets.get(row.id, ()),
        )
        for row in rows
    ]  # fmt: skip


def _split_assignments(
    changes: Sequence[Change],
) -> tuple[list[dict[str, Any]], list[Assignment]]:
    opened: list[dict[str, Any]] = []
    ended: list[Assignment] = []
    for change in changes:
        known = {a.id for a in change.before.assignments} if change.before else set()
        for item in change.assignments:
            if item.id in known:
                ended.append(item)
            else:
                opened.append(assignment_row(change.after.id, item))
    return opened, ended


async def _open_assignments(
    conn: AsyncConnection, ids: Sequence[ComplaintId]
) -> Mapping[ComplaintId, list[Assignment]]:
    found: dict[ComplaintId, list[Assignment]] = defaultdict(list)
    query = (
        select(assignment)
        .where(assignment.c.complaint_id.in_(ids), assignment.c.ended_at.is_(None))
        .order_by(assignment.c.id)
    )
    for row in (await conn.execute(query)).all():
        found[row.complaint_id].append(assignment_of(row))
    return found


async def _clocks(
    conn: AsyncConnection, ids: Sequence[ComplaintId]
) -> Mapping[ComplaintId, list[Clock]]:
    found: dict[ComplaintId, list[Clock]] = defaultdict(list)
    query = (
        select(clock)
        .where(
            clock.c.complaint_id.in_(ids),
            or_(CLOCK_RUNS, clock.c.kind == ClockKind.COMPLETION.value),
        )
        .order_by(clock.c.id)
    )
    for row in (await conn.execute(query)).all():
        found[row.complaint_id].append(clock_of(row))
    return found


async def _open_tickets(
    conn: AsyncConnection, ids: Sequence[ComplaintId]
) -> Mapping[ComplaintId, list[Ticket]]:
    found: dict[ComplaintId, list[Ticket]] = defaultdict(list)
    query = select(ticket).where(ticket.c.complaint_id.in_(ids), TICKET_OPEN).order_by(ticket.c.id)
    for row in (await conn.execute(query)).all():
        found[row.complaint_id].append(ticket_of(row))
    return found


async def _write_tickets(conn: AsyncConnection, changes: Sequence[Change]) -> None:
    for change in changes:
        known = {t.id for t in change.before.tickets} if change.before else set()
        for item in change.tickets:
            row = ticket_row(change.after.id, item)
            if item.id in known:
                await conn.execute(_UPDATE_TICKET, [{f"b_{n}": v for n, v in row.items()}])
            else:
                await conn.execute(insert(ticket), [row])


_UPDATE_TICKET = (
    update(ticket)
    .where(ticket.c.id == bindparam("b_id"))
    .values(
        {
            name: bindparam(f"b_{name}")
            for name in ("asked_at", "decided_at", "outcome", "given_to_unit_id")
        }
    )
)


async def _write_clocks(conn: AsyncConnection, changes: Sequence[Change]) -> None:
    started: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for change in changes:
        known = {c.id for c in change.before.clocks} if change.before else set()
        for item in change.clocks:
            row = clock_row(change.after.id, item)
            if item.id in known:
                changed.append({f"b_{name}": row[name] for name in ("id", *_CLOCK_CHANGES)})
            else:
                started.append(row)
    if started:
        await conn.execute(insert(clock), started)
    if changed:
        await conn.execute(_UPDATE_CLOCK, changed)


_CLOCK_CHANGES = ("unit_id", "due_at", "missed_at", "ended_at", "result", "paused", "extended")

_UPDATE_CLOCK = (
    update(clock)
    .where(clock.c.id == bindparam("b_id"))
    .values({name: bindparam(f"b_{name}") for name in _CLOCK_CHANGES})
)


_UPDATE_DEADLINE = (
    update(clock)
    .where(clock.c.id == bindparam("b_id"), CLOCK_RUNS)
    .values(due_at=bindparam("b_due_at"), missed_at=bindparam("b_missed_at"), claimed_until=None)
)


async def accused_of(
    conn: AsyncConnection, ids: Sequence[ComplaintId]
) -> Mapping[ComplaintId, list[UnitId]]:
    """The units that each of these complaints accuses now."""
    found: dict[ComplaintId, list[UnitId]] = defaultdict(list)
    query = select(accusation.c.complaint_id, accusation.c.unit_id)
    query = query.where(accusation.c.complaint_id.in_(ids), ACCUSATION_LIVE)
    for row in (await conn.execute(query)).all():
        found[row.complaint_id].append(row.unit_id)
    return found


async def _write_accusations(conn: AsyncConnection, changes: Sequence[Change]) -> None:
    for change in changes:
        before = change.before.accused if change.before else frozenset()
        seq = change.after.version
        for unit_id in before - change.after.accused:
            await conn.execute(
                update(accusation)
                .where(
                    accusation.c.complaint_id == change.after.id,
                    accusation.c.unit_id == unit_id,
                    ACCUSATION_LIVE,
                )
                .values(cleared_seq=seq)
            )
        rows = [
            {"complaint_id": change.after.id, "unit_id": unit_id, "seq": seq}
            for unit_id in change.after.accused - before
        ]
        if rows:
            await conn.execute(insert(accusation), rows)


_UPDATE_COMPLAINT = (
    update(complaint)
    .where(complaint.c.id == bindparam("b_id"))
    .values(
        {
            name: bindparam(f"b_{name}")
            for name in (
                "state", "stage", "version", "lead_unit_id", "kind", "category", "kelurahan_code",
                "place", "lat", "lon", "happened", "urgent", "visibility", "withheld",
                "confidential", "anonymous", "finished_at", "finished_by", "ended_at",
                "closing_reason", "rejections", "objected", "field_checked", "problem_id",
                "merged_into_id",
            )
        }
    )
)  # fmt: skip

_UPDATE_ASSIGNMENT = (
    update(assignment)
    .where(assignment.c.id == bindparam("b_id"))
    .values(
        responded_at=bindparam("b_responded_at"),
        ended_at=bindparam("b_ended_at"),
        end_reason=bindparam("b_end_reason"),
    )
)


_COMPARE_AGAIN = (
    update(complaint).where(complaint.c.id == bindparam("b_id")).values(to_compare=True)
)


def _tells_more(change: Change) -> bool:
    """Whether more is known now of what it is about, so that others may be found like it."""
    return any(t.action == Action.AMEND.value for t in change.transitions)


def _updated(item: Complaint) -> dict[str, Any]:
    return {f"b_{name}": value for name, value in complaint_row(item).items()}


def _ended_row(item: Assignment) -> dict[str, Any]:
    return {
        "b_id": item.id,
        "b_responded_at": item.responded_at,
        "b_ended_at": item.ended_at,
        "b_end_reason": item.end_reason,
    }
