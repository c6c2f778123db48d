"""Tickets: who files and decides which, in which state, and what that does to clocks and parts."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.access import Officer, OfficerRole
from core.clocks import Awaited, Deadlines, next_news
from core.commands import act_as_citizen, act_as_officer, clock_fell_due
from core.complaint import (
    Actor,
    ActorKind,
    Change,
    Clock,
    ClockKind,
    ClockResult,
    ClosingReason,
    Complaint,
    Role,
    Stage,
    State,
    UnitId,
)
from core.errors import CoreError, Impossible, NotAllowed, Refused
from core.ticket import Grounds, Ticket, TicketKind, TicketOutcome
from core.tickets import MOVES, QUESTIONS
from core.units import Hierarchy, Unit
from core.workflow import Action, Filing, allowed
from tests.core.test_workflow import DINAS, NOW, OWNER, POSSIBLE, SUDIN, A, _ids, act, filed

K, R = TicketKind, OfficerRole
OTHER, KEL, KEL2 = UnitId("dinas-lain"), UnitId("kel-a"), UnitId("kel-b")
UNITS = Hierarchy(
    [Unit(OWNER), Unit(DINAS), Unit(OTHER), Unit(KEL, kelurahan="1"), Unit(KEL2, kelurahan="2")]
)
AGENCY = Officer("dinas", DINAS, R.AGENCY_ADMIN)
BIRO = Officer("biro", OWNER, R.VALIDATOR)
CHANNEL = Officer("kanal", OWNER, R.CHANNEL_ADMIN, frozenset({"sms"}))
SYSTEM = Officer("system", OWNER, R.SYSTEM_ADMIN)
HOUR = timedelta(hours=1)


def press(
    complaint: Complaint, action: Action, by: Officer = AGENCY, at: datetime = NOW, **more: Any
) -> Change:
    words = {"text": "Begini.", "note": "Begini."} | {
        k: more.pop(k) for k in ("text", "note") if k in more
    }
    return act_as_officer(
        complaint, action, by, unit=more.pop("unit", None), now=at, owner=OWNER, units=UNITS,
        new_id=lambda: next(_ids), **words, **more,
    )  # fmt: skip


def with_dinas(at: datetime = NOW) -> Complaint:
    return act(filed(), A.FORWARD, unit=DINAS, at=at)


def ticketed(kind: TicketKind, complaint: Complaint | None = None, **more: Any) -> Complaint:
    filing = Filing(kind, more.pop("suggested", None), asks=more.pop("asks", False))
    return press(complaint or with_dinas(), A.FILE_TICKET, filing=filing, **more).after


def only(complaint: Complaint) -> Ticket:
    (ticket,) = complaint.tickets
    return ticket


def asked(kind: TicketKind = K.TIDAK_JELAS, at: datetime = NOW) -> Complaint:
    complaint = ticketed(kind, at=at)
    return press(complaint, A.ASK, CHANNEL, at=at, ticket=only(complaint).id).after


def running(complaint: Complaint, kind: ClockKind) -> Clock:
    (clock,) = [c for c in complaint.clocks if c.kind is kind and c.runs]
    return clock


OF_MOVES = {A.APPROVE_TICKET, A.REFUSE_TICKET}
OF_QUESTIONS = {A.ASK, A.CLARIFY, A.REFUSE_TICKET, A.UNANSWERED}


@pytest.mark.parametrize("kind", [K.PINDAH_SKPD, K.SALAH_KOORDINASI, K.TIDAK_JELAS])
@pytest.mark.parametrize("before", [(), (A.PROCESS,), (A.COORDINATE,)])
def test_an_open_ticket_adds_its_decisions_to_the_table(
    kind: TicketKind, before: tuple[Action, ...]
) -> None:
    complaint = with_dinas()
    for action in before:
        complaint = act(complaint, action, unit=SUDIN if action is A.COORDINATE else None)
    complaint = ticketed(kind, complaint)
    more = OF_MOVES if kind in MOVES else OF_QUESTIONS
    assert set(allowed(complaint)) == POSSIBLE[complaint.state, Stage.NONE] | more


MAY = {
    A.APPROVE_TICKET: {R.SYSTEM_ADMIN: MOVES, R.VALIDATOR: MOVES},
    A.REFUSE_TICKET: {
        R.SYSTEM_ADMIN: MOVES | QUESTIONS, R.VALIDATOR: MOVES, R.CHANNEL_ADMIN: QUESTIONS,
    },
    A.ASK: {R.SYSTEM_ADMIN: QUESTIONS, R.CHANNEL_ADMIN: QUESTIONS},
    A.CLARIFY: {R.SYSTEM_ADMIN: QUESTIONS, R.CHANNEL_ADMIN: QUESTIONS},
}  # fmt: skip


@pytest.mark.parametrize("role", [r for r in R if r not in {R.INSPEKTORAT, R.CONFIDENTIAL_READER}])
@pytest.mark.parametrize("kind", [k for k in K if k is not K.PINDAH_KELURAHAN])
def test_who_decides_about_which_ticket(role: OfficerRole, kind: TicketKind) -> None:
    complaint = ticketed(kind)
    officer = Officer("o", OWNER, role, frozenset({"sms"}))
    for action, table in MAY.items():
        expected: type[CoreError] | None = None
        if kind not in table.get(role, frozenset()):
            # A system admin may decide about every ticket, but not this about this one.
            expected = Impossible if role is R.SYSTEM_ADMIN else NotAllowed
        unit = OTHER if action is A.APPROVE_TICKET else None
        try:
            press(complaint, action, officer, ticket=only(complaint).id, unit=unit)
            found = None
        except (NotAllowed, Impossible) as error:
            found = type(error)
        assert found is expected, action


def test_a_channels_owner_asks_only_its_own_reporters() -> None:
    complaint = ticketed(K.TIDAK_JELAS)
    stranger = Officer("o", OWNER, R.CHANNEL_ADMIN, frozenset({"whatsapp"}))
    with pytest.raises(NotAllowed, match="owner of 'sms' decides"):
        press(complaint, A.ASK, stranger, ticket=only(complaint).id)


@pytest.mark.parametrize(
    ("change", "more", "field"),
    [
        ({}, {"note": " "}, "text"),
        ({}, {"note": "..."}, "text"),
        ({"kind": K.PINDAH_KELURAHAN}, {}, "kind"),
        ({"kind": K.TIDAK_JELAS, "suggested": OTHER}, {}, "suggested"),
        ({"suggested": DINAS}, {}, "suggested"),
    ],
)
def test_what_is_wrong_with_a_ticket_is_named(
    change: dict[str, Any], more: dict[str, Any], field: str
) -> None:
    filing = replace(Filing(K.PINDAH_SKPD), **change)
    with pytest.raises(Refused) as refused:
        press(with_dinas(), A.FILE_TICKET, filing=filing, **more)
    assert refused.value.field == field


def test_a_kelurahan_names_a_kelurahan() -> None:
    here = act(filed(), A.FORWARD, unit=KEL)
    lurah = Officer("lurah", KEL, R.AGENCY_ADMIN)
    with pytest.raises(Refused, match="dinas-lain is no kelurahan"):
        press(here, A.FILE_TICKET, lurah, filing=Filing(K.PINDAH_KELURAHAN, OTHER))
    moved = ticketed(K.PINDAH_KELURAHAN, here, by=lurah, suggested=KEL2)
    assert only(moved).suggested == KEL2


def test_one_open_ticket_of_a_kind_for_each_part() -> None:
    complaint = ticketed(K.PINDAH_SKPD)
    with pytest.raises(Impossible, match="an open ticket 'pindah-skpd'"):
        ticketed(K.PINDAH_SKPD, complaint)
    assert len(ticketed(K.TIDAK_JELAS, complaint).tickets) == 2


def test_only_what_was_handed_over_can_be_handed_back() -> None:
    owner = Officer("kanal", OWNER, R.CHANNEL_ADMIN, frozenset({"sms"}))
    with pytest.raises(Impossible, match="nobody handed"):
        press(filed(), A.FILE_TICKET, owner, filing=Filing(K.PINDAH_SKPD))
    secret = replace(with_dinas(), confidential=True)
    with pytest.raises(Impossible, match="confidential"):
        act(secret, A.FILE_TICKET)
    with pytest.raises(NotAllowed):
        press(with_dinas(), A.FILE_TICKET, Officer("x", OTHER, R.AGENCY_ADMIN), filing=None)


def test_filing_responds_and_starts_the_decision() -> None:
    complaint = ticketed(K.PINDAH_SKPD, at=NOW + 5 * HOUR)
    assert [c for c in complaint.clocks if c.kind is ClockKind.RESPONSE] == []
    clock = running(complaint, ClockKind.DECISION)
    assert (clock.unit, clock.due_at) == (OWNER, NOW + 77 * HOUR)
    news = next_news(complaint, OWNER, Deadlines())
    assert (news.awaited, news.due) == (Awaited.DECISION, clock.due_at)


def test_an_approved_move_counts_anew_for_whoever_gets_it() -> None:
    complaint = ticketed(K.PINDAH_SKPD, suggested=OTHER)
    at = NOW + 50 * HOUR
    change = press(complaint, A.APPROVE_TICKET, BIRO, at, unit=OTHER, ticket=only(complaint).id)
    after, (ticket,) = change.after, change.tickets
    assert (ticket.outcome, ticket.given_to, after.tickets) == (
        TicketOutcome.APPROVED, OTHER, (),
    )  # fmt: skip
    assert (after.state, after.lead_unit) == (State.MENUNGGU, OTHER)
    assert running(after, ClockKind.RESPONSE).due_at == at + 6 * HOUR
    whole = running(after, ClockKind.COMPLETION)
    assert whole.due_at == at + timedelta(days=7)
    assert [(e.grounds, e.unit) for e in whole.extended] == [(Grounds.MOVE, OWNER)]
    assert {c.kind: c.result for c in change.clocks}[ClockKind.DECISION] is ClockResult.MET
    (line,), (fact,) = change.transitions, change.events
    assert (fact.kind, line.data["ticket"]) == ("complaint.moved", str(ticket.id))


def test_a_refused_move_takes_the_response_back() -> None:
    complaint = ticketed(K.PINDAH_SKPD, at=NOW + HOUR)
    due = running(complaint, ClockKind.COMPLETION).due_at
    at = NOW + 20 * HOUR
    after = press(complaint, A.REFUSE_TICKET, BIRO, at, ticket=only(complaint).id).after
    lead = after.lead
    assert lead is not None
    assert (lead.unit, lead.responded_at) == (DINAS, None)
    assert running(after, ClockKind.RESPONSE).due_at == at + 6 * HOUR
    assert running(after, ClockKind.COMPLETION).due_at == due, "the first receipt counts"


def test_who_had_responded_before_the_ticket_has_responded() -> None:
    complaint = ticketed(K.PINDAH_SKPD, act(with_dinas(), A.PROCESS), at=NOW + 2 * HOUR)
    after = press(complaint, A.REFUSE_TICKET, BIRO, NOW + 3 * HOUR, ticket=only(complaint).id).after
    assert after.lead is not None
    assert after.lead.responded_at == NOW + HOUR


def test_a_helpers_ticket_moves_its_own_part() -> None:
    shared = act(act(with_dinas(), A.PROCESS), A.COORDINATE, unit=SUDIN)
    helper = Officer("sudin", SUDIN, R.AGENCY_ADMIN)
    complaint = ticketed(K.SALAH_KOORDINASI, shared, by=helper)
    due = running(complaint, ClockKind.COMPLETION).due_at
    after = press(complaint, A.APPROVE_TICKET, BIRO, ticket=only(complaint).id, unit=OTHER).after
    assert (after.state, after.lead_unit) == (State.KOORDINASI, DINAS)
    assert {(a.unit, a.role) for a in after.assignments} == {
        (DINAS, Role.LEAD), (OTHER, Role.COORDINATED),
    }  # fmt: skip
    assert running(after, ClockKind.COMPLETION).due_at == due


@pytest.mark.parametrize("end", [A.FINISH, A.WITHDRAW, A.FORWARD, A.MAKE_CONFIDENTIAL])
def test_a_ticket_lapses_with_the_part_that_it_is_about(end: Action) -> None:
    complaint = ticketed(K.PINDAH_SKPD)
    lines: list[Change] = []
    after = act(complaint, end, unit=OTHER if end is A.FORWARD else None, write=lines.append)
    assert after.tickets == ()
    assert [t.outcome for t in lines[0].tickets] == [TicketOutcome.LAPSED]
    void = [c for c in lines[0].clocks if c.kind is ClockKind.DECISION]
    assert [c.result for c in void] == [ClockResult.VOID]


def test_asking_stops_the_agencys_clock_until_it_is_answered() -> None:
    filed_at = NOW + 10 * HOUR
    complaint = ticketed(K.TIDAK_JELAS, at=filed_at)
    due = running(complaint, ClockKind.COMPLETION).due_at
    assert due == NOW + timedelta(days=7), "not before the owner has agreed"
    at = filed_at + 2 * HOUR
    complaint = press(complaint, A.ASK, CHANNEL, at, ticket=only(complaint).id).after
    assert running(complaint, ClockKind.COMPLETION).due_at == due + 24 * HOUR
    news = next_news(complaint, OWNER, Deadlines())
    assert (news.awaited, news.due) == (Awaited.ANSWER, filed_at + 24 * HOUR)
    answered = filed_at + 9 * HOUR
    after = act_as_citizen(
        complaint, A.CLARIFY, reporter="7", at=answered, recorded_at=answered,
        new_id=lambda: next(_ids),
    ).after  # fmt: skip
    whole = running(after, ClockKind.COMPLETION)
    assert whole.due_at == due + 9 * HOUR
    assert [(p.began_at, p.ended_at) for p in whole.paused] == [(filed_at, answered)]
    assert (after.tickets, after.state) == ((), State.MENUNGGU)


def test_a_question_that_is_stopped_stops_no_clock() -> None:
    complaint = asked()
    due = running(with_dinas(), ClockKind.COMPLETION).due_at
    change = press(complaint, A.REFUSE_TICKET, CHANNEL, NOW + HOUR, ticket=only(complaint).id)
    whole = running(change.after, ClockKind.COMPLETION)
    assert (whole.due_at, whole.paused) == (due, ())
    assert change.events[0].kind == "complaint.question_stopped"


def test_nobody_is_asked_twice() -> None:
    complaint = asked()
    with pytest.raises(Impossible, match="asked already"):
        press(complaint, A.ASK, CHANNEL, ticket=only(complaint).id)


def test_a_question_leaves_by_itself_unless_somebody_is_faster() -> None:
    complaint = ticketed(K.TIDAK_JELAS, asks=True)
    clock = running(complaint, ClockKind.ASKING)
    assert (clock.unit, clock.due_at) == (OWNER, NOW + timedelta(minutes=5))
    change = clock_fell_due(
        complaint, clock, recorded_at=NOW + HOUR, new_id=lambda: next(_ids), question="Di mana?"
    )
    (line,) = change.transitions
    assert (line.action, line.public_text, line.unit, line.at) == (
        "ask", "Di mana?", DINAS, clock.due_at,
    )  # fmt: skip
    stopped = press(complaint, A.REFUSE_TICKET, CHANNEL, ticket=only(complaint).id)
    assert {c.kind: c.result for c in stopped.clocks}[ClockKind.ASKING] is ClockResult.VOID
    with pytest.raises(Impossible):
        clock_fell_due(stopped.after, clock, recorded_at=NOW, new_id=lambda: next(_ids))


@pytest.mark.parametrize("kind", sorted(QUESTIONS))
def test_what_nobody_answers_is_closed_and_never_solved(kind: TicketKind) -> None:
    complaint = asked(kind)
    clock = running(complaint, ClockKind.CLARIFICATION)
    new_id = _ids.__next__
    left = clock_fell_due(complaint, clock, recorded_at=NOW, new_id=new_id).after
    assert (left.state, len(left.tickets)) == (State.MENUNGGU, 1), "a person decides"
    change = clock_fell_due(complaint, clock, recorded_at=NOW, new_id=new_id, may_close=True)
    reasons = {
        K.TIDAK_JELAS: ClosingReason.BELUM_JELAS,
        K.TIDAK_DITEMUKAN: ClosingReason.TIDAK_DITEMUKAN,
    }
    assert change.after.closing_reason is reasons[kind]
    assert [t.outcome for t in change.tickets] == [TicketOutcome.UNANSWERED]
    again = act_as_citizen(
        change.after, A.CLARIFY, reporter="7", at=NOW + 200 * HOUR, recorded_at=NOW,
        new_id=new_id,
    ).after  # fmt: skip
    assert (again.state, again.lead_unit, again.closing_reason) == (State.MENUNGGU, DINAS, None)
    assert running(again, ClockKind.RESPONSE).due_at == NOW + 206 * HOUR
    whole = running(again, ClockKind.COMPLETION)
    assert whole.due_at > NOW + 200 * HOUR, "what was closed was nobody's delay"


def test_what_a_helper_asked_in_vain_does_not_end_the_whole() -> None:
    shared = act(act(with_dinas(), A.PROCESS), A.COORDINATE, unit=SUDIN)
    helper = Officer("sudin", SUDIN, R.AGENCY_ADMIN)
    complaint = ticketed(K.TIDAK_JELAS, shared, by=helper)
    complaint = press(complaint, A.ASK, CHANNEL, ticket=only(complaint).id).after
    clock = running(complaint, ClockKind.CLARIFICATION)
    change = clock_fell_due(
        complaint, clock, recorded_at=NOW, new_id=lambda: next(_ids), may_close=True
    )
    assert change.events[0].kind == "complaint.clarification_late"


def test_a_reporter_who_was_asked_nothing_answers_nothing() -> None:
    with pytest.raises(Impossible):
        act(ticketed(K.TIDAK_JELAS), A.CLARIFY, actor=Actor(ActorKind.CITIZEN, "7"))


def test_an_estimate_moves_the_working_deadline() -> None:
    until = NOW + timedelta(days=30)
    change = press(with_dinas(), A.ESTIMATE, until=until)
    whole = running(change.after, ClockKind.COMPLETION)
    assert (whole.due_at, whole.extended[0].unit, whole.extended[0].seq) == (until, DINAS, 3)
    assert change.transitions[0].data["until"] == until.isoformat()
    assert change.events[0].kind == "complaint.estimated"


@pytest.mark.parametrize(
    ("until", "says"),
    [
        (None, "needs the day"),
        (NOW - HOUR, "in the past"),
        (NOW + timedelta(days=7), "anyway"),
        (NOW + timedelta(days=92), "90 days ahead"),
    ],
)
def test_an_estimate_that_helps_nobody_is_refused(until: datetime | None, says: str) -> None:
    with pytest.raises(Refused, match=says) as refused:
        press(with_dinas(), A.ESTIMATE, until=until)
    assert refused.value.field == "until"


def test_estimates_end_and_are_the_leads() -> None:
    complaint = with_dinas()
    for days in (20, 30, 40):
        complaint = press(complaint, A.ESTIMATE, until=NOW + timedelta(days=days)).after
    with pytest.raises(Impossible, match="3 times"):
        press(complaint, A.ESTIMATE, until=NOW + timedelta(days=50))
    helped = act(act(with_dinas(), A.PROCESS), A.COORDINATE, unit=SUDIN)
    with pytest.raises(Impossible, match="dinas leads"):
        press(helped, A.ESTIMATE, Officer("s", SUDIN, R.AGENCY_ADMIN), until=NOW + 500 * HOUR)
