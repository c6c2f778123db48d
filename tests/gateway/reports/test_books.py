"""Whatever happens to complaints, the books balance and lead into those of the next month."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.complaint import ClosingReason, State
from gateway.reports.books import Books, By
from gateway.reports.month import Month
from gateway.reports.standing import Life, Standing

MONTHS = (Month(2026, 9), Month(2026, 10), Month(2026, 11))
UNITS = ("dinas-a", "dinas-b", "kelurahan-c")


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    state = draw(st.sampled_from(list(State)))
    over = state is State.SELESAI
    reason = draw(st.sampled_from(list(ClosingReason))).value if over else ""
    return Standing(
        unit=draw(st.sampled_from(UNITS)),
        state=state.value,
        reason=reason,
        category=draw(st.sampled_from(["", "lampu-jalan", "sampah"])),
        reserved=draw(st.booleans()),
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[Life, list[Standing | None]]:
    """A complaint and how it stood at the end of each month; None before it was filed."""
    born = draw(st.integers(0, 2))
    ends: list[Standing | None] = [None] * born
    ends += [draw(standings()) for _ in MONTHS[born:]]
    at = MONTHS[born].begin + timedelta(days=draw(st.integers(0, 27)))
    reporter = draw(st.none() | st.integers(1, 4))
    first = ends[born]
    assert first is not None
    return Life(draw(st.sampled_from(["sms", "wa"])), at, reporter, None, first), ends


def books_of(
    month: int,
    found: list[tuple[Life, list[Standing | None]]],
    units: frozenset[str] | None = None,
) -> Books:
    books = Books(units)
    lives = []
    for life, ends in found:
        after, before = ends[month], ends[month - 1] if month else None
        if after is not None:
            lives.append(replace(life, before=before, after=after))
    for life in sorted(lives, key=lambda item: (item.reporter is not None, item.reporter or 0)):
        books.add(life)
    return books


@settings(max_examples=50)
@given(st.lists(histories(), max_size=12), st.none() | st.frozensets(st.sampled_from(UNITS)))
def test_every_book_balances_and_leads_into_the_next(
    found: list[tuple[Life, list[Standing | None]]], units: frozenset[str] | None
) -> None:
    closing: dict[By, dict[str, int]] | None = None
    for number in range(len(MONTHS)):
        books = books_of(number, found, units)
        for by in By:
            lines = books.cohorts[by].values()
            assert not any(line.difference for line in lines)
            assert sum(line.filed for line in lines) == books.total.filed
            assert sum(line.open for line in lines) == books.total.open
            assert sum((line.ended for line in lines), Counter()) == +books.total.ended
            assert all(line.reporters <= books.total.reporters for line in lines)
        for stocks in books.stocks.values():
            assert not any(stock.difference for stock in stocks.values())
        if closing is not None:
            opening = {by: {k: s.opening for k, s in x.items()} for by, x in books.stocks.items()}
            for by, lines in closing.items():
                keys = lines.keys() | opening[by].keys()
                assert {k: lines.get(k, 0) for k in keys} == {
                    k: opening[by].get(k, 0) for k in keys
                }
        closing = {by: {k: s.closing for k, s in x.items()} for by, x in books.stocks.items()}


@settings(max_examples=30)
@given(st.lists(histories(), max_size=12))
def test_what_is_reserved_moves_no_figure_of_what_was_filed(
    found: list[tuple[Life, list[Standing | None]]],
) -> None:
    """Taking the reserved ones out by hand gives the same cohorts."""
    plain = [(life, ends) for life, ends in found if not (ends[0] and ends[0].reserved)]
    with_them, without = books_of(0, found), books_of(0, plain)
    assert with_them.cohorts == without.cohorts
    assert with_them.total == without.total


def test_a_reporter_counts_once_on_each_line() -> None:
    standing = Standing("dinas-a", "menunggu", category="sampah")
    books = Books()
    at = MONTHS[0].begin
    for account, reporter in (("sms", None), ("sms", 1), ("sms", 1), ("wa", 1), ("wa", 2)):
        books.add(Life(account, at, reporter, None, standing))
    assert books.total.reporters == 2
    assert {k: v.reporters for k, v in books.cohorts[By.ACCOUNT].items()} == {"sms": 1, "wa": 2}


def test_what_this_month_did_to_an_earlier_one_stands_apart() -> None:
    books, at = Books(), MONTHS[0].begin
    open_, done = Standing("a", "proses"), Standing("a", "selesai", reason="tuntas")
    automatic = replace(done, reason="otomatis")
    for before, after in (
        (open_, done), (open_, open_), (done, open_), (automatic, done), (done, done),
    ):  # fmt: skip
        books.add(Life("sms", at, 1, before, after))
    line = books.later["2026-09"]
    assert (line.ended, line.reopened, line.open) == ({"tuntas": 2}, 1, 2)
    assert books.total.filed == 0
