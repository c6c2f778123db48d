"""The REST API under /api/v1: complaints, and what officers do to them."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from core import commands
from core.access import Field as Known
from core.access import Officer, actions_of, may_see
from core.clocks import next_news
from core.complaint import Transition, UnitId
from core.errors import NotFound
from core.workflow import Action
from gateway.bootstrap import Parts
from gateway.desk import officers
from gateway.desk.briefs import Brief
from gateway.desk.suggestion import suggested
from gateway.grouping import acts, together, view
from gateway.grouping.together import Skipped
from gateway.outbound.world import World
from gateway.photos.pictures import NotAPicture, viewable
from gateway.web.access import CurrentOfficer
from gateway.web.actions import (
    ActionIn,
    OnAll,
    Pair,
    Single,
    Split,
    order_of,
    wish_of,
)
from gateway.web.grouping import surroundings_out
from gateway.web.problems import documented
from gateway.web.shown import (
    clock_shown,
    missing_shown,
    result_photos_shown,
    scores_shown,
    tickets_shown,
)
from gateway.web.values import (
    UNIT_PATTERN,
    ComplaintFullOut,
    ComplaintOut,
    LateFilter,
    LineOut,
    NextOut,
    NoticeOut,
    NoticesOut,
    Number,
    PageOut,
    PhotoOut,
    PlaceOut,
    SkippedOut,
    StageFilter,
    StateFilter,
    SuggestionOut,
    UnitOut,
)
from gateway.web.versions import SeenVersion, tag, tagged
from gateway.words import catalogue
from normalizer.gazetteer import name_of
from normalizer.problem import categories

router = APIRouter(prefix="/api/v1", tags=["complaints"])

_PAGE = 50


@router.get("/complaints", responses=documented(401, 422))
async def list_complaints(
    request: Request,
    officer: CurrentOfficer,
    status: Annotated[StateFilter, Query(description="Empty: every state.")] = "",
    unit: Annotated[
        str, Query(pattern=UNIT_PATTERN, description="Who leads; empty: everybody.")
    ] = "",
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
        complaints=[ComplaintOut(**_common(b, request, world, officer)) for b in page],
        cursor=str(page[-1].complaint.id) if more else None,
    )


@router.get("/complaints/{number}", responses=documented(401, 404, 422) | tagged(200))
async def get_complaint(
    request: Request, response: Response, number: Number, officer: CurrentOfficer
) -> ComplaintFullOut:
    """One complaint with its history. *ETag* is the version that actions can be tied to."""
    found = await _full(request, number, officer)
    response.headers["ETag"] = tag(found.version)
    return found


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
    responses=documented(401, 403, 404, 409, 412, 422)
    | tagged(200)
    | {204: {"description": "Done, and out of sight"}},
    response_model=ComplaintFullOut,
)
async def act_on_complaint(
    request: Request, response: Response, number: Number, body: ActionIn, officer: CurrentOfficer,
    seen: SeenVersion,
) -> ComplaintFullOut | Response:  # fmt: skip
    """Do something to a complaint; answers with the complaint as it stands then, or with 204 where
    it is none of the officer's business any more. With *If-Match* only if nobody was faster."""
    parts: Parts = request.app.state.parts
    skipped: list[Skipped] = []
    match body:
        case Pair() | Single() | Split():
            await acts.act(parts, officer, number, wish_of(body, seen))
        case _ if isinstance(body, OnAll) and body.whole_problem:
            _, skipped = await together.act(parts, officer, number, order_of(body, seen))
        case _:
            await officers.act(parts, officer, number, order_of(body, seen))
    try:
        found = await _full(request, number, officer, skipped)
    except NotFound:
        return Response(status_code=204)
    response.headers["ETag"] = tag(found.version)
    return found


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
    """A photo of the reporter or of the result, drawn anew without its metadata."""
    parts: Parts = request.app.state.parts
    _, content = await officers.photo(parts, officer, number, int(photo))
    try:
        picture = await asyncio.to_thread(viewable, content)
    except NotAPicture as error:
        raise NotFound(f"what was sent with {number} is no picture") from error
    headers = {"Cache-Control": "private, max-age=3600", "Content-Disposition": "inline"}
    return Response(picture, media_type="image/jpeg", headers=headers)


async def _full(
    request: Request, number: str, officer: CurrentOfficer, skipped: Sequence[Skipped] = ()
) -> ComplaintFullOut:
    parts: Parts = request.app.state.parts
    brief = await officers.get(parts, officer, number)
    async with parts.database.read() as conn:
        around = await view.surroundings(conn, officer, brief.complaint)
    world = await _world(request)
    notes = may_see(officer, Known.NOTES)
    photos = result_photos_shown(brief, world) if may_see(officer, Known.BRIEF) else []
    lines = [_line(t, world, with_note=notes) for t in brief.history]
    clocks = [clock_shown(c, brief.history, world, brief.complaint.account) for c in brief.clocks]
    tickets = tickets_shown(brief, world, officer) if may_see(officer, Known.TICKETS) else []
    return ComplaintFullOut.model_validate(
        {
            **_common(brief, request, world, officer),
            **surroundings_out(around, officer),
            "history": lines,
            "clocks": clocks,
            "tickets": tickets,
            "scores": scores_shown(brief, world),
            "result_photos": photos,
            "skipped": [SkippedOut(number=s.number, why=s.why) for s in skipped],
        }
    )


async def _world(request: Request) -> World:
    parts: Parts = request.app.state.parts
    units = await request.app.state.units.names()
    return World(parts.settings, units, parts.keys.code, parts.clock())


def _common(brief: Brief, request: Request, world: World, officer: Officer) -> dict[str, object]:
    parts: Parts = request.app.state.parts
    item = brief.complaint
    shows_brief = may_see(officer, Known.BRIEF)
    account = parts.settings.account(item.account)
    owner = UnitId(account.owner if account else "")
    news = next_news(item, owner, world.deadlines_of(item.account))
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
        "anonymous": item.anonymous,
        "visibility": "public" if item.is_public else "hidden",
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
            rival=place.rival,
            rival_name=name_of(place.rival) if place.rival else "",
        ),
        "happened": asdict(item.happened) if item.happened else None,
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
        "missing": missing_shown(brief),
        "suggestion": _suggestion(brief, request, world, officer, owner),
        "allowed": [action.value for action in commands.offered(item, officer)],
    }


def _suggestion(
    brief: Brief, request: Request, world: World, officer: Officer, owner: UnitId
) -> SuggestionOut | None:
    """For those who may forward."""
    if Action.FORWARD not in actions_of(officer):
        return None
    by_code = request.app.state.units.kelurahan.by_code
    found = suggested(brief.complaint, brief.words, owner, by_code)
    if found is None:
        return None
    unit = UnitOut(id=found.unit, name=world.unit(found.unit))
    return SuggestionOut(unit=unit, words=list(found.words), confidence=found.confidence)


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
