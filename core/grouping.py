"""What brings complaints together and apart again: problems, merging, splitting. Pure.

A *problem* is what several people complain of: each complaint keeps its number, code, history and
rights, and only refers to it. To *merge* is to say that two complaints of one reporter are one: the
one ends, counted apart, and its number answers with the other. To *split* is to take what is
another matter out of a complaint, into one of its own. Everything is a line of history, and can be
taken back: a link by *unlink*, merging by *unmerge*, splitting by *merge*.

Which messages move with it, the caller knows; what is read here is the history's `data`, whose ids
are texts, because they do not fit into the numbers of every JSON reader.
"""

from collections.abc import Iterable
from dataclasses import replace

from core.actions import Action
from core.clocks import Deadlines, Step
from core.complaint import (
    Assignment,
    AssignmentId,
    Change,
    ClosingReason,
    Complaint,
    ComplaintId,
    NewId,
    ProblemId,
    Role,
    Stage,
    State,
    Transition,
    UnitId,
)
from core.errors import Impossible, Refused
from core.workflow import BY_DECREE, Act, recorded

GROUPING = frozenset(
    {Action.LINK, Action.UNLINK, Action.MERGE, Action.ABSORB, Action.UNMERGE, Action.RELEASE,
     Action.SPLIT}
)  # fmt: skip
"""Actions that concern more than one complaint; the others stand in `core.actions.RULES`."""

_URGENT = "urgent"
"""In the line of history that makes a complaint urgent by another's danger, or no longer."""
_YES, _NO = "yes", "no"


def possible(complaint: Complaint) -> tuple[Action, ...]:
    """What an officer can do to *complaint* with others, as it stands by itself."""
    if complaint.merged_into is not None:
        return (Action.UNMERGE,)
    found = [Action.SPLIT]
    if not _is_secret(complaint):
        found.append(Action.LINK)
    if complaint.problem is not None:
        found.append(Action.UNLINK)
    if complaint.is_worked_on and not complaint.tickets:
        found.append(Action.MERGE)
    return tuple(found)


def link(
    complaint: Complaint, problem: ProblemId, other: ComplaintId | None, act: Act, new_id: NewId
) -> Change:
    """*complaint* is about *problem*, as *other* is.

    Raises:
        Impossible: It is confidential, accuses somebody, was merged, or is about it already.
    """
    _require_own_life(complaint)
    if _is_secret(complaint):
        raise Impossible(
            f"{complaint.number} is confidential or accuses a unit: it is grouped with nothing",
            allowed=(),
        )
    if complaint.problem == problem:
        raise Impossible(f"{complaint.number} is about this problem already", allowed=())
    data = {"problem": str(problem), **({"other": str(other)} if other else {})}
    return _line(complaint, replace(complaint, problem=problem), act, "linked", data, new_id)


def unlink(complaint: Complaint, act: Act, new_id: NewId) -> Change:
    """*complaint* is about a problem of its own.

    Raises:
        Impossible: It is grouped with nothing.
    """
    if complaint.problem is None:
        raise Impossible(f"{complaint.number} is grouped with nothing", allowed=())
    data = {"problem": str(complaint.problem)}
    return _line(complaint, replace(complaint, problem=None), act, "unlinked", data, new_id)


def merge(
    complaint: Complaint,
    into: Complaint,
    act: Act,
    new_id: NewId,
    *,
    others: bool = False,
    deadlines: Deadlines = BY_DECREE,
) -> tuple[Change, Change]:
    """*complaint* ends, and is one with *into*: what changes on either. *others*: something is
    merged into *complaint* already. A danger to life is one of *into* from then on.

    Raises:
        Impossible: One of them stands otherwise than that permits; says how and what to do.
        Refused: *into* has ended.
    """
    _require_own_life(complaint)
    _require_own_life(into)
    if complaint.id == into.id:
        raise Impossible(f"{complaint.number} cannot be merged into itself", allowed=())
    if others:
        raise Impossible(
            f"others are merged into {complaint.number}: merge {into.number} into it instead, "
            "or unmerge them first",
            allowed=(),
        )
    if not complaint.is_worked_on:
        raise Impossible(
            f"{complaint.number} is done or its result is verified: only what is still worked on "
            "can be merged",
            allowed=(),
        )
    if complaint.tickets:
        raise Impossible(
            f"{complaint.number} has an open ticket: that is decided first", allowed=()
        )
    if not into.is_open:
        raise Refused(
            f"{into.number} has ended: merge into a complaint that is open", field="other"
        )
    if complaint.confidential != into.confidential or not complaint.accused <= into.accused:
        raise Impossible(
            f"{complaint.number} is kept from somebody who may read {into.number}: they stay apart",
            allowed=(),
        )
    ended = tuple(
        replace(a, ended_at=act.at, end_reason=act.action.value) for a in complaint.assignments
    )
    after = replace(
        complaint,
        state=State.SELESAI,
        version=complaint.version + 1,
        merged_into=into.id,
        problem=None,
        assignments=(),
        finished_at=act.at,
        ended_at=act.at,
        closing_reason=ClosingReason.DIGABUNG,
    )
    step = Step(complaint, after, ended, act.at)
    data = {"into": str(into.id)}
    if complaint.problem is not None:
        data["problem"] = str(complaint.problem)
    one = recorded(step, replace(act, data=data), "merged", new_id, deadlines)
    absorbed = replace(act, action=Action.ABSORB, text="", note="")
    told = {"from": str(complaint.id)}
    if complaint.urgent and not into.urgent:
        told[_URGENT] = _YES
    survivor = replace(into, urgent=into.urgent or complaint.urgent)
    other = _line(into, survivor, absorbed, "absorbed", told, new_id)
    return one, other


def unmerge(
    complaint: Complaint,
    into: Complaint,
    history: Iterable[Transition],
    act: Act,
    new_id: NewId,
    *,
    owner: UnitId,
    into_history: Iterable[Transition] = (),
    others: Iterable[Complaint] = (),
    stays: bool = False,
    deadlines: Deadlines = BY_DECREE,
) -> tuple[Change, Change]:
    """*complaint* lives on where it stood when it was merged into *into*; its lead has it back,
    units that helped are asked again. *owner* is that of its channel. What was urgent only through
    *complaint* is so no more: neither by itself (*into_history*), nor through *others* merged into
    it, nor by what its own reporter wrote since (*stays*).

    Raises:
        Impossible: It was not merged into *into*.
    """
    line = next((t for t in reversed(list(history)) if t.action == Action.MERGE.value), None)
    if complaint.merged_into != into.id or line is None or line.from_state is None:
        raise Impossible(f"{complaint.number} was not merged into another", allowed=())
    state, problem = line.from_state, line.data.get("problem")
    waits = state is State.MENUNGGU
    lead = Assignment(
        id=AssignmentId(new_id()),
        unit=complaint.lead_unit,
        role=Role.LEAD,
        received_at=act.at,
        responded_at=None if waits else act.at,
    )
    after = replace(
        complaint,
        state=state,
        stage=Stage.NONE,
        version=complaint.version + 1,
        merged_into=None,
        problem=None if problem is None or _is_secret(complaint) else ProblemId(int(problem)),
        assignments=(lead,),
        finished_at=None,
        ended_at=None,
        closing_reason=None,
    )
    triage = waits and complaint.lead_unit == owner
    step = Step(complaint, after, (lead,), act.at, triage)
    data = {"into": str(into.id)}
    if after.problem is not None:
        data["problem"] = str(after.problem)
    one = recorded(step, replace(act, data=data), "unmerged", new_id, deadlines)
    released = replace(act, action=Action.RELEASE, text="", note="")
    told = {"from": str(complaint.id)}
    borrowed = complaint.urgent and _is_urgent_by_merging(into, into_history)
    if borrowed and not stays and not any(item.urgent for item in others):
        told[_URGENT] = _NO
    other_after = replace(into, urgent=into.urgent and told.get(_URGENT) != _NO)
    other = _line(into, other_after, released, "released", told, new_id)
    return one, other


def _is_urgent_by_merging(complaint: Complaint, history: Iterable[Transition]) -> bool:
    """Whether *complaint* with this *history* is urgent through what was merged into it, and was
    not before."""
    said = [t.data[_URGENT] for t in history if _URGENT in t.data]
    return complaint.urgent and said[-1:] == [_YES]


def split(
    complaint: Complaint, off: ComplaintId, act: Act, new_id: NewId, *, calms: bool = False
) -> Change:
    """Part of what was said in *complaint* becomes the complaint *off*; *calms*: the danger to life
    was in that part, and what is left is not urgent.

    Raises:
        Impossible: It was merged into another.
    """
    _require_own_life(complaint)
    calms = calms and complaint.urgent
    told = {"off": str(off), **({_URGENT: _NO} if calms else {})}
    left = replace(complaint, urgent=complaint.urgent and not calms)
    return _line(complaint, left, act, "split", told, new_id)


def parted(history: Iterable[Transition]) -> frozenset[ProblemId]:
    """The problems that a complaint with this *history* was taken out of: it is not put back into
    them by machine."""
    lines = [t for t in history if t.action == Action.UNLINK.value]
    return frozenset(ProblemId(int(t.data["problem"])) for t in lines if "problem" in t.data)


def _is_secret(complaint: Complaint) -> bool:
    return complaint.confidential or bool(complaint.accused)


def _require_own_life(complaint: Complaint) -> None:
    if complaint.merged_into is not None:
        raise Impossible(
            f"{complaint.number} was merged into another: act on that, or unmerge it first",
            allowed=(Action.UNMERGE.value,),
        )


def _line(
    before: Complaint,
    after: Complaint,
    act: Act,
    event: str,
    data: dict[str, str],
    new_id: NewId,
) -> Change:
    """A line of history that leaves the workflow where it stands, and with it all clocks."""
    step = Step(before, replace(after, version=before.version + 1), (), act.at)
    return recorded(step, replace(act, data=data), event, new_id, None)
