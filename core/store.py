"""Complaints to and from SQL. Sets in, sets out; takes an open connection and never commits."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import (
    Actor,
    ActorKind,
    Assignment,
    AssignmentId,
    Change,
    ClosingReason,
    Complaint,
    ComplaintId,
    Kind,
    Place,
    Role,
    State,
    Transition,
    UnitId,
    Visibility,
)
from core.events import ComplaintEvent
from core.messages import AccountId, Location
from core.number import ComplaintNumber
from core.tables import (
    ACCUSATION_LIVE,
    accusation,
    assignment,
    complaint,
    event,
    transition,
)

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


async def units_of(conn: AsyncConnection, complaint_id: ComplaintId) -> frozenset[UnitId]:
    """Every unit that has or had the complaint."""
    query = select(assignment.c.unit_id).where(assignment.c.complaint_id == complaint_id)
    return frozenset((await conn.scalars(query)).all())


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
        rows = [_complaint_row(c) | {"code_hash": code_hash(c.id)} for c in new]
        await conn.execute(insert(complaint), rows)
    if known:
        await conn.execute(_UPDATE_COMPLAINT, [_updated(c) for c in known])
    lines = [_transition_row(c.after.id, t) for c in changes for t in c.transitions]
    await conn.execute(insert(transition), lines)
    # Ended first: a complaint has one open lead at a time, and the index says so at once.
    if ended:
        await conn.execute(_UPDATE_ASSIGNMENT, [_ended_row(a) for a in ended])
    if opened:
        await conn.execute(insert(assignment), opened)
    await _write_accusations(conn, changes)
    facts = [_event_row(e) for c in changes for e in c.events]
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
    accused = await _accused(conn, ids)
    return [_complaint(row, opened.get(row.id, ()), accused.get(row.id, ())) for row in rows]


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
                opened.append(_assignment_row(change.after.id, item))
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
        found[row.complaint_id].append(_assignment(row))
    return found


async def _accused(
    conn: AsyncConnection, ids: Sequence[ComplaintId]
) -> Mapping[ComplaintId, list[UnitId]]:
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
                "place", "lat", "lon", "happened", "urgent", "visibility", "confidential",
                "anonymous", "finished_at", "closing_reason",
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


def _updated(item: Complaint) -> dict[str, Any]:
    return {f"b_{name}": value for name, value in _complaint_row(item).items()}


def _ended_row(item: Assignment) -> dict[str, Any]:
    return {
        "b_id": item.id,
        "b_responded_at": item.responded_at,
        "b_ended_at": item.ended_at,
        "b_end_reason": item.end_reason,
    }


def _complaint_row(item: Complaint) -> dict[str, Any]:
    point = item.place.location
    return {
        "id": item.id,
        "number": item.number,
        "account_id": item.account,
        "origin_key": item.origin_key,
        "state": item.state.value,
        "stage": item.stage,
        "version": item.version,
        "lead_unit_id": item.lead_unit,
        "kind": item.kind.value,
        "category": item.category,
        "kelurahan_code": item.place.kelurahan,
        "place": item.place.to_json(),
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
        "happened": item.happened,
        "urgent": item.urgent,
        "visibility": item.visibility.value,
        "confidential": item.confidential,
        "anonymous": item.anonymous,
        "received_at": item.received_at,
        "filed_at": item.filed_at,
        "finished_at": item.finished_at,
        "closing_reason": item.closing_reason.value if item.closing_reason else None,
    }


def _complaint(
    row: Row[Any], assignments: Iterable[Assignment], accused: Iterable[UnitId]
) -> Complaint:
    point = None if row.lat is None else Location(row.lat, row.lon)
    return Complaint(
        id=row.id,
        number=ComplaintNumber(row.number),
        account=AccountId(row.account_id),
        origin_key=row.origin_key,
        lead_unit=UnitId(row.lead_unit_id),
        received_at=row.received_at,
        filed_at=row.filed_at,
        state=State(row.state),
        stage=row.stage,
        version=row.version,
        kind=Kind(row.kind),
        category=row.category,
        place=Place(row.place["words"], row.kelurahan_code, point, row.place["approximate"]),
        happened=row.happened,
        urgent=row.urgent,
        visibility=Visibility(row.visibility),
        confidential=row.confidential,
        anonymous=row.anonymous,
        finished_at=row.finished_at,
        closing_reason=ClosingReason(row.closing_reason) if row.closing_reason else None,
        accused=frozenset(accused),
        assignments=tuple(assignments),
    )


def _assignment_row(complaint_id: ComplaintId, item: Assignment) -> dict[str, Any]:
    return {
        "id": item.id,
        "complaint_id": complaint_id,
        "unit_id": item.unit,
        "role": item.role.value,
        "received_at": item.received_at,
        "responded_at": item.responded_at,
        "ended_at": item.ended_at,
        "end_reason": item.end_reason,
        "previous_id": item.previous,
    }


def _assignment(row: Row[Any]) -> Assignment:
    return Assignment(
        id=AssignmentId(row.id),
        unit=UnitId(row.unit_id),
        role=Role(row.role),
        received_at=row.received_at,
        responded_at=row.responded_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        previous=row.previous_id,
    )


def _transition_row(complaint_id: ComplaintId, item: Transition) -> dict[str, Any]:
    return {
        "complaint_id": complaint_id,
        "seq": item.seq,
        "action": item.action,
        "from_state": item.from_state.value if item.from_state else None,
        "to_state": item.to_state.value,
        "stage": item.stage,
        "unit_id": item.unit,
        "actor_kind": item.actor.kind.value,
        "actor_id": item.actor.id,
        "actor_unit_id": item.actor.unit,
        "at": item.at,
        "recorded_at": item.recorded_at,
        "public_text": item.public_text,
        "internal_text": item.internal_text,
        "data": dict(item.data),
    }


def transition_of(row: Row[Any]) -> Transition:
    """A row of ``transition`` as a value."""
    return Transition(
        seq=row.seq,
        action=row.action,
        from_state=State(row.from_state) if row.from_state else None,
        to_state=State(row.to_state),
        unit=row.unit_id,
        actor=Actor(ActorKind(row.actor_kind), row.actor_id, row.actor_unit_id),
        at=row.at,
        recorded_at=row.recorded_at,
        stage=row.stage,
        public_text=row.public_text,
        internal_text=row.internal_text,
        data=row.data,
    )


def _event_row(item: ComplaintEvent) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "version": item.version,
        "complaint_id": item.complaint,
        "seq": item.seq,
        "data": dict(item.data),
        "at": item.at,
        "recorded_at": item.recorded_at,
    }
