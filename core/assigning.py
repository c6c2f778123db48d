"""Who has a complaint after an action: which assignments open, are answered or end. Pure."""

from dataclasses import replace

from core.actions import Act, Action, Lead, Rule
from core.complaint import Assignment, AssignmentId, Complaint, NewId, Role, UnitId
from core.errors import Impossible


def assign(
    complaint: Complaint, act: Act, rule: Rule, new_id: NewId
) -> tuple[tuple[Assignment, ...], UnitId]:
    """The assignments that change, and who leads afterwards.

    Raises:
        Impossible: Nobody has the complaint, or nobody would have it.
    """
    match rule.lead:
        case Lead.KEEP:
            return (), complaint.lead_unit
        case Lead.REOPEN:
            again = _opened(complaint.lead_unit, Role.LEAD, act, new_id)
            return (replace(again, responded_at=act.at),), complaint.lead_unit
        case Lead.REOPEN_WAITING:
            return (_opened(complaint.lead_unit, Role.LEAD, act, new_id),), complaint.lead_unit
        case Lead.TAKE_BACK:
            return _taken_back(complaint, act), complaint.lead_unit
        case Lead.KEEP_FROM:
            return _taken_away(complaint, act, new_id)
        case Lead.END:
            # Nobody has it any more while its result is verified.
            return tuple(_ended(a, act) for a in complaint.assignments), complaint.lead_unit
        case _:
            return _worked_on(complaint, act, rule, new_id)


def still_open(
    before: tuple[Assignment, ...], changed: tuple[Assignment, ...]
) -> tuple[Assignment, ...]:
    """The assignments that a complaint carries afterwards."""
    merged = {a.id: a for a in before} | {a.id: a for a in changed}
    return tuple(a for a in merged.values() if a.ended_at is None)


def _worked_on(
    complaint: Complaint, act: Act, rule: Rule, new_id: NewId
) -> tuple[tuple[Assignment, ...], UnitId]:
    """By the unit whose part it is: whoever was asked to help has one of its own."""
    lead = complaint.lead
    if lead is None:
        raise Impossible(f"{complaint.number} is with nobody", allowed=())
    own = _whose(complaint, act) or lead
    answered = own if rule.lead is Lead.HAND_ON else _responded(own, act)
    if rule.lead is Lead.END_PART:
        return (_ended(answered, act),), complaint.lead_unit
    if act.unit is None:
        return (answered,), complaint.lead_unit
    if rule.lead is Lead.JOIN:
        return (answered, _opened(act.unit, Role.COORDINATED, act, new_id)), complaint.lead_unit
    new = replace(_opened(act.unit, own.role, act, new_id), previous=own.id)
    return (_ended(answered, act), new), act.unit if own is lead else complaint.lead_unit


def _whose(complaint: Complaint, act: Act) -> Assignment | None:
    """Whose part it is; forwarding moves the complaint itself, whoever presses it."""
    ticket = complaint.ticket(act.ticket)
    if ticket is not None:
        return next((a for a in complaint.assignments if a.id == ticket.assignment), None)
    return None if act.action is Action.FORWARD else complaint.assignment_of(act.actor.unit)


def _taken_back(complaint: Complaint, act: Act) -> tuple[Assignment, ...]:
    """Rule 8: a unit that only filed a ticket, which is refused, has not responded."""
    ticket, own = complaint.ticket(act.ticket), _whose(complaint, act)
    if ticket is None or own is None or own.responded_at != ticket.filed_at:
        return ()
    return (replace(own, responded_at=None),)


def _taken_away(
    complaint: Complaint, act: Act, new_id: NewId
) -> tuple[tuple[Assignment, ...], UnitId]:
    """Every assignment of a barred unit ends; the lead goes to the fallback."""
    lost = [a for a in complaint.assignments if a.unit in act.barred]
    ended = tuple(_ended(a, act) for a in lost)
    lead = next((a for a in lost if a.role is Role.LEAD), None)
    kept = act.fallback if complaint.lead_unit in act.barred else complaint.lead_unit
    if kept is None:
        raise Impossible(f"{complaint.number} would be with nobody", allowed=())
    helper = complaint.assignment_of(kept) if lead else None
    if lead is None:
        return ended, kept
    also = () if helper is None else (_ended(helper, act),)
    again = replace(_opened(kept, Role.LEAD, act, new_id), previous=lead.id)
    return (*ended, *also, again), kept


def _opened(unit: UnitId, role: Role, act: Act, new_id: NewId) -> Assignment:
    return Assignment(id=AssignmentId(new_id()), unit=unit, role=role, received_at=act.at)


def _responded(assignment: Assignment, act: Act) -> Assignment:
    """Rule 1: the first *Proses* or *Disposisi* is the response; later ones do not move it."""
    return replace(assignment, responded_at=assignment.responded_at or act.at)


def _ended(assignment: Assignment, act: Act) -> Assignment:
    return replace(assignment, ended_at=act.at, end_reason=act.action.value)
