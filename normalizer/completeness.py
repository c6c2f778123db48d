"""What is still missing for somebody to act, and the one thing to ask next.

A thing in public space needs its place, a person's own matter its office, an accusation nothing:
asking would frighten, and a person reads it anyway. Nothing here delays the filing.
"""

from core.complaint import Kind, Place
from core.messages import Location
from normalizer.place import read_place
from normalizer.reading import MessageKind, Missing, PlaceFound, Reading
from normalizer.text import words_of

_FINDABLE = 0.5
"""From this confidence on somebody finds the place; "dekat pasar" is below."""

_NEVER_ASKED = frozenset(
    {
        MessageKind.ACCUSATION, MessageKind.SPAM, MessageKind.ABUSE, MessageKind.SOCIAL,
        MessageKind.SERVICE, MessageKind.PRAISE, MessageKind.SUGGESTION, MessageKind.QUESTION,
    }
)  # fmt: skip


def missing(reading: Reading, pin: Location | None = None) -> tuple[Missing, ...]:
    """What is missing, the more important first; *pin* is a location sent beside the words."""
    if reading.kind in _NEVER_ASKED or reading.danger is not None:
        return ()
    lacks: list[Missing] = []
    if reading.kind is MessageKind.UNCLEAR:
        lacks.append(Missing.PROBLEM)
    if reading.kind is MessageKind.PERSONAL:
        return (Missing.OFFICE,) if reading.place is None else ()
    if not pin and (reading.place is None or not is_findable(reading.place)):
        lacks.append(Missing.PLACE)
    return tuple(lacks)


def is_findable(place: PlaceFound) -> bool:
    """Whether somebody finds it, or knows the kelurahan at least."""
    sure = (place.finding, *(c.finding for c in place.candidates))
    return any(finding.confidence >= _FINDABLE for finding in sure)


def place_missing(kind: Kind, place: Place) -> Missing | None:
    """What has still to be asked of the *place* of a case of this *kind*."""
    if kind is Kind.PERSONAL:
        return None if place.is_known else Missing.OFFICE
    if kind is not Kind.PUBLIC_SPACE or place.kelurahan or place.location:
        return None
    found = read_place(words_of(place.words)).found
    return None if found and is_findable(found) else Missing.PLACE


def next_question(reading: Reading, pin: Location | None = None) -> Missing | None:
    """The one thing to ask; None where nothing is to be asked."""
    lacks = missing(reading, pin)
    return lacks[0] if lacks else None
