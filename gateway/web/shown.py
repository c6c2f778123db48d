"""Clocks and tickets as the REST API shows them."""

from collections.abc import Iterable
from typing import Any

from core.access import Officer, decides
from core.complaint import Clock, Transition, UnitId
from core.scoring import RULE as SCORE_RULE
from core.scoring import Score, scores
from core.ticket import Extension, Ticket
from core.tickets import RULE as TICKET_RULE
from gateway.desk.briefs import Brief
from gateway.outbound.world import World
from gateway.photos.listing import Seen
from gateway.web.values import (
    ClockOut,
    ExtensionOut,
    MissingOut,
    PauseOut,
    ResultPhotoOut,
    ScoreOut,
    SignalOut,
    TicketOut,
    UnitOut,
)
from gateway.words import catalogue
from normalizer.reading import Missing


def clock_shown(item: Clock, history: Iterable[Transition], world: World, account: str) -> ClockOut:
    """A clock of what came in through *account*, with what moved it, and the words for that."""
    words = {t.seq: t.public_text for t in history}
    return ClockOut(
        kind=item.kind.value,
        unit=unit_shown(item.unit, world),
        rule=world.deadlines_of(account).rule(item.kind),
        began_at=item.began_at,
        due_at=item.due_at,
        missed_at=item.missed_at,
        ended_at=item.ended_at,
        result=item.result.value if item.result else None,
        ticket=str(item.ticket) if item.ticket else None,
        paused=[
            PauseOut(begin=p.began_at, end=p.ended_at, ticket=str(p.ticket)) for p in item.paused
        ],
        extended=[_extension(e, words.get(e.seq, ""), world) for e in item.extended],
    )


def tickets_shown(brief: Brief, world: World, officer: Officer) -> list[TicketOut]:
    """The tickets of a complaint, oldest first."""
    words = {t.seq: t.internal_text for t in brief.history}
    due = {
        c.ticket: c.due_at for c in brief.clocks if c.kind.value in {"decision", "clarification"}
    }
    account = brief.complaint.account
    return [
        ticket_shown(
            t, words.get(t.filed_seq, ""), world, due_at=due.get(t.id),
            may_decide=t.is_open and decides(officer, account, t.kind),
        )
        for t in brief.tickets
    ]  # fmt: skip


def ticket_shown(
    item: Ticket, text: str, world: World, *, due_at: Any, may_decide: bool
) -> TicketOut:
    """One ticket; *text* is what the unit wrote."""
    return TicketOut(
        id=str(item.id),
        kind=item.kind.value,
        rule=TICKET_RULE[item.kind],
        unit=unit_shown(item.unit, world),
        text=text,
        filed_at=item.filed_at,
        due_at=due_at,
        suggested=unit_shown(item.suggested, world) if item.suggested else None,
        asked_at=item.asked_at,
        decided_at=item.decided_at,
        outcome=item.outcome.value if item.outcome else None,
        given_to=unit_shown(item.given_to, world) if item.given_to else None,
        decides=may_decide,
    )


def scores_shown(brief: Brief, world: World) -> list[ScoreOut]:
    """What counts for each unit that has or had the complaint."""
    figures = world.deadlines_of(brief.complaint.account)
    found = scores(brief.assignments, brief.tickets, brief.clocks, figures, world.now)
    return [_score(s, world) for s in found]


def _score(item: Score, world: World) -> ScoreOut:
    paused = ((p.ended_at or world.now) - p.began_at for p in item.paused)
    return ScoreOut(
        unit=unit_shown(item.unit, world),
        role=item.role.value,
        basis=item.basis.value,
        rule=SCORE_RULE[item.basis],
        counted_from=item.counted_from,
        response_due=item.response_due,
        responded_at=item.responded_at,
        response=item.response.value if item.response else None,
        completion_due=item.completion_due,
        completed_at=item.completed_at,
        completion=item.completion.value if item.completion else None,
        paused_seconds=round(sum(p.total_seconds() for p in paused)),
    )


def missing_shown(brief: Brief) -> MissingOut | None:
    """What is still missing, for whoever asks by hand."""
    lacks = brief.lacks
    if lacks is None:
        return None
    words = catalogue("id")
    vague = lacks.what is Missing.PLACE and brief.complaint.place.is_known
    missing = words.piece("missing_area" if vague else f"missing_{lacks.what.value}")
    return MissingOut(
        what=lacks.what.value,
        asked=lacks.asked,
        reminded=lacks.reminded,
        text=words.piece(
            "asked_of_reporter", asked=str(lacks.asked), reminded=str(lacks.reminded),
            missing=missing,
        ),
    )  # fmt: skip


def result_photos_shown(brief: Brief, world: World) -> list[ResultPhotoOut]:
    """The photos of the result, oldest first."""
    return [
        ResultPhotoOut(
            id=str(photo.id),
            unit=unit_shown(photo.unit, world),
            uploaded_at=photo.uploaded_at,
            proves=photo.proves,
            signals=None if photo.signals is None else [_signal(seen) for seen in photo.signals],
        )
        for photo in brief.result_photos
    ]


def _signal(seen: Seen) -> SignalOut:
    return SignalOut(
        kind=seen.signal.kind.value,
        suspicion=seen.signal.is_suspicion,
        reason=seen.signal.reason,
        number=seen.number or None,
        explained=seen.explained,
    )


def unit_shown(unit: UnitId, world: World) -> UnitOut:
    """A unit with its printed name."""
    return UnitOut(id=unit, name=world.unit(unit))


def _extension(item: Extension, reason: str, world: World) -> ExtensionOut:
    return ExtensionOut(
        grounds=item.grounds.value,
        at=item.at,
        until=item.until,
        unit=unit_shown(item.unit, world),
        reason=reason,
    )
