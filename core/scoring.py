"""What counts for the score of each unit: derived from who had a complaint when. Pure.

| basis | counted from | source |
|---|---|---|
| received | when the unit received it | Keputusan Sekda 99/2022, 1 |
| approved | when the unit received it by a ticket that was approved | 8 |
| refused | when the unit first received it, because its ticket was refused | 8 |
| returned | when the unit first received it, because it came back | 10 |

What is found on site besides is in the deadline of whoever it goes back to (`Grounds.FOUND`). The
*working* deadline (`core.clocks`) is what people are told and reminded of. It differs where a
refused ticket gave a unit time to respond anew, and where another unit used up the time before.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.clocks import Deadlines
from core.complaint import (
    Assignment,
    Clock,
    ClockId,
    ClockKind,
    ClockResult,
    Role,
    UnitId,
)
from core.extending import due_of
from core.ticket import Extension, Grounds, Pause, Ticket, TicketOutcome
from core.tickets import MOVES


class Basis(enum.StrEnum):
    """From when a unit's time is counted."""

    RECEIVED = "received"
    APPROVED = "approved"
    REFUSED = "refused"
    RETURNED = "returned"


RULE: Mapping[Basis, str] = {
    Basis.RECEIVED: "Keputusan Sekda 99/2022, 1",
    Basis.APPROVED: "Keputusan Sekda 99/2022, 8",
    Basis.REFUSED: "Keputusan Sekda 99/2022, 8",
    Basis.RETURNED: "Keputusan Sekda 99/2022, 10",
}
"""Where each comes from, as it is shown beside it."""


@dataclass(frozen=True, slots=True)
class Score:
    """A unit's time with a complaint. *completion* is that of a unit that led; a result of None
    means that it still runs in time. *paused* and *extended* are already in *completion_due*."""

    unit: UnitId
    role: Role
    basis: Basis
    counted_from: datetime
    response_due: datetime
    responded_at: datetime | None
    response: ClockResult | None
    completion_due: datetime | None = None
    completed_at: datetime | None = None
    completion: ClockResult | None = None
    paused: tuple[Pause, ...] = ()
    extended: tuple[Extension, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stint:
    """A unit's assignments that are counted together, oldest first."""

    basis: Basis
    parts: tuple[Assignment, ...]

    @property
    def began_at(self) -> datetime:
        return self.parts[0].received_at

    @property
    def last(self) -> Assignment:
        return self.parts[-1]


def scores(
    assignments: Sequence[Assignment],
    tickets: Iterable[Ticket],
    clocks: Iterable[Clock],
    deadlines: Deadlines,
    now: datetime,
) -> tuple[Score, ...]:
    """One for each unit that has or had the complaint, in the order in which they got it; a unit
    that got it again by an approved ticket has two.

    All *assignments* (in the order of receipt), *tickets* and *clocks* of the complaint are needed.
    """
    filed = tuple(tickets)
    whole = next((c for c in clocks if c.kind is ClockKind.COMPLETION), None)
    found = [_score(s, filed, whole, deadlines, now) for s in _stints(assignments, filed)]
    return tuple(sorted(found, key=lambda s: s.counted_from))


def _stints(assignments: Sequence[Assignment], tickets: tuple[Ticket, ...]) -> list[_Stint]:
    approved = {t.assignment for t in tickets if t.outcome is TicketOutcome.APPROVED}
    refused = {
        t.assignment for t in tickets if t.outcome is TicketOutcome.REFUSED and t.kind in MOVES
    }
    found: list[_Stint] = []
    latest: dict[UnitId, int] = {}
    for item in assignments:
        at = latest.get(item.unit)
        if at is None or item.previous in approved:
            basis = Basis.APPROVED if item.previous in approved else Basis.RECEIVED
            latest[item.unit] = len(found)
            found.append(_Stint(basis, (item,)))
        else:
            found[at] = _Stint(Basis.RETURNED, (*found[at].parts, item))
        if item.id in refused:
            found[latest[item.unit]] = replace(found[latest[item.unit]], basis=Basis.REFUSED)
    return found


def _score(
    stint: _Stint,
    tickets: tuple[Ticket, ...],
    whole: Clock | None,
    deadlines: Deadlines,
    now: datetime,
) -> Score:
    began, last = stint.began_at, stint.last
    response_due = deadlines.due(ClockKind.RESPONSE, began)
    responded = next((a.responded_at for a in stint.parts if a.responded_at), None)
    found = Score(
        unit=last.unit,
        role=last.role,
        basis=stint.basis,
        counted_from=began,
        response_due=response_due,
        responded_at=responded,
        response=_result(responded, last.ended_at, response_due, now),
    )
    if last.role is not Role.LEAD or whole is None:
        return found
    own = {t.id for t in tickets if t.assignment in {a.id for a in stint.parts}}
    paused = tuple(p for p in whole.paused if p.ticket in own)
    extended = tuple(e for e in whole.extended if e.at >= began and e.grounds is not Grounds.MOVE)
    counted = Clock(
        ClockId(0), ClockKind.COMPLETION, last.unit, began, began, paused=paused, extended=extended
    )
    due = due_of(counted, deadlines)
    done = last.ended_at if last.end_reason == "finish" else None
    return replace(
        found,
        completion_due=due,
        completed_at=done,
        completion=_result(done, last.ended_at, due, now),
        paused=paused,
        extended=extended,
    )


def _result(
    done: datetime | None, ended: datetime | None, due: datetime, now: datetime
) -> ClockResult | None:
    """Met or missed by what was done; what was taken away in time is nobody's fault."""
    if (done or ended or now) > due:
        return ClockResult.MISSED
    if done is not None:
        return ClockResult.MET
    return ClockResult.VOID if ended is not None else None
