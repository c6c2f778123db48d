"""How often, and how long, asking the reporter held each unit's clock in a month. Pure.

Pausing is a choice of ours (docs/policy.md) that favours the unit, so it is counted. A pause
belongs to the month in which its ticket was decided: only then is it known whether, and for how
long, it counts.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.reports.month import Period


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the unit that led, which was put to the reporter. *held* is for how long its
    clock stood still; None while that goes on, or where it counts as if it had never stood still.
    """

    kind: str
    unit: str
    asked_at: datetime
    decided_at: datetime | None = None
    held: timedelta | None = None


@dataclass(slots=True)
class PauseBook:
    """The pauses of one unit for one kind of ticket."""

    counted: int = 0
    held: timedelta = timedelta()
    longest: timedelta = timedelta()
    uncounted: int = 0
    running: int = 0


class PauseBooks:
    """Books by unit and kind."""

    def __init__(self, period: Period) -> None:
        self._period = period
        self._found: dict[tuple[str, str], PauseBook] = defaultdict(PauseBook)

    def add(self, item: Asked) -> None:
        """Count a question that was asked before the period's end and not decided before it."""
        if item.asked_at >= self._period.end:
            return
        book = self._found[item.unit, item.kind]
        if item.decided_at is None or item.decided_at >= self._period.end:
            book.running += 1
        elif item.held is None:
            book.uncounted += 1
        else:
            book.counted += 1
            book.held += item.held
            book.longest = max(book.longest, item.held)

    @property
    def found(self) -> Mapping[tuple[str, str], PauseBook]:
        """What was counted."""
        return self._found
