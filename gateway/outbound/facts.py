"""Reads what planner and words need to know about due notices, in sets."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core import store
from core.complaint import ClosingReason, Complaint, ComplaintId, Transition
from core.messages import AccountId, Address, MediaKind
from core.rows import transition_of
from core.tables import transition, unit
from gateway.duty.roster import OnRoster, lines_of
from gateway.outbound.notices import RECEIPT_REMINDER, RESULT
from gateway.outbound.others import reported_by_others
from gateway.outbound.pictures import NO_PICTURES, Pictures, pictures_of
from gateway.sealing.keys import Keys
from gateway.tables import (
    address,
    attachment,
    complaint_message,
    conversation,
    delivery,
    message,
    notice,
    pause,
)
from normalizer.dialogue.state import DialogueState, Question, QuestionKind

_QUOTING = frozenset({"question"})
"""What says of which report it speaks in the reporter's own first words."""

_WITHDRAWN = ClosingReason.DIBATALKAN
_HOUR = timedelta(hours=1)
_LATELY = timedelta(hours=2)
_IN_A_ROW = timedelta(minutes=10)
"""The same words again within this time are an echo; later they are an answer to a new question."""


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A row of ``notice`` that may be told now."""

    id: int
    conversation: int
    kind: str
    complaint: ComplaintId | None
    params: Mapping[str, Any]
    priority: int
    created_at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> "DueNotice":
        """From a row of the table."""
        return cls(
            id=row.id,
            conversation=row.conversation_id,
            kind=row.kind,
            complaint=row.complaint_id,
            params=row.params,
            priority=row.priority,
            created_at=row.created_at,
        )


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """What the newest message of the person offers for an answer: the thread, the connector's
    own context, and until when that can be used (None: as long as we like)."""

    thread_key: str = ""
    context: Mapping[str, Any] | None = field(default=None, repr=False)
    by: datetime | None = None


NO_REPLY = ReplyTo()


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told, and what stands in the way; *answers_since* an hour, oldest first."""

    conversation: int
    account: AccountId
    address_id: int
    address: Address
    usable: bool
    language: str
    last_inbound_at: datetime | None
    pushes_stopped: bool
    blocked: str
    reply: ReplyTo = NO_REPLY
    answers_since: tuple[datetime, ...] = ()
    last_body: bytes | None = None
    last_told_at: datetime | None = None
    state: DialogueState = field(default_factory=DialogueState)
    asked_among: tuple[str, ...] = ()
    """The reports of the open question which one is meant."""
    unanswered: ComplaintId | None = None
    """The report whose receipt asked what the thread has not spoken of since."""


@dataclass(frozen=True, slots=True)
class About:
    """A complaint that notices speak of, with what the reporter sent for it. *survivor* is what it
    was merged into; *shared*: withdrawn, but other people's about the same problem go on."""

    complaint: Complaint
    first_words: str = field(default="", repr=False)
    media: tuple[MediaKind, ...] = ()
    history: tuple[Transition, ...] = ()
    survivor: "About | None" = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class FactBook:
    """Everything about a set of notices."""

    listeners: Mapping[int, Listener]
    about: Mapping[ComplaintId, About]
    paused: frozenset[AccountId | None]
    staff: Mapping[int, str] = field(default_factory=dict)
    """What officers wrote to one thread, by message."""
    rosters: Mapping[int, Sequence[OnRoster]] = field(default_factory=dict)
    """Where the officer of a thread stands on one."""
    pictures: Pictures = NO_PICTURES
    asked_at: Mapping[ComplaintId, datetime] = field(default_factory=dict)
    """When the receipts left of which a reminder is due."""

    def is_paused(self, account: AccountId) -> bool:
        """Whether sending on *account*, or altogether, is paused."""
        return None in self.paused or account in self.paused


async def gather(
    conn: AsyncConnection, keys: Keys, notices: Sequence[DueNotice], now: datetime
) -> FactBook:
    """Read the facts about *notices*: a fixed number of queries."""
    conversations = {n.conversation for n in notices}
    complaints = {n.complaint for n in notices if n.complaint is not None}
    complaints |= {ComplaintId(int(c)) for n in notices for c in n.params.get("complaints", ())}
    known = await about(
        conn, complaints, {n.complaint for n in notices if n.kind in _QUOTING and n.complaint}
    )
    results = {n.id: known[n.complaint] for n in notices if n.kind == RESULT and n.complaint}
    return FactBook(
        listeners=await listeners(conn, keys, conversations, now),
        about=known,
        pictures=await pictures_of(conn, {n: (a.complaint, a.history) for n, a in results.items()}),
        paused=await pauses(conn),
        rosters=await lines_of(conn, conversations),
        staff=await _staff(conn, [int(s) for n in notices if (s := n.params.get("staff"))]),
        asked_at=await _receipts(
            conn, {n.complaint for n in notices if n.kind == RECEIPT_REMINDER and n.complaint}
        ),
    )


async def listeners(
    conn: AsyncConnection, keys: Keys, conversations: set[int], now: datetime
) -> dict[int, Listener]:
    """By conversation."""
    query = (
        select(
            conversation,
            address.c.kind, address.c.scope, address.c.value_sealed, address.c.key_id,
            address.c.state,
        )
        .join(address, address.c.id == conversation.c.address_id)
        .where(conversation.c.id.in_(conversations))
    )  # fmt: skip
    rows = (await conn.execute(query)).all()
    answers = await _answers(conn, conversations, now)
    bodies = await _last_bodies(conn, conversations, now)
    replies = await _replies(conn, keys, conversations)
    states = {row.id: DialogueState.from_json(row.dialogue) for row in rows}
    return {
        row.id: Listener(
            conversation=row.id,
            account=AccountId(row.account_id),
            address_id=row.address_id,
            address=_opened(row, keys),
            usable=row.state == "ok" and row.value_sealed is not None,
            language=row.language,
            last_inbound_at=row.last_inbound_at,
            pushes_stopped=row.pushes_stopped_at is not None,
            blocked=row.blocked_reason,
            reply=replies.get(row.id, NO_REPLY),
            answers_since=tuple(answers[row.id]),
            state=states[row.id],
            asked_among=_asked_among(states[row.id].question, now),
            unanswered=states[row.id].unanswered(now),
            last_body=_just_told(bodies.get(row.id), now),
            last_told_at=bodies[row.id].claimed_at if row.id in bodies else None,
        )
        for row in rows
    }


def _asked_among(question: Question | None, now: datetime) -> tuple[str, ...]:
    if question is None or question.kind is not QuestionKind.WHICH or not question.is_open(now):
        return ()
    return tuple(str(option) for option in question.options)


async def _receipts(
    conn: AsyncConnection, complaints: Collection[ComplaintId]
) -> Mapping[ComplaintId, datetime]:
    """When each was acknowledged, if it was."""
    if not complaints:
        return {}
    query = select(notice.c.complaint_id, notice.c.settled_at).where(
        notice.c.complaint_id.in_(complaints),
        notice.c.kind == "receipt",
        notice.c.state == "told",
    )
    return {row.complaint_id: row.settled_at for row in (await conn.execute(query)).all()}


async def about(
    conn: AsyncConnection, complaints: set[ComplaintId], quoted: Collection[ComplaintId] = ()
) -> dict[ComplaintId, About]:
    """By complaint; confidential ones too, since their own reporter is told. With the first words
    of those that are *quoted*, not understood, or of somebody who wants to stay unknown."""
    loaded = await store.load(conn, complaints, confidential=True)
    if not loaded:
        return {}
    survivors = {c.merged_into for c in loaded.values() if c.merged_into} - set(loaded)
    loaded |= await store.load(conn, survivors, confidential=True)
    ids = list(loaded)
    spoken = [i for i in ids if i in quoted or not loaded[i].category or loaded[i].anonymous]
    words = await _first_words(conn, spoken)
    media = await _media(conn, ids)
    histories = await _histories(conn, ids)
    grouped = [i for i in ids if loaded[i].closing_reason is _WITHDRAWN and loaded[i].problem]
    shared = await reported_by_others(conn, grouped) if grouped else frozenset()
    found = {
        i: About(
            loaded[i], words.get(i, ""), tuple(media[i]), tuple(histories[i]), shared=i in shared
        )
        for i in ids
    }
    return {
        i: replace(a, survivor=found[a.complaint.merged_into]) if a.complaint.merged_into else a
        for i, a in found.items()
    }


async def _staff(conn: AsyncConnection, messages: Sequence[int]) -> Mapping[int, str]:
    if not messages:
        return {}
    query = select(message.c.id, message.c.text).where(
        message.c.id.in_(messages), message.c.direction == "staff"
    )
    return {row.id: row.text for row in (await conn.execute(query)).all()}


async def unit_names(conn: AsyncConnection) -> dict[str, str]:
    """By slug; there are a few hundred, so they are kept."""
    rows = (await conn.execute(select(unit.c.id, unit.c.name))).all()
    return {row.id: row.name for row in rows}


async def pauses(conn: AsyncConnection) -> frozenset[AccountId | None]:
    """The accounts whose sending is paused; None stands for all of them."""
    query = select(pause.c.account_id).where(pause.c.until.is_(None))
    return frozenset((await conn.scalars(query)).all())


def _opened(row: Row[Any], keys: Keys) -> Address:
    if row.value_sealed is None:
        return Address(row.kind, "", row.scope)
    value = keys.open(row.value_sealed, row.key_id, "address.value").decode()
    return Address(row.kind, value, row.scope)


async def _answers(
    conn: AsyncConnection, conversations: set[int], now: datetime
) -> Mapping[int, list[datetime]]:
    """When automatic answers were claimed within the last hour."""
    found: dict[int, list[datetime]] = defaultdict(list)
    query = (
        select(delivery.c.conversation_id, delivery.c.claimed_at)
        .where(
            delivery.c.conversation_id.in_(conversations),
            delivery.c.automatic.is_(True),
            delivery.c.claimed_at > now - _HOUR,
            delivery.c.state != "cancelled",
        )
        .order_by(delivery.c.claimed_at)
    )
    for row in (await conn.execute(query)).all():
        found[row.conversation_id].append(row.claimed_at)
    return found


async def _last_bodies(
    conn: AsyncConnection, conversations: set[int], now: datetime
) -> Mapping[int, Any]:
    """The hash and time of the last text that each conversation was sent, if that was lately."""
    newest = (
        select(func.max(delivery.c.id))
        .where(
            delivery.c.conversation_id.in_(conversations),
            delivery.c.state.not_in(("cancelled", "failed")),
        )
        .group_by(delivery.c.conversation_id)
    )
    query = select(delivery.c.conversation_id, delivery.c.body_hash, delivery.c.claimed_at).where(
        delivery.c.id.in_(newest), delivery.c.claimed_at > now - _LATELY
    )
    return {r.conversation_id: r for r in (await conn.execute(query)).all()}


def _just_told(row: Row[Any] | None, now: datetime) -> bytes | None:
    return row.body_hash if row is not None and row.claimed_at > now - _IN_A_ROW else None


async def _replies(
    conn: AsyncConnection, keys: Keys, conversations: set[int]
) -> Mapping[int, ReplyTo]:
    """How to answer: what the newest message of each conversation came with."""
    newest = (
        select(func.max(message.c.id))
        .where(message.c.conversation_id.in_(conversations), message.c.direction == "in")
        .group_by(message.c.conversation_id)
    )
    rows = (await conn.execute(select(message).where(message.c.id.in_(newest)))).all()
    return {
        row.conversation_id: ReplyTo(row.thread_key, _context(row, keys), row.reply_by)
        for row in rows
    }


def _context(row: Row[Any], keys: Keys) -> Mapping[str, Any] | None:
    if row.reply_context_sealed is None:
        return None
    content = keys.open(row.reply_context_sealed, row.key_id, "message.reply_context")
    found: Mapping[str, Any] = json.loads(content)
    return found


def _linked(complaints: Sequence[ComplaintId]) -> Any:
    return and_(
        complaint_message.c.complaint_id.in_(complaints),
        complaint_message.c.unlinked_at.is_(None),
    )


async def _first_words(
    conn: AsyncConnection, complaints: Sequence[ComplaintId]
) -> Mapping[ComplaintId, str]:
    """The reporter's first words on each."""
    if not complaints:
        return {}
    query = (
        select(complaint_message.c.complaint_id, message.c.text)
        .join(message, message.c.id == complaint_message.c.message_id)
        .where(_linked(complaints), message.c.direction == "in", message.c.text != "")
        .order_by(message.c.id.desc())
    )
    return {r.complaint_id: r.text for r in (await conn.execute(query)).all()}


async def _media(
    conn: AsyncConnection, complaints: Sequence[ComplaintId]
) -> Mapping[ComplaintId, list[MediaKind]]:
    found: dict[ComplaintId, list[MediaKind]] = defaultdict(list)
    query = (
        select(complaint_message.c.complaint_id, attachment.c.claimed_type)
        .join(attachment, attachment.c.message_id == complaint_message.c.message_id)
        .where(_linked(complaints))
        .order_by(attachment.c.id)
    )
    for row in (await conn.execute(query)).all():
        found[row.complaint_id].append(MediaKind.of(row.claimed_type))
    return found


async def _histories(
    conn: AsyncConnection, complaints: Sequence[ComplaintId]
) -> Mapping[ComplaintId, list[Transition]]:
    found: dict[ComplaintId, list[Transition]] = defaultdict(list)
    query = select(transition).where(transition.c.complaint_id.in_(complaints))
    rows = (await conn.execute(query.order_by(transition.c.complaint_id, transition.c.seq))).all()
    for row in rows:
        found[row.complaint_id].append(transition_of(row))
    return found
