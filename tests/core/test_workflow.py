"""Every action in every state, allowed and refused; and what it does to assignments."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from core.commands import amend, file_complaint
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
    State,
    UnitId,
    Visibility,
)
from core.errors import Impossible, Refused
from core.messages import AccountId
from core.number import ComplaintNumber
from core.workflow import RULES, Act, Action, allowed, apply

NOW = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
OWNER, DINAS, SUDIN = UnitId("biro-pemerintahan"), UnitId("dinas"), UnitId("sudin")


def filed() -> Complaint:
    numbers = count(100)
    return file_complaint(
        ComplaintDraft(Kind.PUBLIC_SPACE, "lampu-jalan", Place("Jl Panjang")),
        complaint_id=ComplaintId(1),
        number=ComplaintNumber("JK2611200001"),
        account=AccountId("sms"),
        unit=OWNER,
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
    if RULES[action].needs_unit:
        more.setdefault("unit", DINAS)
    at = more.pop("at", NOW + timedelta(hours=1))
    return apply(complaint, Act(action, actor, at, at, **more), lambda: next(_ids)).after


def in_state(state: State) -> Complaint:
    ways = {
        State.MENUNGGU: (),
        State.PROSES: (Action.PROCESS,),
        State.DISPOSISI: (Action.DISPOSE,),
        State.KOORDINASI: (Action.COORDINATE,),
        State.SELESAI: (Action.FINISH,),
    }
    complaint = filed()
    for action in ways[state]:
        complaint = act(complaint, action)
    assert complaint.state is state
    return complaint


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", RULES)
def test_each_action_in_each_state_is_as_the_table_says(state: State, action: Action) -> None:
    complaint = in_state(state)
    unit = UnitId("another") if RULES[action].needs_unit else None
    if action is Action.CLEAR:
        complaint = replace(complaint, accused=frozenset({UnitId("another")}))
    if state not in RULES[action].frm:
        with pytest.raises(Impossible) as refused:
            act(complaint, action, unit=unit)
        assert refused.value.allowed == tuple(a.value for a in allowed(complaint))
        assert complaint.number in str(refused.value)
        return
    after = act(complaint, action, unit=unit)
    assert after.version == complaint.version + 1
    assert after.state is (RULES[action].to or state)
    leads = [a for a in after.assignments if a.role is Role.LEAD]
    assert len(leads) == (0 if after.state is State.SELESAI else 1)


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


def test_finishing_ends_every_assignment_and_belum_reopens_the_lead() -> None:
    done = act(act(filed(), Action.COORDINATE, unit=DINAS), Action.FINISH)
    assert done.assignments == ()
    assert done.closing_reason is ClosingReason.TUNTAS
    citizen = Actor(ActorKind.CITIZEN, "7")
    again = act(done, Action.OBJECT, actor=citizen)
    assert (again.state, again.finished_at, again.closing_reason) == (State.PROSES, None, None)
    assert again.lead is not None
    assert again.lead.unit == OWNER


def test_withdrawing_is_no_success() -> None:
    gone = act(filed(), Action.WITHDRAW, actor=Actor(ActorKind.CITIZEN, "7"))
    assert gone.closing_reason is ClosingReason.DIBATALKAN


@pytest.mark.parametrize(
    ("action", "more", "field"),
    [
        (Action.FINISH, {"text": "  "}, "text"),
        (Action.COMMENT, {"text": ""}, "text"),
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
        account=AccountId("sms"), unit=OWNER, origin_key="x", reporter="7", at=NOW,
        recorded_at=NOW, new_id=lambda: next(_ids),
    )  # fmt: skip
    assert change.after.visibility is Visibility.HIDDEN
