"""When the next news is due."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from core.calendar import Calendar, Hours
from core.clocks import Awaited, Deadlines, next_news, recomputed
from core.commands import clock_fell_due
from core.complaint import Actor, ActorKind, ClockKind, ClockResult, Complaint, UnitId
from core.errors import Impossible
from core.number import WIB
from core.workflow import Act, Action, apply
from tests.core.test_workflow import DINAS, NOW, OWNER, SUDIN, _ids, act, filed

CALENDAR = Calendar(Hours(time(7, 30), time(16, 0)))


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=WIB)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (wib(20, 8), 2, wib(20, 10)),  # a Friday
        (wib(20, 15), 2, wib(23, 8, 30)),  # over the weekend
        (wib(20, 19), 2, wib(23, 9, 30)),
        (wib(21, 9), 2, wib(23, 9, 30)),  # Saturday
        (wib(20, 5), 2, wib(20, 9, 30)),
        (wib(20, 14), 2, wib(20, 16)),
        (wib(20, 8), 16, wib(23, 15, 30)),
    ],
)
def test_working_time_skips_nights_and_weekends(start: datetime, hours: int, end: datetime) -> None:
    assert CALENDAR.after_working_time(start, timedelta(hours=hours)) == end


def test_a_span_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than a year"):
        CALENDAR.after_working_time(NOW, timedelta(days=4000))


def test_what_is_awaited_follows_the_state() -> None:
    plan = Deadlines()
    waiting = filed()
    assert next_news(waiting, OWNER, plan).awaited is Awaited.FORWARDING
    forwarded = act(waiting, Action.FORWARD, unit=DINAS)
    news = next_news(forwarded, OWNER, plan)
    assert (news.awaited, news.unit) == (Awaited.RESPONSE, DINAS)
    assert news.due == NOW + timedelta(hours=7), "six hours after it was handed over"
    working = act(forwarded, Action.PROCESS)
    assert next_news(working, OWNER, plan).due == NOW + timedelta(days=7)
    done = act(working, Action.FINISH)
    checked = next_news(done, OWNER, plan)
    assert (checked.awaited, checked.unit) == (Awaited.VERIFICATION, OWNER)
    assert checked.due == NOW + timedelta(hours=73), "3 x 24 hours after the agency's word"
    final = act(act(done, Action.VERIFY), Action.VALIDATE)
    assert next_news(final, OWNER, plan).due is None


def kinds(complaint: Complaint) -> dict[ClockKind, UnitId]:
    return {c.kind: c.unit for c in complaint.clocks if c.runs}


def test_each_change_starts_and_stops_what_the_rules_say() -> None:
    waiting = filed()
    assert kinds(waiting) == {ClockKind.TRIAGE: OWNER, ClockKind.COMPLETION: OWNER}
    forwarded = act(waiting, Action.FORWARD, unit=DINAS)
    assert kinds(forwarded) == {ClockKind.RESPONSE: DINAS, ClockKind.COMPLETION: DINAS}
    working = act(forwarded, Action.PROCESS)
    assert kinds(working) == {ClockKind.COMPLETION: DINAS}
    disposed = act(working, Action.DISPOSE, unit=SUDIN)
    assert kinds(disposed) == {ClockKind.RESPONSE: SUDIN, ClockKind.COMPLETION: SUDIN}
    gone = act(disposed, Action.WITHDRAW)
    assert kinds(gone) == {}


def test_a_clock_is_met_missed_or_void() -> None:
    forwarded = act(filed(), Action.FORWARD, unit=DINAS, at=NOW)
    lead = forwarded.lead
    assert lead is not None
    for hours, result in ((5, ClockResult.MET), (6, ClockResult.MET), (7, ClockResult.MISSED)):
        actor = Actor(ActorKind.OFFICER, "t", DINAS)
        at = NOW + timedelta(hours=hours)
        change = apply(forwarded, Act(Action.PROCESS, actor, at, at), lambda: next(_ids))
        (clock,) = change.clocks
        assert (clock.result, clock.ended_at, clock.subject) == (result, at, lead.id)
    at = NOW + timedelta(hours=1)
    citizen = Actor(ActorKind.CITIZEN, "7")
    gone = apply(forwarded, Act(Action.WITHDRAW, citizen, at, at), lambda: next(_ids))
    assert {c.kind: c.result for c in gone.clocks} == {
        ClockKind.RESPONSE: ClockResult.VOID, ClockKind.COMPLETION: ClockResult.MET,
    }  # fmt: skip


def test_what_comes_back_goes_on_from_the_first_receipt() -> None:
    done = act(filed(), Action.WITHDRAW, at=NOW + timedelta(days=2))
    again = act(done, Action.OBJECT, at=NOW + timedelta(days=3))
    clock = again.clock(ClockKind.COMPLETION)
    assert clock is not None
    assert (clock.began_at, clock.due_at) == (NOW, NOW + timedelta(days=7))
    assert clock.runs


def test_a_clock_falls_due_once_and_then_counts_from_when_it_was_due() -> None:
    forwarded = act(filed(), Action.FORWARD, unit=DINAS, at=NOW)
    clock = next(c for c in forwarded.clocks if c.kind is ClockKind.RESPONSE)
    noticed = NOW + timedelta(days=1)
    change = clock_fell_due(forwarded, clock, recorded_at=noticed, new_id=lambda: next(_ids))
    (line,), (fact,) = change.transitions, change.events
    assert (line.at, line.recorded_at, line.unit) == (clock.due_at, noticed, DINAS)
    assert fact.kind == "complaint.response_late"
    late = change.after.clock(ClockKind.RESPONSE, clock.subject)
    assert late is not None
    assert (late.missed_at, late.runs) == (clock.due_at, True)
    for stale in (late, clock):
        with pytest.raises(Impossible):
            clock_fell_due(change.after, stale, recorded_at=noticed, new_id=lambda: next(_ids))
    answered = act(change.after, Action.PROCESS, at=noticed)
    assert answered.clock(ClockKind.RESPONSE, clock.subject) is None


def test_recomputing_follows_the_figures_and_takes_a_miss_back() -> None:
    clock = next(c for c in filed().clocks if c.kind is ClockKind.COMPLETION)
    missed = replace(clock, missed_at=clock.due_at)
    longer, shorter = Deadlines(complete_days=9), Deadlines(complete_days=5)
    assert recomputed(missed, longer) == replace(clock, due_at=NOW + timedelta(days=9))
    assert recomputed(missed, shorter).missed_at == clock.due_at
    assert recomputed(clock, Deadlines()) == clock
