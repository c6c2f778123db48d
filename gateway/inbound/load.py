"""Reads everything the next decisions need, in sets: a fixed number of queries per drain."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from core import store
from core.complaint import Complaint, ComplaintId
from core.messages import (
    AccountId,
    Address,
    Edited,
    Event,
    InboundMessage,
    ProviderId,
    Withdrawn,
)
from core.tables import complaint
from gateway.duty.agreeing import invited
from gateway.duty.alarms import alarms_in
from gateway.duty.hearing import Alarm, agrees
from gateway.grouping.records import Link, links_of
from gateway.inbound import codec
from gateway.inbound.claims import load_claims
from gateway.inbound.codec import Completed
from gateway.inbound.thread import CodeClaim, Known, Pending, Thread
from gateway.outbound.reasons import Reason
from gateway.sealing.keys import Keys
from gateway.tables import (
    INBOUND_TODO,
    INBOUND_URGENT,
    NOTICE_WAITING,
    address,
    attachment,
    complaint_message,
    conversation,
    inbound,
    message,
    notice,
    party,
)
from normalizer.dialogue import DialogueState
from normalizer.understand import understand

_MOST_EVENTS = 1000
_MOST_CASES = 20
_REMEMBERED = timedelta(days=90)


async def waiting_queues(
    conn: AsyncConnection, now: datetime, most: int, own: ColumnElement[bool]
) -> list[str]:
    """Up to *most* conversations with something new, whoever waits longest first.

    *own* leaves out what another worker looks at.
    """
    found: dict[str, None] = {}
    due = or_(inbound.c.not_before.is_(None), inbound.c.not_before <= now)
    for _ in range(3):
        query = select(inbound.c.queue_key).where(INBOUND_TODO, due, own)
        if found:
            # One flooding conversation must not hide the others.
            query = query.where(inbound.c.queue_key.not_in(list(found)))
        query = query.order_by(inbound.c.accepted_at, inbound.c.id).limit(most * 2)
        keys = (await conn.scalars(query)).all()
        found |= dict.fromkeys(keys)
        if len(found) >= most or len(keys) < most * 2:
            break
    return list(found)[:most]


async def urgent_queues(conn: AsyncConnection, now: datetime, most: int) -> list[str]:
    """Up to *most* conversations in which danger to life may have been told; every worker takes
    them, whoever they belong to."""
    due = or_(inbound.c.not_before.is_(None), inbound.c.not_before <= now)
    query = select(inbound.c.queue_key).where(INBOUND_URGENT, due)
    keys = await conn.scalars(query.order_by(inbound.c.accepted_at, inbound.c.id).limit(most))
    return list(dict.fromkeys(keys))


async def load_threads(
    conn: AsyncConnection, keys: Keys, queue_keys: Sequence[str], now: datetime, prefix: str
) -> list[Thread]:
    """The conversations behind *queue_keys*, each with its waiting events in order."""
    pending = await _pending(conn, keys, queue_keys, prefix)
    rows = (
        await conn.execute(select(conversation).where(conversation.c.queue_key.in_(list(pending))))
    ).all()
    known = {row.queue_key: row for row in rows}
    ids = [row.id for row in rows]
    complaints = await _complaints(conn, ids, now)
    links = await links_of(conn, {c.id for own in complaints.values() for c in own})
    receipts, questions, unread = await _waiting(conn, ids)
    messages = await _messages(conn, pending)
    waiting = {queue_key: events for queue_key, (_, events) in pending.items()}
    claims = await load_claims(conn, keys, waiting, now)
    opened = await _opened_by_code(conn, claims)
    alarms = await alarms_in(conn, [row.id for row in rows if row.officer])
    agreeing = await invited(conn, [row.id for row in rows if _says_ready(pending[row.queue_key])])
    strangers = [k for k in pending if k not in known]
    addresses = await _addresses(conn, keys, [_sender(pending[k][1]) for k in strangers])
    return [
        _thread(
            queue_key, account, events, known.get(queue_key),
            complaints=complaints, receipts=receipts, questions=questions, messages=messages,
            unread=unread, invited=agreeing, claims=claims, opened=opened, alarms=alarms,
            links=links,
            address_id=addresses.get(_sender(events)),
        )
        for queue_key, (account, events) in pending.items()
    ]  # fmt: skip


_PendingByKey = Mapping[str, tuple[AccountId, tuple[Pending, ...]]]


def _says_ready(waiting: tuple[AccountId, tuple[Pending, ...]]) -> bool:
    """Whether it is worth a look at the rosters: hardly ever."""
    return any(isinstance(e.event, InboundMessage) and agrees(e.event.text) for e in waiting[1])


async def _pending(
    conn: AsyncConnection, keys: Keys, queue_keys: Sequence[str], prefix: str
) -> _PendingByKey:
    query = (
        select(inbound)
        .where(inbound.c.queue_key.in_(queue_keys), INBOUND_TODO)
        .order_by(inbound.c.accepted_at, inbound.c.id)
        .limit(_MOST_EVENTS)
    )
    found: dict[str, list[Pending]] = defaultdict(list)
    accounts: dict[str, AccountId] = {}
    for row in (await conn.execute(query)).all():
        accounts[row.queue_key] = AccountId(row.account_id)
        found[row.queue_key].append(_opened(row, keys, prefix))
    return {key: (accounts[key], tuple(events)) for key, events in found.items()}


def _opened(row: Row[Any], keys: Keys, prefix: str) -> Pending:
    event = codec.decode(row.kind, keys.open(row.parsed_sealed, row.key_id, "inbound.parsed"))
    reading = None
    if isinstance(event, InboundMessage):
        at = min(event.sent_at, row.accepted_at)
        reading = understand(event.text, prefix=prefix, at=at)
    return Pending(row.id, event, row.accepted_at, row.attempts, row.silent, reading)


async def _complaints(
    conn: AsyncConnection, conversations: Sequence[int], now: datetime
) -> Mapping[int, list[Complaint]]:
    """By conversation its own complaints, newest first: all open ones, and those ended lately."""
    if not conversations:
        return {}
    query = (
        select(party.c.conversation_id, party.c.complaint_id)
        .join(complaint, complaint.c.id == party.c.complaint_id)
        .where(
            party.c.conversation_id.in_(conversations),
            party.c.until.is_(None),
            or_(
                complaint.c.finished_at.is_(None),
                complaint.c.finished_at > now - _REMEMBERED,
                complaint.c.merged_into_id.is_not(None),
            ),
        )
        .order_by(party.c.complaint_id.desc())
    )
    own: dict[int, list[ComplaintId]] = defaultdict(list)
    for row in (await conn.execute(query)).all():
        if len(own[row.conversation_id]) < _MOST_CASES:
            own[row.conversation_id].append(row.complaint_id)
    every = {c for ids in own.values() for c in ids}
    loaded = await store.load(conn, every, confidential=True)
    return {conv: [loaded[c] for c in ids if c in loaded] for conv, ids in own.items()}


async def _opened_by_code(
    conn: AsyncConnection, claims: Mapping[int, CodeClaim]
) -> Mapping[ComplaintId, Complaint]:
    """What the right codes open, and what that was merged into."""
    opened = await store.load(
        conn, {c.complaint for c in claims.values() if c.complaint}, confidential=True
    )
    survivors = {c.merged_into for c in opened.values() if c.merged_into} - set(opened)
    return {**opened, **await store.load(conn, survivors, confidential=True)}


async def _waiting(
    conn: AsyncConnection, conversations: Sequence[int]
) -> tuple[Mapping[ComplaintId, datetime], frozenset[ComplaintId], frozenset[int]]:
    """Since when the acknowledgements wait that have not left yet, which questions do, and in which
    conversations anything is held until the person writes."""
    if not conversations:
        return {}, frozenset(), frozenset()
    held = notice.c.reason == Reason.WINDOW_CLOSED.value
    query = select(
        notice.c.conversation_id, notice.c.complaint_id, notice.c.created_at, notice.c.kind,
        held.label("held"),
    ).where(
        notice.c.conversation_id.in_(conversations),
        NOTICE_WAITING,
        or_(notice.c.kind.in_(("receipt", "question")), held),
    )  # fmt: skip
    rows = (await conn.execute(query)).all()
    receipts = {row.complaint_id: row.created_at for row in rows if row.kind == "receipt"}
    questions = frozenset(row.complaint_id for row in rows if row.kind == "question")
    return receipts, questions, frozenset(row.conversation_id for row in rows if row.held)


_FILES = (
    select(func.count())
    .where(attachment.c.message_id == message.c.id)
    .correlate(message)
    .scalar_subquery()
)

_Messages = Mapping[tuple[AccountId, ProviderId], Any]


async def _messages(conn: AsyncConnection, pending: _PendingByKey) -> _Messages:
    """The messages that the new ones quote, edit or take back, with the complaint each is about."""
    wanted = {
        (account, name)
        for account, events in pending.values()
        for item in events
        for name in _refers_to(item.event)
    }
    if not wanted:
        return {}
    live = and_(
        complaint_message.c.message_id == message.c.id, complaint_message.c.unlinked_at.is_(None)
    )
    query = (
        select(
            message.c.id, message.c.account_id, message.c.provider_id,
            message.c.conversation_id, message.c.direction, message.c.accepted_at, message.c.lat,
            func.max(complaint_message.c.complaint_id).label("complaint_id"),
            _FILES.label("files"),
        )
        .join(complaint_message, live, isouter=True)
        .where(tuple_(message.c.account_id, message.c.provider_id).in_(list(wanted)))
        .group_by(
            message.c.id, message.c.account_id, message.c.provider_id,
            message.c.conversation_id, message.c.direction, message.c.accepted_at, message.c.lat,
        )
    )  # fmt: skip
    return {
        (AccountId(r.account_id), ProviderId(r.provider_id)): r
        for r in (await conn.execute(query)).all()
    }


def _refers_to(event: Event | Completed) -> tuple[ProviderId, ...]:
    """The messages that *event* names."""
    if isinstance(event, Completed):
        names = (event.message.provider_id, event.message.quotes)
    elif isinstance(event, InboundMessage):
        names = (None, event.quotes)
    else:
        names = (event.provider_id if isinstance(event, Edited | Withdrawn) else None, None)
    return tuple(name for name in names if name)


async def _addresses(
    conn: AsyncConnection, keys: Keys, senders: Sequence[Address | None]
) -> Mapping[Address | None, int]:
    """Whom we know from another account of the same kind."""
    wanted = {keys.lookup(a): a for a in senders if a}
    if not wanted:
        return {}
    query = select(address.c.id, address.c.lookup).where(address.c.lookup.in_(list(wanted)))
    return {wanted[row.lookup]: row.id for row in (await conn.execute(query)).all()}


def _wrote(conversation_id: int, found: Row[Any]) -> bool:
    """Whether the message is one that this person sent: only such a one may be edited or taken
    back, whatever name the event gives."""
    return bool(found.conversation_id == conversation_id and found.direction == "in")


def _known(found: Row[Any]) -> Known:
    has_point = found.lat is not None
    return Known(found.id, found.complaint_id, has_point, found.files, found.accepted_at)


def _sender(events: Iterable[Pending]) -> Address | None:
    return next((a for e in events if (a := getattr(e.event, "sender", None))), None)


def _others(
    claims: Mapping[int, CodeClaim],
    own: Sequence[Complaint],
    opened: Mapping[ComplaintId, Complaint],
) -> tuple[Complaint, ...]:
    """Of what codes open in one thread, what is none of its own."""
    mine = {c.id for c in own}
    found = {c.complaint for c in claims.values() if c.complaint} - mine
    found |= {s for i in found if (s := opened[i].merged_into) is not None and s not in mine}
    return tuple(opened[i] for i in sorted(found) if i in opened)


def _thread(
    queue_key: str,
    account: AccountId,
    events: tuple[Pending, ...],
    row: Row[Any] | None,
    *,
    complaints: Mapping[int, list[Complaint]],
    receipts: Mapping[ComplaintId, datetime],
    questions: frozenset[ComplaintId],
    unread: frozenset[int],
    invited: frozenset[int],
    messages: _Messages,
    claims: Mapping[int, CodeClaim],
    opened: Mapping[ComplaintId, Complaint],
    alarms: Mapping[int, Sequence[Alarm]],
    links: Sequence[Link],
    address_id: int | None,
) -> Thread:
    refers = [name for e in events for name in _refers_to(e.event)]
    found = {name: messages[account, name] for name in refers if (account, name) in messages}
    own = tuple(complaints.get(row.id, ())) if row else ()
    named = {e.inbound_id: claims[e.inbound_id] for e in events if e.inbound_id in claims}
    return Thread(
        queue_key=queue_key,
        account=account,
        address=_sender(events),
        address_id=row.address_id if row else address_id,
        id=row.id if row else None,
        version=row.version if row else None,
        state=DialogueState.from_json(row.dialogue) if row else DialogueState(),
        language=row.language if row else "id",
        last_inbound_at=row.last_inbound_at if row else None,
        pushes_stopped_at=row.pushes_stopped_at if row else None,
        blocked_reason=row.blocked_reason if row else "",
        events=events,
        complaints=own,
        waiting_receipts=receipts,
        waiting_questions=questions,
        quoted={n: m.complaint_id for n, m in found.items() if m.complaint_id is not None},
        known_messages={n: _known(m) for n, m in found.items() if row and _wrote(row.id, m)},
        links=tuple(k for k in links if k.complaint in {c.id for c in own}),
        unread=row is not None and row.id in unread,
        claims=named,
        claimed=_others(named, own, opened),
        officer=bool(row and row.officer),
        invited=row is not None and row.id in invited,
        alarms=tuple(alarms.get(row.id, ())) if row else (),
    )
