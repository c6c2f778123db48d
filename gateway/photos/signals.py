"""What is odd about a photo that is to prove a result: signals with their reasons. Pure.

A signal is for whoever verifies and decides nothing (what is refused: `reuse`). Reuse and editing
have both closed complaints of Jakarta before: Angke, March 2025, and Kalisari, April 2026.
"""

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.identifiers import ComplaintId
from core.messages import Location

FAR_M = 300.0
"""Beyond this a photo is not of the place: positions of phones among houses miss by up to 100 m."""

_CLOCK_ERROR = timedelta(minutes=5)

# Programs that change what a picture shows, as they sign it. Not among them: what phones and
# cameras write there, and apps that print time and place into the picture.
_EDITORS = re.compile(
    r"photoshop|lightroom|gimp|snapseed|picsart|canva|pixelmator|affinity|facetune|faceapp|remini"
    r"|meitu|photodirector|photoscape|paint\.net|krita|luminar|pixlr|firefly|midjourney|dall-?e"
    r"|stable diffusion",
    re.IGNORECASE,
)


class SignalKind(enum.StrEnum):
    """What a signal is about."""

    REUSE = "reuse"
    TIME = "time"
    PLACE = "place"
    EDITING = "editing"
    METADATA = "metadata"
    """Only a note: chat programs and screenshots drop it from honest photos too."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What a file says about how it came to be, as far as it can be read.

    *described*: it has metadata at all. *generated*: it calls itself made by a model (IPTC digital
    source type ``trainedAlgorithmicMedia``).
    """

    described: bool = False
    taken_at: datetime | None = None
    point: Location | None = field(default=None, repr=False)
    software: str = ""
    generated: bool = False


@dataclass(frozen=True, slots=True)
class Twin:
    """An earlier photo that this one repeats: *exact*, byte for byte, or nearly. *complaint* is the
    one whose result it was to prove; None: the reporter of this one sent it."""

    exact: bool
    complaint: ComplaintId | None


@dataclass(frozen=True, slots=True)
class Facts:
    """A photo at the moment of its upload. *away_m* is its distance from the complaint's point,
    *inside* whether it lies in the complaint's kelurahan; None where either is not known."""

    complaint: ComplaintId
    assigned_at: datetime
    now: datetime
    capture: Capture
    away_m: float | None = None
    inside: bool | None = None
    twins: tuple[Twin, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """Something to look at, and why, in words for whoever verifies. *other* is the complaint that
    the reason speaks of: named only to those who may know it."""

    kind: SignalKind
    reason: str
    other: ComplaintId | None = None

    @property
    def is_suspicion(self) -> bool:
        """Whether it speaks against the photo; otherwise it says what could not be looked at."""
        return self.kind is not SignalKind.METADATA


def signals(facts: Facts) -> tuple[Signal, ...]:
    """Everything odd about the photo, the strongest kind first; empty where nothing is."""
    return (*_reuse(facts), *_time(facts), *_place(facts), *_editing(facts.capture))


def repeats(twin: Twin, complaint: ComplaintId) -> Signal:
    """What is odd about a photo of *complaint* that repeats *twin*."""
    alike = "sama dengan" if twin.exact else "hampir sama dengan"
    if twin.complaint is None:
        whose = "foto kiriman pelapor"
    elif twin.complaint == complaint:
        whose = "foto hasil laporan ini dari penugasan lain"
    else:
        whose = "foto hasil laporan lain"
    return Signal(SignalKind.REUSE, f"foto {alike} {whose}", twin.complaint)


def _reuse(facts: Facts) -> Iterator[Signal]:
    for twin in facts.twins:
        yield repeats(twin, facts.complaint)


def _time(facts: Facts) -> Iterator[Signal]:
    taken = facts.capture.taken_at
    if taken is None:
        return
    if taken < facts.assigned_at:
        early = _span(facts.assigned_at - taken)
        yield Signal(SignalKind.TIME, f"menurut datanya diambil {early} sebelum penugasan")
    elif taken > facts.now + _CLOCK_ERROR:
        ahead = _span(taken - facts.now)
        yield Signal(SignalKind.TIME, f"menurut datanya diambil {ahead} setelah diunggah")


def _place(facts: Facts) -> Iterator[Signal]:
    if facts.away_m is not None:
        if facts.away_m > FAR_M:
            away = _length(facts.away_m)
            yield Signal(SignalKind.PLACE, f"menurut datanya diambil {away} dari titik laporan")
    elif facts.inside is False:
        yield Signal(SignalKind.PLACE, "menurut datanya diambil di luar kelurahan laporan")


def _editing(capture: Capture) -> Iterator[Signal]:
    if capture.generated:
        yield Signal(SignalKind.EDITING, "menurut datanya dibuat dengan AI")
    if found := _EDITORS.search(capture.software):
        yield Signal(SignalKind.EDITING, f"disimpan dengan penyunting foto: {found[0]}")
    if not capture.described:
        yield Signal(SignalKind.METADATA, "tanpa data kamera")


def _span(time: timedelta) -> str:
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} menit"
    return f"{minutes // 60} jam" if minutes < 48 * 60 else f"{minutes // (24 * 60)} hari"


def _length(metres: float) -> str:
    return f"{round(metres)} m" if metres < 1000 else f"{metres / 1000:.1f} km".replace(".", ",")
