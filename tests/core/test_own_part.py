"""A unit that was asked to help: its own response, its own end, and never that of the whole."""

from datetime import timedelta

import pytest

from core.complaint import Actor, ActorKind, ClockKind, Complaint, Role, Stage, State
from core.errors import Impossible
from core.workflow import Act, Action, allowed, apply
from tests.core.test_workflow import (
    DINAS,
    NOW,
    OWNER,
    POSSIBLE,
    SUDIN,
    WAYS,
    A,
    _ids,
    act,
    in_stage,
    in_state,
)

HELPER = Actor(ActorKind.OFFICER, "h", DINAS)
LATER = NOW + timedelta(hours=2)


def helped(*more: Action) -> Complaint:
    """Led by the owner, with the Dinas helping; then what the lead did."""
    complaint = act(in_state(State.PROSES), Action.COORDINATE, unit=DINAS)
    for action in more:
        complaint = (
            act(complaint, action, unit=SUDIN) if action is A.COORDINATE else act(complaint, action)
        )
    return complaint


@pytest.mark.parametrize("more", [(), (A.PROCESS,), (A.COORDINATE,)])
def test_a_helper_can_do_what_the_lead_can_and_respond_whatever_the_state(
    more: tuple[Action, ...],
) -> None:
    complaint = helped(*more)
    assert set(allowed(complaint, DINAS)) == POSSIBLE[complaint.state, Stage.NONE] | {A.PROCESS}


def test_a_helpers_response_is_its_own_and_moves_nothing_else() -> None:
    complaint = helped(A.PROCESS)
    after = act(complaint, A.PROCESS, actor=HELPER, at=LATER)
    own = after.assignment_of(DINAS)
    assert own is not None
    assert (own.responded_at, after.state) == (LATER, State.PROSES)
    assert after.clock(ClockKind.RESPONSE, own.id) is None, "stopped"
    with pytest.raises(Impossible, match="has responded"):
        act(after, A.PROCESS, actor=HELPER)


def test_a_helpers_finish_ends_its_own_part_only() -> None:
    complaint = helped(A.COORDINATE)
    after = act(complaint, A.FINISH, actor=HELPER)
    assert {(a.unit, a.role) for a in after.assignments} == {
        (OWNER, Role.LEAD), (SUDIN, Role.COORDINATED),
    }  # fmt: skip
    assert (after.state, after.stage, after.finished_by) == (State.KOORDINASI, Stage.NONE, "")
    alone = act(after, A.FINISH, actor=Actor(ActorKind.OFFICER, "s", SUDIN))
    assert alone.state is State.PROSES, "nobody helps any more"
    assert act(alone, A.FINISH).stage is Stage.ADMINISTRATIVE, "the lead ends the whole"


def test_what_a_helper_finishes_counts_as_its_response_and_is_told_as_its_part() -> None:
    asked = Act(A.FINISH, HELPER, LATER, LATER, text="Sudah.")
    change = apply(helped(), asked, lambda: next(_ids))
    (part,), (fact,), (line,) = change.assignments, change.events, change.transitions
    assert (part.responded_at, part.ended_at) == (LATER, LATER)
    assert (fact.kind, line.unit) == ("complaint.part_finished", DINAS)


def test_the_leads_finish_ends_every_part() -> None:
    assert act(helped(), A.FINISH).assignments == ()


@pytest.mark.parametrize(("state", "stage"), WAYS)
def test_for_whoever_does_not_help_the_plain_table_holds(state: State, stage: Stage) -> None:
    complaint = in_stage(state, stage)
    assert set(allowed(complaint, SUDIN)) == POSSIBLE[state, stage]
