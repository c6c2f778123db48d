"""The REST API of telling by hand: who has no address and is still to be told, and who was."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict

from core.by_hand import Way
from gateway.bootstrap import Parts
from gateway.by_hand import desk
from gateway.by_hand.desk import Telling
from gateway.inbox.listing import Mark
from gateway.outbound.world import World
from gateway.web.access import CurrentOfficer
from gateway.web.inbox import AccountOut, EntryId
from gateway.web.problems import documented
from gateway.web.shown import unit_shown
from gateway.web.values import Number, UnitOut
from gateway.web.versions import SeenVersion

router = APIRouter(prefix="/api/v1", tags=["by hand"])

_PAGE = 50

_Way = Literal["phone", "letter", "return"]


class TellingOut(BaseModel):
    """Somebody without an address who is to be told, by *due*.

    *why* is what happened last, *stands* how the complaint stands in the words for its reporter,
    *text* what an officer said with it. *way*: an officer phones, writes, or the reporter comes
    back; null where nobody has said how. *version* is for If-Match: another one when more happened.
    *name* and *reach* (a telephone, where letters go) are what was left at the counter, for whoever
    wrote it down, and empty for everybody else. *told_at* and *told_way* are null until they were
    told.
    """

    id: str
    version: int
    number: str
    account: AccountOut
    unit: UnitOut
    why: str
    stands: str
    text: str
    way: _Way | None
    name: str
    reach: str
    since: datetime
    due: datetime
    told_at: datetime | None
    told_way: _Way | None


class TellingsOut(BaseModel):
    """A page, whoever is due first on top; *cursor* leads on and is null on the last one."""

    tellings: list[TellingOut]
    cursor: str | None


class ToldIn(BaseModel):
    """They were told, in this *way*; *at*: when, if not now."""

    model_config = ConfigDict(extra="forbid")

    way: _Way
    at: AwareDatetime | None = None


class WayIn(BaseModel):
    """How the reporter is told: somebody phones, somebody writes, or the reporter comes back."""

    model_config = ConfigDict(extra="forbid")

    way: _Way


@router.get("/by-hand", responses=documented(401, 403, 422))
async def list_by_hand(
    request: Request,
    officer: CurrentOfficer,
    cursor: Annotated[str, Query(pattern=r"^$|^[0-9]{1,16}\.[0-9]{1,18}$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = _PAGE,
) -> TellingsOut:
    """Who has still to be told by hand: for a coordinating bureau in its field, for a counter and
    the owner of a channel what came in there."""
    parts: Parts = request.app.state.parts
    after = Mark.from_text(cursor) if cursor else None
    world = await _world(request)
    found = await desk.listed(parts, officer, world, after, limit + 1)
    page = found[:limit]
    return TellingsOut(
        tellings=[_shown(item, world) for item in page],
        cursor=page[-1].mark.to_text() if len(found) > limit else None,
    )


@router.post("/by-hand/{entry}/told", responses=documented(401, 403, 404, 409, 412, 422))
async def mark_told(
    request: Request, entry: EntryId, body: ToldIn, officer: CurrentOfficer, seen: SeenVersion
) -> TellingOut:
    """Somebody was told. With *If-Match* only if they heard all that has happened."""
    parts: Parts = request.app.state.parts
    world = await _world(request)
    way = Way(body.way)
    done = await desk.note_told(parts, officer, world, int(entry), way, body.at, seen)
    return _shown(done, world)


@router.put(
    "/complaints/{number}/by-hand",
    status_code=204,
    responses=documented(401, 403, 404, 409, 422),
)
async def put_way(request: Request, number: Number, body: WayIn, officer: CurrentOfficer) -> None:
    """How a reporter without an address is told; said by whoever wrote the complaint down."""
    await desk.set_way(request.app.state.parts, officer, number, Way(body.way))


async def _world(request: Request) -> World:
    parts: Parts = request.app.state.parts
    names = await request.app.state.units.names()
    return World(parts.settings, names, parts.keys.code, parts.clock())


def _shown(item: Telling, world: World) -> TellingOut:
    found = item.complaint
    account = world.settings.account(found.account)
    return TellingOut(
        id=str(item.id),
        version=item.version,
        number=found.number,
        account=AccountOut(id=found.account, name=account.name if account else found.account),
        unit=unit_shown(found.lead_unit, world),
        why=item.why,
        stands=item.stands,
        text=item.text,
        way=item.way.value if item.way else None,
        name=item.visitor.name if item.visitor else "",
        reach=item.visitor.reach if item.visitor else "",
        since=item.since,
        due=item.due,
        told_at=item.told_at,
        told_way=item.told_way.value if item.told_way else None,
    )
