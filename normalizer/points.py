"""Coordinates written in a message, plain or inside a map link. Degrees are WGS84."""

import re

from core.messages import Location

# The province with its islands (facts of the official boundaries, rounded outwards).
_SOUTH, _NORTH = -6.38, -5.18
_WEST, _EAST = 106.38, 106.98

_NUMBER = r"[-+]?\d{1,3}\.\d{2,15}"
_DEGREES = re.compile(r"\d[.,]\d{2}")
_PAIR = rf"(?P<a>{_NUMBER})\s{{0,2}}(?:,|;|%2C|\s)\s{{0,2}}(?P<b>{_NUMBER})"
# The pin of a place page comes before the camera of the same link ("@").
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"!3d(?P<a>{_NUMBER})!4d(?P<b>{_NUMBER})",
        rf"[?&](?:q|query|ll|destination|daddr|center|sll)=(?:loc:)?{_PAIR}",
        rf"\bgeo:{_PAIR}",
        rf"/@{_PAIR}",
        rf"(?<![\d.]){_PAIR}(?![\d.])",
    )
)
# Decimal commas and no decimal point at all: "-6,1936, 106,7697".
_COMMAS = re.compile(r"(?<![\d,])(?P<a>-?\d{1,3},\d{3,15})[,;\s]\s{0,2}(?P<b>\d{2,3},\d{3,15})\b")
_SHORT_LINK_HINTS = ("goo.gl", "g.page", "waze")  # quickly found to be absent
_SHORT_LINK = re.compile(
    r"(?:maps\.app\.goo\.gl|goo\.gl/maps|g\.page|waze\.com/ul/h)", re.IGNORECASE
)


def find_point(text: str) -> Location | None:
    """The point in Jakarta that *text* names; the pin of a link before its camera."""
    if _DEGREES.search(text) is None:
        return None
    for form in _FORMS:
        for match in form.finditer(text):
            point = _point(float(match["a"]), float(match["b"]))
            if point is not None:
                return point
    for match in _COMMAS.finditer(text):
        point = _point(float(match["a"].replace(",", ".")), float(match["b"].replace(",", ".")))
        if point is not None:
            return point
    return None


def holds_short_link(text: str) -> bool:
    """Whether a map link stands there that only its maker can resolve."""
    lowered = text.lower()
    hinted = any(host in lowered for host in _SHORT_LINK_HINTS)
    return hinted and _SHORT_LINK.search(text) is not None


def _point(a: float, b: float) -> Location | None:
    """Either order: no latitude of Jakarta can be taken for a longitude."""
    for lat, lon in ((a, b), (b, a)):
        if _SOUTH <= lat <= _NORTH and _WEST <= lon <= _EAST:
            return Location(lat, lon)
    return None
