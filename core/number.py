"""Complaint numbers and the short code that proves a person knows a complaint.

The number has the form that Jakarta's CRM has printed since 2016: prefix, date of filing in
Jakarta, serial of that day with at least four digits (``JK2306180342``).
"""

import re
from datetime import date, datetime, timedelta, timezone
from typing import NewType

ComplaintNumber = NewType("ComplaintNumber", str)

WIB = timezone(timedelta(hours=7), "WIB")
"""Waktu Indonesia Barat. Jakarta has had no daylight saving time since 1964."""

_WRITTEN = re.compile(r"\b([A-Z]{2})[\s.\-#:]?(\d{2})(\d{2})(\d{2})(\d{4,6})\b", re.IGNORECASE)


def day_of(at: datetime) -> date:
    """The Jakarta day in which the moment *at* (aware) lies."""
    return at.astimezone(WIB).date()


def complaint_number(prefix: str, day: date, serial: int) -> ComplaintNumber:
    """Print a number, e.g. ``JK2611190041`` for serial 41 of 19 November 2026."""
    return ComplaintNumber(f"{prefix}{day:%y%m%d}{serial:04d}")


def find_numbers(text: str, prefix: str = "JK") -> tuple[ComplaintNumber, ...]:
    """All complaint numbers that *text* mentions, in order, each once.

    Accepts lower case and one space or sign after the prefix, as people type it. A number whose
    date cannot exist is none.
    """
    found: dict[ComplaintNumber, None] = {}
    if prefix not in text.upper():
        return ()
    for match in _WRITTEN.finditer(text):
        letters, year, month, day, serial = match.groups()
        if letters.upper() != prefix:
            continue
        try:
            date(2000 + int(year), int(month), int(day))
        except ValueError:
            continue
        found[ComplaintNumber(f"{prefix}{year}{month}{day}{serial}")] = None
    return tuple(found)


def without_numbers(text: str) -> str:
    """*text* with every complaint number taken out, for reading the words around it."""
    return _WRITTEN.sub(" ", text)
