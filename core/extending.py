"""How a deadline that runs is moved: by an estimate, a move to another unit, or while the reporter
is asked. Pure.

| what moves it | until | source |
|---|---|---|
| Estimasi Waktu Selesai | the day given | Keputusan Sekda 99/2022, 7 |
| a ticket to move that was approved | anew, from when the other unit got it | 8 |
| asking the reporter | by as long as it took, 24 h at most | *ours*: docs/policy.md |
| an answer after it was closed | by as long as it was closed | *ours* |
| another problem found on site | anew, from when it was found | *ours* |
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from core.complaint import Clock, ClockKind
from core.ticket import Extension, Grounds, Pause, Ticket


class Figures(Protocol):
    """What `core.clocks.Deadlines` knows and this needs."""

    @property
    def pause(self) -> timedelta:
        """The longest that asking the reporter can hold a clock."""

    def due(self, kind: ClockKind, began: datetime) -> datetime:
        """When a clock of this *kind* that *began* then is due."""


def due_of(clock: Clock, figures: Figures) -> datetime:
    """When *clock* is due with all that moved it. While the reporter is asked it is put off by the
    longest that this can take."""
    last = clock.extended[-1] if clock.extended else None
    if last is None:
        due = figures.due(clock.kind, clock.began_at)
    elif last.grounds in {Grounds.MOVE, Grounds.FOUND}:
        due = figures.due(clock.kind, last.at)
    else:
        due = last.until
    since = last.at if last else clock.began_at
    held = [p for p in clock.paused if p.ended_at is None or p.ended_at > since]
    return due + sum((_length(p, figures) for p in held), timedelta())


def paused(clock: Clock, ticket: Ticket, figures: Figures) -> Clock:
    """*clock* stands still for the question of *ticket*, from when that was filed."""
    held = replace(clock, paused=(*clock.paused, Pause(ticket.id, ticket.filed_at)))
    return replace(held, due_at=due_of(held, figures))


def resumed(clock: Clock, ticket: Ticket, at: datetime, figures: Figures, *, counts: bool) -> Clock:
    """*clock* goes on; unless it *counts*, as if it had never stood still."""
    others = tuple(p for p in clock.paused if p.ticket != ticket.id)
    own = next((p for p in clock.paused if p.ticket == ticket.id and p.ended_at is None), None)
    if own is None:
        return clock
    over = replace(own, ended_at=min(at, own.began_at + figures.pause))
    goes_on = replace(clock, paused=(*others, over) if counts else others)
    return replace(goes_on, due_at=due_of(goes_on, figures))


def extended(clock: Clock, by: Extension, figures: Figures) -> Clock:
    """*clock* with its deadline moved."""
    later = replace(clock, extended=(*clock.extended, by))
    return replace(later, due_at=due_of(later, figures))


def estimates_of(clock: Clock) -> int:
    """How often a unit gave an estimate."""
    return sum(e.grounds is Grounds.ESTIMATE for e in clock.extended)


def _length(pause: Pause, figures: Figures) -> timedelta:
    return figures.pause if pause.ended_at is None else pause.ended_at - pause.began_at
