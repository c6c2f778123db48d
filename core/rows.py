"""Values of the core to and from the rows of its tables."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from core.complaint import (
    Actor,
    ActorKind,
    Assignment,
    AssignmentId,
    Clock,
    ClockKind,
    ClockResult,
    ClosingReason,
    Complaint,
    ComplaintId,
    Kind,
    Place,
    Role,
    Stage,
    State,
    TicketId,
    Transition,
    UnitId,
    Visibility,
)
from core.events import ComplaintEvent
from core.happened import Happened
from core.messages import AccountId, Location
from core.number import ComplaintNumber
from core.ticket import Extension, Grounds, Pause, Ticket, TicketKind, TicketOutcome


def complaint_row(item: Complaint) -> dict[str, Any]:
    """The row of *item*, without its code."""
    point = item.place.location
    return {
        "id": item.id,
        "number": item.number,
        "account_id": item.account,
        "origin_key": item.origin_key,
        "state": item.state.value,
        "stage": item.stage.value,
        "version": item.version,
        "lead_unit_id": item.lead_unit,
        "kind": item.kind.value,
        "category": item.category,
        "kelurahan_code": item.place.kelurahan,
        "place": item.place.to_json(),
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
        "happened": item.happened.to_text() if item.happened else "",
        "urgent": item.urgent,
        "visibility": item.visibility.value,
        "withheld": item.withheld,
        "confidential": item.confidential,
        "anonymous": item.anonymous,
        "received_at": item.received_at,
        "filed_at": item.filed_at,
        "finished_at": item.finished_at,
        "finished_by": item.finished_by,
        "ended_at": item.ended_at,
        "rejections": item.rejections,
        "objected": item.objected,
        "field_checked": item.field_checked,
        "closing_reason": item.closing_reason.value if item.closing_reason else None,
        "problem_id": item.problem,
        "merged_into_id": item.merged_into,
    }


def complaint_of(
    row: Row[Any],
    assignments: Iterable[Assignment],
    accused: Iterable[UnitId],
    clocks: Iterable[Clock],
    tickets: Iterable[Ticket] = (),
) -> Complaint:
    """A row of ``complaint`` with what belongs to it, as a value."""
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
        stage=Stage(row.stage),
        version=row.version,
        kind=Kind(row.kind),
        category=row.category,
        place=Place(
            row.place["words"],
            row.kelurahan_code,
            point,
            row.place["approximate"],
            # Rows from before there was routing by place have neither.
            row.place.get("pinned", False),
            row.place.get("rival", ""),
        ),
        happened=Happened.from_text(row.happened),
        urgent=row.urgent,
        visibility=Visibility(row.visibility),
        withheld=row.withheld,
        confidential=row.confidential,
        anonymous=row.anonymous,
        finished_at=row.finished_at,
        finished_by=row.finished_by,
        ended_at=row.ended_at,
        rejections=row.rejections,
        objected=row.objected,
        field_checked=row.field_checked,
        closing_reason=ClosingReason(row.closing_reason) if row.closing_reason else None,
        accused=frozenset(accused),
        problem=row.problem_id,
        merged_into=row.merged_into_id,
        assignments=tuple(assignments),
        clocks=tuple(clocks),
        tickets=tuple(tickets),
    )


def assignment_row(complaint_id: ComplaintId, item: Assignment) -> dict[str, Any]:
    """The row of *item*, of this complaint."""
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


def assignment_of(row: Row[Any]) -> Assignment:
    """A row of ``assignment`` as a value."""
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


def clock_row(complaint_id: ComplaintId, item: Clock) -> dict[str, Any]:
    """The row of *item*, of this complaint."""
    return {
        "id": item.id,
        "complaint_id": complaint_id,
        "kind": item.kind.value,
        "unit_id": item.unit,
        "assignment_id": item.subject,
        "began_at": item.began_at,
        "due_at": item.due_at,
        "missed_at": item.missed_at,
        "ended_at": item.ended_at,
        "result": item.result.value if item.result else None,
        "ticket_id": item.ticket,
        "paused": [_pause_json(p) for p in item.paused],
        "extended": [_extension_json(e) for e in item.extended],
    }


def clock_of(row: Row[Any]) -> Clock:
    """A row of ``clock`` as a value."""
    return Clock(
        id=row.id,
        kind=ClockKind(row.kind),
        unit=UnitId(row.unit_id),
        began_at=row.began_at,
        due_at=row.due_at,
        subject=row.assignment_id,
        missed_at=row.missed_at,
        ended_at=row.ended_at,
        result=ClockResult(row.result) if row.result else None,
        ticket=row.ticket_id,
        paused=pauses_of(row.paused),
        extended=tuple(_extension_of(e) for e in row.extended),
    )


def _pause_json(item: Pause) -> dict[str, Any]:
    """Ids as text: they do not fit into the numbers of every JSON reader."""
    ended = item.ended_at.isoformat() if item.ended_at else None
    return {"ticket": str(item.ticket), "from": item.began_at.isoformat(), "to": ended}


def pauses_of(raw: Sequence[Mapping[str, Any]]) -> tuple[Pause, ...]:
    """What stands in the *paused* column of a clock."""
    return tuple(_pause_of(p) for p in raw)


def _pause_of(raw: Mapping[str, Any]) -> Pause:
    ended = datetime.fromisoformat(raw["to"]) if raw["to"] else None
    return Pause(TicketId(int(raw["ticket"])), datetime.fromisoformat(raw["from"]), ended)


def _extension_json(item: Extension) -> dict[str, Any]:
    return {
        "grounds": item.grounds.value,
        "at": item.at.isoformat(),
        "until": item.until.isoformat(),
        "unit": item.unit,
        "seq": item.seq,
    }


def _extension_of(raw: Mapping[str, Any]) -> Extension:
    return Extension(
        Grounds(raw["grounds"]),
        datetime.fromisoformat(raw["at"]),
        datetime.fromisoformat(raw["until"]),
        UnitId(raw["unit"]),
        raw["seq"],
    )


def ticket_row(complaint_id: ComplaintId, item: Ticket) -> dict[str, Any]:
    """The row of *item*, of this complaint."""
    return {
        "id": item.id,
        "complaint_id": complaint_id,
        "kind": item.kind.value,
        "unit_id": item.unit,
        "assignment_id": item.assignment,
        "filed_at": item.filed_at,
        "filed_seq": item.filed_seq,
        "suggested_unit_id": item.suggested,
        "asked_at": item.asked_at,
        "decided_at": item.decided_at,
        "outcome": item.outcome.value if item.outcome else None,
        "given_to_unit_id": item.given_to,
    }


def ticket_of(row: Row[Any]) -> Ticket:
    """A row of ``ticket`` as a value."""
    return Ticket(
        id=TicketId(row.id),
        kind=TicketKind(row.kind),
        unit=UnitId(row.unit_id),
        assignment=AssignmentId(row.assignment_id),
        filed_at=row.filed_at,
        filed_seq=row.filed_seq,
        suggested=row.suggested_unit_id,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        outcome=TicketOutcome(row.outcome) if row.outcome else None,
        given_to=row.given_to_unit_id,
    )


def transition_row(complaint_id: ComplaintId, item: Transition) -> dict[str, Any]:
    """The row of *item*, of this complaint."""
    return {
        "complaint_id": complaint_id,
        "seq": item.seq,
        "action": item.action,
        "from_state": item.from_state.value if item.from_state else None,
        "to_state": item.to_state.value,
        "stage": item.stage.value,
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
        stage=Stage(row.stage),
        public_text=row.public_text,
        internal_text=row.internal_text,
        data=row.data,
    )


def event_row(item: ComplaintEvent) -> dict[str, Any]:
    """The row of *item*."""
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
