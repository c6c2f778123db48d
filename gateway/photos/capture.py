"""Reads what a photo says about itself, before that is gone. A file can claim anything: whatever
cannot be read counts as absent."""

import math
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

from core.messages import Location
from core.number import WIB
from gateway.photos.fingerprint import fingerprint
from gateway.photos.pictures import opened, viewable
from gateway.photos.signals import Capture

TYPES = ("image/jpeg", "image/png", "image/webp")
"""What a photo of the result may be."""

_MADE_BY_A_MODEL = re.compile(rb"trainedAlgorithmicMedia", re.IGNORECASE)
"""IPTC NewsCodes, digital source type; stands in XMP and in content credentials."""

_MOMENT = "%Y:%m:%d %H:%M:%S%z"
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Examined:
    """A photo as it is kept, and what is known of it beside. *looks* is its fingerprint."""

    picture: bytes
    looks: int | None
    capture: Capture


def examine(content: bytes) -> Examined:
    """Look at a photo. Takes up to some hundred milliseconds: call it in a thread.

    Raises:
        NotAPicture: It is none, a broken one, or one that is meant to exhaust memory.
    """
    with opened(content) as picture:
        capture = _capture(picture, generated=bool(_MADE_BY_A_MODEL.search(content)))
        looks = fingerprint(picture)
    return Examined(viewable(content), looks, capture)


def looks_of(content: bytes) -> int | None:
    """The fingerprint alone.

    Raises:
        NotAPicture: See `examine`.
    """
    with opened(content) as picture:
        return fingerprint(picture)


def _capture(picture: Image.Image, *, generated: bool) -> Capture:
    try:
        exif = picture.getexif()
        taken = dict(exif.get_ifd(ExifTags.IFD.Exif))
        where = dict(exif.get_ifd(ExifTags.IFD.GPSInfo))
        software = exif.get(ExifTags.Base.Software) or picture.info.get("Software") or ""
    except (ValueError, TypeError, KeyError, SyntaxError, OSError, struct.error):
        return Capture(generated=generated)
    return Capture(
        described=bool(exif),
        taken_at=_moment(taken),
        point=_point(where),
        software=str(software)[:_LONGEST],
        generated=generated,
    )


def _moment(taken: Mapping[int, Any]) -> datetime | None:
    """Cameras write the hour of where they are; without an offset that is Jakarta."""
    said = str(taken.get(ExifTags.Base.DateTimeOriginal, "")).strip("\0 ")
    offset = str(taken.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
    for zone in (offset, "+07:00"):
        try:
            return datetime.strptime(said + zone, _MOMENT).astimezone(WIB)
        except (ValueError, OverflowError):
            continue
    return None


def _point(where: Mapping[int, Any]) -> Location | None:
    lat = _degrees(where.get(ExifTags.GPS.GPSLatitude), where.get(ExifTags.GPS.GPSLatitudeRef))
    lon = _degrees(where.get(ExifTags.GPS.GPSLongitude), where.get(ExifTags.GPS.GPSLongitudeRef))
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180 or lat == lon == 0:
        return None
    return Location(lat, lon)


def _degrees(parts: Any, side: Any) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(found):
        return None
    return -found if str(side).strip("\0 ").upper() in {"S", "W"} else found
