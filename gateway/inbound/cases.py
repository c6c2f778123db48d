"""A reporter's complaints as the dialogue knows them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.actions import ASKED_IN_VAIN
from core.complaint import Complaint, ComplaintId, Visibility
from core.number import ComplaintNumber
from core.tickets import QUESTIONS
from gateway.grouping.records import MACHINE, Link
from gateway.inbound.work import Work
from normalizer.dialogue import Case


def cases_of(work: Work) -> tuple[Case, ...]:
    """The reporter's complaints, newest first. What was merged is none by itself, unless what it
    was merged into is not among them."""
    every = tuple(work.complaints_newest_first())
    ids = {c.id for c in every}
    merged = [c for c in every if c.merged_into in ids]
    return tuple(
        case_of(c, work, {m.number: m.id for m in merged if m.merged_into == c.id})
        for c in every
        if c not in merged
    )


def case_of(complaint: Complaint, work: Work, also: Mapping[ComplaintNumber, ComplaintId]) -> Case:
    """*complaint* with those that were merged into it."""
    return Case(
        id=complaint.id,
        number=complaint.number,
        kind=complaint.kind,
        category=complaint.category,
        place=complaint.place,
        # To the reporter a result is an end, to be judged, though it is not final yet.
        is_open=complaint.is_worked_on,
        is_verified=complaint.is_open and not complaint.is_worked_on,
        last_at=max(
            work.state.last_at(i, complaint.received_at) for i in (complaint.id, *also.values())
        ),
        urgent=complaint.urgent,
        confidential=complaint.confidential,
        waiting_receipt=work.waits_for_receipt(complaint.id),
        finished_at=complaint.ended_at or complaint.finished_at,
        hidden=complaint.visibility is Visibility.HIDDEN,
        withheld=complaint.withheld,
        wanted=_is_wanted(complaint),
        unheard=complaint.id in work.thread.waiting_questions,
        knows_when=complaint.happened is not None,
        grouped_at=_grouped_at(complaint, work.thread.links),
        repeats=next(
            (
                k.other
                for k in (*work.thread.links, *work.repeats)
                if k.kind == "repeat" and k.complaint == complaint.id and k.state == "linked"
            ),
            None,
        ),
        also=also,
    )


def _is_wanted(complaint: Complaint) -> bool:
    """Whether the reporter was asked something that nobody has answered."""
    asked = any(t.kind in QUESTIONS and t.asked_at is not None for t in complaint.tickets)
    return asked or complaint.closing_reason in ASKED_IN_VAIN


def _grouped_at(complaint: Complaint, links: Sequence[Link]) -> datetime | None:
    """When the machine grouped it. What an officer has grouped, BEDA does not undo."""
    if complaint.problem is None:
        return None
    mine = (k for k in links if k.complaint == complaint.id and k.kind == "alike")
    said = [k.last_said for k in mine if k.state == "linked"]
    return max((at for at, by in said if by == MACHINE), default=None)
