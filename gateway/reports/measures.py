"""How long things took against each clock: met, missed, median, p90. Pure."""

import math
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.complaint import ClockKind, ClockResult
from core.workflow import Action


@dataclass(frozen=True, slots=True)
class Ended:
    """A clock that ended, *seconds* after it began; *result* as in `core.complaint.ClockResult`."""

    kind: str
    unit: str
    result: str
    seconds: int


@dataclass(slots=True)
class Measure:
    """The clocks of one kind that ended in a month. *overdue*: fell due in it while they ran, ended
    since or not. Four bytes a clock, because a median needs them all."""

    met: int = 0
    missed: int = 0
    void: int = 0
    overdue: int = 0
    seconds: "array[int]" = field(default_factory=lambda: array("I"))

    def hours(self, share: float) -> float | None:
        """The time within which *share* of them ended: the nearest rank; None where none did."""
        if not self.seconds:
            return None
        ordered = sorted(self.seconds)
        rank = max(1, math.ceil(share * len(ordered)))
        return round(ordered[rank - 1] / 3600, 1)


class Measures:
    """Measures by kind, by unit and by account."""

    def __init__(self) -> None:
        self.kinds: dict[str, Measure] = defaultdict(Measure)
        self.units: dict[tuple[str, str], Measure] = defaultdict(Measure)
        self.accounts: dict[tuple[str, str], Measure] = defaultdict(Measure)

    def add(self, item: Ended, account: str) -> None:
        """A clock ended."""
        for measure in self._of(item.kind, item.unit, account):
            if item.result == ClockResult.VOID:
                measure.void += 1
                continue
            measure.met += item.result == ClockResult.MET
            measure.missed += item.result == ClockResult.MISSED
            measure.seconds.append(max(0, item.seconds))

    def fell_due(self, kind: str, unit: str, account: str) -> None:
        """A clock was missed while it ran."""
        for measure in self._of(kind, unit, account):
            measure.overdue += 1

    def _of(self, kind: str, unit: str, account: str) -> Sequence[Measure]:
        return self.kinds[kind], self.units[unit, kind], self.accounts[account, kind]


def ended_by(action: str, data: Mapping[str, Any]) -> Iterator[Ended]:
    """The clocks that ended with a transition. What was closed or withdrawn was not completed,
    however early: its clock is void."""
    for item in data.get("clocks", ()):
        nobody_finished = item["kind"] == ClockKind.COMPLETION and action != Action.FINISH
        result = ClockResult.VOID.value if nobody_finished else item["result"]
        yield Ended(item["kind"], item["unit"], result, item["seconds"])
