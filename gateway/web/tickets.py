"""The REST API's tickets: what waits for whoever decides, and many questions at once."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from core.identifiers import TicketId
from gateway.bootstrap import Parts
from gateway.desk import ticket_desk
from gateway.desk.ticket_queue import Mark
from gateway.outbound.world import World
from gateway.web.access import CurrentOfficer
from gateway.web.problems import documented
from gateway.web.shown import ticket_shown
from gateway.web.values import TicketOut, TicketRef
from gateway.words import catalogue

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])

_MOST_AT_ONCE = 100
_PAGE = 50
_CURSOR = r"^$|^[01]\.[0-9]{1,16}\.([0-9]{1,18}|[1-8][0-9]{18})$"


class WaitingOut(BaseModel):
    """An open ticket with its report.

    *stands*: to-decide, to-ask, waiting (for the reporter), silent (on the owner's list),
    unreachable. *reason* and *reason_text* say why the question has not been told (yet). *fault* is
    what keeps the unit's words from being asked, *proposed* what is asked unless you write
    something else, *message* how that arrives on the reporter's channel. *moves* counts the tickets
    by which the complaint was moved, or was to be.
    """

    ticket: TicketOut
    number: str
    brief: str
    reporter: str
    filed_at: datetime
    stands: str
    fault: str | None
    proposed: str
    message: str
    moves: int
    reason: str
    reason_text: str


class TicketsOut(BaseModel):
    """A page. What is due first stands first, but on top what was moved again and again; *cursor*
    leads on and is null on the last one."""

    tickets: list[WaitingOut]
    cursor: str | None


class QuestionIn(BaseModel):
    """One question; a *text* without a word asks what is proposed."""

    model_config = ConfigDict(extra="forbid")

    ticket: TicketRef
    text: str = Field("", max_length=4000)


class QuestionsIn(BaseModel):
    """Questions to put, each for itself."""

    model_config = ConfigDict(extra="forbid")

    questions: list[QuestionIn] = Field(min_length=1, max_length=_MOST_AT_ONCE)


class AskedOut(BaseModel):
    """What became of one question; *problem* says why it was not asked."""

    ticket: str
    number: str
    asked: bool
    problem: str


class QuestionsOut(BaseModel):
    """One for each question, in their order."""

    questions: list[AskedOut]


@router.get("", responses=documented(401, 422))
async def list_tickets(
    request: Request,
    officer: CurrentOfficer,
    cursor: Annotated[str, Query(pattern=_CURSOR)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = _PAGE,
) -> TicketsOut:
    """The open tickets about which you decide; empty for everybody else."""
    parts: Parts = request.app.state.parts
    world = World(
        parts.settings, await request.app.state.units.names(), parts.keys.code, parts.clock()
    )
    after = Mark.from_text(cursor) if cursor else None
    found = await ticket_desk.waiting(parts, officer, world, after=after, limit=limit + 1)
    page = found[:limit]
    return TicketsOut(
        tickets=[_shown(w, world) for w in page],
        cursor=page[-1].mark.to_text() if len(found) > limit else None,
    )


@router.post("/questions", responses=documented(401, 422))
async def ask_questions(
    request: Request, body: QuestionsIn, officer: CurrentOfficer
) -> QuestionsOut:
    """Put many questions at once. Each stands for itself: one that cannot be asked keeps no other
    from being asked."""
    wanted = [(TicketId(int(q.ticket)), q.text) for q in body.questions]
    done = await ticket_desk.ask(request.app.state.parts, officer, wanted)
    return QuestionsOut(
        questions=[
            AskedOut(
                ticket=str(ticket),
                number=number,
                asked=bool(number) and error is None,
                problem=str(error) if error else "" if number else "no such open ticket of yours",
            )
            for ticket, number, error in done
        ]
    )


def _shown(item: ticket_desk.Waiting, world: World) -> WaitingOut:
    return WaitingOut(
        ticket=ticket_shown(item.ticket, item.text, world, due_at=item.due_at, may_decide=True),
        number=item.brief.complaint.number,
        brief=item.brief.words,
        reporter=item.brief.reporter,
        filed_at=item.brief.complaint.filed_at,
        stands=item.stands.value,
        fault=item.fault.value if item.fault else None,
        proposed=item.proposed,
        message=item.message,
        moves=item.moves,
        reason=item.reason,
        reason_text=catalogue("id").reason(item.reason) if item.reason else "",
    )
