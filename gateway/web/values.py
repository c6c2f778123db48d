"""The values of the REST API: what it gives, and how it names things; OpenAPI is made of them."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, Field

from core.complaint import State
from gateway.web.grouping import ID_PATTERN, LinkOut, MessageOut, ProblemOut

NUMBER_PATTERN = r"^[A-Z]{2}[0-9]{10,12}$"
Number = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["JK2611190041"])]
TicketRef = Annotated[str, Field(pattern=ID_PATTERN)]

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
    """A deadline was moved: by an *estimate*, a *move* to another unit, an *answer* after it was
    closed, or another problem that was *found* on site. *reason* is what the unit said of it."""

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


class SignalOut(BaseModel):
    """Something odd about a result photo, and why. *suspicion* false: only a note. *number*: the
    complaint that *reason* speaks of, where you may know it. *explained*: what whoever finished
    with the photo said to it (`photo_reason`)."""

    kind: Literal["reuse", "time", "place", "editing", "metadata"]
    suspicion: bool
    reason: str
    number: str | None
    explained: str


class ResultPhotoOut(BaseModel):
    """A photo that *unit* uploaded; *proves*: a result was reported with it. *signals* is null for
    roles that do not verify, and empty where nothing is odd."""

    id: str
    unit: UnitOut
    uploaded_at: datetime
    proves: bool
    signals: list[SignalOut] | None


class MissingOut(BaseModel):
    """What the report does not say, and how often its reporter was *asked* and *reminded*; *text*
    says it in words."""

    what: Literal["problem", "place", "office"]
    asked: int
    reminded: int
    text: str


class ComplaintOut(BaseModel):
    """The brief for the agency: never who reported. What a role may not see is empty;
    *reporter* shows at most the last digits of the number. *anonymous*: the reporter wants to stay
    unknown, so nobody on site may say that somebody there has reported it."""

    number: str
    status: State
    stage: str
    rejections: int
    objected: bool
    version: int
    urgent: bool
    confidential: bool
    accused: list[str]
    anonymous: bool
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
    missing: MissingOut | None
    suggestion: SuggestionOut | None
    allowed: list[str]


class SkippedOut(BaseModel):
    """A complaint on which an action was not possible, and why."""

    number: str
    why: str


class ComplaintFullOut(ComplaintOut):
    """With its history, its clocks and its tickets, oldest first; *scores* for each unit; and what
    it has to do with others. *merged_into*: the number that answers for it now. *skipped*: where an
    action was to be done to the whole problem, those on which it was not possible."""

    history: list[LineOut]
    clocks: list[ClockOut]
    tickets: list[TicketOut]
    scores: list[ScoreOut]
    problem: ProblemOut | None
    merged_into: str | None
    merged: list[str]
    links: list[LinkOut]
    messages: list[MessageOut]
    skipped: list[SkippedOut]
    result_photos: list[ResultPhotoOut]


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
