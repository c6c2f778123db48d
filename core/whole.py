"""A complaint with everything that ever belonged to it, read at once: as it stands, and as it came
to be."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core import store
from core.complaint import Assignment, Clock, ClockKind, Complaint, UnitId
from core.rows import complaint_of
from core.tables import complaint as complaints
from core.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Whole:
    """*complaint* as it stands; *assignments*, *clocks* and *tickets* also those that are over, in
    the order in which they began."""

    complaint: Complaint
    assignments: Sequence[Assignment]
    clocks: Sequence[Clock]
    tickets: Sequence[Ticket]

    @property
    def units(self) -> frozenset[UnitId]:
        """Every unit that has or had it."""
        return frozenset(a.unit for a in self.assignments)


async def find(conn: AsyncConnection, number: str, *, confidential: bool) -> Whole | None:
    """The complaint with this *number*; a confidential one looks like none unless asked for."""
    query = select(complaints).where(complaints.c.number == number)
    if not confidential:
        query = query.where(complaints.c.confidential.is_(False))
    row = (await conn.execute(query)).one_or_none()
    if row is None:
        return None
    assignments = await store.assignments_of(conn, row.id)
    clocks = await store.clocks_of(conn, row.id)
    tickets = await store.tickets_of(conn, row.id)
    accused = await store.accused_of(conn, [row.id])
    found = complaint_of(
        row,
        sorted((a for a in assignments if a.ended_at is None), key=lambda a: a.id),
        accused.get(row.id, ()),
        sorted((c for c in clocks if c.runs or _is_of_the_whole(c)), key=lambda c: c.id),
        sorted((t for t in tickets if t.is_open), key=lambda t: t.id),
    )
    return Whole(found, assignments, clocks, tickets)


def _is_of_the_whole(clock: Clock) -> bool:
    return clock.kind is ClockKind.COMPLETION
