"""A ticket as a value, and what it does to a clock. The rules are in `core.tickets`."""

import enum
from dataclasses import dataclass
from datetime import datetime

from core.identifiers import AssignmentId, TicketId, UnitId


class TicketKind(enum.StrEnum):
    """What a unit that has a complaint can say about it (rules 3 to 6); `core.tickets` has more."""

    PINDAH_SKPD = "pindah-skpd"
    SALAH_KOORDINASI = "salah-koordinasi"
    PINDAH_KELURAHAN = "pindah-kelurahan"
    TIDAK_JELAS = "tidak-jelas"
    TIDAK_DITEMUKAN = "tidak-ditemukan"


class TicketOutcome(enum.StrEnum):
    """What became of a ticket."""

    APPROVED = "approved"
    REFUSED = "refused"
    ANSWERED = "answered"
    """The reporter, or whoever spoke with them, said what was asked."""
    UNANSWERED = "unanswered"
    LAPSED = "lapsed"
    """The unit that filed it does not have the complaint any more."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket; open while *decided_at* is None. Its words are those of transition *filed_seq*.

    *suggested* is the unit that the filing one names, *given_to* the one that it was decided to be.
    *asked_at* is when the reporter was asked, where that is what the ticket is for.
    """

    id: TicketId
    kind: TicketKind
    unit: UnitId
    assignment: AssignmentId
    filed_at: datetime
    filed_seq: int
    suggested: UnitId | None = None
    asked_at: datetime | None = None
    decided_at: datetime | None = None
    outcome: TicketOutcome | None = None
    given_to: UnitId | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to decide."""
        return self.decided_at is None


class Grounds(enum.StrEnum):
    """Why a deadline was moved."""

    ESTIMATE = "estimate"
    """*Estimasi Waktu Selesai* (rule 7)."""
    MOVE = "move"
    """Another unit has it, by a ticket that was approved (rule 8)."""
    ANSWER = "answer"
    """It was closed until the reporter answered."""
    FOUND = "found"
    """Another problem was found on site, of which the unit could not know."""


@dataclass(frozen=True, slots=True)
class Extension:
    """A deadline was moved to *until* by *unit*; transition *seq* has the words for it."""

    grounds: Grounds
    at: datetime
    until: datetime
    unit: UnitId
    seq: int


@dataclass(frozen=True, slots=True)
class Pause:
    """A clock stood still from *began_at* while the reporter was asked; *ended_at* None: still."""

    ticket: TicketId
    began_at: datetime
    ended_at: datetime | None = None
