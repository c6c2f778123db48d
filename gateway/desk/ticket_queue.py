"""Which open tickets an officer decides about, in the order in which they are looked at: what was
moved again and again on top, then whatever is due first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from core import store
from core.access import Officer, decides
from core.complaint import ClockKind, Complaint
from core.identifiers import TicketId
from core.tables import (
    ACCUSATION_LIVE,
    CLOCK_RUNS,
    TICKET_OPEN,
    UtcDateTime,
    accusation,
    clock,
    complaint,
    ticket,
)
from core.ticket import Ticket, TicketKind
from core.tickets import MOVES

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_THIRD = 3
"""S3: *lempar-melempar tanggung jawab*. From the third on it is looked at first."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the queue; *calm*: not moved again and again."""

    calm: bool
    at: datetime
    id: TicketId

    def to_text(self) -> str:
        """Whether calm, microseconds since 1970, and the id."""
        micros = (self.at - _EPOCH) // timedelta(microseconds=1)
        return f"{int(self.calm)}.{micros}.{self.id}"

    @classmethod
    def from_text(cls, text: str) -> "Mark":
        """The reverse."""
        calm, micros, item = text.split(".")
        return cls(calm == "1", _EPOCH + timedelta(microseconds=int(micros)), TicketId(int(item)))


@dataclass(frozen=True, slots=True)
class Queued:
    """An open ticket with its complaint, and where it stands."""

    complaint: Complaint
    ticket: Ticket
    mark: Mark
    moves: int
    """How often the complaint was moved, or was to be."""


async def queue(
    conn: AsyncConnection,
    officer: Officer,
    *,
    after: Mark | None = None,
    limit: int | None = None,
    only: Collection[TicketId] | None = None,
) -> list[Queued]:
    """The open tickets that *officer* decides about, none of what accuses the own unit: at most
    *limit* behind *after*, or those of *only*."""
    mine = await _decided(conn, officer)
    if not mine:
        return []
    moves, due = _moves(), _due()
    calm = case((moves < _THIRD, 1), else_=0)
    place = tuple_(calm, due, ticket.c.id)
    accuses = exists().where(
        accusation.c.complaint_id == complaint.c.id,
        accusation.c.unit_id.in_(officer.barred_by),
        ACCUSATION_LIVE,
    )
    query = (
        select(
            ticket.c.id, ticket.c.complaint_id, calm.label("calm"), due.label("due"),
            moves.label("moves"),
        )
        .join(complaint, complaint.c.id == ticket.c.complaint_id)
        .where(
            TICKET_OPEN, complaint.c.confidential.is_(False), ~accuses,
            tuple_(complaint.c.account_id, ticket.c.kind).in_(mine),
        )
        .order_by(calm, due, ticket.c.id)
        .limit(limit)
    )  # fmt: skip
    if after is not None:
        behind = (literal(int(after.calm)), literal(after.at, UtcDateTime()), literal(after.id))
        query = query.where(place > tuple_(*behind))
    if only is not None:
        query = query.where(ticket.c.id.in_(only))
    rows = (await conn.execute(query)).all()
    loaded = await store.load(conn, {r.complaint_id for r in rows}, confidential=False)
    return [
        Queued(of, found, Mark(bool(r.calm), r.due, found.id), r.moves)
        for r in rows
        if (of := loaded.get(r.complaint_id)) and (found := of.ticket(TicketId(r.id)))
    ]


async def _decided(conn: AsyncConnection, officer: Officer) -> list[tuple[str, str]]:
    """The accounts and kinds of open tickets that are *officer*'s to decide."""
    query = (
        select(complaint.c.account_id, ticket.c.kind)
        .join(complaint, complaint.c.id == ticket.c.complaint_id)
        .where(TICKET_OPEN)
        .distinct()
    )
    return [
        (row.account_id, row.kind)
        for row in (await conn.execute(query)).all()
        if decides(officer, row.account_id, TicketKind(row.kind))
    ]


def _moves() -> ColumnElement[int]:
    other = ticket.alias()
    return (
        select(func.count())
        .select_from(other)
        .where(
            other.c.complaint_id == ticket.c.complaint_id,
            other.c.kind.in_([kind.value for kind in MOVES]),
        )
        .correlate(ticket)
        .scalar_subquery()
    )


def _due() -> ColumnElement[Any]:
    """Of the clock of whoever decides; a ticket from before there were such clocks stands as if it
    had been due when it was filed."""
    kinds = (ClockKind.DECISION.value, ClockKind.CLARIFICATION.value)
    own = (
        select(func.min(clock.c.due_at))
        .where(
            clock.c.complaint_id == ticket.c.complaint_id,
            clock.c.ticket_id == ticket.c.id,
            clock.c.kind.in_(kinds),
            CLOCK_RUNS,
        )
        .correlate(ticket)
        .scalar_subquery()
    )
    return func.coalesce(own, ticket.c.filed_at)
