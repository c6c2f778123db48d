"""The clocks of a complaint: how long each runs, and what a change starts, stops and misses. Pure.

| clock | whose | how long | source |
|---|---|---|---|
| response | each unit that gets it | 6 h | Keputusan Sekda 99/2022, rule 1 (S4) |
| completion | the complaint | 7 days | Governor, 15 Nov 2019; S3 "rerata di bawah 7 hari" |
| verification | Biro Pemerintahan | 3 × 24 h | rule 9; what happens then is rule 11 |
| triage | the channel's owner | 2 working hours | *ours*: no decree gives the owner a deadline |

A clock that was missed goes on running: the work is still owed. The clock of the completion is one
for the whole life: what comes back goes on from the first receipt (rule 10).
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
    UnitId,
)

RULE: Mapping[ClockKind, str] = {
    ClockKind.TRIAGE: "docs/policy.md",
    ClockKind.RESPONSE: "Keputusan Sekda 99/2022, 1",
    ClockKind.COMPLETION: "Gubernur, 15 November 2019",
    ClockKind.VERIFICATION: "Keputusan Sekda 99/2022, 9 dan 11",
}
"""Where each clock comes from, as it is shown beside it."""


VALIDATING_UNIT = UnitId("biro-pemerintahan")
"""Verifies and validates every result (Keputusan Sekda 99/2022, 9; S2 KESATU c.6)."""


class Days(enum.StrEnum):
    """What "hari" means."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The figures, all configurable."""

    respond: timedelta = timedelta(hours=6)
    complete_days: int = 7
    days: Days = Days.CALENDAR
    triage: timedelta = timedelta(hours=2)
    verify: timedelta = timedelta(hours=72)
    calendar: Calendar = EVERY_WEEKDAY

    def due(self, kind: ClockKind, began: datetime) -> datetime:
        """When a clock of this *kind* that *began* then is due."""
        if kind is ClockKind.TRIAGE:
            return self.calendar.after_working_time(began, self.triage)
        if kind is ClockKind.RESPONSE:
            return began + self.respond
        if kind is ClockKind.VERIFICATION:
            return began + self.verify
        return self._after_days(began, self.complete_days)

    def _after_days(self, began: datetime, days: int) -> datetime:
        if self.days is Days.WORKING:
            return self.calendar.after_working_days(began, days)
        return began + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Step:
    """What a change did, as far as clocks care. *assignments* are those it changed, *triage* those
    that the channel's owner has to forward, *late* the clock that fell due; *void*: nobody is to
    blame that a verification did not come to its end."""

    before: Complaint | None
    after: Complaint
    assignments: tuple[Assignment, ...]
    at: datetime
    triage: bool = False
    late: ClockId | None = None
    void: bool = False


def advance(step: Step, deadlines: Deadlines, new_id: NewId) -> tuple[Clock, ...]:
    """The clocks that *step* starts, stops, hands over or marks as missed, as they are then."""
    return tuple(
        clock
        for part in (
            _late(step),
            _units(step, deadlines, new_id),
            _whole(step, deadlines, new_id),
            _verification(step, deadlines, new_id),
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
    due = deadlines.due(clock.kind, clock.began_at)
    missed = clock.missed_at if clock.missed_at and due <= clock.missed_at else None
    return replace(clock, due_at=due, missed_at=missed)


def _late(step: Step) -> Iterator[Clock]:
    for clock in step.before.clocks if step.before else ():
        if clock.id == step.late:
            yield replace(clock, missed_at=clock.due_at)


def _units(step: Step, deadlines: Deadlines, new_id: NewId) -> Iterator[Clock]:
    """Rule 1 for each unit that has it; triage for the owner that has it first."""
    known = {c.subject: c for c in step.before.clocks if c.runs} if step.before else {}
    for item in step.assignments:
        clock = known.get(item.id)
        answered = item.responded_at is not None
        if clock is not None and (answered or item.ended_at is not None):
            yield stopped(clock, item.responded_at or step.at, void=not answered)
        elif clock is None and not answered and item.ended_at is None:
            triage = step.triage and item.role is Role.LEAD
            kind = ClockKind.TRIAGE if triage else ClockKind.RESPONSE
            yield _started(kind, item.unit, item.received_at, deadlines, new_id, item)


def _whole(step: Step, deadlines: Deadlines, new_id: NewId) -> Iterator[Clock]:
    after = step.after
    known = step.before.clock(ClockKind.COMPLETION) if step.before else None
    if known is None:
        if after.is_worked_on:
            # Also for a complaint from before there were clocks.
            began = after.filed_at
            yield _started(ClockKind.COMPLETION, after.lead_unit, began, deadlines, new_id)
        return
    if known.runs and not after.is_worked_on:
        yield stopped(known, step.at)
    elif not known.runs and after.is_worked_on:
        yield replace(known, ended_at=None, result=None, unit=after.lead_unit)
    elif known.runs and known.unit != after.lead_unit:
        yield replace(known, unit=after.lead_unit)


def _verification(step: Step, deadlines: Deadlines, new_id: NewId) -> Iterator[Clock]:
    """From the agency's word, or from an objection, until it is validated or rejected."""
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
) -> Clock:
    return Clock(
        id=ClockId(new_id()),
        kind=kind,
        unit=unit,
        began_at=began,
        due_at=deadlines.due(kind, began),
        subject=subject.id if subject else None,
    )


class Awaited(enum.StrEnum):
    """What the citizen is waiting for."""

    FORWARDING = "forwarding"
    RESPONSE = "response"
    RESULT = "result"
    VERIFICATION = "verification"
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
    if complaint.state is State.MENUNGGU and lead.unit == owner and lead.previous is None:
        return _awaited(Awaited.FORWARDING, ClockKind.TRIAGE, complaint, lead, deadlines)
    if complaint.state in {State.MENUNGGU, State.DISPOSISI}:
        return _awaited(Awaited.RESPONSE, ClockKind.RESPONSE, complaint, lead, deadlines)
    return _awaited(Awaited.RESULT, ClockKind.COMPLETION, complaint, None, deadlines)


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
