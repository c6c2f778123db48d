"""The REST API under /api/v1: complaints, and what officers do to them."""

import asyncio
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from starlette.responses import Response

from core.access import Field as Known
from core.access import Officer, may_see
from core.clocks import RULE, next_news
from core.complaint import Clock, State, Transition, UnitId
from core.errors import NotFound
from core.workflow import Action, allowed
from gateway import officers
from gateway.bootstrap import Parts
from gateway.officers import Brief
from gateway.outbound.compose import World
from gateway.pictures import NotAPicture, viewable
from gateway.settings import SLUG
from gateway.web.access import CurrentOfficer
from gateway.web.problems import documented
from gateway.words import catalogue
from normalizer.gazetteer import name_of
from normalizer.problem import categories

router = APIRouter(prefix="/api/v1", tags=["complaints"])

_PAGE = 50

Number = Annotated[str, Path(pattern=r"^[A-Z]{2}[0-9]{10,12}$", examples=["JK2611190041"])]


StateFilter = Literal["", "menunggu", "proses", "disposisi", "koordinasi", "selesai"]
StageFilter = Literal["", "administrative", "field", "validation"]
LateFilter = Literal["", "triage", "response", "completion", "verification"]
_UNIT = r"^[a-z0-9-]{0,63}$"


class UnitOut(BaseModel):
    """An agency, bureau or kelurahan."""

    id: str
    name: str


class PlaceOut(BaseModel):
    """Where it is. *approximate*: the kelurahan was derived from centroids, not from borders."""

    words: str
    kelurahan: str
    kelurahan_name: str
    lat: float | None
    lon: float | None
    approximate: bool


class NextOut(BaseModel):
    """What the reporter is waiting for, and until when."""

    awaited: str
    due: datetime | None


class LineOut(BaseModel):
    """One line of history. *note* is internal and empty for roles that may not read it."""

    at: datetime
    action: str
    status: State
    unit: UnitOut | None
    by: str
    text: str
    note: str


class ClockOut(BaseModel):
    """A deadline of a unit. *missed_at* is set once it fell due, *result* once it ended: met,
    missed, or void (taken away in time). *rule* is the source it comes from."""

    kind: str
    unit: UnitOut
    rule: str
    began_at: datetime
    due_at: datetime
    missed_at: datetime | None
    ended_at: datetime | None
    result: str | None


class PhotoOut(BaseModel):
    """Something the reporter sent: photo, voice, video or file."""

    id: str
    kind: str
    ready: bool


class ComplaintOut(BaseModel):
    """The brief for the agency: never who reported. What a role may not see is empty;
    *reporter* shows at most the last digits of the number."""

    number: str
    status: State
    stage: str
    rejections: int
    objected: bool
    version: int
    urgent: bool
    confidential: bool
    accused: list[str]
    visibility: str
    account: str
    unit: UnitOut
    category: str
    category_name: str
    place: PlaceOut
    brief: str
    reporter: str
    photos: list[PhotoOut]
    received_at: datetime
    filed_at: datetime
    finished_at: datetime | None
    closing_reason: str | None
    next: NextOut
    allowed: list[str]


class ComplaintFullOut(ComplaintOut):
    """With its history and its clocks, oldest first."""

    history: list[LineOut]
    clocks: list[ClockOut]


class NoticeOut(BaseModel):
    """One duty to tell the reporter something, and how far it has come.

    *reason* says in one word, *reason_text* in plain ones, why it was not told (yet).
    """

    kind: str
    state: Literal[
        "waiting", "held", "sending", "unknown", "sent", "delivered", "read", "failed",
        "superseded", "cancelled",
    ]  # fmt: skip
    reason: str
    reason_text: str
    created_at: datetime
    not_before: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    tries: int
    code: str


class NoticesOut(BaseModel):
    """Everything that was to be told about a complaint, oldest first."""

    notices: list[NoticeOut]


class PageOut(BaseModel):
    """A page, newest first; *cursor* leads to the next one and is null on the last."""

    complaints: list[ComplaintOut]
    cursor: str | None


class _Asked(BaseModel):
    """What every action takes. *text* goes to the reporter, *note* never leaves the officers."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field("", max_length=4000)
    note: str = Field("", max_length=4000)


class HandOver(_Asked):
    """Give it to another unit: forward it, dispose of it to a unit below, ask a unit to help. Or
    keep it from the unit that it accuses (*accuse*, *clear*)."""

    action: Literal["forward", "dispose", "coordinate", "accuse", "clear"]
    unit: str = Field(pattern=SLUG, examples=["dinas-bina-marga"])


class Work(_Asked):
    """Take it up, hide it, make it confidential or lift that, verify and validate its result.
    *unit*: for which of the units that have it; empty: the own one."""

    action: Literal[
        "process",
        "hide",
        "make-confidential",
        "lift-confidential",
        "verify",
        "check-field",
        "validate",
        "auto-finish",
    ]
    unit: Annotated[str, Field(pattern=_UNIT)] | None = None


class Answer(_Asked):
    """Finish it, reject the result, or comment on it, which takes words for the reporter. *unit* as
    for `Work`."""

    action: Literal["finish", "reject", "comment"]
    text: str = Field(max_length=4000, pattern=r"\S")
    unit: Annotated[str, Field(pattern=_UNIT)] | None = None


class Close(_Asked):
    """End it without a result, with the reason that the reporter and the statistics get."""

    action: Literal["close"]
    reason: Literal["bukan-kewenangan", "belum-jelas", "tidak-ditemukan", "bukan-laporan"]
    text: str = Field(max_length=4000, pattern=r"\S")


class _Plain:
    """Publishes the three forms without OpenAPI's discriminator: *action* tells them apart anyway,
    and tools that take the mapping to be one name per form refuse half of the actions."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        published = handler(core)
        published.pop("discriminator", None)
        return published


ActionIn = Annotated[HandOver | Work | Answer | Close, Field(discriminator="action"), _Plain]

_OFFERED = frozenset(
    {
        "forward", "dispose", "coordinate", "process", "hide", "finish", "comment", "accuse",
        "clear", "verify", "check-field", "validate", "reject", "auto-finish", "close",
        "make-confidential", "lift-confidential",
    }
)  # fmt: skip


@router.get("/complaints", responses=documented(401, 422))
async def list_complaints(
    request: Request,
    officer: CurrentOfficer,
    status: Annotated[StateFilter, Query(description="Empty: every state.")] = "",
    unit: Annotated[str, Query(pattern=_UNIT, description="Who leads; empty: everybody.")] = "",
    stage: Annotated[StageFilter, Query(description="Results that are verified.")] = "",
    late: Annotated[LateFilter, Query(description="Whose clock of this kind was missed.")] = "",
    cursor: Annotated[str, Query(pattern=r"^[0-9]{0,18}$|^[1-8][0-9]{18}$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = _PAGE,
) -> PageOut:
    """The complaints that the token's unit and role deal with, newest first."""
    parts: Parts = request.app.state.parts
    found = await officers.listed(
        parts, officer, state=status or None, unit_id=unit or None,
        before=int(cursor) if cursor else None, limit=limit + 1,
        stage=stage or None, late=late or None,
    )  # fmt: skip
    more = len(found) > limit
    page = found[:limit]
    world = await _world(request)
    return PageOut(
        complaints=[ComplaintOut(**_common(b, parts, world, officer)) for b in page],
        cursor=str(page[-1].complaint.id) if more else None,
    )


@router.get("/complaints/{number}", responses=documented(401, 404, 422))
async def get_complaint(
    request: Request, number: Number, officer: CurrentOfficer
) -> ComplaintFullOut:
    """One complaint with its history."""
    return await _full(request, number, officer)


@router.get("/complaints/{number}/notices", responses=documented(401, 404, 422))
async def get_notices(request: Request, number: Number, officer: CurrentOfficer) -> NoticesOut:
    """The ledger: what the reporters were told, and why not where they were not."""
    words = catalogue("id")
    told = await officers.told(request.app.state.parts, officer, number)
    return NoticesOut(
        notices=[
            NoticeOut.model_validate(
                asdict(t) | {"reason_text": words.reason(t.reason) if t.reason else ""}
            )
            for t in told
        ]
    )


@router.post(
    "/complaints/{number}/actions",
    responses=documented(401, 403, 404, 409, 422)
    | {204: {"description": "Done, and out of sight"}},
    response_model=ComplaintFullOut,
)
async def act_on_complaint(
    request: Request, number: Number, body: ActionIn, officer: CurrentOfficer
) -> ComplaintFullOut | Response:
    """Do something to a complaint; answers with the complaint as it stands then, or with 204 where
    it is none of the officer's business any more."""
    await officers.act(
        request.app.state.parts, officer, number, Action(body.action),
        unit_id=None if isinstance(body, Close) else body.unit or None,
        text=body.text, note=body.note, reason=body.reason if isinstance(body, Close) else "",
    )  # fmt: skip
    try:
        return await _full(request, number, officer)
    except NotFound:
        return Response(status_code=204)


@router.get(
    "/complaints/{number}/photos/{photo}",
    response_class=Response,
    responses=documented(401, 404, 422) | {200: {"content": {"image/jpeg": {}}}},
)
async def get_photo(
    request: Request,
    number: Number,
    photo: Annotated[str, Path(pattern=r"^[0-9]{1,18}$|^[1-8][0-9]{18}$")],
    officer: CurrentOfficer,
) -> Response:
    """A photo of the reporter, drawn anew without its metadata."""
    parts: Parts = request.app.state.parts
    _, content = await officers.photo(parts, officer, number, int(photo))
    try:
        picture = await asyncio.to_thread(viewable, content)
    except NotAPicture as error:
        raise NotFound(f"what was sent with {number} is no picture") from error
    headers = {"Cache-Control": "private, max-age=3600", "Content-Disposition": "inline"}
    return Response(picture, media_type="image/jpeg", headers=headers)


async def _full(request: Request, number: str, officer: CurrentOfficer) -> ComplaintFullOut:
    parts: Parts = request.app.state.parts
    brief = await officers.get(parts, officer, number)
    world = await _world(request)
    notes = may_see(officer, Known.NOTES)
    lines = [_line(t, world, with_note=notes) for t in brief.history]
    clocks = [_clock(c, world) for c in brief.clocks]
    return ComplaintFullOut(**_common(brief, parts, world, officer), history=lines, clocks=clocks)


async def _world(request: Request) -> World:
    parts: Parts = request.app.state.parts
    units = await request.app.state.units.names()
    return World(parts.settings, units, parts.keys.code, parts.clock())


def _common(brief: Brief, parts: Parts, world: World, officer: Officer) -> dict[str, object]:
    item = brief.complaint
    shows_brief = may_see(officer, Known.BRIEF)
    account = parts.settings.account(item.account)
    owner = UnitId(account.owner if account else "")
    news = next_news(item, owner, world.deadlines)
    category = categories().get(item.category)
    place, point = item.place, item.place.location
    return {
        "number": item.number,
        "status": item.state,
        "stage": item.stage.value,
        "rejections": item.rejections,
        "objected": item.objected,
        "version": item.version,
        "urgent": item.urgent,
        "confidential": item.confidential,
        "accused": sorted(item.accused) if may_see(officer, Known.NOTES) else [],
        "visibility": item.visibility.value,
        "account": item.account,
        "unit": UnitOut(id=item.lead_unit, name=world.unit(item.lead_unit)),
        "category": item.category,
        "category_name": category.label if category else "",
        "place": PlaceOut(
            words=place.words,
            kelurahan=place.kelurahan,
            kelurahan_name=name_of(place.kelurahan) if place.kelurahan else "",
            lat=point.lat if point else None,
            lon=point.lon if point else None,
            approximate=place.approximate,
        ),
        "brief": brief.words if shows_brief else "",
        "reporter": brief.reporter if may_see(officer, Known.MASKED_ADDRESS) else "",
        "photos": [
            PhotoOut(id=str(p.id), kind=p.kind.value, ready=p.ready)
            for p in brief.photos
            if shows_brief
        ],
        "received_at": item.received_at,
        "filed_at": item.filed_at,
        "finished_at": item.finished_at,
        "closing_reason": item.closing_reason.value if item.closing_reason else None,
        "next": NextOut(awaited=news.awaited.value, due=news.due),
        "allowed": [a.value for a in allowed(item) if a.value in _OFFERED],
    }


def _clock(item: Clock, world: World) -> ClockOut:
    return ClockOut(
        kind=item.kind.value,
        unit=UnitOut(id=item.unit, name=world.unit(item.unit)),
        rule=RULE[item.kind],
        began_at=item.began_at,
        due_at=item.due_at,
        missed_at=item.missed_at,
        ended_at=item.ended_at,
        result=item.result.value if item.result else None,
    )


def _line(item: Transition, world: World, *, with_note: bool) -> LineOut:
    return LineOut(
        at=item.at,
        action=item.action,
        status=item.to_state,
        unit=UnitOut(id=item.unit, name=world.unit(item.unit)) if item.unit else None,
        by=item.actor.kind.value,
        text=item.public_text,
        note=item.internal_text if with_note else "",
    )
