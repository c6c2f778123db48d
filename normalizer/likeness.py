"""Whether two reports tell of the same event: by place, category, time, words and picture.

The second reporter keeps a number and all rights; likeness only groups. The same words in another
kelurahan are a template, the same words months later a repeat: neither is the same event.
"""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from core.messages import Location
from normalizer import wordlists
from normalizer.dialogue.routing import same_matter
from normalizer.gazetteer import metres
from normalizer.text import clean, words_of

GROUPED_M = 50
"""So near, with the same category and still open, reports are grouped by the machine."""

NEAR_M = 300
WITHIN = timedelta(days=3)
"""So long one event goes on telling of itself; later it is a repeat."""

_ALIKE_WORDS = 0.5
_SAME_PHOTO_BITS = 6  # of 64: perceptual hashes of one picture, sent through different channels


class Likeness(enum.Enum):
    """What two reports are to each other."""

    OTHER = "other"
    SUGGESTED = "suggested"
    """Perhaps the same: a person decides."""
    SAME = "same"
    """The same event: grouped by the machine, and parted again by BEDA."""
    REPEAT = "repeat"
    """The same again after the first ended: shown with its count, never closed as such."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is compared of a report. *photos* are 64-bit perceptual hashes; *ended* is its end.

    *address* is the tidied street with its number, empty where none was named.
    """

    category: str
    at: datetime
    kelurahan: str = ""
    point: Location | None = None
    address: str = ""
    words: frozenset[str] = field(default=frozenset(), repr=False)
    photos: tuple[int, ...] = ()
    ended: datetime | None = None
    parted_from: frozenset[int] = frozenset()
    """Reports of which its reporter said BEDA."""


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """The words of a report that say something, folded."""
    function = wordlists.group("function") | wordlists.group("polite") | wordlists.group("vocative")
    asking = wordlists.group("asking") | wordlists.group("greeting")
    forms = words_of(clean(text)).lean_forms
    return frozenset(form for form in forms if len(form) > 2 and form not in function | asking)


def compare(earlier: Told, later: Told) -> tuple[Likeness, tuple[str, ...]]:
    """What *later* is to *earlier*, and the reasons in words for the officer."""
    if not same_matter(earlier.category, later.category) or not earlier.category:
        return Likeness.OTHER, ()
    apart = _apart(earlier.point, later.point)
    same_address = bool(earlier.address) and earlier.address == later.address
    elsewhere = bool(earlier.kelurahan and later.kelurahan) and (
        earlier.kelurahan != later.kelurahan
    )
    if elsewhere and (apart is None or apart > GROUPED_M):
        return Likeness.OTHER, ()
    reasons = [_place_reason(apart, same_address=same_address)]
    at_one_place = same_address or (apart is not None and apart <= GROUPED_M)
    same_photo = _same_photo(earlier.photos, later.photos)
    if same_photo:
        reasons.append("foto yang sama")
    alike = _alike(earlier.words, later.words)
    if alike >= _ALIKE_WORDS:
        reasons.append(f"kata-kata {alike:.0%} sama")
    said = tuple(reason for reason in reasons if reason)
    if earlier.ended is not None and later.at > earlier.ended:
        return (Likeness.REPEAT, said) if at_one_place or same_photo else (Likeness.OTHER, ())
    if later.at - earlier.at > WITHIN:
        return (Likeness.SUGGESTED, said) if at_one_place else (Likeness.OTHER, ())
    if at_one_place and earlier.category == later.category:
        return Likeness.SAME, said
    near = apart is not None and apart <= NEAR_M
    same_area = bool(earlier.kelurahan) and earlier.kelurahan == later.kelurahan
    if same_photo or at_one_place or near or (same_area and alike >= _ALIKE_WORDS):
        return Likeness.SUGGESTED, said
    return Likeness.OTHER, ()


def likest(later: Told, known: Sequence[tuple[int, Told]]) -> tuple[int, Likeness, tuple[str, ...]]:
    """Of the *known* reports by id the one most like *later*; ``(0, OTHER, ())`` if none is.

    What its reporter parted from a report is never put to it again.
    """
    order = {Likeness.SAME: 3, Likeness.REPEAT: 2, Likeness.SUGGESTED: 1, Likeness.OTHER: 0}
    best: tuple[int, Likeness, tuple[str, ...]] = (0, Likeness.OTHER, ())
    for name, earlier in known:
        if name in later.parted_from:
            continue
        likeness, reasons = compare(earlier, later)
        if order[likeness] > order[best[1]]:
            best = (name, likeness, reasons)
    return best


def _apart(one: Location | None, other: Location | None) -> float | None:
    if one is None or other is None:
        return None
    return metres(one.lat, one.lon, other.lat, other.lon)


def _place_reason(apart: float | None, *, same_address: bool) -> str:
    if same_address:
        return "alamat yang sama"
    return f"jarak {apart:.0f} m" if apart is not None and apart <= NEAR_M else ""


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Words in common, of all words in either."""
    return len(one & other) / len(one | other) if one and other else 0.0


def _same_photo(one: Iterable[int], other: Iterable[int]) -> bool:
    others = tuple(other)
    return any((a ^ b).bit_count() <= _SAME_PHOTO_BITS for a in one for b in others)
