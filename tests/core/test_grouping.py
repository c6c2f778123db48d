"""What brings complaints together and apart: what it changes, and what it refuses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from core import grouping
from core.complaint import (
    Actor,
    ActorKind,
    AssignmentId,
    ClockKind,
    ClosingReason,
    Complaint,
    ComplaintId,
    ProblemId,
    Stage,
    State,
    TicketId,
    UnitId,
)
from core.errors import Impossible, Refused
from core.number import ComplaintNumber
from core.ticket import Ticket, TicketKind
from core.workflow import Act, Action, allowed, reason_of
from tests.core.test_workflow import NOW, OWNER, act, filed, in_stage

P = ProblemId(77)
TICKET = Ticket(TicketId(8), TicketKind.TIDAK_JELAS, OWNER, AssignmentId(1), NOW, filed_seq=3)
LATER = NOW + timedelta(hours=2)
_ids = count(70_000)


def new_id() -> int:
    return next(_ids)


def order(action: Action) -> Act:
    return Act(action, Actor(ActorKind.OFFICER, "t", OWNER), LATER, LATER, note="catatan")


def second(state: State = State.MENUNGGU, stage: Stage = Stage.NONE) -> Complaint:
    return replace(in_stage(state, stage), id=ComplaintId(2), number=ComplaintNumber("JK2"))


def linked(item: Complaint) -> Complaint:
    return grouping.link(item, P, None, order(Action.LINK), new_id).after


def test_a_link_changes_the_problem_and_nothing_else() -> None:
    before = filed()
    change = grouping.link(before, P, ComplaintId(2), order(Action.LINK), new_id)
    assert change.after == replace(before, problem=P, version=2)
    assert change.transitions[0].data == {"problem": "77", "other": "2"}
    assert (change.clocks, change.assignments) == ((), ())
    back = grouping.unlink(change.after, order(Action.UNLINK), new_id)
    assert back.after == replace(before, version=3)
    assert grouping.parted(change.transitions) == frozenset()
    assert grouping.parted(change.transitions + back.transitions) == {P}


def test_a_merged_complaint_ends_counted_apart_and_its_clocks_stop() -> None:
    one, other = grouping.merge(linked(second(State.PROSES)), filed(), order(Action.MERGE), new_id)
    gone = one.after
    assert (gone.state, gone.closing_reason) == (State.SELESAI, ClosingReason.DIGABUNG)
    assert (gone.merged_into, gone.problem, gone.assignments) == (1, None, ())
    assert reason_of(Action.MERGE, one.transitions[0].data) is gone.closing_reason
    assert not any(c.runs for c in gone.clocks)
    assert other.after == replace(filed(), version=2)
    assert other.transitions[0].data == {"from": "2"}
    assert other.transitions[0].internal_text == "", "a note stands once"


@pytest.mark.parametrize("state", [State.MENUNGGU, State.PROSES, State.DISPOSISI])
def test_unmerging_leads_back_to_where_it_stood(state: State) -> None:
    before = linked(second(state))
    merging, _ = grouping.merge(before, filed(), order(Action.MERGE), new_id)
    one, other = grouping.unmerge(
        merging.after, filed(), merging.transitions, order(Action.UNMERGE), new_id, owner=OWNER
    )
    after = one.after
    assert (after.state, after.stage, after.problem) == (state, Stage.NONE, P)
    assert (after.merged_into, after.ended_at, after.closing_reason) == (None, None, None)
    assert after.lead is not None
    assert after.lead.unit == before.lead_unit
    waits = state is State.MENUNGGU
    assert (after.lead.responded_at is None) is waits
    kind = ClockKind.TRIAGE if before.lead_unit == OWNER else ClockKind.RESPONSE
    assert (after.clock(kind, after.lead.id) is not None) is waits
    completion = after.clock(ClockKind.COMPLETION)
    assert completion is not None
    assert completion.began_at == before.filed_at
    assert completion.runs
    assert other.transitions[0].action == "release"


def urgent_ones(*ids: int) -> list[Complaint]:
    return [replace(second(), id=ComplaintId(n), urgent=True) for n in ids]


def test_a_danger_goes_along_with_merging_and_back() -> None:
    (fire,) = urgent_ones(2)
    merging, absorbing = grouping.merge(fire, filed(), order(Action.MERGE), new_id)
    assert absorbing.after.urgent
    _, released = grouping.unmerge(
        merging.after, absorbing.after, merging.transitions, order(Action.UNMERGE), new_id,
        owner=OWNER, into_history=absorbing.transitions,
    )  # fmt: skip
    assert not released.after.urgent
    assert merging.after.urgent


def test_what_was_urgent_by_itself_stays_so() -> None:
    (fire,) = urgent_ones(2)
    own = replace(filed(), urgent=True)
    merging, absorbing = grouping.merge(fire, own, order(Action.MERGE), new_id)
    _, released = grouping.unmerge(
        merging.after, absorbing.after, merging.transitions, order(Action.UNMERGE), new_id,
        owner=OWNER, into_history=absorbing.transitions,
    )  # fmt: skip
    assert released.after.urgent


def test_of_two_dangers_that_were_merged_the_last_to_leave_takes_it_along() -> None:
    first, other = urgent_ones(2, 3)
    one, absorbed = grouping.merge(first, filed(), order(Action.MERGE), new_id)
    two, again = grouping.merge(other, absorbed.after, order(Action.MERGE), new_id)
    history = [*absorbed.transitions, *again.transitions]
    _, released = grouping.unmerge(
        one.after, again.after, one.transitions, order(Action.UNMERGE), new_id, owner=OWNER,
        into_history=history, others=[two.after],
    )  # fmt: skip
    assert released.after.urgent
    history += released.transitions
    _, at_last = grouping.unmerge(
        two.after, released.after, two.transitions, order(Action.UNMERGE), new_id, owner=OWNER,
        into_history=history,
    )  # fmt: skip
    assert not at_last.after.urgent


def test_a_danger_that_is_split_off_leaves_calm_behind() -> None:
    fire = replace(filed(), urgent=True)
    assert grouping.split(fire, ComplaintId(9), order(Action.SPLIT), new_id).after.urgent
    left = grouping.split(fire, ComplaintId(9), order(Action.SPLIT), new_id, calms=True)
    assert not left.after.urgent
    calm = grouping.split(filed(), ComplaintId(9), order(Action.SPLIT), new_id, calms=True)
    assert calm.transitions[0].data == {"off": "9"}


def test_only_what_it_was_merged_into_gives_it_back() -> None:
    merging, _ = grouping.merge(second(), filed(), order(Action.MERGE), new_id)
    stranger = replace(filed(), id=ComplaintId(3))
    for item, into in ((merging.after, stranger), (second(), filed())):
        with pytest.raises(Impossible, match="was not merged"):
            grouping.unmerge(
                item, into, merging.transitions, order(Action.UNMERGE), new_id, owner=OWNER
            )


SECRET = replace(filed(), confidential=True)
ACCUSING = replace(filed(), accused=frozenset({UnitId("x")}))
MERGED = grouping.merge(second(), filed(), order(Action.MERGE), new_id)[0].after
ASKED = replace(second(State.PROSES), tickets=(TICKET,))


def _merge(item: Complaint, into: Complaint, *, others: bool = False) -> Callable[[], object]:
    return lambda: grouping.merge(item, into, order(Action.MERGE), new_id, others=others)


def _link(item: Complaint) -> Callable[[], object]:
    return lambda: grouping.link(item, P, None, order(Action.LINK), new_id)


@pytest.mark.parametrize(
    ("doing", "says"),
    [
        (_link(SECRET), "confidential or accuses"),
        (_link(ACCUSING), "confidential or accuses"),
        (_link(MERGED), "was merged into another: act on that"),
        (_link(linked(filed())), "already"),
        (lambda: grouping.unlink(filed(), order(Action.UNLINK), new_id), "grouped with nothing"),
        (_merge(filed(), filed()), "into itself"),
        (_merge(second(), filed(), others=True), "into it instead"),
        (_merge(MERGED, filed()), "was merged"),
        (_merge(filed(), MERGED), "was merged"),
        (_merge(second(State.SELESAI), filed()), "only what is still worked on"),
        (_merge(second(State.PROSES, Stage.FIELD), filed()), "only what is still worked on"),
        (_merge(ASKED, filed()), "open ticket: that is decided first"),
        (_merge(replace(second(), confidential=True), filed()), "they stay apart"),
        (_merge(second(), SECRET), "they stay apart"),
        (_merge(replace(second(), accused=frozenset({UnitId("x")})), filed()), "they stay apart"),
        (lambda: grouping.split(MERGED, ComplaintId(9), order(Action.SPLIT), new_id), "was merged"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why(doing: Callable[[], object], says: str) -> None:
    with pytest.raises(Impossible, match=says):
        doing()


def test_what_has_ended_is_no_complaint_to_merge_into() -> None:
    with pytest.raises(Refused, match="has ended") as refused:
        _merge(second(), in_stage(State.SELESAI, Stage.NONE))()
    assert refused.value.field == "other"


def test_what_is_possible_by_itself() -> None:
    assert set(grouping.possible(filed())) == {Action.LINK, Action.MERGE, Action.SPLIT}
    assert Action.UNLINK in grouping.possible(linked(filed()))
    assert grouping.possible(MERGED) == (Action.UNMERGE,)
    assert Action.LINK not in grouping.possible(SECRET)
    assert Action.MERGE not in grouping.possible(in_stage(State.SELESAI, Stage.NONE))
    assert Action.MERGE not in grouping.possible(ASKED)


def test_of_a_merged_complaint_only_its_secrecy_can_be_changed() -> None:
    assert set(allowed(MERGED)) == {
        Action.HIDE, Action.SHOW, Action.ACCUSE, Action.CLEAR, Action.MAKE_CONFIDENTIAL,
        Action.LIFT_CONFIDENTIAL,
    }  # fmt: skip
    with pytest.raises(Impossible, match="act on that, or unmerge it first"):
        act(MERGED, Action.COMMENT)
    assert not act(MERGED, Action.HIDE).is_public


@pytest.mark.parametrize("action", [Action.MAKE_CONFIDENTIAL, Action.ACCUSE])
def test_what_becomes_secret_leaves_its_problem(action: Action) -> None:
    assert act(linked(filed()), action, barred=frozenset()).problem is None
