"""What waits for whoever decides about tickets: each with its report, and what would be asked."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Officer
from core.complaint import Actor, ActorKind, ClockKind, Complaint, ComplaintId, Transition
from core.errors import CoreError
from core.identifiers import TicketId
from core.tables import transition
from core.ticket import Ticket
from core.tickets import MOVES, QUESTIONS
from core.workflow import Action
from gateway.bootstrap import Parts
from gateway.desk import officers, questions
from gateway.desk.briefs import Brief, briefs
from gateway.desk.orders import Order
from gateway.desk.ticket_queue import Mark, queue
from gateway.outbound.compose import Composer
from gateway.outbound.facts import DueNotice, FactBook, about, listeners
from gateway.outbound.notices import Class
from gateway.outbound.world import World
from gateway.tables import notice, party
from gateway.words import catalogue
from normalizer.questions import Fault, fault_of


class Stands(enum.StrEnum):
    """Where a ticket stands for whoever decides; of the same one after the other."""

    TO_DECIDE = "to-decide"
    TO_ASK = "to-ask"
    WAITING = "waiting"
    """For the reporter; or, invited by a template, for them to write so that it can be asked."""
    SILENT = "silent"
    """So long that it is on the owner's list."""
    UNREACHABLE = "unreachable"
    """The question cannot reach them: the owner phones, answers in public, or closes."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open ticket with its report. *text* is what the unit wrote, *fault* what keeps it from
    being asked, *proposed* what to ask then, *message* how that arrives. *mark* is its place in the
    list. *moves* counts how often it was moved or was to be. *reason* is the code of why the
    question was not told (yet)."""

    ticket: Ticket
    brief: Brief
    stands: Stands
    due_at: datetime | None
    mark: Mark
    text: str = field(repr=False)
    fault: Fault | None = None
    proposed: str = ""
    message: str = field(default="", repr=False)
    moves: int = 0
    reason: str = ""


async def waiting(
    parts: Parts, officer: Officer, world: World, *, after: Mark | None = None, limit: int
) -> list[Waiting]:
    """The open tickets about which *officer* decides, in the order of `ticket_queue`: at most
    *limit* behind *after*."""
    async with parts.database.read() as conn:
        found = await queue(conn, officer, after=after, limit=limit)
        pairs = [(q.complaint, q.ticket) for q in found]
        ids = [c.id for c, _ in pairs]
        words = await _words(conn, pairs)
        told = await questions.told_at(conn, ids)
        stuck = await _stuck(conn, ids)
        asks = [(c, t) for c, t in pairs if t.kind in QUESTIONS and t.asked_at is None]
        messages = await _messages(conn, parts, world, asks, words)
        shown = await briefs(conn, parts.keys, [c for c, _ in pairs])
    listed_after = timedelta(hours=parts.settings.tickets.list_hours)
    return [
        Waiting(
            ticket=q.ticket,
            brief=brief,
            stands=_stands(q.ticket, q.complaint, told, stuck, world.now - listed_after),
            due_at=_due(q.complaint, q.ticket),
            mark=q.mark,
            text=words[q.ticket.id],
            fault=fault_of(words[q.ticket.id]) if q.ticket.kind in QUESTIONS else None,
            proposed=_proposed(q.ticket, words[q.ticket.id]) if q.ticket.kind in QUESTIONS else "",
            message=messages.get(q.ticket.id, ""),
            moves=q.moves,
            reason=stuck.get(q.complaint.id, "") if q.ticket.asked_at else "",
        )
        for q, brief in zip(found, shown, strict=True)
    ]


async def ask(
    parts: Parts, officer: Officer, wanted: Sequence[tuple[TicketId, str]]
) -> list[tuple[TicketId, str, CoreError | None]]:
    """Put the questions of several tickets, each for itself: its id, the number of its complaint
    and what kept it from being asked. A text without a word asks what is proposed."""
    done: list[tuple[TicketId, str, CoreError | None]] = []
    async with parts.database.read() as conn:
        listed = await queue(conn, officer, only={ticket_id for ticket_id, _ in wanted})
        found = {q.ticket.id: (q.complaint, q.ticket) for q in listed}
        words = await _words(conn, list(found.values()))
    for ticket_id, text in wanted:
        if ticket_id not in found:
            done.append((ticket_id, "", None))
            continue
        item, asked = found[ticket_id]
        try:
            has_words = any(c.isalnum() for c in text)
            question = text if has_words else _proposed(asked, words[ticket_id])
            order = Order(Action.ASK, text=question, ticket=ticket_id)
            await officers.act(parts, officer, item.number, order)
        except CoreError as error:
            done.append((ticket_id, item.number, error))
        else:
            done.append((ticket_id, item.number, None))
    return done


def _proposed(item: Ticket, text: str) -> str:
    """The unit's own words where nothing is wrong with them, else the standard question."""
    if fault_of(text) is None:
        return text
    return catalogue("id").piece(f"ask_{item.kind.name.lower()}")


def _stands(
    item: Ticket,
    of: Complaint,
    told: Mapping[ComplaintId, datetime],
    stuck: Mapping[ComplaintId, str],
    listed_before: datetime,
) -> Stands:
    if item.kind in MOVES:
        return Stands.TO_DECIDE
    if item.asked_at is None:
        return Stands.TO_ASK
    if of.id in stuck and told.get(of.id, item.filed_at) <= item.asked_at:
        return Stands.UNREACHABLE
    return Stands.SILENT if item.filed_at <= listed_before else Stands.WAITING


def _due(of: Complaint, item: Ticket) -> datetime | None:
    kind = ClockKind.DECISION if item.kind in MOVES else ClockKind.CLARIFICATION
    clock = of.clock_of(item.id, kind)
    return clock.due_at if clock else None


async def _words(
    conn: AsyncConnection, found: Sequence[tuple[Complaint, Ticket]]
) -> Mapping[TicketId, str]:
    pair = tuple_(transition.c.complaint_id, transition.c.seq)
    query = select(transition.c.complaint_id, transition.c.seq, transition.c.internal_text).where(
        pair.in_([(c.id, t.filed_seq) for c, t in found])
    )
    rows = (await conn.execute(query)).all() if found else []
    words = {(r.complaint_id, r.seq): r.internal_text for r in rows}
    return {t.id: words.get((c.id, t.filed_seq), "") for c, t in found}


async def _stuck(conn: AsyncConnection, ids: Sequence[ComplaintId]) -> Mapping[ComplaintId, str]:
    """Complaints with a question that is held, was dropped or failed, and why."""
    query = select(notice.c.complaint_id, notice.c.reason).where(
        notice.c.complaint_id.in_(ids),
        notice.c.kind == "question",
        notice.c.state.in_(("held", "failed", "cancelled")),
    )
    rows = (await conn.execute(query.order_by(notice.c.id))).all()
    return {ComplaintId(row.complaint_id): row.reason for row in rows}


async def _messages(
    conn: AsyncConnection,
    parts: Parts,
    world: World,
    found: Sequence[tuple[Complaint, Ticket]],
    words: Mapping[TicketId, str],
) -> Mapping[TicketId, str]:
    """How each question would arrive at its reporter, as if it were asked now."""
    ids = {c.id for c, _ in found}
    query = select(party.c.complaint_id, party.c.conversation_id).where(
        party.c.complaint_id.in_(ids), party.c.role == "reporter", party.c.until.is_(None)
    )
    threads = {r.complaint_id: r.conversation_id for r in (await conn.execute(query)).all()}
    people = await listeners(conn, parts.keys, set(threads.values()), world.now)
    known = await about(conn, ids, ids)
    made: dict[TicketId, str] = {}
    for item, asked in found:
        who = people.get(threads.get(item.id, 0))
        line = parts.lines.get(item.account)
        if who is None or line is None:
            continue
        text = _proposed(asked, words[asked.id])
        said = _as_asked(item, asked, text, world.now)
        told = replace(known[item.id], history=(*known[item.id].history, said))
        book = FactBook({}, {item.id: told}, frozenset())
        composer = Composer(world, book, who, line.account, line.channel.capabilities)
        made[asked.id] = composer.write(_as_due(item, who.conversation, world.now))
    return made


def _as_asked(item: Complaint, asked: Ticket, text: str, now: datetime) -> Transition:
    return Transition(
        seq=item.version + 1,
        action=Action.ASK.value,
        from_state=item.state,
        to_state=item.state,
        unit=asked.unit,
        actor=Actor(ActorKind.SYSTEM),
        at=now,
        recorded_at=now,
        public_text=text,
        data={"ticket": str(asked.id)},
    )


def _as_due(item: Complaint, conversation: int, now: datetime) -> DueNotice:
    seq = {"seq": item.version + 1}
    return DueNotice(0, conversation, "question", item.id, seq, int(Class.NEWS), now)
