"""Every action in every state, allowed and refused; and what it does to assignments."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from core.access import Officer, OfficerRole
from core.commands import act_as_officer, amend, file_complaint, offered
from core.complaint import (
    Actor,
    ActorKind,
    ClosingReason,
    Complaint,
    ComplaintDraft,
    ComplaintId,
    Kind,
    Place,
    Role,
    Stage,
    State,
    UnitId,
    Visibility,
)
from core.errors import Impossible, Refused
from core.messages import AccountId
from core.number import ComplaintNumber
from core.routing import Channel
from core.ticket import TicketKind
from core.workflow import RULES, Act, Action, Filing, allowed, apply, rule_for

NOW = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
OWNER, DINAS, SUDIN = UnitId("biro-pemerintahan"), UnitId("dinas"), UnitId("sudin")


def filed() -> Complaint:
    numbers = count(100)
    return file_complaint(
        ComplaintDraft(Kind.PUBLIC_SPACE, "lampu-jalan", Place("Jl Panjang")),
        complaint_id=ComplaintId(1),
        number=ComplaintNumber("JK2611200001"),
        account=AccountId("sms"),
        channel=Channel(OWNER),
        origin_key="message:1:0",
        reporter="7",
        at=NOW,
        recorded_at=NOW,
        new_id=lambda: next(numbers),
    ).after


_ids = count(1000)


def act(complaint: Complaint, action: Action, **more: Any) -> Complaint:
    actor = more.pop("actor", Actor(ActorKind.OFFICER, "t", complaint.lead_unit))
    more.setdefault("text", "Sudah." if RULES[action].needs_text else "")
    if action is Action.CLOSE:
        more.setdefault("data", {"reason": "belum-jelas"})
    if action is Action.FILE_TICKET:
        more.setdefault("filing", Filing(TicketKind.PINDAH_SKPD))
        more.setdefault("note", "Bukan tugas kami.")
    if action is Action.CONSULT:
        more.setdefault("note", "Tiang yang mana?")
    if action is Action.ESTIMATE:
        more.setdefault("until", NOW + timedelta(days=20))
    if RULES[action].needs_unit:
        more.setdefault("unit", DINAS)
    at = more.pop("at", NOW + timedelta(hours=1))
    write = more.pop("write", lambda change: None)
    change = apply(complaint, Act(action, actor, at, at, **more), lambda: next(_ids))
    write(change)
    return change.after


def in_state(state: State) -> Complaint:
    return in_stage(state, Stage.NONE)


def in_stage(state: State, stage: Stage) -> Complaint:
    complaint = filed()
    for action in WAYS[state, stage]:
        complaint = act(complaint, action)
    assert (complaint.state, complaint.stage) == (state, stage)
    return complaint


WAYS = {
    (State.MENUNGGU, Stage.NONE): (),
    (State.PROSES, Stage.NONE): (Action.PROCESS,),
    (State.DISPOSISI, Stage.NONE): (Action.DISPOSE,),
    (State.KOORDINASI, Stage.NONE): (Action.COORDINATE,),
    (State.PROSES, Stage.ADMINISTRATIVE): (Action.FINISH,),
    (State.PROSES, Stage.FIELD): (Action.FINISH, Action.CHECK_FIELD),
    (State.PROSES, Stage.VALIDATION): (Action.FINISH, Action.VERIFY),
    (State.SELESAI, Stage.NONE): (Action.FINISH, Action.VERIFY, Action.VALIDATE),
}

A = Action
ALWAYS = {
    A.COMMENT, A.HIDE, A.SHOW, A.AMEND, A.ACCUSE, A.CLEAR, A.MAKE_CONFIDENTIAL,
    A.LIFT_CONFIDENTIAL, A.LATE,
}  # fmt: skip
JUDGED = {A.RATE, A.CONFIRM, A.OBJECT}
WORKED_ON = ALWAYS | {
    A.FORWARD, A.PROCESS, A.DISPOSE, A.COORDINATE, A.FINISH, A.CLOSE, A.WITHDRAW, A.ESTIMATE,
    A.FILE_TICKET, A.CONSULT,
}  # fmt: skip
VERIFIED = ALWAYS | JUDGED | {A.WITHDRAW, A.REJECT, A.AUTO_FINISH, A.CONSULT}
POSSIBLE = {
    (State.MENUNGGU, Stage.NONE): WORKED_ON,
    (State.PROSES, Stage.NONE): WORKED_ON - {A.PROCESS},
    (State.DISPOSISI, Stage.NONE): WORKED_ON,
    (State.KOORDINASI, Stage.NONE): WORKED_ON,
    (State.PROSES, Stage.ADMINISTRATIVE): VERIFIED | {A.VERIFY, A.CHECK_FIELD},
    (State.PROSES, Stage.FIELD): VERIFIED | {A.VERIFY, A.REPORT_BACK},
    (State.PROSES, Stage.VALIDATION): VERIFIED | {A.CHECK_FIELD, A.VALIDATE},
    (State.SELESAI, Stage.NONE): ALWAYS | JUDGED,
}
"""Written down by hand, apart from the table in the code."""


@pytest.mark.parametrize(("state", "stage"), WAYS)
@pytest.mark.parametrize("action", RULES)
def test_each_action_in_each_state_is_as_the_table_says(
    state: State, stage: Stage, action: Action
) -> None:
    complaint = in_stage(state, stage)
    unit = UnitId("another") if RULES[action].needs_unit else None
    if action is Action.CLEAR:
        complaint = replace(complaint, accused=frozenset({UnitId("another")}))
    if action not in POSSIBLE[state, stage]:
        with pytest.raises(Impossible) as refused:
            act(complaint, action, unit=unit)
        assert refused.value.allowed == tuple(a.value for a in allowed(complaint))
        assert set(allowed(complaint)) == POSSIBLE[state, stage]
        assert complaint.number in str(refused.value)
        return
    after = act(complaint, action, unit=unit)
    assert after.version == complaint.version + 1
    assert after.state is (rule_for(complaint, action).to or state)
    leads = [a for a in after.assignments if a.role is Role.LEAD]
    assert len(leads) == int(after.is_worked_on)


def test_what_is_confidential_stays_when_its_reporter_withdraws_it() -> None:
    """Somebody may have been made to: the named readers and the Inspektorat decide."""
    for stage in (Stage.NONE, Stage.VALIDATION):
        secret = replace(in_stage(State.PROSES, stage), confidential=True)
        after = act(secret, Action.WITHDRAW)
        assert after == replace(secret, version=secret.version + 1)
    assert act(in_state(State.PROSES), Action.WITHDRAW).state is State.SELESAI


def test_no_state_is_a_dead_end() -> None:
    for state in State:
        assert set(allowed(in_state(state))) - {Action.COMMENT, Action.HIDE, Action.SHOW}


def test_forwarding_moves_the_lead_and_answers_for_the_one_before() -> None:
    complaint = act(filed(), Action.FORWARD, unit=DINAS)
    assert complaint.lead_unit == DINAS
    assert complaint.state is State.MENUNGGU
    (lead,) = complaint.assignments
    assert (lead.unit, lead.responded_at) == (DINAS, None)
    assert lead.previous is not None


def test_the_first_response_counts_and_later_ones_do_not_move_it() -> None:
    first = act(filed(), Action.PROCESS, at=NOW + timedelta(hours=1))
    again = act(first, Action.COORDINATE, at=NOW + timedelta(hours=5))
    lead = again.lead
    assert lead is not None
    assert lead.responded_at == NOW + timedelta(hours=1)


def test_a_unit_asked_to_help_disposes_of_its_own_part_only() -> None:
    shared = act(act(filed(), Action.PROCESS), Action.COORDINATE, unit=DINAS)
    helper = Actor(ActorKind.OFFICER, "t", DINAS)
    after = act(shared, Action.DISPOSE, actor=helper, unit=SUDIN)
    assert after.lead_unit == OWNER
    assert {(a.unit, a.role) for a in after.assignments} == {
        (OWNER, Role.LEAD),
        (SUDIN, Role.COORDINATED),
    }


def test_finishing_ends_every_assignment_and_is_not_the_end() -> None:
    done = act(act(filed(), Action.COORDINATE, unit=DINAS), Action.FINISH)
    assert done.assignments == ()
    assert (done.state, done.closing_reason, done.ended_at) == (State.PROSES, None, None)
    assert done.finished_at == NOW + timedelta(hours=1)


def test_withdrawing_is_no_success() -> None:
    gone = act(filed(), Action.WITHDRAW, actor=Actor(ActorKind.CITIZEN, "7"))
    assert gone.closing_reason is ClosingReason.DIBATALKAN


@pytest.mark.parametrize(
    ("action", "more", "field"),
    [
        (Action.FINISH, {"text": "  "}, "text"),
        (Action.COMMENT, {"text": ""}, "text"),
        (Action.CONSULT, {"note": " ?"}, "note"),
        (Action.FORWARD, {"unit": None}, "unit"),
        (Action.PROCESS, {"unit": DINAS}, "unit"),
    ],
)
def test_what_is_missing_or_makes_no_sense_is_named(
    action: Action, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        act(filed(), action, **more)
    assert refused.value.field == field


def test_a_unit_that_has_it_cannot_get_it_again() -> None:
    with pytest.raises(Impossible, match="has JK2611200001 already"):
        act(filed(), Action.FORWARD, unit=OWNER)


def test_every_change_leaves_a_line_and_a_fact_without_words() -> None:
    complaint = filed()
    asked = Act(
        Action.PROCESS, Actor(ActorKind.OFFICER, "t", OWNER), NOW, NOW, text=" Regu ", note="mandor"
    )
    change = apply(complaint, asked, lambda: next(_ids))
    (line,), (fact,) = change.transitions, change.events
    assert (line.seq, line.public_text, line.internal_text) == (2, "Regu", "mandor")
    assert (fact.kind, fact.seq) == ("complaint.processing", 2)
    assert "Regu" not in fact.to_json()
    assert "mandor" not in fact.to_json()


def test_work_is_its_holders_and_a_comment_is_its_authors() -> None:
    with_dinas = act(filed(), Action.FORWARD, unit=DINAS)
    owner = Actor(ActorKind.OFFICER, "t", OWNER)
    done = apply(with_dinas, Act(Action.PROCESS, owner, NOW, NOW), lambda: next(_ids))
    said = apply(with_dinas, Act(Action.COMMENT, owner, NOW, NOW, text="x"), lambda: next(_ids))
    assert done.transitions[0].unit == DINAS
    assert said.transitions[0].unit == OWNER


def test_an_amendment_changes_content_and_not_the_workflow() -> None:
    complaint = act(filed(), Action.PROCESS)
    content = ComplaintDraft(Kind.PUBLIC_SPACE, "got-mampet", Place("Jl Kemuning"))
    after = amend(
        complaint, content, reporter="7", at=NOW, recorded_at=NOW, new_id=lambda: next(_ids)
    ).after
    assert (after.state, after.category) == (State.PROSES, "got-mampet")
    assert after.assignments == complaint.assignments


def test_whoever_asks_to_stay_unnamed_is_hidden_from_the_start() -> None:
    draft = replace(ComplaintDraft(), anonymous=True)
    change = file_complaint(
        draft, complaint_id=ComplaintId(1), number=ComplaintNumber("JK2611200001"),
        account=AccountId("sms"), channel=Channel(OWNER), origin_key="x", reporter="7", at=NOW,
        recorded_at=NOW, new_id=lambda: next(_ids),
    )  # fmt: skip
    assert change.after.visibility is Visibility.HIDDEN


CITIZEN = Actor(ActorKind.CITIZEN, "7")


def test_neither_undoes_the_hiding_of_the_other() -> None:
    both = act(act(filed(), Action.HIDE), Action.HIDE, actor=CITIZEN)
    assert not both.is_public
    shown_by_reporter = act(both, Action.SHOW, actor=CITIZEN)
    assert (shown_by_reporter.visibility, shown_by_reporter.is_public) == (
        Visibility.PUBLIC, False,
    )  # fmt: skip
    assert not act(both, Action.SHOW).is_public
    assert act(shown_by_reporter, Action.SHOW).is_public


def test_a_finish_text_without_a_letter_says_nothing() -> None:
    complaint = act(filed(), Action.PROCESS)
    for text in ("\u200b", " \u2060 ", "...", "👍"):
        with pytest.raises(Refused) as refused:
            act(complaint, Action.FINISH, text=text)
        assert refused.value.field == "text"


def test_an_officer_is_told_only_of_what_an_officer_may_do() -> None:
    officer = Officer("t", OWNER, OfficerRole.CHANNEL_ADMIN, frozenset({"sms"}))
    complaint = act(filed(), Action.PROCESS)
    with pytest.raises(Impossible) as refused:
        act_as_officer(
            complaint, Action.PROCESS, officer, unit=None, text="", note="", now=NOW,
            new_id=lambda: next(_ids),
        )  # fmt: skip
    assert {"withdraw", "amend", "late", "validate"}.isdisjoint(refused.value.allowed)
    assert "finish" in refused.value.allowed
    assert "possible are forward" in str(refused.value)


def test_hide_and_show_are_offered_in_turn() -> None:
    officer = Officer("t", OWNER, OfficerRole.CHANNEL_ADMIN, frozenset({"sms"}))
    complaint = filed()
    for hides, other in ((Action.HIDE, Action.SHOW), (Action.SHOW, Action.HIDE)):
        assert hides in offered(complaint, officer)
        assert other not in offered(complaint, officer)
        complaint = act(complaint, hides)
