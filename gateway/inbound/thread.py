"""One conversation with everything that a decision about its new messages needs. Frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.complaint import Complaint, ComplaintId
from core.messages import AccountId, Address, Event, ProviderId
from core.number import ComplaintNumber
from gateway.duty.hearing import Alarm
from gateway.grouping.records import Link
from gateway.inbound.codec import Completed
from normalizer.dialogue import DialogueState
from normalizer.reading import Reading


@dataclass(frozen=True, slots=True)
class Pending:
    """One event that waits, opened and read. *silent*: a replay that must write to nobody."""

    inbound_id: int
    event: Event | Completed
    accepted_at: datetime
    attempts: int
    silent: bool = False
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A message of this person that is stored already, and what an event about it must know:
    its complaint, how many files it has, whether it has a point."""

    id: int
    complaint: ComplaintId | None
    has_point: bool
    files: int
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class CodeClaim:
    """A number that *asker* names with a code; *complaint* is set where the code is right.

    *judged* is False where no more codes may be tried: then nobody has looked whether it is right.
    """

    number: ComplaintNumber
    asker: str
    complaint: ComplaintId | None
    judged: bool

    @property
    def right(self) -> bool:
        """Whether it proves anything."""
        return self.complaint is not None


@dataclass(frozen=True, slots=True)
class Thread:
    """One person on one account; *id* and *version* are None where we never met.

    *address_id* is known where the person wrote on another account before. *quoted* maps messages
    of this account to the complaint they are about; *known_messages* maps the provider's ids of
    this person's own messages to ours;
    *waiting_receipts* tells since when an acknowledgement waits, *waiting_questions* about which
    complaints a question has still to leave; *claims* are what events, by their ids, name with a
    code, and *claimed* are other people's complaints that it opens; *links* are what *complaints*
    are to earlier ones. *unread*: something is held until the person writes. *officer*: it is a
    thread of duty notices, and *alarms* ring in it; *invited*: its owner was asked whether it shall
    be one.
    """

    queue_key: str
    account: AccountId
    address: Address | None
    address_id: int | None
    id: int | None
    version: int | None
    state: DialogueState
    language: str
    last_inbound_at: datetime | None
    pushes_stopped_at: datetime | None
    blocked_reason: str
    events: tuple[Pending, ...]
    complaints: tuple[Complaint, ...] = ()
    waiting_receipts: Mapping[ComplaintId, datetime] = field(default_factory=dict)
    quoted: Mapping[ProviderId, ComplaintId] = field(default_factory=dict)
    known_messages: Mapping[ProviderId, Known] = field(default_factory=dict)
    waiting_questions: frozenset[ComplaintId] = frozenset()
    claims: Mapping[int, CodeClaim] = field(default_factory=dict)
    claimed: tuple[Complaint, ...] = ()
    unread: bool = False
    officer: bool = False
    invited: bool = False
    alarms: tuple[Alarm, ...] = ()
    links: tuple[Link, ...] = ()
