"""Carries out an action on a complaint: `apply`, which is pure. The table is in `core.actions`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core import tickets
from core.actions import (
    ABOUT_THE_ACCUSED,
    CLOSED_FOR,
    DECIDING,
    OF_MERGED,
    RULES,
    VERIFYING,
    Act,
    Action,
    Filing,
    Lead,
    Rule,
    allowed,
    helps,
    rule_for,
    stands,
)
from core.assigning import assign, still_open
from core.clocks import Deadlines, Step, advance, merged
from core.complaint import (
    ActorKind,
    Assignment,
    AssignmentId,
    Change,
    Clock,
    ClockResult,
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
from core.filing import changed, check
from core.ticket import Ticket, TicketKind
from core.tickets import lead_has

BY_DECREE = Deadlines()
"""The figures as the decrees give them, without holidays."""


_TAKES_OUT = frozenset({Action.ACCUSE, Action.MAKE_CONFIDENTIAL})
"""What is kept from somebody is grouped with nothing: the group would tell of it."""


def apply(
    complaint: Complaint, act: Act, new_id: NewId, deadlines: Deadlines = BY_DECREE
) -> Change:
    """Carry out *act* on *complaint*.

    Raises:
        Impossible: The state does not permit it; lists what is permitted.
            Also where the unit named has it already, or is accused.
        Refused: A field is missing or senseless; *field* says which.
    """
    about = complaint.ticket(act.ticket)
    if about is not None:
        act = replace(act, data={**(act.data or {}), **_of_ticket(about)})
    rule = rule_for(complaint, act.action, act.actor.unit)
    _check(complaint, act, rule)
    check(complaint, act, rule, deadlines)
    assignments, lead_unit = assign(complaint, act, rule, new_id)
    after = replace(
        complaint,
        state=_state(complaint, act, rule),
        stage=complaint.stage if rule.stage is None else rule.stage,
        version=complaint.version + 1,
        lead_unit=lead_unit,
        confidential=_confidential(complaint, act.action),
        accused=_accused(complaint, act),
        problem=None if act.action in _TAKES_OUT else complaint.problem,
        assignments=still_open(complaint.assignments, assignments),
        **_shown(act),
        **_ending(complaint, act, rule),
        **_result(complaint, act, rule),
    )
    of_tickets = changed(complaint, after, act, assignments, new_id)
    after = replace(after, tickets=tickets.merged(complaint.tickets, of_tickets))
    event = _event(complaint, act, rule)
    triage = rule.lead is Lead.KEEP_FROM
    fallen = act.late.id if act.late and act.action is Action.LATE else None
    void = act.action is Action.WITHDRAW
    step = Step(
        complaint, after, assignments, act.at, triage, fallen, void, of_tickets,
        asks=act.filing is not None and act.filing.asks, owner=act.owner, until=act.until,
        by=act.actor.unit, found=act.action is Action.REPORT_BACK,
    )  # fmt: skip
    return recorded(step, act, event, new_id, deadlines)


def _of_ticket(ticket: Ticket) -> Mapping[str, Any]:
    return {"ticket": str(ticket.id), "kind": ticket.kind.value}


def _event(complaint: Complaint, act: Act, rule: Rule) -> str:
    """What it is a fact of: a clock is late, a question is not put, else as the table says; what
    becomes of a helper's part is no news of the whole."""
    if act.late is not None and act.action is Action.LATE:
        return f"{act.late.kind}_late"
    ticket = complaint.ticket(act.ticket)
    if act.action is Action.REFUSE_TICKET and ticket and ticket.kind in tickets.QUESTIONS:
        return "question_stopped"
    if ticket and ticket.kind in tickets.MOVES and not lead_has(complaint, ticket):
        return f"part_{rule.event}"
    return rule.event


def amended(complaint: Complaint, content: ComplaintDraft, act: Act, new_id: NewId) -> Change:
    """*complaint* with the understood content of *content* in place of its own."""
    if content.category != complaint.category:
        act = replace(act, data={**(act.data or {}), "category_before": complaint.category})
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
    return recorded(step, act, RULES[Action.AMEND].event, new_id, None)


def filed(
    complaint: Complaint,
    act: Act,
    new_id: NewId,
    deadlines: Deadlines = BY_DECREE,
    *,
    triage: bool = True,
) -> Change:
    """The first transition of a new complaint: it waits at its lead, who with *triage* is the owner
    of its channel and is to forward it."""
    lead = Assignment(
        id=AssignmentId(new_id()), unit=complaint.lead_unit, role=Role.LEAD, received_at=act.at
    )
    after = replace(complaint, state=State.MENUNGGU, version=1, assignments=(lead,))
    step = Step(None, after, (lead,), act.at, triage=triage)
    return recorded(step, act, "filed", new_id, deadlines)


def _require_to_stand(complaint: Complaint, act: Act) -> None:
    if complaint.merged_into is not None and act.action not in OF_MERGED:
        raise Impossible(
            f"{complaint.number} was merged into another: act on that, or unmerge it first",
            allowed=(*(a.value for a in allowed(complaint)), Action.UNMERGE.value),
        )
    if not stands(complaint, act.action, act.actor.unit):
        names = tuple(action.value for action in allowed(complaint, act.actor.unit))
        now = f"{complaint.state}, {complaint.stage}" if complaint.stage else complaint.state
        raise Impossible(
            f"{complaint.number} is {now}: '{act.action}' is not possible now", allowed=names
        )


def _check(complaint: Complaint, act: Act, rule: Rule) -> None:
    _require_to_stand(complaint, act)
    own = complaint.assignment_of(act.actor.unit)
    if act.action is Action.PROCESS and own and own.responded_at and helps(complaint, own.unit):
        raise Impossible(f"{own.unit} has responded to {complaint.number} already", allowed=())
    if act.action is Action.VALIDATE and complaint.objected and not complaint.field_checked:
        raise Impossible(
            f"the reporter of {complaint.number} says that it is not done: it can be validated "
            "after a check in the field",
            allowed=(Action.CHECK_FIELD.value, Action.REJECT.value),
        )
    if act.action is Action.CLOSE and reason_of(act.action, act.data or {}) not in CLOSED_FOR:
        reasons = ", ".join(sorted(CLOSED_FOR))
        raise Refused(f"'close' needs one of the reasons {reasons}", field="reason")
    if act.action is Action.CONSULT and not any(c.isalnum() for c in act.note):
        raise Refused("'consult' needs a note: what you want to know", field="note")
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


def _state(complaint: Complaint, act: Act, rule: Rule) -> State:
    """An open complaint that is taken from its lead waits at the next; when the last unit that
    helped is done, the lead works alone."""
    lead = complaint.lead
    if rule.lead is Lead.KEEP_FROM and lead is not None and lead.unit in act.barred:
        return State.MENUNGGU
    if rule.lead is Lead.HAND_ON and not _is_of_the_lead(complaint, act):
        return complaint.state
    helpers = [a for a in complaint.assignments if a.role is Role.COORDINATED]
    if rule.lead is Lead.END_PART and len(helpers) == 1 and complaint.state is State.KOORDINASI:
        return State.PROSES
    return rule.to or complaint.state


def _is_of_the_lead(complaint: Complaint, act: Act) -> bool:
    ticket = complaint.ticket(act.ticket)
    return ticket is not None and lead_has(complaint, ticket)


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
    if act.action is Action.FINISH and rule.lead is Lead.END and rule.to is not State.SELESAI:
        return {"finished_at": act.at, "finished_by": act.actor.id}
    if rule.to is State.SELESAI:
        known = complaint.finished_at if complaint.stage is not Stage.NONE else None
        withdrawn = act.action is Action.WITHDRAW
        return {
            "finished_at": act.at if withdrawn else known or act.at,
            "ended_at": act.at,
            "closing_reason": reason_of(act.action, act.data or {}),
        }
    if rule.lead in {Lead.REOPEN, Lead.REOPEN_WAITING}:
        return {"finished_at": None, "finished_by": "", "ended_at": None, "closing_reason": None}
    if rule.stage is Stage.ADMINISTRATIVE:
        return {"closing_reason": None}
    return {}


def reason_of(action: Action, data: Mapping[str, Any]) -> ClosingReason | None:
    """Why a complaint ended that *action* with *data* ended; None for a close without a known
    reason."""
    match action:
        case Action.UNANSWERED:
            return tickets.CLOSES_AS[TicketKind(data["kind"])]
        case Action.WITHDRAW:
            return ClosingReason.DIBATALKAN
        case Action.MERGE:
            return ClosingReason.DIGABUNG
        case Action.AUTO_FINISH:
            return ClosingReason.OTOMATIS
        case Action.CLOSE:
            given = data.get("reason", "")
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
    judged_anew = act.action is Action.FINISH and rule.lead is Lead.END
    if judged_anew or act.action is Action.REPORT_BACK:
        return {"objected": False, "field_checked": False}
    return {}


def recorded(
    step: Step, act: Act, event: str, new_id: NewId, deadlines: Deadlines | None
) -> Change:
    """What *step* is to be written as: one line of history and one event for *act*. Without
    *deadlines* no clock starts or stops."""
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
        data=_data(step, act, clocks),
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
    return Change(before, after, (transition,), step.assignments, (fact,), clocks, step.tickets)


def _data(step: Step, act: Act, clocks: Sequence[Clock]) -> Mapping[str, Any]:
    """A rejection carries its number: the second is reported to the Inspektorat (rule 12). What
    is about a ticket names it, an estimate its day.

    Clocks that ended stand here too, because the row of a clock changes when a case is reopened,
    and a month's figures must not.
    """
    data = dict(act.data or {})
    if act.action is Action.REJECT:
        data["rejection"] = step.after.rejections
    if act.action in DECIDING | {Action.FILE_TICKET} and step.tickets:
        data |= _of_ticket(step.tickets[0])
    if act.action is Action.CONSULT:
        data["asked"] = consulted(step.after, act)
    if act.until is not None:
        data["until"] = act.until.isoformat()
    if ended := [_ended_clock(c, c.ended_at) for c in clocks if c.ended_at]:
        data["clocks"] = ended
    return data


def consulted(complaint: Complaint, act: Act) -> list[UnitId]:
    """Whom *act* asks: the channel's owner if a unit that has it asks, else the units that have
    it; while its result is verified, whoever led."""
    having = [a.unit for a in complaint.assignments] or [complaint.lead_unit]
    asks_owner = act.actor.unit in having and act.actor.unit != act.owner
    asked = [act.owner] if asks_owner and act.owner else having
    return [unit for unit in asked if unit != act.actor.unit]


def _ended_clock(clock: Clock, ended_at: datetime) -> Mapping[str, Any]:
    return {
        "kind": clock.kind.value,
        "unit": clock.unit,
        "result": clock.result.value if clock.result else ClockResult.VOID.value,
        "seconds": round((ended_at - clock.began_at).total_seconds()),
    }


def _acting_unit(complaint: Complaint, act: Act) -> UnitId | None:
    """Whose line of history it is: a comment is its author's, work is done by whoever has it."""
    ticket = complaint.ticket(act.ticket)
    if ticket is not None:
        return ticket.unit
    if act.late is not None:
        return act.late.unit
    if act.action in VERIFYING:
        # The line says whose result it is; who looked at it is the actor.
        return complaint.lead_unit
    if act.actor.kind is not ActorKind.OFFICER:
        return complaint.lead_unit
    holds = complaint.assignment_of(act.actor.unit) is not None
    speaks = act.action not in RULES or RULES[act.action].lead is Lead.KEEP
    return act.actor.unit if holds or speaks else complaint.lead_unit


__all__ = [
    "ABOUT_THE_ACCUSED", "BY_DECREE", "CLOSED_FOR", "DECIDING", "OF_MERGED", "RULES", "VERIFYING",
    "Act", "Action", "Filing", "allowed", "amended", "apply", "filed", "reason_of", "recorded",
    "rule_for",
]  # fmt: skip
