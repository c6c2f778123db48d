"""Which fact calls whom, what is no news any more, and who is next in an alarm. Pure.

Finding 7 of the user research: the six hours ran and no officer was told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from core.clocks import VALIDATING_UNIT, Deadlines
from core.complaint import (
    ActorKind,
    Change,
    Clock,
    ClockId,
    ClockKind,
    Complaint,
    Stage,
    TicketId,
    UnitId,
)
from core.events import ComplaintEvent
from core.tickets import MOVES
from gateway.duty.roster import Matter, OnRoster
from gateway.outbound.notices import ALARM

SHARES = (50, 80)
"""Percent of a clock after which its unit is reminded."""


@dataclass(frozen=True, slots=True)
class Call:
    """A unit is to be told something: which words (*kind*), of which *matter*."""

    unit: UnitId
    kind: str
    matter: Matter
    params: Mapping[str, Any] = field(default_factory=dict)


TELLS_OF_AN_ANSWER = frozenset({"duty_reopened", "duty_objected"})
"""These say already that the reporter has said something: that it was missing, or is not done."""

_RECEIVED = frozenset(
    {
        "complaint.forwarded", "complaint.disposed", "complaint.coordinated", "complaint.moved",
        "complaint.part_moved",
    }
)  # fmt: skip
_ENDED = {
    "complaint.validated": "validated",
    "complaint.auto_finished": "auto_finished",
    "complaint.closed": "closed",
    "complaint.withdrawn": "withdrawn",
    "complaint.unanswered": "unanswered",
}
_TO_THE_LEAD = {
    "complaint.rejected": ("duty_rejected", Matter.DECISION),
    "complaint.reported_back": ("duty_found", Matter.DECISION),
    "complaint.withdrawal_noted": ("duty_answer", Matter.ANSWER),
    "complaint.reopened": ("duty_reopened", Matter.NEW),
}
_TICKET_DECIDED = {
    "complaint.moved": "ticket_approved",
    "complaint.part_moved": "ticket_approved",
    "complaint.ticket_refused": "ticket_refused",
    "complaint.part_ticket_refused": "ticket_refused",
    "complaint.question_stopped": "question_stopped",
    "complaint.asked": "asked",
    "complaint.clarified": "clarified",
}
"""What the unit that filed a ticket is told of it; who else has the complaint is told of no
ticket."""


def calls(change: Change) -> Iterator[tuple[ComplaintEvent, Call]]:
    """Whom *change* calls, with the event that does. Emergencies ring by themselves."""
    for fact in change.events:
        for call in chain(_calls(change, fact), _of_tickets(change, fact)):
            if not _is_kept_from(change.after, call.unit):
                yield fact, call


def _of_tickets(change: Change, fact: ComplaintEvent) -> Iterator[Call]:
    """A ticket calls whoever has to decide; the decision, the unit that filed it.

    A question that leaves by itself calls nobody: its clock does, while there is no answer. What
    the reporter answers is told as the reporter's words.
    """
    line = change.transitions[-1]
    about = next((t for t in change.tickets if str(t.id) == line.data.get("ticket")), None)
    if about is None:
        return
    if fact.kind == "complaint.ticket_filed":
        kind = ClockKind.DECISION if about.kind in MOVES else ClockKind.CLARIFICATION
        clock = change.after.clock_of(about.id, kind)
        leaves = change.after.clock_of(about.id, ClockKind.ASKING) is not None
        if clock is not None and not leaves:
            params = {"ticket": str(about.id), "filed": about.kind.value, "clock": str(clock.id)}
            yield Call(clock.unit, "duty_ticket", Matter.NEW, params)
        return
    by_another_officer = line.actor.kind is ActorKind.OFFICER and line.actor.unit != about.unit
    if fact.kind in _TICKET_DECIDED and by_another_officer:
        decision = {"decision": _TICKET_DECIDED[fact.kind]}
        yield Call(about.unit, "duty_decided", Matter.DECISION, decision)


def _calls(change: Change, fact: ComplaintEvent) -> Iterator[Call]:
    before, after = change.before, change.after
    actor = change.transitions[-1].actor
    if fact.kind == "complaint.filed" and not after.urgent:
        yield Call(after.lead_unit, "duty_new", Matter.NEW)
    elif fact.kind in _RECEIVED:
        unit = UnitId(fact.data["unit"])
        yield Call(unit, "duty_new", Matter.NEW)
    elif fact.kind == "complaint.unmerged" or (
        fact.kind == "complaint.accused" and before and before.lead_unit != after.lead_unit
    ):
        yield Call(after.lead_unit, "duty_new", Matter.NEW)
    elif fact.kind == "complaint.finished" and after.stage is not Stage.NONE:
        yield Call(VALIDATING_UNIT, "duty_verify", Matter.NEW)
    elif fact.kind in _TO_THE_LEAD:
        yield Call(after.lead_unit, *_TO_THE_LEAD[fact.kind])
    elif fact.kind in _ENDED and actor.unit != after.lead_unit:
        decision = {"decision": _ENDED[fact.kind]}
        yield Call(after.lead_unit, "duty_decided", Matter.DECISION, decision)
    elif fact.kind == "complaint.consulted":
        for unit in change.transitions[-1].data["asked"]:
            yield Call(UnitId(unit), "duty_consulted", Matter.NEW)
    elif fact.kind == "complaint.objected":
        verifying = after.stage is not Stage.NONE
        unit = VALIDATING_UNIT if verifying else after.lead_unit
        yield Call(unit, "duty_objected", Matter.ANSWER)
    elif fact.kind.endswith("_late"):
        late = change.transitions[-1].data.get("clock", "")
        clock = next((c for c in after.clocks if c.kind == late and c.missed_at == fact.at), None)
        if clock is not None:
            params = {"clock": str(clock.id)}
            yield Call(clock.unit, "duty_late", Matter.CLOCK, params)


def answered(complaint: Complaint) -> Iterator[Call]:
    """The reporter has said more: whoever has it is told, in whose thread it stands is not."""
    for item in complaint.assignments:
        if not _is_kept_from(complaint, item.unit):
            yield Call(item.unit, "duty_answer", Matter.ANSWER)


def _is_kept_from(complaint: Complaint, unit: UnitId) -> bool:
    """An accused unit has lost its assignment; who has none is told nothing of an accusation, for
    it may be part of the accused."""
    return bool(complaint.accused) and complaint.assignment_of(unit) is None


def is_moot(kind: str, params: Mapping[str, Any], complaint: Complaint) -> bool:
    """Whether a duty notice is no news any more, as *complaint* stands now."""
    unit = UnitId(params["unit"])
    if kind != ALARM and (complaint.merged_into is not None or _is_kept_from(complaint, unit)):
        return True
    match kind:
        case "duty_new" | "duty_reopened":
            had = complaint.assignment_of(unit)
            return had is None or had.responded_at is not None
        case "duty_clock" | "duty_late":
            clock = clock_of(complaint, params)
            return clock is None or not clock.runs or clock.unit != unit
        case "duty_ticket":
            ticket = complaint.ticket(TicketId(int(params["ticket"])))
            return ticket is None or ticket.asked_at is not None
        case "duty_consulted":
            return not complaint.is_open
        case "duty_verify":
            return complaint.stage is Stage.NONE
        case "duty_answer" | "duty_rejected" | "duty_found":
            return complaint.assignment_of(unit) is None
        case _:
            return False


def clock_of(complaint: Complaint, params: Mapping[str, Any]) -> Clock | None:
    """The clock that a notice speaks of: the one it names, else the one its unit works against."""
    if "clock" in params:
        named = ClockId(int(params["clock"]))
        return next((c for c in complaint.clocks if c.id == named), None)
    unit = UnitId(params["unit"])
    own = [c for c in complaint.clocks if c.unit == unit and c.runs]
    return min(own, key=lambda c: c.due_at, default=complaint.clock(ClockKind.COMPLETION))


def reminds_at(clock: Clock, share: int, deadlines: Deadlines) -> datetime:
    """When *share* percent of *clock* are over: of working time where it counts working time."""
    if clock.kind is ClockKind.TRIAGE:
        part = deadlines.triage * (share / 100)
        return deadlines.calendar.after_working_time(clock.began_at, part)
    return clock.began_at + (clock.due_at - clock.began_at) * (share / 100)


def order_of_alarm(
    ladder: Sequence[Sequence[OnRoster]], now: datetime, *, confidential: bool
) -> list[OnRoster]:
    """Who is called, one after the other and then from the beginning: down the roster of the unit,
    those on duty first, then up through the units above (*ladder*)."""
    return [
        officer
        for roster in ladder
        for officer in sorted(roster, key=lambda o: o.rests_until(now) is not None)
        if officer.hears(Matter.EMERGENCY, confidential=confidential)
    ]
