"""A month of Jakarta: from when to when, and whether its books are closed. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from core.errors import NotFound, Refused
from core.number import WIB
from gateway.reports.labels import MONTHS

SETTLED = timedelta(hours=1)
"""What was decided before midnight may be written a little after it; an hour later it is there."""

_WRITTEN = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month; *begin* and *end* are aware UTC, the end is outside."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """As it is asked for: ``2026-10``."""
        return f"{self.year}-{self.number:02}"

    @property
    def title(self) -> str:
        """As people read it: *Oktober 2026*."""
        return f"{MONTHS[self.number - 1]} {self.year}"

    @property
    def begin(self) -> datetime:
        """Its first moment."""
        return _midnight(date(self.year, self.number, 1))

    @property
    def end(self) -> datetime:
        """The first moment of the next one."""
        return _midnight((date(self.year, self.number, 1) + timedelta(days=31)).replace(day=1))

    @property
    def ends_quarter(self) -> bool:
        """Whether a quarter ends with it."""
        return self.number % 3 == 0

    @property
    def quarter_begin(self) -> datetime:
        """The first moment of the quarter it lies in."""
        return _midnight(date(self.year, self.number - (self.number - 1) % 3, 1))


@dataclass(frozen=True, slots=True)
class Period:
    """A month as it is reported: *until* is its end, or the present while it still runs. *final*:
    its books are closed and will be the same whenever they are asked for.
    """

    month: Month
    until: datetime
    final: bool

    @property
    def begin(self) -> datetime:
        """The first moment of the month."""
        return self.month.begin

    @property
    def end(self) -> datetime:
        """The first moment after the month."""
        return self.month.end


def month_of(at: datetime) -> Month:
    """The month of Jakarta in which the aware moment *at* lies."""
    here = at.astimezone(WIB)
    return Month(here.year, here.month)


def period_of(text: str, now: datetime) -> Period:
    """The month written as ``2026-10``, seen at *now*.

    Raises:
        Refused: It is no month.
        NotFound: It has not begun yet.
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise Refused(f"'{text}' is no month: write it as {month_of(now).name}", field="month")
    month = Month(int(match[1]), int(match[2]))
    if month.begin > now:
        raise NotFound(
            f"{month.name} has not begun in Jakarta: the latest month is {month_of(now).name}"
        )
    return Period(month, min(month.end, now), final=now >= month.end + SETTLED)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=WIB).astimezone(UTC)
