"""What one message says, taken by itself: findings with confidence and evidence."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from core.complaint import Kind
from core.messages import Location
from core.number import ComplaintNumber


class CommandName(enum.StrEnum):
    """What can be ordered with a whole message. The same names in both languages."""

    STATUS = "status"
    HELP = "help"
    HIDE = "hide"
    SHOW = "show"
    STOP = "stop"
    START = "start"
    WITHDRAW = "withdraw"
    DONE = "done"
    """SUDAH: it is fixed."""
    NOT_DONE = "not_done"
    """BELUM: it is not."""
    YES = "yes"
    NO = "no"
    PERSON = "person"
    """PETUGAS: a person, please."""
    SAFE = "safe"
    """AMAN: it is safe to answer me."""
    DIFFERENT = "different"
    """BEDA: mine is another one than the neighbour's."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command, which is always the whole message; at most one complaint number may follow it."""

    name: CommandName
    number: ComplaintNumber | None = None


class Social(enum.StrEnum):
    """A message that holds nothing else."""

    GREETING = "greeting"
    """Includes the announcement of a report ("siang min mau lapor") without the report."""
    THANKS = "thanks"
    ACK = "ack"
    """"ok", "siap", a thumb, a lone emoji: never a rating, never a complaint."""


class MessageKind(enum.StrEnum):
    """What sort of message it is."""

    COMPLAINT = "complaint"
    PERSONAL = "personal"
    """A person's own matter: an office, not a place."""
    QUESTION = "question"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    ACCUSATION = "accusation"
    """Accuses an official or a unit: provisionally confidential."""
    SPAM = "spam"
    ABUSE = "abuse"
    """Abuse without a problem in it."""
    SOCIAL = "social"
    """Greets, thanks, nods."""
    SERVICE = "service"
    """A command, an answer, a question about an earlier report."""
    UNCLEAR = "unclear"
    """Says too little of what is wrong."""


class Missing(enum.StrEnum):
    """What somebody who shall act does not know yet."""

    PROBLEM = "problem"
    PLACE = "place"
    OFFICE = "office"


class Danger(enum.StrEnum):
    """Ongoing danger to life: a danger word *and* a sign of now, never a word alone."""

    FIRE = "fire"
    ACCIDENT = "accident"
    FLOOD = "flood"
    VIOLENCE = "violence"
    SUICIDE = "suicide"
    MEDICAL = "medical"


@dataclass(frozen=True, slots=True)
class Finding:
    """Evidence: the *words* in the message that something was read from, and how sure that is."""

    confidence: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong. *category* is a key of `data/categories.toml`, empty where none fits.

    *label* names object and state in plain lower-case Indonesian ("lampu jalan mati"), made of our
    words where the category is known, else of the reporter's own first words, redacted; at most 60
    characters. *label_en* is the same for an English thread where the category is known.
    """

    kind: Kind
    category: str
    label: str
    finding: Finding
    label_en: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A kelurahan that the message may mean: its Kemendagri code, and what speaks for it."""

    code: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class AddressFound:
    """The parts of an address as they stand in the message; empty where it has none.

    *rt* and *rw* are figures as typed ("09"), several where several are named. *landmarks* are
    printed pieces ("depan SDN 01").
    """

    street: str = ""
    number: str = ""
    rt: tuple[str, ...] = ()
    rw: tuple[str, ...] = ()
    kilometre: str = ""
    landmarks: tuple[str, ...] = ()
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """Where it is. *words* are the reporter's own, tidied ("Jl Panjang depan SDN 01").

    *kelurahan* is a Kemendagri code where one kelurahan is named without doubt; *area* its printed
    form ("Kel Kebon Jeruk") or that of a kecamatan or kota. *candidates* are all kelurahan that
    the words can mean, the surest first. *location* comes from a map link or coordinates in the
    text.
    """

    words: str
    finding: Finding
    kelurahan: str = ""
    area: str = ""
    location: Location | None = None
    candidates: tuple[Candidate, ...] = ()
    address: AddressFound = AddressFound()


class MomentKind(enum.StrEnum):
    """What a finding of time says."""

    POINT = "point"
    RANGE = "range"
    DURATION = "duration"
    """It lasts: from *start* until the receipt."""
    RECURRING = "recurring"


class Precision(enum.IntEnum):
    """How exactly a time is known, from fine to coarse."""

    MINUTE = 1
    HOUR = 2
    PART = 3
    """A part of a day ("tadi pagi")."""
    DAY = 4
    WEEK = 5
    MONTH = 6
    YEAR = 7


@dataclass(frozen=True, slots=True)
class Moment:
    """When it happened. Times are of Jakarta, None where the receipt is not known.

    *end* is exclusive. *length* belongs to a duration. *every* is ``day``, a weekday in Indonesian,
    ``week``, ``month``, ``year``, ``hour``, ``weekend`` or ``rain``; *from_hour* is an hour
    ("16.00") or a part of the day ("sore").
    """

    kind: MomentKind
    finding: Finding
    start: datetime | None = None
    end: datetime | None = None
    precision: Precision = Precision.DAY
    length: timedelta | None = None
    every: str = ""
    from_hour: str = ""
    until_hour: str = ""


@dataclass(frozen=True, slots=True)
class DangerFound:
    """Which danger, from which words."""

    danger: Danger
    finding: Finding


@dataclass(frozen=True, slots=True)
class Reading:
    """One message, read by itself.

    *text* is cleaned, not rewritten; what a mail quotes stands in it and was not read. *rating* is
    a digit 1 to 5 at the start of a message that says little else ("5 trims pak"); *choice* a bare
    number. Both mean something only as the answer to an open question. *numbers* are complaint
    numbers of this installation's form, *code* a
    six-digit short code standing beside one or alone.
    """

    text: str = field(repr=False)
    language: Literal["id", "en"] = "id"
    command: Command | None = None
    social: Social | None = None
    numbers: tuple[ComplaintNumber, ...] = ()
    code: str = ""
    rating: int | None = None
    choice: int | None = None
    kind: MessageKind = MessageKind.UNCLEAR
    problem: Problem | None = None
    place: PlaceFound | None = None
    moment: Moment | None = None
    danger: DangerFound | None = None
    angry: bool = False
    asks_status: bool = False
    """Asks how an own report stands, in a sentence ("gmn laporan sy yg dulu")."""
    says_fixed: bool = False
    says_not_fixed: bool = False
    denies: bool = False
    """Doubts that what is called done was done ("ga ada petugas yg dateng kok dibilang selesai"):
    where that was asked, it says that it is not fixed."""
    corrects: bool = False
    """Corrects what was said before ("salah, maksud saya kel. Kapuk Muara")."""
    evades: bool = False
    """Does not say what was asked: does not know, asks back, will not, or points ("di sini")."""
    wants_privacy: bool = False
    wants_person: bool = False
    wants_erasure: bool = False
    """Wants the own data deleted (UU 27/2022 art. 8)."""
    wants_copy: bool = False
    """Wants a copy of the own data (UU 27/2022 art. 7)."""
    wants_quiet: bool = False
    """Wants fewer messages of ours, in a sentence ("please cancel the reminder thing")."""
    asks: str = ""
    """What it asks of this service itself: ``about`` (who is this), ``how`` (to report),
    ``privacy`` (who reads it), ``withdraw``, ``meaning`` (of what was written to them),
    ``english`` or ``indonesian``; empty where it asks none of it."""
    holds_identity_number: bool = False
    spam: bool = False
    empty: bool = False
    """No word in it at all (nothing, signs or emoji only, a sticker)."""
    notes: Mapping[str, Any] = field(default_factory=dict)
