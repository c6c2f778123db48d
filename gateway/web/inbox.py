"""The REST API's inbox: what waits for a channel's people outside complaints."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from core.access import reads_confidential
from gateway.audit import trail
from gateway.audit.entry import Doer
from gateway.bootstrap import Parts
from gateway.desk import officers
from gateway.inbox import answering
from gateway.inbox.listing import Entry, Mark, listed
from gateway.web.access import CurrentOfficer
from gateway.web.problems import documented
from gateway.web.values import Number

router = APIRouter(prefix="/api/v1", tags=["inbox"])

_PAGE = 50

EntryId = Annotated[str, Path(pattern=r"^[0-9]{1,18}$|^[1-8][0-9]{18}$")]


class AccountOut(BaseModel):
    """A channel account."""

    id: str
    name: str


class EntryOut(BaseModel):
    """Something that waits for a person, and why.

    *due* is null where nothing says by when; such an entry stands as if it had been due at *since*.
    *conversation* names the thread, and is null for what could not be read; *number* is set for an
    emergency. *brief* holds the redacted words; *reporter* at most the last digits of the number.
    """

    id: str
    why: Literal["emergency", "person", "erasure", "copy", "abuse", "unclear", "unparsed", "parked"]
    since: datetime
    due: datetime | None
    account: AccountOut
    conversation: str | None
    number: str | None
    reporter: str
    brief: str
    problem: str


class InboxOut(BaseModel):
    """A page, whatever is due first on top; *cursor* leads on and is null on the last one."""

    entries: list[EntryOut]
    cursor: str | None


class AnswerIn(BaseModel):
    """The words for the person, who gets them in the thread."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=4000, pattern=r"\S")


@router.get("/inbox", responses=documented(401, 403, 422))
async def list_inbox(
    request: Request,
    officer: CurrentOfficer,
    cursor: Annotated[str, Query(pattern=r"^$|^[0-9]{1,16}\.[0-9]{1,18}$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = _PAGE,
) -> InboxOut:
    """What waits on the accounts that the token's unit owns; what is confidential only for its
    own readers."""
    parts: Parts = request.app.state.parts
    after = Mark.from_text(cursor) if cursor else None
    async with parts.database.read() as conn:
        found = await listed(conn, parts.keys, officer, after, limit + 1)
    page = found[:limit]
    if reads_confidential(officer):
        await trail.saw(parts, Doer.of(officer), "inbox", [f"inbox:{e.id}" for e in page])
    return InboxOut(
        entries=[_shown(entry, parts) for entry in page],
        cursor=Mark.of(page[-1]).to_text() if len(found) > limit else None,
    )


@router.post("/inbox/{entry}/answer", responses=documented(401, 403, 404, 409, 422))
async def answer_entry(
    request: Request, entry: EntryId, body: AnswerIn, officer: CurrentOfficer
) -> EntryOut:
    """Answer in the thread. It leaves when the planner lets it, like everything else, and the entry
    is off the list."""
    parts: Parts = request.app.state.parts
    return _shown(await answering.answer(parts, officer, int(entry), body.text), parts)


@router.post("/inbox/{entry}/handled", responses=documented(401, 403, 404, 409, 422))
async def mark_handled(request: Request, entry: EntryId, officer: CurrentOfficer) -> EntryOut:
    """It needs no answer. For an emergency: somebody has it in hand, nobody else is called."""
    parts: Parts = request.app.state.parts
    return _shown(await answering.done(parts, officer, int(entry)), parts)


@router.post(
    "/complaints/{number}/acknowledge",
    status_code=204,
    responses=documented(401, 403, 404, 409, 422),
)
async def acknowledge_emergency(request: Request, number: Number, officer: CurrentOfficer) -> None:
    """The emergency is in hand: nobody else is called."""
    await officers.acknowledge(request.app.state.parts, officer, number)


def _shown(entry: Entry, parts: Parts) -> EntryOut:
    account = parts.settings.account(entry.account)
    return EntryOut(
        id=str(entry.id),
        why=entry.why.value,
        since=entry.since,
        due=entry.due,
        account=AccountOut(id=entry.account, name=account.name if account else entry.account),
        conversation=str(entry.conversation) if entry.conversation is not None else None,
        number=entry.number,
        reporter=entry.reporter,
        brief=entry.words,
        problem=entry.problem,
    )
