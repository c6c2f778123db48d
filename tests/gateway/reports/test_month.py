"""A month is Jakarta's, seven hours before that of UTC."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import NotFound, Refused
from gateway.reports.month import Month, month_of, period_of

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def test_it_begins_and_ends_at_midnight_in_jakarta() -> None:
    october = period_of("2026-10", NOW)
    assert october.begin == datetime(2026, 9, 30, 17, tzinfo=UTC)
    assert october.end == datetime(2026, 10, 31, 17, tzinfo=UTC)
    assert month_of(october.end - timedelta(microseconds=1)) == october.month
    assert month_of(october.end) == Month(2026, 11)
    december = Month(2026, 12)
    assert december.end == Month(2027, 1).begin


@pytest.mark.parametrize(
    ("minutes", "final"), [(-1, False), (0, False), (59, False), (60, True), (99_999, True)]
)
def test_its_books_are_closed_an_hour_after_it_ended(minutes: int, final: bool) -> None:
    now = Month(2026, 10).end + timedelta(minutes=minutes)
    period = period_of("2026-10", now)
    assert period.final is final
    assert period.until == min(now, period.end)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-1", "26-10", "2026-10-01", "x", "٢٠٢٦-١٠"])
def test_what_is_no_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Refused, match="write it as 2026-11"):
        period_of(text, NOW)


def test_a_month_begins_in_jakarta_before_it_begins_elsewhere() -> None:
    evening = datetime(2026, 11, 30, 18, tzinfo=UTC)
    assert not period_of("2026-12", evening).final
    with pytest.raises(NotFound, match="has not begun in Jakarta: the latest month is 2026-11"):
        period_of("2026-12", evening - timedelta(hours=2))


@pytest.mark.parametrize(("number", "begins", "ends"), [(1, 1, False), (9, 7, True), (11, 10, 0)])
def test_quarters(number: int, begins: int, ends: bool) -> None:
    month = Month(2026, number)
    assert (month.quarter_begin, month.ends_quarter) == (Month(2026, begins).begin, ends)
