"""The REST API of counters: a visit with its matters, and the papers that were brought."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool

from channels.text import clean, level
from core.by_hand import Way
from core.clocks import next_news
from core.complaint import UnitId
from core.errors import Refused
from core.messages import AccountId, Location
from gateway.bootstrap import Parts
from gateway.configuration.settings import SLUG
from gateway.counter.desk import CounterDesk, Entered
from gateway.counter.visit import Matter, Visit
from gateway.outbound.world import World
from gateway.web.access import CurrentOfficer
from gateway.web.problems import documented
from gateway.web.shown import unit_shown
from gateway.web.values import NextOut, Number, UnitOut
from normalizer.problem import categories

router = APIRouter(prefix="/api/v1", tags=["counter"])

_MOST_MATTERS = 10

VisitId = Annotated[str, Path(pattern=r"^[0-9]{1,18}$|^[1-8][0-9]{18}$")]
_Account = Annotated[str, Field(pattern=SLUG)]

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself, at most 10 MB. What it is, its content says.",
        "content": {
            name: {"schema": {"type": "string", "format": "binary"}}
            for name in ("image/jpeg", "image/png", "image/webp", "application/pdf")
        },
    }
}


class PointIn(BaseModel):
    """Where it is, in degrees."""

    model_config = ConfigDict(extra="forbid")

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class MatterIn(BaseModel):
    """One problem, in the words of whoever came. *category*, *place* (as it was said), *kelurahan*
    (its code) and *point* where the officer knows them; else they are read from the words.
    *anonymous*: nobody shall be told who reported it. *confidential*: for the Inspektorat and the
    channel's readers only; so is what accuses an official, whatever stands here."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=4000, pattern=r"\S")
    category: str = Field("", max_length=100)
    place: str = Field("", max_length=120)
    kelurahan: str = Field("", max_length=20)
    point: PointIn | None = None
    anonymous: StrictBool = False
    confidential: StrictBool = False


class ContactIn(BaseModel):
    """On which *account* of ours, and at which *address* (``+62812...``), they want to be told."""

    model_config = ConfigDict(extra="forbid")

    account: _Account
    address: str = Field(min_length=1, max_length=200)


class VisitIn(BaseModel):
    """Somebody was at the counter *account*; *at*: when, if not now.

    With *contact* they are told there, else by hand, in this *way*. *name* and *reach* (a
    telephone, where letters go) are sealed, and shown to whoever writes it down, nobody else.
    """

    model_config = ConfigDict(extra="forbid")

    account: _Account
    complaints: list[MatterIn] = Field(min_length=1, max_length=_MOST_MATTERS)
    at: AwareDatetime | None = None
    contact: ContactIn | None = None
    name: str = Field("", max_length=200)
    reach: str = Field("", max_length=400)
    way: Literal["phone", "letter", "return"] | None = None


class EnteredOut(BaseModel):
    """One matter of the receipt. *code* opens it for its reporter and is shown here only. *unit*
    has it, and is null for what is confidential; *next* is what they can expect, and by when."""

    number: str
    code: str
    confidential: bool
    category_name: str
    place: str
    unit: UnitOut | None
    next: NextOut
    track: str


class VisitOut(BaseModel):
    """A visit as its receipt says it. *account_name* is that of the counter, *entered_at* the time
    from which clocks run."""

    id: str
    account_name: str
    at: datetime
    entered_at: datetime
    complaints: list[EnteredOut]


class PaperOut(BaseModel):
    """A paper that is kept, among the complaint's photos."""

    id: str


@router.post("/visits", status_code=201, responses=documented(401, 403, 422))
async def enter_visit(request: Request, body: VisitIn, officer: CurrentOfficer) -> VisitOut:
    """Write down what somebody says at a counter: a complaint for each matter, all or none. Answers
    with what stands on the receipt; send an *Idempotency-Key*, and nothing is filed twice."""
    parts: Parts = request.app.state.parts
    desk: CounterDesk = request.app.state.counter
    desk.require_counter(officer, body.account)
    names = await request.app.state.units.names()
    world = World(parts.settings, names, parts.keys.code, parts.clock())
    if body.contact is not None and body.way is not None:
        raise Refused("whoever is told at an address is not told by hand", field="way")
    visit = Visit(
        account=AccountId(body.account),
        at=body.at or world.now,
        matters=tuple(_matter(item) for item in body.complaints),
        contact=desk.contact(body.contact.account, body.contact.address) if body.contact else None,
        name=body.name.strip(),
        reach=body.reach.strip(),
        way=Way(body.way) if body.way else None,
    )
    name, entered = await desk.enter(officer, visit, request.app.state.units.kelurahan.by_code)
    account = parts.settings.account(visit.account)
    return VisitOut(
        id=str(name),
        account_name=account.name if account else visit.account,
        at=visit.at,
        entered_at=entered[0].complaint.filed_at,
        complaints=[_shown(item, world) for item in entered],
    )


@router.post(
    "/visits/{visit}/complaints/{number}/papers",
    status_code=201,
    responses=documented(401, 403, 404, 413, 422),
    openapi_extra=_BODY,
)
async def add_paper(
    request: Request, visit: VisitId, number: Number, officer: CurrentOfficer
) -> PaperOut:
    """Keep a photo or scan of what was brought with it; by who entered it, within a day. The same
    file again is the same paper."""
    desk: CounterDesk = request.app.state.counter
    content = await request.body()
    return PaperOut(id=str(await desk.add_paper(officer, int(visit), number, content)))


def _matter(item: MatterIn) -> Matter:
    return Matter(
        text=clean(item.text),
        category=item.category,
        place=" ".join(level(clean(item.place)).split()),
        kelurahan=item.kelurahan,
        point=Location(item.point.lat, item.point.lon) if item.point else None,
        anonymous=item.anonymous,
        confidential=item.confidential,
    )


def _shown(item: Entered, world: World) -> EnteredOut:
    found = item.complaint
    account = world.settings.account(found.account)
    owner = UnitId(account.owner if account else "")
    news = next_news(found, owner, world.deadlines_of(found.account))
    category = categories().get(found.category)
    return EnteredOut(
        number=found.number,
        code=item.code,
        confidential=found.confidential,
        category_name=category.label if category else "",
        place=found.place.words,
        unit=None if found.confidential else unit_shown(found.lead_unit, world),
        next=NextOut(awaited=news.awaited.value, due=news.due),
        track=f"{world.settings.base_url}/lacak/{found.number}",
    )
