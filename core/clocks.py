"""The clocks of a complaint: how long each runs, and what a change starts, stops and misses. Pure.

| clock | whose | how long | source |
|---|---|---|---|
| response | each unit that gets it | 6 h | Keputusan Sekda 99/2022, rule 1 (S4) |
| completion | the complaint | 7 days | Governor, 15 Nov 2019; S3 "rerata di bawah 7 hari" |
| completion, of the Pendopo | the complaint | 3 days | Instruksi Sekda 28/2025 KESATU (S2) |
| verification | Biro Pemerintahan | 3 × 24 h | rule 9; what happens then is rule 11 |
| decision | Biro Pemerintahan, of a ticket | 3 × 24 h | rules 3 and 4 |
| clarification | the channel's owner, of a ticket | 1 × 24 h | rules 5 and 6 |
| asking | a question that leaves by itself | 5 minutes | *ours* |
| triage | the channel's owner | 2 working hours | *ours*: no decree gives the owner a deadline |

A clock that was missed goes on running: the work is still owed. The clock of the completion is one
for the whole life: what comes back goes on from the first receipt (rule 10). It is the *working*
deadline, which `core.extending` moves; what counts for the score, `core.scoring` derives.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.calendar import EVERY_WEEKDAY, Calendar
from core.complaint import (
    Assignment,
    Clock,
    ClockId,
    ClockKind,
    ClockResult,
    Complaint,
    NewId,
    Role,
    Stage,
    State,
    TicketId,
    UnitId,
)
from core.extending import due_of, extended, paused, resumed
from core.ticket import Extension, Grounds, Ticket, TicketOutcome
from core.tickets import CLOSES_AS, MOVES, QUESTIONS, lead_has

RULE: Mapping[ClockKind, str] = {
    ClockKind.TRIAGE: "docs/policy.md",
    ClockKind.RESPONSE: "Keputusan Sekda 99/2022, 1",
    ClockKind.COMPLETION: "Gubernur, 15 November 2019",
    ClockKind.VERIFICATION: "Keputusan Sekda 99/2022, 9 dan 11",
    ClockKind.DECISION: "Keputusan Sekda 99/2022, 3 dan 4",
    ClockKind.CLARIFICATION: "Keputusan Sekda 99/2022, 5 dan 6",
    ClockKind.ASKING: "docs/policy.md",
}
"""Where each clock comes from, as it is shown beside it."""


PENDOPO_RULE = "Instruksi Sekda 28/2025 KESATU"
"""Where the completion of what was taken at the Pendopo Balai Kota comes from."""


VALIDATING_UNIT = UnitId("biro-pemerintahan")
"""Verifies and validates every result (Keputusan Sekda 99/2022, 9; S2 KESATU c.6)."""


class Days(enum.StrEnum):
    """What "hari" means."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The figures, all configurable. *pause* is the longest that asking the reporter holds a clock,
    *remind* after what time since the ticket they are reminded;
    *estimate_days* how far an estimate reaches, *estimates* how many there may be; *found_anew*:
    what was found on site besides gets a time of its own.
    *complete_rule* is where the completion comes from."""

    respond: timedelta = timedelta(hours=6)
    complete_days: int = 7
    complete_rule: str = RULE[ClockKind.COMPLETION]
    days: Days = Days.CALENDAR
    triage: timedelta = timedelta(hours=2)
    verify: timedelta = timedelta(hours=72)
    decide: timedelta = timedelta(hours=72)
    clarify: timedelta = timedelta(hours=24)
    ask: timedelta = timedelta(minutes=5)
    remind: timedelta = timedelta(hours=6)
    pause: timedelta = timedelta(hours=24)
    estimate_days: int = 90
    estimates: int = 3
    found_anew: bool = True
    calendar: Calendar = EVERY_WEEKDAY

    def due(self, kind: ClockKind, began: datetime) -> datetime:
        """When a clock of this *kind* that *began* then is due."""
        if kind is ClockKind.TRIAGE:
            return self.calendar.after_working_time(began, self.triage)
        if kind is ClockKind.COMPLETION:
            return self._after_days(began, self.complete_days)
        spans = {
            ClockKind.RESPONSE: self.respond,
            ClockKind.VERIFICATION: self.verify,
            ClockKind.DECISION: self.decide,
            ClockKind.CLARIFICATION: self.clarify,
            ClockKind.ASKING: self.ask,
        }
        return began + spans[kind]

    def rule(self, kind: ClockKind) -> str:
        """Where a clock of this *kind* comes from."""
        return self.complete_rule if kind is ClockKind.COMPLETION else RULE[kind]

    def _after_days(self, began: datetime, days: int) -> datetime:
        if self.days is Days.WORKING:
            return self.calendar.after_working_days(began, days)
        return began + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Step:
    """What a change did, as far as clocks care. *assignments* are those it changed, *triage* those
    that the channel's owner has to forward, *late* the clock that fell due; *void*: nobody is to
    blame that a verification did not come to its end. *tickets* are those it changed, *asks*: the
    question of a new one leaves by itself. *owner* is the channel's, *until* an estimate of *by*;
    *found*: another problem, on site.
    """

    before: Complaint | None
    after: Complaint
    assignments: tuple[Assignment, ...]
    at: datetime
    triage: bool = False
    late: ClockId | None = None
    void: bool = False
    tickets: tuple[Ticket, ...] = ()
    asks: bool = False
    owner: UnitId | None = None
    until: datetime | None = None
    by: UnitId | None = None
    found: bool = False


def advance(step: Step, deadlines: Deadlines, new_id: NewId) -> tuple[Clock, ...]:
    """The clocks that *step* starts, stops, hands over or marks as missed, as they are then."""
    return tuple(
        clock
        for part in (
            _late(step),
            _units(step, deadlines, new_id),
            _whole(step, deadlines, new_id),
            _verification(step, deadlines, new_id),
            _decisions(step, deadlines, new_id),
        )
        for clock in part
    )


def merged(before: Iterable[Clock], changed: Iterable[Clock]) -> tuple[Clock, ...]:
    """What a complaint carries afterwards: what runs, and the clock of its completion."""
    every = {c.id: c for c in before} | {c.id: c for c in changed}
    return tuple(c for c in every.values() if c.runs or c.kind is ClockKind.COMPLETION)


def stopped(clock: Clock, at: datetime, *, void: bool = False) -> Clock:
    """*clock* when what it was for has happened, or (*void*) was taken away in time."""
    late = at > clock.due_at or clock.missed_at is not None
    result = ClockResult.MISSED if late else ClockResult.VOID if void else ClockResult.MET
    return replace(clock, ended_at=at, result=result)


def recomputed(clock: Clock, deadlines: Deadlines) -> Clock:
    """*clock* as it would stand if *deadlines* had always been these. One that was missed and is
    not due any more runs as if nothing had been; one that ended keeps its end."""
    due = due_of(clock, deadlines)
    missed = clock.missed_at if clock.missed_at and due <= clock.missed_at else None
    return replace(clock, due_at=due, missed_at=missed)


def _late(step: Step) -> Iterator[Clock]:
    for clock in step.before.clocks if step.before else ():
        if clock.id == step.late:
            yield replace(clock, missed_at=clock.due_at)


def _units(step: Step, deadlines: Deadlines, new_id: NewId) -> Iterator[Clock]:
    """Rule 1 for each unit that has it; triage for the owner that has it first."""
    known = {c.subject: c for c in step.before.clocks if c.runs} if step.before else {}
    had = {a.id for a in step.before.assignments} if step.before else set()
    for item in step.assignments:
        clock = known.get(item.id)
        answered = item.responded_at is not None
        if clock is not None and (answered or item.ended_at is not None):
            yield stopped(clock, item.responded_at or step.at, void=not answered)
        elif clock is None and not answered and item.ended_at is None:
            triage = step.triage and item.role is Role.LEAD
            kind = ClockKind.TRIAGE if triage else ClockKind.RESPONSE
            # A response that was none is owed from when that was decided.
            began = step.at if item.id in had else item.received_at
            yield _started(kind, item.unit, began, deadlines, new_id, item)


def _whole(step: Step, deadlines: Deadlines, new_id: NewId) -> Iterator[Clock]:
    after = step.after
    known = step.before.clock(ClockKind.COMPLETION) if step.before else None
    if known is None:
        if after.is_worked_on:
            # Also for a complaint from before there were clocks.
            began = after.filed_at
            yield _started(ClockKind.COMPLETION, after.lead_unit, began, deadlines, new_id)
        return
    clock = _moved(step, known, deadlines)
    if known.runs and not after.is_worked_on:
        clock = stopped(clock, step.at)
    elif after.is_worked_on:
        clock = replace(clock, ended_at=None, result=None, unit=after.lead_unit)
    if clock != known:
        yield clock


def _moved(step: Step, clock: Clock, deadlines: Deadlines) -> Clock:
    """The working deadline after what the step did to the tickets of the unit that leads."""
    before = step.before
    if before is None:
        return clock
    for ticket in step.tickets:
        if ticket.kind in QUESTIONS and not ticket.is_open:
            counts = ticket.outcome is not TicketOutcome.REFUSED
            clock = resumed(clock, ticket, step.at, deadlines, counts=counts)
        if not lead_has(before, ticket):
            continue
        if ticket.is_open and ticket.asked_at == step.at and before.ticket(ticket.id):
            clock = paused(clock, ticket, deadlines)
        if ticket.kind in MOVES and ticket.outcome is TicketOutcome.APPROVED:
            until = deadlines.due(clock.kind, step.at)
            clock = _extended(step, clock, Grounds.MOVE, until, deadlines)
    if step.until is not None:
        return _extended(step, clock, Grounds.ESTIMATE, step.until, deadlines)
    anew = deadlines.due(clock.kind, step.at)
    if step.found and deadlines.found_anew and anew > clock.due_at:
        return _extended(step, clock, Grounds.FOUND, anew, deadlines)
    answered_late = before.closing_reason in CLOSES_AS.values() and step.after.is_worked_on
    if answered_late and clock.ended_at is not None:
        until = clock.due_at + (step.at - clock.ended_at)
        return _extended(step, clock, Grounds.ANSWER, until, deadlines)
    return clock


def _extended(
    step: Step, clock: Clock, grounds: Grounds, until: datetime, deadlines: Deadlines
) -> Clock:
    by = step.by or clock.unit
    return extended(clock, Extension(grounds, step.at, until, by, step.after.version), deadlines)


def _decisions(step: Step, deadlines: Deadlines, new_id: NewId) -> Iterator[Clock]:
    """Rules 3 to 6 for each ticket: from when it is filed until somebody decides."""
    running = [c for c in step.before.clocks if c.runs] if step.before else []
    owner = step.owner or step.after.lead_unit
    for ticket in step.tickets:
        if step.before is None or step.before.ticket(ticket.id) is None:
            moves = ticket.kind in MOVES
            kind = ClockKind.DECISION if moves else ClockKind.CLARIFICATION
            unit = VALIDATING_UNIT if moves else owner
            yield _started(kind, unit, step.at, deadlines, new_id, ticket=ticket.id)
            if step.asks and not moves:
                yield _started(
                    ClockKind.ASKING, owner, step.at, deadlines, new_id, ticket=ticket.id
                )
        for clock in running:
            over = not ticket.is_open or (clock.kind is ClockKind.ASKING and ticket.asked_at)
            if clock.ticket == ticket.id and over:
                asked = clock.kind is not ClockKind.ASKING or ticket.asked_at is not None
                void = ticket.outcome is TicketOutcome.LAPSED or not asked
                yield stopped(clock, step.at, void=void)


def _verification(step: Step, deadlines: Deadlines, new_id: NewId) -> Iterator[Clock]:
    """From the agency's word, or from an objection, until it is validated or goes back."""
    before = step.before
    was = before is not None and before.stage is not Stage.NONE
    now = step.after.stage is not Stage.NONE
    if now and not was:
        yield _started(ClockKind.VERIFICATION, VALIDATING_UNIT, step.at, deadlines, new_id)
    elif was and not now and before is not None:
        running = before.clock(ClockKind.VERIFICATION)
        if running is not None:
            yield stopped(running, step.at, void=step.void)


def _started(
    kind: ClockKind,
    unit: UnitId,
    began: datetime,
    deadlines: Deadlines,
    new_id: NewId,
    subject: Assignment | None = None,
    ticket: TicketId | None = None,
) -> Clock:
    return Clock(
        id=ClockId(new_id()),
        kind=kind,
        unit=unit,
        began_at=began,
        due_at=deadlines.due(kind, began),
        subject=subject.id if subject else None,
        ticket=ticket,
    )


class Awaited(enum.StrEnum):
    """What the citizen is waiting for."""

    FORWARDING = "forwarding"
    RESPONSE = "response"
    RESULT = "result"
    VERIFICATION = "verification"
    DECISION = "decision"
    """Biro Pemerintahan says who is to do it."""
    ANSWER = "answer"
    """The reporter's own."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class NextNews:
    """Who owes what, and until when (aware UTC); *due* is None when nothing is awaited."""

    awaited: Awaited
    unit: UnitId
    due: datetime | None


def next_news(complaint: Complaint, owner: UnitId, deadlines: Deadlines) -> NextNews:
    """What comes next for *complaint*, which came in through an account of *owner*."""
    lead = complaint.lead
    if complaint.is_open and complaint.stage is not Stage.NONE:
        clock = complaint.clock(ClockKind.VERIFICATION)
        return NextNews(Awaited.VERIFICATION, VALIDATING_UNIT, clock.due_at if clock else None)
    if lead is None or not complaint.is_open:
        return NextNews(Awaited.NOTHING, complaint.lead_unit, None)
    ticket = _decisive(complaint)
    if ticket is not None:
        return ticket
    if complaint.state is State.MENUNGGU and lead.unit == owner and lead.previous is None:
        return _awaited(Awaited.FORWARDING, ClockKind.TRIAGE, complaint, lead, deadlines)
    if complaint.state in {State.MENUNGGU, State.DISPOSISI} and lead.responded_at is None:
        return _awaited(Awaited.RESPONSE, ClockKind.RESPONSE, complaint, lead, deadlines)
    return _awaited(Awaited.RESULT, ClockKind.COMPLETION, complaint, None, deadlines)


def _decisive(complaint: Complaint) -> NextNews | None:
    """What a ticket of the unit that leads makes everybody wait for: a decision comes first."""
    for kind, awaited in _WAITS_FOR.items():
        for clock in complaint.clocks:
            ticket = complaint.ticket(clock.ticket)
            asked = ticket is not None and (ticket.kind in MOVES or ticket.asked_at is not None)
            if clock.kind is kind and ticket is not None and asked and lead_has(complaint, ticket):
                return NextNews(awaited, clock.unit, clock.due_at)
    return None


_WAITS_FOR = {
    ClockKind.DECISION: Awaited.DECISION,
    ClockKind.CLARIFICATION: Awaited.ANSWER,
}


def _awaited(
    awaited: Awaited,
    kind: ClockKind,
    complaint: Complaint,
    subject: Assignment | None,
    deadlines: Deadlines,
) -> NextNews:
    """Due when the clock says; by the rule where a complaint is older than the clocks."""
    clock = complaint.clock(kind, subject.id if subject else None)
    began = subject.received_at if subject else complaint.filed_at
    due = clock.due_at if clock else deadlines.due(kind, began)
    return NextNews(awaited, subject.unit if subject else complaint.lead_unit, due)
