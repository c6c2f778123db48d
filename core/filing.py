"""What an action does to the tickets of a complaint, and when it may not. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from core.actions import DECIDING, Act, Action, Rule
from core.clocks import Deadlines
from core.complaint import (
    ActorKind,
    Assignment,
    ClockKind,
    Complaint,
    NewId,
    Role,
    TicketId,
)
from core.errors import Impossible, Refused
from core.extending import estimates_of
from core.number import WIB
from core.ticket import Ticket, TicketOutcome
from core.tickets import QUESTIONS, decided, lapsed

_OUTCOMES = {
    Action.APPROVE_TICKET: TicketOutcome.APPROVED,
    Action.REFUSE_TICKET: TicketOutcome.REFUSED,
    Action.CLARIFY: TicketOutcome.ANSWERED,
    Action.UNANSWERED: TicketOutcome.UNANSWERED,
}


def changed(
    before: Complaint,
    after: Complaint,
    act: Act,
    assignments: Iterable[Assignment],
    new_id: NewId,
) -> tuple[Ticket, ...]:
    """The tickets that *act* files, asks about or settles, first the one that it is about."""
    about = _about(before, after, act, new_id)
    known = {t.id for t in about}
    rest = lapsed(before, after, assignments, act.at)
    return (*about, *(t for t in rest if t.id not in known))


def _about(before: Complaint, after: Complaint, act: Act, new_id: NewId) -> tuple[Ticket, ...]:
    own = before.assignment_of(act.actor.unit)
    if act.filing is not None and own is not None:
        filed = Ticket(
            id=TicketId(new_id()),
            kind=act.filing.kind,
            unit=own.unit,
            assignment=own.id,
            filed_at=act.at,
            filed_seq=after.version,
            suggested=act.filing.suggested,
        )
        return (filed,)
    ticket = before.ticket(act.ticket)
    if act.action is Action.ASK and ticket is not None:
        return (replace(ticket, asked_at=act.at),)
    outcome = _OUTCOMES.get(act.action)
    if outcome is None:
        return ()
    if ticket is not None:
        return (replace(decided(ticket, outcome, act.at), given_to=act.unit),)
    # The reporter answers whatever was asked; they know of no tickets.
    asked = [t for t in before.tickets if t.kind in QUESTIONS and t.asked_at is not None]
    return tuple(decided(t, outcome, act.at) for t in asked)


def check(complaint: Complaint, act: Act, rule: Rule, deadlines: Deadlines) -> None:
    """Pass if *act* may do this to the tickets and the deadline of *complaint*.

    Raises:
        Impossible: There is no such ticket, or one of this kind already; says what is there.
        Refused: A field is missing or senseless; *field* says which.
    """
    if act.action is Action.FILE_TICKET:
        _check_filing(complaint, act)
    elif act.action is Action.ESTIMATE:
        _check_estimate(complaint, act, deadlines)
    elif act.action in DECIDING and rule.tickets:
        _check_deciding(complaint, act, rule)


def _check_filing(complaint: Complaint, act: Act) -> None:
    filing = act.filing
    if filing is None:
        raise Refused("'file-ticket' needs a kind", field="kind")
    if not any(c.isalnum() for c in act.note):
        raise Refused("'file-ticket' needs a text: what is wrong, or what to ask", field="text")
    own = complaint.assignment_of(act.actor.unit)
    if own is None:
        raise Impossible(f"{complaint.number} is not with {act.actor.unit} now", allowed=())
    if complaint.confidential:
        raise Impossible(f"{complaint.number} is confidential: it takes no tickets", allowed=())
    if own.role is Role.LEAD and own.previous is None and own.unit == act.owner:
        raise Impossible(
            f"nobody handed {complaint.number} to {own.unit}: forward it, or ask with a comment",
            allowed=(Action.FORWARD.value, Action.COMMENT.value),
        )
    if any((t.kind, t.assignment) == (filing.kind, own.id) for t in complaint.tickets):
        raise Impossible(
            f"{own.unit} has an open ticket '{filing.kind}' for {complaint.number} already",
            allowed=(),
        )
    if filing.suggested is None:
        return
    if filing.kind in QUESTIONS:
        raise Refused(f"'{filing.kind}' asks the reporter and takes no unit", field="suggested")
    if complaint.assignment_of(filing.suggested) is not None:
        raise Refused(f"{filing.suggested} has {complaint.number} already", field="suggested")
    if complaint.is_kept_from(act.line | {filing.suggested}):
        raise Refused(f"{complaint.number} cannot go to {filing.suggested}", field="suggested")


def open_ticket(complaint: Complaint, ticket: TicketId | None) -> Ticket:
    """The open ticket with this id.

    Raises:
        Impossible: There is none; says which there are.
    """
    found = complaint.ticket(ticket)
    if found is None:
        there = ", ".join(f"{t.id} ({t.kind})" for t in complaint.tickets) or "none"
        raise Impossible(
            f"{complaint.number} has no such open ticket; open are: {there}", allowed=()
        )
    return found


def _check_deciding(complaint: Complaint, act: Act, rule: Rule) -> None:
    if act.actor.kind is ActorKind.CITIZEN:
        if not any(t.asked_at for t in complaint.tickets if t.kind in QUESTIONS):
            raise Impossible(f"nothing was asked about {complaint.number}", allowed=())
        return
    ticket = open_ticket(complaint, act.ticket)
    if ticket.kind not in rule.tickets:
        right = "ask or refuse-ticket" if ticket.kind in QUESTIONS else "approve-ticket"
        raise Impossible(f"'{act.action}' is not for '{ticket.kind}': use {right}", allowed=())
    if act.action is Action.ASK and ticket.asked_at is not None:
        raise Impossible(
            f"the reporter of {complaint.number} was asked already; 'comment' adds to it",
            allowed=(Action.COMMENT.value, Action.CLARIFY.value, Action.REFUSE_TICKET.value),
        )


def _check_estimate(complaint: Complaint, act: Act, deadlines: Deadlines) -> None:
    lead = complaint.lead
    if lead is None or lead.unit != act.actor.unit:
        raise Impossible(
            f"{complaint.lead_unit} leads {complaint.number}, and only it gives an estimate",
            allowed=(),
        )
    if act.until is None:
        raise Refused("'estimate' needs the day until which it takes", field="until")
    if act.until <= act.at:
        raise Refused("the estimate lies in the past", field="until")
    clock = complaint.clock(ClockKind.COMPLETION)
    if clock is not None and act.until <= clock.due_at:
        day = clock.due_at.astimezone(WIB)
        raise Refused(f"it is due on {day:%Y-%m-%d %H:%M} anyway: name a later day", field="until")
    if act.until - act.at > timedelta(days=deadlines.estimate_days + 1):
        raise Refused(
            f"an estimate reaches {deadlines.estimate_days} days ahead at most", field="until"
        )
    if clock is not None and estimates_of(clock) >= deadlines.estimates:
        raise Impossible(
            f"{complaint.number} was put off {deadlines.estimates} times, which is the most",
            allowed=(),
        )
