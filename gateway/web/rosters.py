"""The REST API of duty rosters: a unit's own admin reads and replaces it as a whole."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from core.complaint import UnitId
from gateway.configuration.settings import SLUG
from gateway.duty import desk
from gateway.duty.desk import UnitRoster
from gateway.duty.lines import DAYS, RosterLine
from gateway.web.access import CurrentOfficer
from gateway.web.problems import documented
from gateway.web.versions import tag, tagged

router = APIRouter(prefix="/api/v1", tags=["rosters"])

_MOST = 200
_HOUR = "([01][0-9]|2[0-3])[:.][0-5][0-9]"
_HOURS = f"^({_HOUR}-{_HOUR})?$"

_Unit = Annotated[str, Path(pattern=SLUG, examples=["dinas-bina-marga"])]
_Told = Literal["new", "clock", "decision", "answer", "emergency", "confidential"]


class OnDuty(BaseModel):
    """An officer who is told of the unit's work, at *address* (a number is written +62812...) of
    one of the channels. *days* and *hours* in Jakarta; without *hours* the citizens' quiet hours
    hold. *told*: null means everything but what is confidential. *confirmed* is only read: the
    number's owner has agreed to be told, with SIAP to the message that asks; until then nothing is
    told there, and what it writes is a citizen's."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, pattern=r"\S", examples=["Joko"])
    account: str = Field(pattern=SLUG, examples=["sms"])
    address: str = Field(min_length=1, max_length=200, pattern=r"\S", examples=["+6281234567890"])
    days: str = Field("1-7", pattern=DAYS, examples=["1-5"])
    hours: str = Field("", pattern=_HOURS, examples=["07:30-16:00"])
    told: list[_Told] | None = Field(None, min_length=1, max_length=6)
    confirmed: StrictBool | None = None


class RosterIn(BaseModel):
    """The whole roster, in the order in which an emergency calls; empty: nobody is told."""

    model_config = ConfigDict(extra="forbid")

    officers: list[OnDuty] = Field(max_length=_MOST)


class RosterOut(BaseModel):
    """The roster of a unit, in the order in which an emergency calls."""

    unit: str
    officers: list[OnDuty]


_IfMatch = Annotated[
    str,
    Header(
        pattern='^([*]|"?[0-9a-f]{16}"?)$',
        description="The ETag that was read: refused with 412 if the roster changed since.",
    ),
]


def _seen(if_match: _IfMatch = "*") -> str | None:
    return None if if_match == "*" else if_match.strip('"')


@router.get("/units/{unit}/roster", responses=documented(401, 403, 404, 422) | tagged(200))
async def get_roster(
    request: Request, response: Response, unit: _Unit, officer: CurrentOfficer
) -> RosterOut:
    """Who is told of the work of a unit: its own, or any for a system admin."""
    found = await desk.kept(request.app.state.parts, officer, UnitId(unit))
    return _shown(found, response)


@router.put("/units/{unit}/roster", responses=documented(401, 403, 404, 412, 422) | tagged(200))
async def put_roster(
    request: Request, response: Response, unit: _Unit, body: RosterIn, officer: CurrentOfficer,
    seen: Annotated[str | None, Depends(_seen)],
) -> RosterOut:  # fmt: skip
    """Replace the roster of a unit. With *If-Match* only if nobody was faster."""
    lines = [
        RosterLine(
            unit=unit, name=o.name.strip(), account=o.account, address=o.address.strip(),
            days=o.days, hours=o.hours, told=",".join(o.told or ()),
        )
        for o in body.officers
    ]  # fmt: skip
    found = await desk.replaced(request.app.state.parts, officer, UnitId(unit), lines, seen)
    return _shown(found, response)


def _shown(found: UnitRoster, response: Response) -> RosterOut:
    response.headers["ETag"] = tag(found.mark)
    return RosterOut(
        unit=found.unit,
        officers=[
            OnDuty.model_validate(
                {
                    "name": o.name,
                    "account": o.account,
                    "address": o.address,
                    **(o.shift.written() if o.shift else {}),
                    "told": sorted(o.told),
                    "confirmed": o.confirmed,
                }
            )
            for o in found.officers
        ],
    )
