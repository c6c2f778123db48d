"""The values of the REST API: what it takes and what it gives. OpenAPI is made from these."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from core.complaint import State
from gateway.settings import SLUG

Number = Annotated[str, Path(pattern=r"^[A-Z]{2}[0-9]{10,12}$", examples=["JK2611190041"])]


StateFilter = Literal["", "menunggu", "proses", "disposisi", "koordinasi", "selesai"]
StageFilter = Literal["", "administrative", "field", "validation"]
LateFilter = Literal[
    "", "triage", "response", "completion", "verification", "decision", "clarification"
]  # fmt: skip
Kind = Literal[
    "pindah-skpd", "salah-koordinasi", "pindah-kelurahan", "tidak-jelas", "tidak-ditemukan"
]  # fmt: skip
UNIT_PATTERN = r"^[a-z0-9-]{0,63}$"


class UnitOut(BaseModel):
    """An agency, bureau or kelurahan."""

    id: str
    name: str


class PlaceOut(BaseModel):
    """Where it is. *approximate*: the kelurahan was derived from centroids, not from borders.
    *rival*: where words and point contradict each other, the kelurahan that was not taken: it may
    have to be moved (*Pindah Kelurahan*); empty otherwise."""

    words: str
    kelurahan: str
    kelurahan_name: str
    lat: float | None
    lon: float | None
    approximate: bool
    rival: str
    rival_name: str


class SuggestionOut(BaseModel):
    """The unit for which the words speak: *words* are those it was read from, *confidence* is
    between 0 and 1. For whoever forwards; nothing happens by itself."""

    unit: UnitOut
    words: list[str]
    confidence: float


class HappenedOut(BaseModel):
    """When it happened, as far as the reporter's words say. *kind*: point, range, duration (from
    *start* until the report) or recurring, with *every*, *from_hour* and *until_hour*; *precision*
    says how exactly *start* and *end* (exclusive) are known."""

    kind: str
    precision: str
    start: datetime | None
    end: datetime | None
    every: str
    from_hour: str
    until_hour: str


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


class PauseOut(BaseModel):
    """A time in which a clock stood still because the reporter was asked; *end* null: still."""

    begin: datetime
    end: datetime | None
    ticket: str


class ExtensionOut(BaseModel):
    """A deadline was moved: by an *estimate*, a *move* to another unit, or an *answer* after it
    was closed. *reason* is what the unit said of it."""

    grounds: str
    at: datetime
    until: datetime
    unit: UnitOut
    reason: str


class ClockOut(BaseModel):
    """A deadline of a unit. *missed_at* is set once it fell due, *result* once it ended: met,
    missed, or void (taken away in time). *rule* is the source it comes from. *due_at* is the
    working deadline, with all that *paused* and *extended* it; *ticket* what it is about."""

    kind: str
    unit: UnitOut
    rule: str
    began_at: datetime
    due_at: datetime
    missed_at: datetime | None
    ended_at: datetime | None
    result: str | None
    ticket: str | None
    paused: list[PauseOut]
    extended: list[ExtensionOut]


class ScoreOut(BaseModel):
    """What counts for the score of a unit. *basis* says from when: it was *received*, given by a
    ticket that was *approved*, kept because its ticket was *refused* (rule 8), or *returned* (rule
    10). A result is met, missed, void (taken away in time), or null while it runs in time."""

    unit: UnitOut
    role: str
    basis: str
    rule: str
    counted_from: datetime
    response_due: datetime
    responded_at: datetime | None
    response: str | None
    completion_due: datetime | None
    completed_at: datetime | None
    completion: str | None
    paused_seconds: int


class TicketOut(BaseModel):
    """A ticket. *text* is what the unit wrote, *suggested* the unit that it names, *given_to* the
    one that it was decided to be; *due_at* when that is to be decided; *outcome* is approved,
    refused, answered, unanswered or lapsed. *decides*: whether you may decide about it."""

    id: str
    kind: str
    rule: str
    unit: UnitOut
    text: str
    filed_at: datetime
    due_at: datetime | None
    suggested: UnitOut | None
    asked_at: datetime | None
    decided_at: datetime | None
    outcome: str | None
    given_to: UnitOut | None
    decides: bool


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
    happened: HappenedOut | None
    brief: str
    reporter: str
    photos: list[PhotoOut]
    received_at: datetime
    filed_at: datetime
    finished_at: datetime | None
    closing_reason: str | None
    next: NextOut
    suggestion: SuggestionOut | None
    allowed: list[str]


class ComplaintFullOut(ComplaintOut):
    """With its history, its clocks and its tickets, oldest first; *scores* for each unit."""

    history: list[LineOut]
    clocks: list[ClockOut]
    tickets: list[TicketOut]
    scores: list[ScoreOut]


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
    """Take it up, hide it or show it again, make it confidential or lift that, verify and validate
    its result. *unit*: for which of the units that have it; empty: the own one."""

    action: Literal[
        "process",
        "hide",
        "show",
        "make-confidential",
        "lift-confidential",
        "verify",
        "check-field",
        "validate",
        "auto-finish",
    ]
    unit: Annotated[str, Field(pattern=UNIT_PATTERN)] | None = None


class Answer(_Asked):
    """Finish it, reject the result, or comment on it, which takes words for the reporter. *unit* as
    for `Work`."""

    action: Literal["finish", "reject", "comment"]
    text: str = Field(max_length=4000, pattern=r"\S")
    unit: Annotated[str, Field(pattern=UNIT_PATTERN)] | None = None


class Close(_Asked):
    """End it without a result, with the reason that the reporter and the statistics get."""

    action: Literal["close"]
    reason: Literal["bukan-kewenangan", "belum-jelas", "tidak-ditemukan", "bukan-laporan"]
    text: str = Field(max_length=4000, pattern=r"\S")


class Estimate(_Asked):
    """*Estimasi Waktu Selesai*: it takes until the end of that day, and why (rule 7)."""

    action: Literal["estimate"]
    until: date
    text: str = Field(max_length=4000, pattern=r"\S")
    unit: Annotated[str, Field(pattern=UNIT_PATTERN)] | None = None


class FileTicket(BaseModel):
    """Say that it is another unit's (*suggested*, if you know whose), cannot be made out, or was
    not found. *text* is read by whoever decides; where the reporter is to be asked, it is the
    question. *unit* as for `Work`."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["file-ticket"]
    kind: Kind
    text: str = Field(max_length=4000, pattern=r"\S")
    suggested: Annotated[str, Field(pattern=UNIT_PATTERN, examples=["dinas-bina-marga"])] | None = (
        None
    )
    unit: Annotated[str, Field(pattern=UNIT_PATTERN)] | None = None


TicketRef = Annotated[str, Field(pattern=r"^[0-9]{1,18}$|^[1-8][0-9]{18}$")]


class Approve(_Asked):
    """Biro Pemerintahan gives it to *unit* (rules 3 and 4); the reporter reads *text*."""

    action: Literal["approve-ticket"]
    ticket: TicketRef
    unit: str = Field(pattern=SLUG, examples=["dinas-bina-marga"])


class Decide(_Asked):
    """Refuse a ticket, so that it stays where it is; or put its question to the reporter, in
    the words of *text*."""

    action: Literal["refuse-ticket", "ask"]
    ticket: TicketRef
    text: str = Field(max_length=4000, pattern=r"\S")


class Clarify(_Asked):
    """What was to be asked is known: *note* says what the reporter answered."""

    action: Literal["clarify"]
    ticket: TicketRef


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


ActionIn = Annotated[
    HandOver | Work | Answer | Close | Estimate | FileTicket | Approve | Decide | Clarify,
    Field(discriminator="action"),
    _Plain,
]
