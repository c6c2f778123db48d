"""Everything one decision may look at: the message, the reporter's own cases, the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.complaint import ComplaintId, Kind, NewId, Place
from core.messages import Location, MediaKind
from core.number import ComplaintNumber
from core.proof import Proof, Right, allows, of_other, of_reporter
from normalizer.dialogue.state import DialogueState, Question
from normalizer.reading import Reading, Social
from normalizer.regions import CENTROIDS, Regions


@dataclass(frozen=True, slots=True)
class Case:
    """One of this reporter's own complaints, as far as routing needs it.

    *waiting_receipt*: its acknowledgement has not left yet, so it will cover what comes now.
    *last_at* is when its reporter last said something about it; *knows_when* whether a time of the
    happening was understood. *hidden*: its reporter keeps it off the public page, *withheld*:
    officers do. *wanted*: its
    reporter was asked something and has not answered, or it was closed because of that; *unheard*:
    the question has not left yet. *also* are those that were merged into it, which answer with it.
    *is_verified*: its result is being checked, so that it is neither open nor at its end.
    *grouped_at* is when the machine found it to be about the same as a neighbour's, and said so;
    *repeats* the ended case that it is a repeat of.
    """

    id: ComplaintId
    number: ComplaintNumber
    kind: Kind
    category: str
    place: Place
    is_open: bool
    last_at: datetime
    is_verified: bool = False
    urgent: bool = False
    confidential: bool = False
    waiting_receipt: bool = False
    finished_at: datetime | None = None
    hidden: bool = False
    withheld: bool = False
    wanted: bool = False
    unheard: bool = False
    knows_when: bool = False
    grouped_at: datetime | None = None
    repeats: ComplaintId | None = None
    also: Mapping[ComplaintNumber, ComplaintId] = field(default_factory=dict)

    def is_called(self, number: ComplaintNumber) -> bool:
        """Whether *number* leads to this case."""
        return number == self.number or number in self.also

    def holds(self, complaint: ComplaintId | None) -> bool:
        """Whether *complaint* is this case, or was merged into it."""
        return complaint == self.id or complaint in self.also.values()

    @property
    def has_place(self) -> bool:
        """Whether somebody could go there."""
        return self.place.is_known

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether it is not at its end yet."""
        return self.is_open or self.is_verified

    @property
    def has_problem(self) -> bool:
        """Whether anything was understood of what is wrong."""
        return bool(self.category) or self.kind is not Kind.OTHER


@dataclass(frozen=True, slots=True)
class Claim:
    """A number that stands in the message with a code; *proven* when that is the right one.

    *case* is what stands behind it, if it is none of this reporter's.
    """

    number: ComplaintNumber
    complaint: ComplaintId | None
    proven: bool
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One message. *at* is its own time; *quotes* the case of the message it answers."""

    message: int
    at: datetime
    reading: Reading
    media: tuple[MediaKind, ...] = ()
    location: Location | None = None
    quotes: ComplaintId | None = None
    automatic: bool = False

    @property
    def shows(self) -> bool:
        """Whether there is anything to see, hear or find beside its words."""
        return self.location is not None or any(m is not MediaKind.STICKER for m in self.media)

    @property
    def is_wordless(self) -> bool:
        """A photo, voice note or pin whose words say nothing: a report that is asked about."""
        silent = self.reading.empty or self.reading.social in {Social.GREETING, Social.ACK}
        return silent and self.shows

    @property
    def is_sticker(self) -> bool:
        """Nothing but a sticker, which is a nod."""
        return self.reading.empty and bool(self.media) and not self.shows


@dataclass(frozen=True, slots=True)
class Policy:
    """The figures of *ours* (docs/policy.md)."""

    join: timedelta = timedelta(minutes=30)
    media_join: timedelta = timedelta(hours=24)
    greet_again: timedelta = timedelta(hours=1)
    silence: timedelta = timedelta(days=60)
    objection: timedelta = timedelta(days=7)
    repeat: timedelta = timedelta(hours=24)
    english_votes: int = 2


@dataclass(frozen=True, slots=True)
class Situation:
    """The argument of every rule. *cases* are newest first; *unread*: something was held until this
    person writes, and leaves because they do."""

    state: DialogueState
    heard: Heard
    cases: tuple[Case, ...]
    policy: Policy
    new_id: NewId
    last_inbound_at: datetime | None = None
    regions: Regions = CENTROIDS
    claims: Mapping[ComplaintNumber, Claim] = field(default_factory=dict)
    unread: bool = False

    @property
    def open(self) -> tuple[Case, ...]:
        """The cases on which work is owed, newest first."""
        return tuple(c for c in self.cases if c.is_open)

    def proof(self, case: Case) -> Proof:
        """What the message shows about *case*."""
        code = self.is_proven(case)
        if self.case(case.id) is None:
            return of_other(code=code, number=any(map(case.is_called, self.heard.reading.numbers)))
        silent = self.state.is_silent_about(case.last_at)
        return of_reporter(silent=silent, confidential=case.confidential, code=code)

    def may(self, case: Case, right: Right) -> bool:
        """Whether what the message shows about *case* allows *right*."""
        return allows(self.proof(case), right)

    def allowing(self, right: Right) -> tuple[Case, ...]:
        """The reporter's own cases with which *right* may be done, newest first."""
        return tuple(c for c in self.cases if self.may(c, right))

    @property
    def named(self) -> tuple[Case, ...]:
        """The cases that may be named in the thread."""
        return self.allowing(Right.READ)

    @property
    def named_open(self) -> tuple[Case, ...]:
        """Those of them on which work is owed."""
        return tuple(c for c in self.named if c.is_open)

    def is_proven(self, case: Case) -> bool:
        """Whether the message names *case* with its code."""
        claims = (self.claims.get(number) for number in (case.number, *case.also))
        return any(c is not None and c.proven and case.holds(c.complaint) for c in claims)

    @property
    def question(self) -> Question | None:
        """The open question, if it still counts."""
        asked = self.state.question
        return asked if asked and asked.is_open(self.heard.at) else None

    def case(self, complaint: ComplaintId | None) -> Case | None:
        """The case with this id, if it is one of this reporter's."""
        return next((c for c in self.cases if c.holds(complaint)), None)

    def claimed(self, number: ComplaintNumber | None) -> Case | None:
        """The case of somebody else with this number, where the right code stands beside it."""
        claim = self.claims.get(number) if number else None
        return claim.case if claim and claim.proven else None

    def numbered(self, number: ComplaintNumber) -> Case | None:
        """The case with this number, if it is one of this reporter's and may be named."""
        return next((c for c in self.named if c.is_called(number)), None)

    @property
    def recent(self) -> Case | None:
        """The open case of which the reporter spoke last, if that was just now."""
        newest = max(self.open, key=lambda c: c.last_at, default=None)
        if newest is None or self.heard.at - newest.last_at > self.policy.join:
            return None
        return newest

    @property
    def is_long_silent(self) -> bool:
        """Whether older cases are left out of *cases* until a code is shown."""
        return self.state.silent_since is not None
