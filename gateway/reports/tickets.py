"""The tickets of a month by the unit that filed them (S4: facilitators check ticketing). Pure.

A ticket counts as decided at the moment that its decision counts from; one whose time ran out, at
the end of that time.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.ticket import TicketOutcome
from gateway.reports.month import Period

OUTCOMES = tuple(o.value for o in TicketOutcome)


@dataclass(frozen=True, slots=True)
class Filed:
    """A ticket as the books need it; *outcome* is empty while it is open. Moments are aware UTC."""

    kind: str
    unit: str
    filed_at: datetime
    decided_at: datetime | None = None
    outcome: str = ""


@dataclass(slots=True)
class TicketBook:
    """The tickets of one kind and unit in a month."""

    opening: int = 0
    filed: int = 0
    decided: Counter[str] = field(default_factory=Counter)
    closing: int = 0

    @property
    def difference(self) -> int:
        """0, or a ticket is in no column."""
        return self.opening + self.filed - sum(self.decided[o] for o in OUTCOMES) - self.closing


class TicketBooks:
    """Books by unit and kind."""

    def __init__(self, period: Period) -> None:
        self._period = period
        self._found: dict[tuple[str, str], TicketBook] = defaultdict(TicketBook)

    def add(self, item: Filed) -> None:
        """Count a ticket that was filed before the period's end and not decided before it."""
        book = self._found[item.unit, item.kind]
        if item.filed_at < self._period.begin:
            book.opening += 1
        else:
            book.filed += 1
        if item.decided_at is not None and item.decided_at < self._period.end:
            book.decided[item.outcome] += 1
        else:
            book.closing += 1

    @property
    def found(self) -> Mapping[tuple[str, str], TicketBook]:
        """What was counted."""
        return self._found
