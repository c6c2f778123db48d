"""Who is told when, as tables: no storage, no clock but the one handed in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

import pytest

from core import commands
from core.clocks import VALIDATING_UNIT
from core.complaint import (
    Actor,
    ActorKind,
    Change,
    ClockKind,
    Complaint,
    ComplaintId,
    Stage,
    UnitId,
)
from core.grouping import merge as merged
from core.grouping import unmerge as unmerged
from core.number import WIB, ComplaintNumber
from core.ticket import TicketKind
from core.workflow import BY_DECREE, Act, Action, Filing, apply
from gateway.duty.hearing import Alarm, heard
from gateway.duty.roster import Matter, OnRoster, Shift
from gateway.duty.rules import calls, is_moot, order_of_alarm, reminds_at
from gateway.outbound.notices import DUTY
from gateway.outbound.planner import OnDuty, Verdict, decide, standing
from gateway.outbound.reasons import Reason
from normalizer.understand import understand
from tests.core.test_workflow import DINAS, NOW, OWNER, act, filed
from tests.gateway.test_planner import ANSWER

_ids = count(1)
ALL = frozenset(Matter) - {Matter.CONFIDENTIAL}
SISTER = UnitId("dinas-perhubungan")


def change(complaint: Complaint, action: Action, **more: Any) -> Change:
    actor = more.pop("actor", None) or act_of(complaint)
    done = Act(action, actor, NOW, NOW, text=more.pop("text", "x"), **more)
    return apply(complaint, done, lambda: next(_ids))


def act_of(complaint: Complaint) -> Actor:
    return Actor(ActorKind.OFFICER, "token:1", complaint.lead_unit)


def called(made: Change) -> list[tuple[str, str, str]]:
    return [(call.unit, call.kind, call.matter.value) for _, call in calls(made)]


WITH_DINAS = act(filed(), Action.FORWARD, unit=DINAS)
FINISHED = act(WITH_DINAS, Action.FINISH)


@pytest.mark.parametrize(
    ("complaint", "action", "more", "told"),
    [
        (filed(), Action.FORWARD, {"unit": DINAS}, [(DINAS, "duty_new", "new")]),
        (WITH_DINAS, Action.COORDINATE, {"unit": SISTER}, [(SISTER, "duty_new", "new")]),
        (WITH_DINAS, Action.PROCESS, {}, []),
        (WITH_DINAS, Action.FINISH, {}, [(VALIDATING_UNIT, "duty_verify", "new")]),
        (replace(WITH_DINAS, confidential=True), Action.FINISH, {}, []),
        (FINISHED, Action.REJECT, {}, [(DINAS, "duty_rejected", "decision")]),
        (act(FINISHED, Action.CHECK_FIELD), Action.REPORT_BACK, {}, [
            (DINAS, "duty_found", "decision"),
        ]),
        (WITH_DINAS, Action.COMMENT, {}, []),
        (
            replace(WITH_DINAS, confidential=True), Action.WITHDRAW, {},
            [(DINAS, "duty_answer", "answer")],
        ),
        (replace(FINISHED, stage=Stage.VALIDATION), Action.VALIDATE, {}, []),
        (
            filed(), Action.ACCUSE,
            {"unit": OWNER, "barred": frozenset({OWNER}), "fallback": UnitId("inspektorat")},
            [("inspektorat", "duty_new", "new")],
        ),
    ],
)  # fmt: skip
def test_each_fact_calls_whoever_has_to_act(
    complaint: Complaint, action: Action, more: dict[str, Any], told: list[tuple[str, str, str]]
) -> None:
    assert called(change(complaint, action, **more)) == told


def test_who_decides_is_told_to_whose_result_it_was() -> None:
    validator = Actor(ActorKind.OFFICER, "token:2", VALIDATING_UNIT)
    ready = replace(FINISHED, stage=Stage.VALIDATION)
    assert called(change(ready, Action.VALIDATE, actor=validator)) == [
        (DINAS, "duty_decided", "decision")
    ]


def ticketed(kind: TicketKind, unit: UnitId = DINAS, *, asks: bool = False) -> Change:
    actor = Actor(ActorKind.OFFICER, "token:1", unit)
    filing = Filing(kind, asks=asks)
    having = WITH_DINAS if unit == DINAS else act(WITH_DINAS, Action.COORDINATE, unit=unit)
    return change(
        having, Action.FILE_TICKET, filing=filing, note="x", text="", owner=OWNER, actor=actor
    )


def decided(
    of: Complaint, action: Action, by: UnitId = VALIDATING_UNIT, **more: Any
) -> list[tuple[str, str]]:
    actor = Actor(ActorKind.OFFICER, "token:2", by)
    made = change(of, action, ticket=of.tickets[0].id, actor=actor, owner=OWNER, **more)
    return [(unit, kind) for unit, kind, _ in called(made)]


@pytest.mark.parametrize(
    ("kind", "asks", "told"),
    [
        (TicketKind.PINDAH_SKPD, False, [(VALIDATING_UNIT, "duty_ticket", "new")]),
        (TicketKind.SALAH_KOORDINASI, False, [(VALIDATING_UNIT, "duty_ticket", "new")]),
        (TicketKind.PINDAH_KELURAHAN, False, [(VALIDATING_UNIT, "duty_ticket", "new")]),
        (TicketKind.TIDAK_JELAS, False, [(OWNER, "duty_ticket", "new")]),
        (TicketKind.TIDAK_DITEMUKAN, False, [(OWNER, "duty_ticket", "new")]),
        (TicketKind.TIDAK_JELAS, True, []),
    ],
)
def test_a_ticket_calls_whoever_has_to_decide(
    kind: TicketKind, asks: bool, told: list[tuple[str, str, str]]
) -> None:
    assert called(ticketed(kind, asks=asks)) == told


def test_a_ticket_that_was_decided_or_asked_about_waits_for_nobody() -> None:
    move, question = ticketed(TicketKind.PINDAH_SKPD), ticketed(TicketKind.TIDAK_JELAS)
    for made, unit in ((move, VALIDATING_UNIT), (question, OWNER)):
        ((_, call),) = calls(made)
        assert call.params["filed"] == made.after.tickets[0].kind
        params = {"unit": unit, **call.params}
        assert not is_moot("duty_ticket", params, made.after)
        assert is_moot("duty_ticket", params, replace(made.after, tickets=()))
    asked = replace(question.after.tickets[0], asked_at=NOW)
    params = {"unit": OWNER, "ticket": str(asked.id)}
    assert is_moot("duty_ticket", params, replace(question.after, tickets=(asked,)))


def test_who_filed_a_ticket_is_told_what_became_of_it() -> None:
    move, part = ticketed(TicketKind.PINDAH_SKPD), ticketed(TicketKind.SALAH_KOORDINASI, SISTER)
    third = UnitId("dinas-sosial")
    given = [(third, "duty_new"), (DINAS, "duty_decided")]
    assert decided(move.after, Action.APPROVE_TICKET, unit=third) == given
    given = [(third, "duty_new"), (SISTER, "duty_decided")]
    assert decided(part.after, Action.APPROVE_TICKET, unit=third) == given
    assert decided(move.after, Action.REFUSE_TICKET) == [(DINAS, "duty_decided")]
    assert decided(part.after, Action.REFUSE_TICKET) == [(SISTER, "duty_decided")]
    question = ticketed(TicketKind.TIDAK_JELAS).after
    for action in (Action.ASK, Action.CLARIFY, Action.REFUSE_TICKET):
        assert decided(question, action, OWNER) == [(DINAS, "duty_decided")], action


def test_what_the_system_asks_and_the_reporter_answers_is_no_decision() -> None:
    question = ticketed(TicketKind.TIDAK_JELAS, asks=True).after
    clock = question.clock_of(question.tickets[0].id, ClockKind.ASKING)
    assert clock is not None
    made = commands.clock_fell_due(
        question, clock, recorded_at=NOW, new_id=lambda: next(_ids), question="Di mana?"
    )
    assert called(made) == []
    reporter = Actor(ActorKind.CITIZEN, "1")
    assert called(change(made.after, Action.CLARIFY, actor=reporter)) == []


def test_closed_in_vain_and_opened_again_are_told_to_who_leads() -> None:
    question = ticketed(TicketKind.TIDAK_JELAS).after
    asked = change(
        question, Action.ASK, ticket=question.tickets[0].id, owner=OWNER,
        actor=Actor(ActorKind.OFFICER, "token:2", OWNER),
    ).after  # fmt: skip
    system = Actor(ActorKind.SYSTEM)
    closed = change(asked, Action.UNANSWERED, ticket=asked.tickets[0].id, actor=system)
    assert called(closed) == [(DINAS, "duty_decided", "decision")]
    again = change(closed.after, Action.CLARIFY, actor=Actor(ActorKind.CITIZEN, "1"))
    assert called(again) == [(DINAS, "duty_reopened", "new")]


def test_while_a_result_is_verified_whoever_led_is_consulted() -> None:
    made = change(
        FINISHED, Action.CONSULT, note="Foto yang mana?", text="", owner=OWNER,
        actor=Actor(ActorKind.OFFICER, "token:1", VALIDATING_UNIT),
    )  # fmt: skip
    assert called(made) == [(DINAS, "duty_consulted", "new")]


@pytest.mark.parametrize(
    ("by", "asked"),
    [
        (DINAS, [OWNER]),
        (SISTER, [OWNER]),
        (OWNER, [DINAS, SISTER]),
        (UnitId("biro-perekonomian-dan-keuangan"), [DINAS, SISTER]),
    ],
)
def test_whoever_is_consulted_is_told(by: UnitId, asked: list[UnitId]) -> None:
    shared = act(act(WITH_DINAS, Action.PROCESS), Action.COORDINATE, unit=SISTER)
    actor = Actor(ActorKind.OFFICER, "token:1", by)
    made = change(
        shared, Action.CONSULT, note="Tiang yang mana?", text="", owner=OWNER, actor=actor
    )
    assert called(made) == [(unit, "duty_consulted", "new") for unit in asked]
    assert not is_moot("duty_consulted", {"unit": asked[0]}, made.after)
    assert made.after == replace(shared, version=shared.version + 1)


def test_a_missed_clock_is_told_to_its_unit() -> None:
    clock = next(c for c in WITH_DINAS.clocks if c.kind is ClockKind.RESPONSE)
    made = commands.clock_fell_due(WITH_DINAS, clock, recorded_at=NOW, new_id=lambda: next(_ids))
    ((_, call),) = calls(made)
    assert (call.unit, call.kind, call.params) == (DINAS, "duty_late", {"clock": str(clock.id)})


def test_the_accused_are_told_nothing() -> None:
    accused = replace(WITH_DINAS, accused=frozenset({DINAS}), assignments=())
    assert called(change(replace(accused, assignments=()), Action.WITHDRAW)) == []
    for kind in ("duty_new", "duty_clock", "duty_late", "duty_answer", "duty_decided"):
        assert is_moot(kind, {"unit": DINAS}, accused), kind


@pytest.mark.parametrize(
    ("kind", "complaint", "moot"),
    [
        ("duty_new", WITH_DINAS, False),
        ("duty_new", act(WITH_DINAS, Action.PROCESS), True),
        ("duty_new", act(WITH_DINAS, Action.FORWARD, unit=SISTER), True),
        ("duty_answer", WITH_DINAS, False),
        ("duty_answer", FINISHED, True),
        ("duty_verify", FINISHED, False),
        ("duty_verify", WITH_DINAS, True),
    ],
)
def test_what_is_overtaken_is_not_told(kind: str, complaint: Complaint, moot: bool) -> None:
    assert is_moot(kind, {"unit": DINAS}, complaint) is moot


def test_of_a_merged_complaint_nobody_is_told_until_it_is_by_itself_again() -> None:
    other = replace(filed(), id=ComplaintId(2), number=ComplaintNumber("JK2"))
    merge = Act(Action.MERGE, act_of(WITH_DINAS), NOW, NOW)
    one, absorbed = merged(WITH_DINAS, other, merge, lambda: next(_ids))
    assert called(one) == called(absorbed) == []
    for kind in DUTY:
        assert is_moot(kind, {"unit": DINAS}, one.after), kind
    unmerge = replace(merge, action=Action.UNMERGE)
    back, released = unmerged(
        one.after, other, one.transitions, unmerge, lambda: next(_ids), owner=OWNER
    )
    assert called(back) == [(DINAS, "duty_new", "new")]
    assert called(released) == []
    assert not is_moot("duty_new", {"unit": DINAS}, back.after)


def test_half_and_four_fifths_are_of_working_time_where_that_counts() -> None:
    response = next(c for c in WITH_DINAS.clocks if c.kind is ClockKind.RESPONSE)
    assert reminds_at(response, 50, BY_DECREE) == response.began_at + timedelta(hours=3)
    assert reminds_at(response, 80, BY_DECREE) == response.began_at + timedelta(hours=4.8)
    triage = next(c for c in filed().clocks if c.kind is ClockKind.TRIAGE)
    evening = replace(triage, began_at=at("19:00"), due_at=at("09:30", day=20))
    assert reminds_at(evening, 50, BY_DECREE) == at("08:30", day=20)


def at(clock: str, day: int = 19) -> datetime:
    """November 2026; the 19th is a Thursday."""
    hour, minute = clock.split(":")
    return datetime(2026, 11, day, int(hour), int(minute), tzinfo=WIB)


DAY = Shift(frozenset({1, 2, 3, 4, 5}), time(7, 30), time(16))
NIGHT = Shift(frozenset({4}), time(19), time(7))


@pytest.mark.parametrize(
    ("shift", "now", "until"),
    [
        (DAY, at("08:00"), None),
        (DAY, at("16:00"), at("07:30", 20)),
        (DAY, at("17:00", 20), at("07:30", 23)),
        (NIGHT, at("23:00"), None),
        (NIGHT, at("06:59", 20), None),
        (NIGHT, at("07:00", 20), at("19:00", 26)),
        (Shift(frozenset({4}), time(0), time(0)), at("23:59"), None),
    ],
)
def test_hours_on_duty(shift: Shift, now: datetime, until: datetime | None) -> None:
    assert shift.rests_until(now) == until
    assert Shift.from_json(shift.to_json()) == shift


def officer(number: int, told: frozenset[Matter] = ALL, shift: Shift | None = None) -> OnRoster:
    return OnRoster(number, UnitId("u"), number, told, shift)


@pytest.mark.parametrize(
    ("ladder", "order"),
    [
        ([[officer(1), officer(2)]], [1, 2]),
        ([[officer(1, shift=DAY), officer(2)], [officer(3)]], [2, 1, 3]),
        ([[officer(1, frozenset({Matter.NEW}))], [officer(3)]], [3]),
        ([[], []], []),
    ],
)
def test_an_alarm_goes_down_the_roster_then_up_the_chain(
    ladder: Sequence[Sequence[OnRoster]], order: list[int]
) -> None:
    found = order_of_alarm(ladder, at("20:00"), confidential=False)
    assert [o.id for o in found] == order


def test_a_secret_alarm_calls_only_who_reads_secrets() -> None:
    ladder = [[officer(1), officer(2, frozenset(Matter))]]
    assert [o.id for o in order_of_alarm(ladder, at("20:00"), confidential=True)] == [2]


ON = OnDuty(on_roster=True)


@pytest.mark.parametrize(
    ("duty", "kind", "now", "decision"),
    [
        (ON, "duty_new", "10:00", (Verdict.SEND, None)),
        (ON, "duty_new", "22:00", (Verdict.LATER, Reason.QUIET_HOURS)),
        (replace(ON, has_hours=True), "duty_new", "22:00", (Verdict.SEND, None)),
        (
            replace(ON, rests_until=at("07:30", 20)), "duty_new", "10:00",
            (Verdict.LATER, Reason.OFF_DUTY),
        ),
        (
            replace(ON, bundles_until=at("10:05")), "duty_new", "10:00",
            (Verdict.LATER, Reason.BUNDLED),
        ),
        (
            replace(ON, rests_until=at("07:30", 20), bundles_until=at("22:05")), "duty_emergency",
            "22:00", (Verdict.SEND, None),
        ),
        (OnDuty(on_roster=False), "duty_emergency", "10:00", (Verdict.DROP, Reason.OFF_ROSTER)),
    ],
)  # fmt: skip
def test_when_an_officer_is_told(
    duty: OnDuty, kind: str, now: str, decision: tuple[Verdict, Reason | None]
) -> None:
    made = decide(replace(ANSWER, kind=kind, duty=duty, now=at(now), last_inbound_at=None))
    assert (made.verdict, made.reason) == decision


def test_what_is_confidential_is_told_to_its_readers_only() -> None:
    asked = replace(ANSWER, kind="duty_new", confidential=True, duty=ON, now=at("10:00"))
    assert decide(asked).reason is Reason.CONFIDENTIAL
    reader = replace(ON, reads_confidential=True)
    assert decide(replace(asked, duty=reader)).verdict is Verdict.SEND


def test_on_two_rosters_an_officer_is_on_duty_where_one_says_so() -> None:
    both = standing([officer(1, shift=DAY), officer(1, shift=NIGHT)], at("22:00"), None)
    assert (both.rests_until, both.has_hours) == (None, True)
    rests = standing([officer(1, shift=DAY)], at("22:00"), None)
    assert rests.rests_until == at("07:30", 20)


FIRST = Alarm(1, ComplaintId(11), ComplaintNumber("JK2611190001"))
SECOND = Alarm(2, ComplaintId(12), ComplaintNumber("JK2611190002"))


@pytest.mark.parametrize(
    ("said", "alarms", "quoted", "taken", "reply"),
    [
        ("OK JK2611190001", [FIRST, SECOND], None, [FIRST], "duty_acknowledged"),
        ("jk2611190002", [FIRST, SECOND], None, [SECOND], "duty_acknowledged"),
        ("ok siap pak", [FIRST], None, [FIRST], "duty_acknowledged"),
        ("siap", [FIRST, SECOND], None, [], "duty_which"),
        ("sebentar", [FIRST, SECOND], ComplaintId(12), [SECOND], "duty_acknowledged"),
        ("OK", [], None, [], "duty_thread"),
        ("OK JK2611190009", [FIRST], None, [], "duty_thread"),
        ("lampu jalan mati di jl panjang", [FIRST], None, [], "duty_thread"),
    ],
)
def test_what_an_officers_reply_means(
    said: str, alarms: list[Alarm], quoted: ComplaintId | None, taken: list[Alarm], reply: str
) -> None:
    meant = heard(understand(said), alarms, quoted)
    assert list(meant.acknowledged) == taken
    assert meant.reply.kind == reply


def test_whoever_gets_a_complaint_by_a_ticket_is_told_that_it_is_new() -> None:
    asked = act(WITH_DINAS, Action.FILE_TICKET, filing=Filing(TicketKind.PINDAH_SKPD))
    made = change(asked, Action.APPROVE_TICKET, unit=SISTER, ticket=asked.tickets[0].id)
    assert called(made) == [(SISTER, "duty_new", "new")]
