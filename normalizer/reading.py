"""What one message says, taken by itself: findings with confidence and evidence."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
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
class PlaceFound:
    """Where it is. *words* are the reporter's own, tidied ("Jl Panjang depan SDN 01").

    *kelurahan* is a Kemendagri code where exactly one kelurahan is named; *area* its printed form
    ("Kel Kebon Jeruk") or that of a kecamatan or kota. *location* comes from a map link or
    coordinates in the text.
    """

    words: str
    finding: Finding
    kelurahan: str = ""
    area: str = ""
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class DangerFound:
    """Which danger, from which words."""

    danger: Danger
    finding: Finding


@dataclass(frozen=True, slots=True)
class Reading:
    """One message, read by itself.

    *text* is cleaned, not rewritten. *rating* is a digit 1 to 5 at the start of a message that
    says little else ("5 trims pak"); *choice* a bare number. Both mean something only as the answer
    to an open question. *numbers* are complaint numbers of this installation's form, *code* a
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
    problem: Problem | None = None
    place: PlaceFound | None = None
    danger: DangerFound | None = None
    angry: bool = False
    asks_status: bool = False
    """Asks how an own report stands, in a sentence ("gmn laporan sy yg dulu")."""
    says_fixed: bool = False
    says_not_fixed: bool = False
    corrects: bool = False
    """Corrects what was said before ("salah, maksud saya kel. Kapuk Muara")."""
    wants_privacy: bool = False
    wants_person: bool = False
    holds_identity_number: bool = False
    spam: bool = False
    empty: bool = False
    """No word in it at all (nothing, signs or emoji only, a sticker)."""
    notes: Mapping[str, Any] = field(default_factory=dict)
