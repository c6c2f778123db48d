"""Spans of time as decrees mean them: hours that run through the night, and days that may not.

A "3 × 24 jam" is a span of hours, whatever the day (Keputusan Sekda 99/2022). Whether "hari" are
working days no decree says: a setting, calendar days by default (docs/policy.md).
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.number import WIB

_LONGEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Hours:
    """When people read (Jakarta time, Monday to Friday); S2 and the channel's opening hours."""

    opens: time = time(7, 30)
    closes: time = time(16, 0)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours, and the days that are none though it is no weekend."""

    hours: Hours = Hours()
    holidays: Container[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether anybody is at work on *day* (of Jakarta)."""
        return day.weekday() < 5 and day not in self.holidays

    def after_working_days(self, start: datetime, days: int) -> datetime:
        """The same hour on the *days*-th working day after that of *start*."""
        here, left = start.astimezone(WIB), days
        for ahead in range(1, _LONGEST_DAYS):
            day = here.date() + timedelta(days=ahead)
            left -= self.is_working_day(day)
            if left == 0:
                return datetime.combine(day, here.timetz()).astimezone(start.tzinfo)
        raise ValueError("the span is longer than a year of working time")

    def next_opening(self, now: datetime) -> datetime:
        """When somebody reads again: *now* while it is open."""
        return self.after_working_time(now, timedelta())

    def after_working_time(self, start: datetime, span: timedelta) -> datetime:
        """The moment when *span* of opening hours has passed since *start*.

        *span* must be shorter than a year of working days.
        """
        here = start.astimezone(WIB)
        left = span
        for ahead in range(_LONGEST_DAYS):
            day = here.date() + timedelta(days=ahead)
            if not self.is_working_day(day):
                continue
            opens = datetime.combine(day, self.hours.opens, WIB)
            closes = datetime.combine(day, self.hours.closes, WIB)
            begin = max(opens, here)
            if begin >= closes:
                continue
            if begin + left <= closes:
                return (begin + left).astimezone(start.tzinfo)
            left -= closes - begin
        raise ValueError("the span is longer than a year of working time")


EVERY_WEEKDAY = Calendar()
"""Without holidays, with the hours of S2."""
