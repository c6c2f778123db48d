"""The REST API's view of problems, links and merged complaints."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel

from core.access import Field as Known
from core.access import Officer, may_see
from core.complaint import Complaint, ProblemId, State
from gateway.bootstrap import Parts
from gateway.grouping import view
from gateway.grouping.view import Group, Relation, Surroundings
from gateway.web.access import CurrentOfficer
from gateway.web.problems import documented

router = APIRouter(prefix="/api/v1", tags=["problems"])

ID_PATTERN = r"^[0-9]{1,18}$|^[1-8][0-9]{18}$"


class MemberOut(BaseModel):
    """A complaint about the problem; *unit* is the slug of its lead."""

    number: str
    status: State
    stage: str
    unit: str
    category: str
    kelurahan: str
    received_at: datetime
    closing_reason: str | None


class ProblemOut(BaseModel):
    """What several people complain of. *reports* and *reporters* count everybody's; *complaints*
    are those that the token's unit and role deal with, oldest first, a page of them: *cursor* leads
    on at `/problems/{id}`, and is null on the last one. *lead* is the oldest of all of them that is
    open, null where none is."""

    id: str
    opened_at: datetime
    reports: int
    reporters: int
    lead: str | None
    complaints: list[MemberOut]
    cursor: str | None


class LinkOut(BaseModel):
    """What another complaint is to this one.

    *alike*: perhaps or surely about the same problem (*state*: suggested, linked, or undone by an
    officer or the reporter), with *reasons*. *repeat*: the same again after the end, the *nth*
    time. *split*: the later was taken out of the earlier. *earlier* says whether the other one is
    the earlier.
    """

    kind: Literal["alike", "repeat", "split"]
    number: str
    earlier: bool
    state: Literal["suggested", "linked", "undone"]
    nth: int
    reasons: list[str]
    at: datetime
    by: Literal["machine", "reporter", "officer"]


class MessageOut(BaseModel):
    """Something the reporter sent for it, redacted; *id* is what *split* takes."""

    id: str
    at: datetime
    words: str
    attachments: int


@router.get("/problems/{problem}", responses=documented(401, 404, 422))
async def get_problem(
    request: Request,
    problem: Annotated[str, Path(pattern=ID_PATTERN, examples=["188978561024"])],
    officer: CurrentOfficer,
    cursor: Annotated[str, Query(pattern=rf"^$|{ID_PATTERN}")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = view.PAGE,
) -> ProblemOut:
    """One problem with its complaints."""
    parts: Parts = request.app.state.parts
    after = int(cursor or 0)
    async with parts.database.read() as conn:
        return problem_out(await view.group(conn, officer, ProblemId(int(problem)), after, limit))


def problem_out(group: Group) -> ProblemOut:
    """As it is given out."""
    return ProblemOut(
        id=str(group.id),
        opened_at=group.opened_at,
        reports=group.reports,
        reporters=group.reporters,
        lead=group.lead,
        complaints=[_member(c) for c in group.members],
        cursor=str(group.members[-1].id) if group.more and group.members else None,
    )


def surroundings_out(found: Surroundings, officer: Officer) -> dict[str, object]:
    """The fields of a complaint that tell of others."""
    shows_words = may_see(officer, Known.BRIEF)
    return {
        "problem": problem_out(found.group) if found.group else None,
        "merged_into": found.merged_into.number if found.merged_into else None,
        "merged": [c.number for c in found.merged],
        "links": [_link(r) for r in found.relations],
        "messages": [
            MessageOut(id=str(m.id), at=m.at, words=m.words, attachments=m.attachments)
            for m in found.messages
            if shows_words
        ],
    }


def _member(item: Complaint) -> MemberOut:
    return MemberOut(
        number=item.number,
        status=item.state,
        stage=item.stage.value,
        unit=item.lead_unit,
        category=item.category,
        kelurahan=item.place.kelurahan,
        received_at=item.received_at,
        closing_reason=item.closing_reason.value if item.closing_reason else None,
    )


def _link(item: Relation) -> LinkOut:
    return LinkOut.model_validate(
        {
            "kind": item.kind,
            "number": item.complaint.number,
            "earlier": item.earlier,
            "state": item.state,
            "nth": item.nth,
            "reasons": list(item.reasons),
            "at": item.at,
            "by": item.by,
        }
    )
