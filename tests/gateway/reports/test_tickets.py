"""The ticketing recapitulation: every ticket in one column, from one month to the next."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.complaint import ClockKind
from core.ticket import TicketKind, TicketOutcome
from gateway.reports.labels import CLOCKS, TICKET_OUTCOMES, TICKETS
from gateway.reports.month import period_of
from gateway.reports.tickets import OUTCOMES, Filed, TicketBooks

NOW = datetime(2027, 2, 1, tzinfo=UTC)
START = datetime(2026, 9, 20, tzinfo=UTC)

_hours = st.integers(0, 2500)


@st.composite
def tickets(draw: st.DrawFn) -> Filed:
    filed = START + timedelta(hours=draw(_hours))
    after = draw(st.none() | _hours)
    decided = None if after is None else filed + timedelta(hours=after)
    outcome = draw(st.sampled_from(OUTCOMES)) if decided else ""
    kind = draw(st.sampled_from(TicketKind)).value
    return Filed(kind, draw(st.sampled_from(("dinas", "sudin"))), filed, decided, outcome)


def books(month: str, items: list[Filed]) -> TicketBooks:
    period = period_of(month, NOW)
    found = TicketBooks(period)
    for item in items:
        undecided = item.decided_at is None or item.decided_at >= period.begin
        if item.filed_at < period.end and undecided:
            found.add(item)
    return found


@given(st.lists(tickets(), max_size=40))
def test_the_books_balance_and_one_month_begins_where_the_last_ended(items: list[Filed]) -> None:
    october, november = books("2026-10", items).found, books("2026-11", items).found
    for found in (october, november):
        assert all(book.difference == 0 for book in found.values())
    for key in set(october) | set(november):
        left = october[key].closing if key in october else 0
        begun = november[key].opening if key in november else 0
        assert left == begun


def test_each_kind_and_outcome_has_its_word() -> None:
    assert set(TICKETS) == {k.value for k in TicketKind}
    assert set(TICKET_OUTCOMES) == {o.value for o in TicketOutcome}


def test_each_clock_has_its_word() -> None:
    assert set(CLOCKS) == {k.value for k in ClockKind}
