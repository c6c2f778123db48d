"""Runs the reports' queries and feeds the books a page at a time, in bounded memory."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.rows import pauses_of
from core.workflow import Action
from gateway.reports import messages, queries
from gateway.reports.books import Books
from gateway.reports.figures import Figures
from gateway.reports.measures import Measures, ended_by
from gateway.reports.messages import Settled
from gateway.reports.month import Period
from gateway.reports.pauses import Asked, PauseBook, PauseBooks
from gateway.reports.standing import Life, Standing, ending, was_confidential
from gateway.reports.tickets import Filed, TicketBook, TicketBooks

_PAGE = 200
"""Rows between two looks at the event loop: some milliseconds of work."""

Progress = Callable[[str, int], None]
"""Is told how many of what have been read."""


def silent(_what: str, _count: int) -> None:
    """Progress that nobody wants to see."""


async def figures(
    conn: AsyncConnection,
    period: Period,
    units: frozenset[str] | None = None,
    progress: Progress = silent,
) -> Figures:
    """The figures of *period*, of *units* only where some are named."""
    books, measures, read = Books(units), Measures(), 0
    async for page in _pages(conn, queries.lives(period)):
        for row in page:
            books.add(life_of(row))
        progress("complaints", read := read + len(page))
    read = 0
    async for page in _pages(conn, queries.clock_changes(period)):
        for row in page:
            _measure(measures, row, units)
        progress("steps", read := read + len(page))
    tickets = await _tickets(conn, period, units)
    pauses = await _pauses(conn, period, units)
    if units is not None:
        return Figures(period, books, measures, tickets, pauses, None, None, None)
    progress("messages", 0)
    return Figures(
        period, books, measures, tickets, pauses,
        messages.balanced(
            await _counts(conn, queries.received(period)),
            await _settled(conn, queries.settled(period)),
            await _counts(conn, queries.unparsed(period)),
        ),
        messages.later(await _settled(conn, queries.settled_later(period))),
        await _reserved(conn, period),
    )  # fmt: skip


def life_of(row: Row[Any]) -> Life:
    """A row of `queries.lives`."""
    return Life(
        account=row.account_id,
        filed_at=row.filed_at,
        reporter=row.reporter,
        before=None if row.state_before is None else Standing(
            unit=row.unit_before,
            state=row.state_before,
            stage=row.stage_before,
            reason=ending(row.ending_before, row.ending_data_before),
            category=row.category_before,
            reserved=row.accuses_before or was_confidential(row.confidential, row.flip_before),
        ),
        after=Standing(
            unit=row.unit_after,
            state=row.state_after,
            stage=row.stage_after,
            reason=ending(row.ending_after, row.ending_data_after),
            category=row.category_after,
            reserved=row.accuses_after or was_confidential(row.confidential, row.flip_after),
        ),
    )  # fmt: skip


def _measure(measures: Measures, row: Row[Any], units: frozenset[str] | None) -> None:
    if _is_reserved(row):
        return
    if row.action == Action.LATE and (units is None or row.unit_id in units):
        measures.fell_due(row.data["clock"], row.unit_id, row.account_id)
    for item in ended_by(row.action, row.data):
        if units is None or item.unit in units:
            measures.add(item, row.account_id)


async def _tickets(
    conn: AsyncConnection, period: Period, units: frozenset[str] | None
) -> Mapping[tuple[str, str], TicketBook]:
    books = TicketBooks(period)
    async for row in _of_units(conn, queries.tickets(period), units):
        books.add(Filed(row.kind, row.unit_id, row.filed_at, row.decided_at, row.outcome or ""))
    return books.found


async def _pauses(
    conn: AsyncConnection, period: Period, units: frozenset[str] | None
) -> Mapping[tuple[str, str], PauseBook]:
    books = PauseBooks(period)
    async for row in _of_units(conn, queries.questions(period), units):
        held = next((p for p in pauses_of(row.paused) if p.ticket == row.id), None)
        length = held.ended_at - held.began_at if held and held.ended_at else None
        books.add(Asked(row.kind, row.unit_id, row.asked_at, row.decided_at, length))
    return books.found


async def _of_units(
    conn: AsyncConnection, query: Select[Any], units: frozenset[str] | None
) -> AsyncIterator[Row[Any]]:
    """The rows that these units (None: all) may read."""
    async for page in _pages(conn, query):
        for row in page:
            if not _is_reserved(row) and (units is None or row.unit_id in units):
                yield row


def _is_reserved(row: Row[Any]) -> bool:
    """Whether at the time asked about it was confidential or accused a unit."""
    return row.accuses or was_confidential(row.confidential, row.flip)


async def _pages(conn: AsyncConnection, query: Select[Any]) -> AsyncIterator[list[Row[Any]]]:
    result = await conn.stream(query.execution_options(yield_per=_PAGE))
    async for page in result.partitions():
        yield list(page)


async def _counts(conn: AsyncConnection, query: Select[Any]) -> list[tuple[str, int]]:
    return [(key, count) for key, count in (await conn.execute(query)).all()]


async def _settled(conn: AsyncConnection, query: Select[Any]) -> list[Settled]:
    return [Settled(*row) for row in (await conn.execute(query)).all()]


async def _reserved(conn: AsyncConnection, period: Period) -> int | None:
    """Those of the quarter; only when it ends, so that no month can be told from another."""
    if not period.month.ends_quarter or not period.final:
        return None
    query = queries.reserved_filed(period.month.quarter_begin, period.end)
    rows = (await conn.execute(query)).all()
    return sum(map(_is_reserved, rows))
