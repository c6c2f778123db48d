"""What officers can ask the REST API to do to complaints, and how the gateway takes it."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, StrictBool
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from core.commands import Evidence
from core.complaint import UnitId
from core.identifiers import TicketId
from core.ticket import TicketKind
from core.workflow import Action, Filing
from gateway.configuration.settings import SLUG
from gateway.desk.orders import Order
from gateway.grouping.acts import Wish
from gateway.web.grouping import ID_PATTERN
from gateway.web.values import NUMBER_PATTERN, UNIT_PATTERN, Kind, TicketRef

_Unit = Annotated[str, Field(pattern=UNIT_PATTERN)]


class _Asked(BaseModel):
    """What every action takes. *note* never leaves the officers."""

    model_config = ConfigDict(extra="forbid")

    note: str = Field("", max_length=4000)


class _OnOne(_Asked):
    """What is done to a complaint itself. *text* goes to the reporter."""

    text: str = Field("", max_length=4000)


class _OnAll(_OnOne):
    """Work on what it is about. *whole_problem*: it is done to all others about the same problem
    too, and each reporter is told in the own thread."""

    whole_problem: StrictBool = False


class HandOver(_OnAll):
    """Give it to another unit: forward it, dispose of it to a unit below, ask a unit to help."""

    action: Literal["forward", "dispose", "coordinate"]
    unit: str = Field(pattern=SLUG, examples=["dinas-bina-marga"])


class Guard(_OnOne):
    """Keep it from the unit that it accuses (*accuse*), or no longer (*clear*)."""

    action: Literal["accuse", "clear"]
    unit: str = Field(pattern=SLUG, examples=["kelurahan-kebon-jeruk"])


class Work(_OnAll):
    """Take it up, verify and validate its result. *unit*: for which of the units that have it;
    empty: the own one."""

    action: Literal["process", "verify", "check-field", "validate"]
    unit: _Unit | None = None


class Alone(_OnOne):
    """What concerns one reporter, or one missed clock. *unit* as for `Work`."""

    action: Literal["hide", "show", "make-confidential", "lift-confidential", "auto-finish"]
    unit: _Unit | None = None


class Answer(_OnAll):
    """Reject the result, give it back with another problem that was found on site (*report-back*),
    or comment on it: each takes words for the reporter. *unit* as for `Work`."""

    action: Literal["reject", "report-back", "comment"]
    text: str = Field(max_length=4000, pattern=r"\S")
    unit: _Unit | None = None


class Consult(_Asked):
    """A unit that has it asks the channel's owner, a coordinator or the owner the units that have
    it; answered the same way (Keputusan Sekda 99/2022, 2). Only officers read *note*. *unit* as for
    `Work`."""

    action: Literal["consult"]
    note: str = Field(max_length=4000, pattern=r"\S")
    unit: _Unit | None = None


class Finish(_OnAll):
    """The work is done, in words for the reporter. *photos*: result photos of this complaint,
    uploaded since the unit was given it; with *whole_problem* they prove it for all. One that has
    proved another complaint's result needs a *photo_reason*, for whoever verifies. The reporter
    sees them with the news of the result where nothing odd was found about them, else once it is
    validated; with *show_photos* false only whoever verifies does (a neighbour or a number plate is
    in them). *unit* as for `Work`."""

    action: Literal["finish"]
    text: str = Field(max_length=4000, pattern=r"\S")
    unit: _Unit | None = None
    photos: list[Annotated[str, Field(pattern=ID_PATTERN)]] = Field([], max_length=20)
    photo_reason: str = Field("", max_length=1000)
    show_photos: StrictBool = True


class Close(_OnAll):
    """End it without a result, with the reason that the reporter and the statistics get."""

    action: Literal["close"]
    reason: Literal["bukan-kewenangan", "belum-jelas", "tidak-ditemukan", "bukan-laporan"]
    text: str = Field(max_length=4000, pattern=r"\S")


class Estimate(_OnAll):
    """*Estimasi Waktu Selesai*: it takes until the end of that day, and why (rule 7)."""

    action: Literal["estimate"]
    until: date
    text: str = Field(max_length=4000, pattern=r"\S")
    unit: _Unit | None = None


class FileTicket(BaseModel):
    """Say that it is another unit's (*suggested*, if you know whose), cannot be made out, or was
    not found. *text* is read by whoever decides; where the reporter is to be asked, it is the
    question. *unit* and *whole_problem* as for `Work`: each complaint gets a ticket of its own."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["file-ticket"]
    kind: Kind
    text: str = Field(max_length=4000, pattern=r"\S")
    suggested: Annotated[str, Field(pattern=UNIT_PATTERN, examples=["dinas-bina-marga"])] | None = (
        None
    )
    unit: _Unit | None = None
    whole_problem: StrictBool = False


class Approve(_OnAll):
    """Biro Pemerintahan gives it to *unit* (rules 3 and 4); the reporter reads *text*. With
    *whole_problem* so are the others for which the same unit filed a ticket of the same kind."""

    action: Literal["approve-ticket"]
    ticket: TicketRef
    unit: str = Field(pattern=SLUG, examples=["dinas-bina-marga"])


class Decide(_OnAll):
    """Refuse a ticket, so that it stays where it is; or put its question to the reporter, in
    the words of *text*. *whole_problem* as for `Approve`."""

    action: Literal["refuse-ticket", "ask"]
    ticket: TicketRef
    text: str = Field(max_length=4000, pattern=r"\S")


class Clarify(_OnAll):
    """What was to be asked is known: *note* says what the reporter answered. *whole_problem* as for
    `Approve`."""

    action: Literal["clarify"]
    ticket: TicketRef


class Pair(_Asked):
    """Two complaints: *link* them to one problem, or *merge* this one into the *other* where one
    reporter has sent both."""

    action: Literal["link", "merge"]
    other: str = Field(pattern=NUMBER_PATTERN, examples=["JK2611190041"])


class Single(_Asked):
    """Take it out of its problem (*unlink*; with *other* also: turn down that they are alike), or
    give it back a life of its own (*unmerge*)."""

    action: Literal["unlink", "unmerge"]
    other: Annotated[str, Field(pattern=NUMBER_PATTERN)] | None = None


class Split(_Asked):
    """Take *messages* (ids of `ComplaintFullOut.messages`) out, into a complaint of their own."""

    action: Literal["split"]
    messages: list[Annotated[str, Field(pattern=ID_PATTERN)]] = Field(min_length=1, max_length=100)


class _Plain:
    """Publishes the forms without OpenAPI's discriminator: *action* tells them apart anyway,
    and tools that take the mapping to be one name per form refuse half of the actions."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        published = handler(core)
        published.pop("discriminator", None)
        return published


OnTickets = Estimate | FileTicket | Approve | Decide | Clarify
OnAll = HandOver | Work | Answer | Finish | Close | OnTickets
OnOne = OnAll | Guard | Alone | Consult
WithOthers = Pair | Single | Split
ActionIn = Annotated[OnOne | WithOthers, Field(discriminator="action"), _Plain]


def order_of(body: OnOne, seen: int | None) -> Order:
    """What *body* asks, for `gateway.desk.officers`; *seen* as there."""
    action = Action(body.action)
    if isinstance(body, FileTicket):
        # Whoever decides reads it; the reporter only what is asked in the end.
        suggested = UnitId(body.suggested) if body.suggested else None
        filing = Filing(TicketKind(body.kind), suggested)
        return Order(action, body.unit or None, note=body.text, filing=filing, seen=seen)
    if isinstance(body, Consult):
        return Order(action, body.unit or None, note=body.note, seen=seen)
    plain = Order(action, text=body.text, note=body.note, seen=seen)
    match body:
        case Close():
            return replace(plain, reason=body.reason)
        case Finish():
            photos = tuple(dict.fromkeys(int(photo) for photo in body.photos))
            evidence = Evidence(photos, for_verifiers=not body.show_photos)
            reason = body.photo_reason
            return replace(plain, unit=body.unit or None, evidence=evidence, photo_reason=reason)
        case Estimate():
            return replace(plain, unit=body.unit or None, until=body.until)
        case Approve():
            return replace(plain, unit=body.unit, ticket=TicketId(int(body.ticket)))
        case Decide() | Clarify():
            return replace(plain, ticket=TicketId(int(body.ticket)))
        case _:
            return replace(plain, unit=body.unit or None)


def wish_of(body: WithOthers, seen: int | None) -> Wish:
    """What *body* asks, for `gateway.grouping.acts`; *seen* as there."""
    plain = Wish(Action(body.action), note=body.note, seen=seen)
    if isinstance(body, Split):
        return replace(plain, messages=tuple(int(m) for m in body.messages))
    return replace(plain, other=body.other or "")
