"""Carries out an action on a complaint: `apply`, which is pure. The table is in `core.actions`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.actions import (
    ABOUT_THE_ACCUSED,
    CLOSED_FOR,
    RULES,
    VERIFYING,
    Action,
    Lead,
    Rule,
    allowed,
    rule_for,
    stands,
)
from core.clocks import Deadlines, Step, advance, merged
from core.complaint import (
    Actor,
    ActorKind,
    Assignment,
    AssignmentId,
    Change,
    Clock,
    ClosingReason,
    Complaint,
    ComplaintDraft,
    NewId,
    Role,
    Stage,
    State,
    Transition,
    UnitId,
    Visibility,
)
from core.errors import Impossible, Refused
from core.events import ComplaintEvent

BY_DECREE = Deadlines()
"""The figures as the decrees give them, without holidays."""


@dataclass(frozen=True, slots=True)
class Act:
    """An action as somebody wants it: *unit* is its target, *text* for the reporter, *note* not.

    *at* is when it counts, *recorded_at* when it is written, both aware UTC. *line* is the target
    with the institutions it is part of. For an accusation, *barred* are the units that have the
    complaint and may not, and *fallback* is who leads if the lead is among them. *late* is the
    clock that fell due.
    """

    action: Action
    actor: Actor
    at: datetime
    recorded_at: datetime
    unit: UnitId | None = None
    text: str = ""
    note: str = ""
    data: Mapping[str, Any] | None = None
    line: frozenset[UnitId] = frozenset()
    barred: frozenset[UnitId] = frozenset()
    fallback: UnitId | None = None
    late: Clock | None = None


def apply(
    complaint: Complaint, act: Act, new_id: NewId, deadlines: Deadlines = BY_DECREE
) -> Change:
    """Carry out *act* on *complaint*.

    Raises:
        Impossible: The state does not permit it; lists what is permitted.
            Also where the unit named has it already, or is accused.
        Refused: A field is missing or senseless; *field* says which.
    """
    rule = rule_for(complaint, act.action)
    _check(complaint, act, rule)
    assignments, lead_unit = _assign(complaint, act, rule, new_id)
    after = replace(
        complaint,
        state=_state(complaint, act, rule),
        stage=complaint.stage if rule.stage is None else rule.stage,
        version=complaint.version + 1,
        lead_unit=lead_unit,
        confidential=_confidential(complaint, act.action),
        accused=_accused(complaint, act),
        assignments=_still_open(complaint.assignments, assignments),
        **_shown(act),
        **_ending(complaint, act, rule),
        **_result(complaint, act, rule),
    )
    is_late = act.late is not None and act.action is Action.LATE
    event = f"{act.late.kind}_late" if act.late and is_late else rule.event
    triage = rule.lead is Lead.KEEP_FROM
    fallen = act.late.id if act.late and act.action is Action.LATE else None
    void = act.action is Action.WITHDRAW
    step = Step(complaint, after, assignments, act.at, triage, fallen, void)
    return _recorded(step, act, event, new_id, deadlines)


def amended(complaint: Complaint, content: ComplaintDraft, act: Act, new_id: NewId) -> Change:
    """*complaint* with the understood content of *content* in place of its own."""
    after = replace(
        complaint,
        version=complaint.version + 1,
        kind=content.kind,
        category=content.category,
        place=content.place,
        happened=content.happened,
        urgent=content.urgent,
    )
    # What is amended keeps its clocks, so no deadline is needed.
    step = Step(complaint, after, (), act.at)
    return _recorded(step, act, RULES[Action.AMEND].event, new_id, None)


def filed(
    complaint: Complaint, act: Act, new_id: NewId, deadlines: Deadlines = BY_DECREE
) -> Change:
    """The first transition of a new complaint: it waits at the owner of its channel."""
    lead = Assignment(
        id=AssignmentId(new_id()), unit=complaint.lead_unit, role=Role.LEAD, received_at=act.at
    )
    after = replace(complaint, state=State.MENUNGGU, version=1, assignments=(lead,))
    step = Step(None, after, (lead,), act.at, triage=True)
    return _recorded(step, act, "filed", new_id, deadlines)


def _check(complaint: Complaint, act: Act, rule: Rule) -> None:
    if not stands(complaint, rule):
        names = tuple(action.value for action in allowed(complaint))
        now = f"{complaint.state}, {complaint.stage}" if complaint.stage else complaint.state
        raise Impossible(
            f"{complaint.number} is {now}: '{act.action}' is not possible now", allowed=names
        )
    if act.action is Action.VALIDATE and complaint.objected and not complaint.field_checked:
        raise Impossible(
            f"the reporter of {complaint.number} says that it is not done: it can be validated "
            "after a check in the field",
            allowed=(Action.CHECK_FIELD.value, Action.REJECT.value),
        )
    if act.action is Action.CLOSE and _reason(act) not in CLOSED_FOR:
        reasons = ", ".join(sorted(CLOSED_FOR))
        raise Refused(f"'close' needs one of the reasons {reasons}", field="reason")
    if rule.needs_text and not any(c.isalnum() for c in act.text):
        raise Refused(f"'{act.action}' needs a text for the reporter", field="text")
    if rule.needs_unit and act.unit is None:
        raise Refused(f"'{act.action}' needs a unit", field="unit")
    if not rule.needs_unit and act.unit is not None:
        raise Refused(f"'{act.action}' takes no unit", field="unit")
    if act.action in ABOUT_THE_ACCUSED:
        if (act.unit in complaint.accused) is (act.action is Action.ACCUSE):
            says = "already" if act.action is Action.ACCUSE else "not"
            raise Impossible(f"{complaint.number} does {says} accuse {act.unit}", allowed=())
        return
    if rule.needs_unit and complaint.assignment_of(act.unit) is not None:
        raise Impossible(f"{act.unit} has {complaint.number} already", allowed=())
    if act.unit is not None and complaint.is_kept_from(act.line | {act.unit}):
        raise Impossible(f"{complaint.number} accuses {act.unit}: it cannot go there", allowed=())


def _assign(
    complaint: Complaint, act: Act, rule: Rule, new_id: NewId
) -> tuple[tuple[Assignment, ...], UnitId]:
    """The assignments that change, and who leads afterwards."""
    lead = complaint.lead
    if rule.lead is Lead.KEEP:
        return (), complaint.lead_unit
    if rule.lead is Lead.REOPEN:
        again = _opened(complaint.lead_unit, Role.LEAD, act, new_id)
        return (replace(again, responded_at=act.at),), complaint.lead_unit
    if rule.lead is Lead.KEEP_FROM:
        return _taken_away(complaint, act, new_id)
    if rule.lead is Lead.END:
        # Nobody has it any more while its result is verified.
        ended = tuple(_ended(a, act) for a in complaint.assignments)
        return ended, complaint.lead_unit
    if lead is None:
        raise Impossible(f"{complaint.number} is with nobody", allowed=())
    # Forwarding moves the complaint itself; a unit that was asked to help disposes of its own part.
    own = lead if act.action is Action.FORWARD else complaint.assignment_of(act.actor.unit) or lead
    answered = _responded(own, act)
    if act.unit is None:
        return (answered,), complaint.lead_unit
    if rule.lead is Lead.JOIN:
        return (answered, _opened(act.unit, Role.COORDINATED, act, new_id)), complaint.lead_unit
    new = replace(_opened(act.unit, own.role, act, new_id), previous=own.id)
    return (_ended(answered, act), new), act.unit if own is lead else complaint.lead_unit


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


def _still_open(
    before: tuple[Assignment, ...], changed: tuple[Assignment, ...]
) -> tuple[Assignment, ...]:
    merged = {a.id: a for a in before} | {a.id: a for a in changed}
    return tuple(a for a in merged.values() if a.ended_at is None)


def _state(complaint: Complaint, act: Act, rule: Rule) -> State:
    """An open complaint that is taken from its lead waits at the next."""
    lead = complaint.lead
    if rule.lead is Lead.KEEP_FROM and lead is not None and lead.unit in act.barred:
        return State.MENUNGGU
    return rule.to or complaint.state


def _confidential(complaint: Complaint, action: Action) -> bool:
    changed = {Action.MAKE_CONFIDENTIAL: True, Action.LIFT_CONFIDENTIAL: False}
    return changed.get(action, complaint.confidential)


def _accused(complaint: Complaint, act: Act) -> frozenset[UnitId]:
    if act.unit is None or act.action not in ABOUT_THE_ACCUSED:
        return complaint.accused
    named = frozenset({act.unit})
    found = complaint.accused | named
    return found if act.action is Action.ACCUSE else complaint.accused - named


def _shown(act: Act) -> dict[str, Any]:
    """The reporter's wish and an officer's decision stand beside each other: neither undoes the
    other, and the public page needs both."""
    if act.action not in {Action.HIDE, Action.SHOW}:
        return {}
    hides = act.action is Action.HIDE
    if act.actor.kind is ActorKind.CITIZEN:
        return {"visibility": Visibility.HIDDEN if hides else Visibility.PUBLIC}
    return {"withheld": hides}


def _ending(complaint: Complaint, act: Act, rule: Rule) -> dict[str, Any]:
    """When the agency was done, when that became final, and how it ended."""
    if act.action is Action.FINISH and rule.to is not State.SELESAI:
        return {"finished_at": act.at, "finished_by": act.actor.id}
    if rule.to is State.SELESAI:
        known = complaint.finished_at if complaint.stage is not Stage.NONE else None
        withdrawn = act.action is Action.WITHDRAW
        return {
            "finished_at": act.at if withdrawn else known or act.at,
            "ended_at": act.at,
            "closing_reason": _reason(act),
        }
    if rule.lead is Lead.REOPEN:
        return {"finished_at": None, "finished_by": "", "ended_at": None, "closing_reason": None}
    if rule.stage is Stage.ADMINISTRATIVE:
        return {"closing_reason": None}
    return {}


def _reason(act: Act) -> ClosingReason | None:
    match act.action:
        case Action.WITHDRAW:
            return ClosingReason.DIBATALKAN
        case Action.AUTO_FINISH:
            return ClosingReason.OTOMATIS
        case Action.CLOSE:
            given = (act.data or {}).get("reason", "")
            return next((r for r in ClosingReason if r.value == given), None)
        case _:
            return ClosingReason.TUNTAS


def _result(complaint: Complaint, act: Act, rule: Rule) -> dict[str, Any]:
    """What is known of the result that is looked at."""
    if act.action is Action.OBJECT and rule.lead is not Lead.REOPEN:
        return {"objected": True, "field_checked": False}
    if act.action is Action.VERIFY:
        return {"field_checked": complaint.stage is Stage.FIELD or complaint.field_checked}
    if act.action is Action.REJECT:
        rejections = complaint.rejections + 1
        return {"objected": False, "field_checked": False, "rejections": rejections}
    if act.action is Action.FINISH:
        return {"objected": False, "field_checked": False}
    return {}


def _recorded(
    step: Step, act: Act, event: str, new_id: NewId, deadlines: Deadlines | None
) -> Change:
    before = step.before
    clocks = advance(step, deadlines, new_id) if deadlines else ()
    after = replace(step.after, clocks=merged(before.clocks if before else (), clocks))
    transition = Transition(
        seq=after.version,
        action=act.action.value,
        from_state=before.state if before else None,
        to_state=after.state,
        stage=after.stage,
        unit=act.unit or _acting_unit(before or after, act),
        actor=act.actor,
        at=act.at,
        recorded_at=act.recorded_at,
        public_text=act.text.strip(),
        internal_text=act.note.strip(),
        data=_data(after, act),
    )
    accuses = act.action in ABOUT_THE_ACCUSED
    fact = ComplaintEvent(
        id=new_id(),
        kind=f"complaint.{event}",
        complaint=after.id,
        seq=after.version,
        at=act.at,
        recorded_at=act.recorded_at,
        # Events leave the house: whom a complaint accuses is not told with them.
        data={"unit": transition.unit} if transition.unit and not accuses else {},
    )
    return Change(before, after, (transition,), step.assignments, (fact,), clocks)


def _data(after: Complaint, act: Act) -> Mapping[str, Any]:
    """A rejection carries its number: the second is reported to the Inspektorat (rule 12)."""
    data = act.data or {}
    return {**data, "rejection": after.rejections} if act.action is Action.REJECT else data


def _acting_unit(complaint: Complaint, act: Act) -> UnitId | None:
    """Whose line of history it is: a comment is its author's, work is done by whoever has it."""
    if act.late is not None:
        return act.late.unit
    if act.action in VERIFYING:
        # The line says whose result it is; who looked at it is the actor.
        return complaint.lead_unit
    if act.actor.kind is not ActorKind.OFFICER:
        return complaint.lead_unit
    holds = complaint.assignment_of(act.actor.unit) is not None
    speaks = RULES[act.action].lead is Lead.KEEP
    return act.actor.unit if holds or speaks else complaint.lead_unit


__all__ = [
    "ABOUT_THE_ACCUSED", "BY_DECREE", "CLOSED_FOR", "RULES", "VERIFYING", "Act", "Action",
    "allowed", "amended", "apply", "filed", "rule_for",
]  # fmt: skip
