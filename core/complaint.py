"""What a complaint (*pengaduan*, S1 art. 1.19) is, with its assignments and its history.

All values are frozen. A complaint changes only through `core.workflow`, which returns a `Change`:
everything that must be written together, or not at all.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.events import ComplaintEvent
from core.happened import Happened
from core.identifiers import (
    AssignmentId,
    ClockId,
    ComplaintId,
    NewId,
    ProblemId,
    TicketId,
    UnitId,
)
from core.messages import AccountId, Location
from core.number import ComplaintNumber
from core.ticket import Extension, Pause, Ticket


class State(enum.StrEnum):
    """The five public statuses (S3 "Status laporan")."""

    MENUNGGU = "menunggu"
    PROSES = "proses"
    DISPOSISI = "disposisi"
    KOORDINASI = "koordinasi"
    SELESAI = "selesai"


class Stage(enum.StrEnum):
    """Where a result stands between the agency's word and the end (rule 9); public as *Proses*."""

    NONE = ""
    ADMINISTRATIVE = "administrative"
    """Photo, place and text are to be compared with the report."""
    FIELD = "field"
    """Somebody is to go and look."""
    VALIDATION = "validation"
    """Verified; Biro Pemerintahan has the last word."""


class ClosingReason(enum.StrEnum):
    """Why a complaint ended. Only *tuntas* counts as resolved."""

    TUNTAS = "tuntas"
    OTOMATIS = "otomatis"
    """Nobody checked the result in time (rule 11)."""
    DIBATALKAN = "dibatalkan"
    BUKAN_KEWENANGAN = "bukan-kewenangan"
    """Of the central government or a private party, to whom it was passed (S4 no. 3)."""
    BELUM_JELAS = "belum-jelas"
    TIDAK_DITEMUKAN = "tidak-ditemukan"
    BUKAN_LAPORAN = "bukan-laporan"
    DIGABUNG = "digabung"
    """Merged into another complaint of the same reporter, which goes on."""


class Kind(enum.StrEnum):
    """What sort of matter it is; decides what is asked back."""

    PUBLIC_SPACE = "public_space"
    """A thing in a public place: the place matters."""
    PERSONAL = "personal"
    """A person's own matter (bansos, KTP, school): which office matters."""
    OTHER = "other"
    """Not understood well enough; a person reads it."""
    VIOLENCE = "violence"
    """Violence against a person: confidential, no number and no content in the thread."""


class Visibility(enum.StrEnum):
    """What the reporter wants shown on the public page. Confidential complaints show nothing."""

    PUBLIC = "public"
    HIDDEN = "hidden"


class Role(enum.StrEnum):
    """What a unit has to do with a complaint."""

    LEAD = "lead"
    COORDINATED = "coordinated"


class ActorKind(enum.StrEnum):
    """Who did something."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: *id* is a conversation, a token or empty for the system; *unit* for officers."""

    kind: ActorKind
    id: str = ""
    unit: UnitId | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is, as far as it was understood.

    *words* are the reporter's own words for the place; *kelurahan* is a Kemendagri code
    (``31.73.05.1001``); *approximate* says that the kelurahan was derived from centroids, *pinned*
    that the point lies in it for sure: inside its borders, or by centroids and by the words as
    well. Where words and point contradict each other *rival* is the kelurahan that was not taken:
    a hint at *Pindah Kelurahan*.
    """

    words: str = ""
    kelurahan: str = ""
    location: Location | None = None
    approximate: bool = False
    pinned: bool = False
    rival: str = ""

    @property
    def is_known(self) -> bool:
        """Whether somebody could go there."""
        return bool(self.words or self.location)

    def to_json(self) -> dict[str, Any]:
        """For the *place* column; the point has columns of its own."""
        return {
            "words": self.words,
            "approximate": self.approximate,
            "pinned": self.pinned,
            "rival": self.rival,
        }


@dataclass(frozen=True, slots=True)
class ComplaintDraft:
    """What the normalizer understood: the content of a complaint before it has a number."""

    kind: Kind = Kind.OTHER
    category: str = ""
    place: Place = field(default_factory=Place)
    happened: Happened | None = None
    urgent: bool = False
    confidential: bool = False
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit's time with a complaint; open while *ended_at* is None."""

    id: AssignmentId
    unit: UnitId
    role: Role
    received_at: datetime
    responded_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str = ""
    previous: AssignmentId | None = None


class ClockKind(enum.StrEnum):
    """What is to happen in time. `core.clocks` says by which rule, and how long it takes."""

    TRIAGE = "triage"
    RESPONSE = "response"
    COMPLETION = "completion"
    VERIFICATION = "verification"
    DECISION = "decision"
    CLARIFICATION = "clarification"
    ASKING = "asking"
    """A question to the reporter leaves by itself."""


class ClockResult(enum.StrEnum):
    """How a clock ended."""

    MET = "met"
    MISSED = "missed"
    VOID = "void"
    """What it was running for was taken away before it was due."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline: what, whose, from when, until when. It runs while *ended_at* is None.

    *subject* is the assignment whose clock it is, *ticket* the ticket; both None for the
    complaint's own. *missed_at* is set once it fell due while it ran; it goes on running, because
    the work is still owed. *due_at* counts what it was *paused* and *extended*, oldest first.
    """

    id: ClockId
    kind: ClockKind
    unit: UnitId
    began_at: datetime
    due_at: datetime
    subject: AssignmentId | None = None
    missed_at: datetime | None = None
    ended_at: datetime | None = None
    result: ClockResult | None = None
    ticket: TicketId | None = None
    paused: tuple[Pause, ...] = ()
    extended: tuple[Extension, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether what it is for has still to happen."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint as it stands after *version* transitions; *assignments* and *tickets* are the
    open ones, *clocks* those that run and that of its completion.

    *accused* are the units that it is about as the culprit, not as the one in charge. *finished_at*
    is when the agency said that it is done, *ended_at* when that became final; a case reopened by
    an objection keeps it. *objected*: the reporter says BELUM about the result that is looked at.
    *withheld*: an officer took it off the public page, whatever its reporter wants.
    *problem* is what it is about together with others, *merged_into* what it is one with.
    """

    id: ComplaintId
    number: ComplaintNumber
    account: AccountId
    origin_key: str
    lead_unit: UnitId
    received_at: datetime
    filed_at: datetime
    state: State = State.MENUNGGU
    stage: Stage = Stage.NONE
    version: int = 0
    kind: Kind = Kind.OTHER
    category: str = ""
    place: Place = field(default_factory=Place)
    happened: Happened | None = None
    urgent: bool = False
    visibility: Visibility = Visibility.PUBLIC
    withheld: bool = False
    confidential: bool = False
    anonymous: bool = False
    finished_at: datetime | None = None
    finished_by: str = ""
    ended_at: datetime | None = None
    closing_reason: ClosingReason | None = None
    rejections: int = 0
    objected: bool = False
    field_checked: bool = False
    accused: frozenset[UnitId] = frozenset()
    problem: ProblemId | None = None
    merged_into: ComplaintId | None = None
    assignments: tuple[Assignment, ...] = ()
    clocks: tuple[Clock, ...] = ()
    tickets: tuple[Ticket, ...] = ()

    def is_kept_from(self, line: frozenset[UnitId]) -> bool:
        """Whether a unit with this *line* (itself and the institutions it is part of) is accused:
        it must not get, list, find or be told of the complaint."""
        return bool(self.accused & line)

    @property
    def is_open(self) -> bool:
        """Whether work is still owed."""
        return self.state is not State.SELESAI

    @property
    def is_public(self) -> bool:
        """Whether the public page shows it: its reporter and the officers both let it."""
        return self.visibility is Visibility.PUBLIC and not self.withheld

    @property
    def is_worked_on(self) -> bool:
        """Whether an agency owes work; not while its result is verified."""
        return self.is_open and self.stage is Stage.NONE

    def assignment_of(self, unit: UnitId | None) -> Assignment | None:
        """The open assignment of *unit*, if it has one."""
        return next((a for a in self.assignments if a.unit == unit), None)

    def clock(self, kind: ClockKind, subject: AssignmentId | None = None) -> Clock | None:
        """The clock of this kind for *subject*, running or not."""
        return next((c for c in self.clocks if (c.kind, c.subject) == (kind, subject)), None)

    def clock_of(self, ticket: TicketId, kind: ClockKind) -> Clock | None:
        """The running clock of this kind for *ticket*."""
        return next((c for c in self.clocks if (c.kind, c.ticket) == (kind, ticket)), None)

    def ticket(self, ticket: TicketId | None) -> Ticket | None:
        """The open ticket with this id."""
        return next((t for t in self.tickets if t.id == ticket), None)

    @property
    def lead(self) -> Assignment | None:
        """The open lead assignment; None once the complaint has ended."""
        return next((a for a in self.assignments if a.role is Role.LEAD), None)


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of history: what happened to the complaint, who did it, and what was said.

    *at* is when it counts, *recorded_at* when it was written. *public_text* is for the reporter
    (and, redacted, for the public page); *internal_text* never leaves the officers.
    """

    seq: int
    action: str
    from_state: State | None
    to_state: State
    unit: UnitId | None
    actor: Actor
    at: datetime
    recorded_at: datetime
    stage: Stage = Stage.NONE
    public_text: str = field(default="", repr=False)
    internal_text: str = field(default="", repr=False)
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """Everything one action changes, to be written in one transaction.

    *before* is None for a new complaint. *assignments* holds those opened, answered or ended, as
    they are afterwards; *clocks* and *tickets* likewise. Writing fails with `Conflict` where
    somebody else has written transition ``after.version`` already.
    """

    before: Complaint | None
    after: Complaint
    transitions: tuple[Transition, ...]
    assignments: tuple[Assignment, ...] = ()
    events: tuple[ComplaintEvent, ...] = ()
    clocks: tuple[Clock, ...] = ()
    tickets: tuple[Ticket, ...] = ()


__all__ = [
    "Actor", "ActorKind", "Assignment", "AssignmentId", "Change", "Clock", "ClockId", "ClockKind",
    "ClockResult", "ClosingReason", "Complaint", "ComplaintDraft", "ComplaintId", "Kind", "NewId",
    "Place", "ProblemId", "Role", "Stage", "State", "TicketId", "Transition", "UnitId",
    "Visibility",
]  # fmt: skip
