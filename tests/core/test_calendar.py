"""Working days across weekends, holidays and the end of a month."""

from datetime import date, datetime, timedelta

import pytest

from core.calendar import Calendar
from core.clocks import Days, Deadlines
from core.complaint import ClockKind
from core.number import WIB

CALENDAR = Calendar(holidays=frozenset({date(2026, 12, 25), date(2027, 1, 1)}))


def wib(month: int, day: int, hour: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=WIB)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (wib(12, 23, 9), 1, wib(12, 24, 9)),
        (wib(12, 24, 9), 1, wib(12, 28, 9)),  # Christmas on a Friday, then the weekend
        (wib(12, 26, 9), 1, wib(12, 28, 9)),  # from a Saturday
        (wib(12, 30, 23), 2, wib(1, 4, 23, 2027)),
        (wib(12, 24, 9), 7, wib(1, 6, 9, 2027)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(
    start: datetime, days: int, end: datetime
) -> None:
    assert CALENDAR.after_working_days(start, days) == end


def test_working_hours_leave_out_holidays_too() -> None:
    assert CALENDAR.after_working_time(wib(12, 24, 15), timedelta(hours=2)) == wib(
        12, 28, 8
    ) + timedelta(minutes=30)


def test_hours_run_through_the_night_whatever_days_are() -> None:
    plan = Deadlines(days=Days.WORKING, calendar=CALENDAR)
    late = wib(12, 24, 22)
    assert plan.due(ClockKind.RESPONSE, late) == wib(12, 25, 4)
    assert plan.due(ClockKind.COMPLETION, late) == wib(1, 6, 22, 2027)
    assert Deadlines().due(ClockKind.COMPLETION, late) == wib(12, 31, 22)
