"""Due notices become deliveries in the state *sending*, with their text, in one short transaction.

From here on a crash leaves a row that says what may have gone out; it is settled, never repeated
blindly (promise 5).
"""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import NewId
from core.messages import AccountId
from gateway.outbound.facts import DueNotice
from gateway.outbound.notices import DUTY, RIDES_ALONG, Class
from gateway.outbound.plan import Outgoing, Plan
from gateway.outbound.planner import Decision, Verdict
from gateway.outbound.settle import WITH_PICTURE
from gateway.tables import (
    DELIVERY_OPEN,
    DELIVERY_SENDING,
    DELIVERY_TODO,
    NOTICE_DUE,
    complaint_message,
    conversation,
    delivery,
    message,
    notice,
    notice_delivery,
)

SEND_WITHIN = timedelta(seconds=20)
"""A claim that has no result by then belongs to a process that is gone: its fate is unknown."""


_MOST_RIDERS = 500


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process has to send now."""

    delivery: int
    message: int
    token: str
    account: AccountId
    outgoing: Outgoing
    claimed_at: datetime
    tries: int = 1


async def due_notices(
    conn: AsyncConnection,
    now: datetime,
    most: int,
    resting: Collection[AccountId],
    own: ColumnElement[bool],
) -> list[DueNotice]:
    """What may be told now, most urgent first; *own* leaves out what another worker looks at.

    Left out is what must wait anyway, because its account is *resting* or its conversation has a
    delivery open: however much of that there is, it must not stand before the others.
    """
    open_ = exists().where(DELIVERY_OPEN, delivery.c.conversation_id == notice.c.conversation_id)
    in_flight = open_.where(DELIVERY_SENDING)
    query = (
        select(notice)
        .where(
            NOTICE_DUE,
            notice.c.not_before <= now,
            own,
            or_(~open_, and_(notice.c.priority == Class.EMERGENCY, ~in_flight)),
        )
        .order_by(notice.c.priority, notice.c.not_before, notice.c.id)
        .limit(most)
    )
    if resting:
        query = query.join(conversation, conversation.c.id == notice.c.conversation_id).where(
            conversation.c.account_id.not_in(resting)
        )
    found = [DueNotice.of(row) for row in (await conn.execute(query)).all()]
    if len(found) < most:
        return found
    return found + await _riders(conn, now, found)


async def _riders(
    conn: AsyncConnection, now: datetime, found: Sequence[DueNotice]
) -> list[DueNotice]:
    """What belongs into the messages in *found*, wherever it stands in the order: at the foot of an
    answer, or among what an officer is told at once."""
    on_duty = {n.conversation for n in found if n.kind in DUTY}
    query = (
        select(notice)
        .where(
            NOTICE_DUE,
            notice.c.conversation_id.in_({n.conversation for n in found}),
            or_(
                notice.c.kind.in_(RIDES_ALONG),
                and_(notice.c.kind.in_(DUTY), notice.c.conversation_id.in_(on_duty)),
            ),
            notice.c.not_before <= now,
        )
        .order_by(notice.c.id)
        .limit(_MOST_RIDERS)
    )
    known = {n.id for n in found}
    rows = (await conn.execute(query)).all()
    return [DueNotice.of(row) for row in rows if row.id not in known]


async def open_deliveries(
    conn: AsyncConnection, conversations: set[int]
) -> Mapping[int, frozenset[str]]:
    """The states of each conversation's open deliveries."""
    query = select(delivery.c.conversation_id, delivery.c.state).where(
        DELIVERY_OPEN, delivery.c.conversation_id.in_(conversations)
    )
    found: dict[int, set[str]] = defaultdict(set)
    for row in (await conn.execute(query)).all():
        found[row.conversation_id].add(row.state)
    return {conversation: frozenset(states) for conversation, states in found.items()}


async def retries(conn: AsyncConnection, now: datetime, most: int) -> Sequence[Any]:
    """Deliveries that failed for a while, with the notices they tell."""
    query = (
        select(delivery, message.c.text)
        .join(message, message.c.id == delivery.c.message_id)
        .where(DELIVERY_TODO, delivery.c.state == "pending", delivery.c.not_before <= now)
        .order_by(delivery.c.priority, delivery.c.not_before, delivery.c.id)
        .limit(most)
    )
    return (await conn.execute(query)).all()


async def notices_of(
    conn: AsyncConnection, deliveries: Sequence[int]
) -> Mapping[int, list[DueNotice]]:
    """The notices that each delivery tells."""
    query = (
        select(notice, notice_delivery.c.delivery_id)
        .join(notice_delivery, notice_delivery.c.notice_id == notice.c.id)
        .where(notice_delivery.c.delivery_id.in_(deliveries))
        .order_by(notice.c.id)
    )
    found: dict[int, list[DueNotice]] = defaultdict(list)
    for row in (await conn.execute(query)).all():
        found[row.delivery_id].append(DueNotice.of(row))
    return found


async def claim(
    conn: AsyncConnection, plan: Plan, worker: str, now: datetime, new_id: NewId
) -> list[Claimed]:
    """Write *plan*; what this process has to send.

    Raises:
        sqlalchemy.exc.IntegrityError: Another process is sending to one of these conversations.
    """
    await _settle(conn, plan.settled, now)
    won = await _take(conn, [n.id for o in plan.send for n in o.notices])
    claimed = [
        Claimed(new_id(), new_id(), secrets.token_urlsafe(12), o.listener.account, o, now)
        for o in plan.send
        if all(n.id in won for n in o.notices)
    ]
    await _let_go(conn, won - {n.id for c in claimed for n in c.outgoing.notices})
    if not claimed:
        return []
    await conn.execute(insert(message), [_message_row(c) for c in claimed])
    links = [row for c in claimed for row in _link_rows(c, new_id)]
    if links:
        await conn.execute(insert(complaint_message), links)
    await conn.execute(insert(delivery), [_delivery_row(c, worker) for c in claimed])
    told = [
        {"notice_id": n.id, "delivery_id": c.delivery, "at": now}
        for c in claimed
        for n in c.outgoing.notices
    ]
    await conn.execute(insert(notice_delivery), told)
    return claimed


async def claim_again(
    conn: AsyncConnection, waiting: Sequence[tuple[Any, Outgoing]], worker: str, now: datetime
) -> list[Claimed]:
    """Pending deliveries go out once more, under their old name and with their old text."""
    if not waiting:
        return []
    ids = [row.id for row, _ in waiting]
    won = set(
        (
            await conn.scalars(
                update(delivery)
                .where(delivery.c.id.in_(ids), delivery.c.state == "pending")
                .values(
                    state="sending",
                    tries=delivery.c.tries + 1,
                    claimed_by=worker,
                    claimed_at=now,
                    settle_by=now + SEND_WITHIN,
                )
                .returning(delivery.c.id)
            )
        ).all()
    )
    return [
        Claimed(
            row.id, row.message_id, row.client_token, AccountId(row.account_id), outgoing, now,
            row.tries + 1,
        )
        for row, outgoing in waiting
        if row.id in won
    ]  # fmt: skip


async def give_back(conn: AsyncConnection, deliveries: Sequence[int], now: datetime) -> None:
    """These may not leave any more as they are: their notices are decided and worded anew."""
    if not deliveries:
        return
    statement = (
        update(delivery)
        .where(delivery.c.id.in_(deliveries), delivery.c.state == "pending")
        .values(state="cancelled")
        .returning(delivery.c.id)
    )
    cancelled = (await conn.scalars(statement)).all()
    notices = select(notice_delivery.c.notice_id).where(
        notice_delivery.c.delivery_id.in_(cancelled)
    )
    await conn.execute(
        update(notice)
        .where(notice.c.id.in_(notices), notice.c.state == "assigned")
        .values(state="due", not_before=now)
    )


async def _take(conn: AsyncConnection, notices: list[int]) -> set[int]:
    """Those of *notices* that nobody else has taken meanwhile."""
    if not notices:
        return set()
    statement = (
        update(notice)
        .where(notice.c.id.in_(notices), notice.c.state == "due")
        .values(state="assigned", reason="")
        .returning(notice.c.id)
    )
    return set((await conn.scalars(statement)).all())


async def _let_go(conn: AsyncConnection, notices: set[int]) -> None:
    """These were to leave in one message with some that somebody else has taken: they are decided
    anew, and so is what they say."""
    if notices:
        await conn.execute(update(notice).where(notice.c.id.in_(notices)).values(state="due"))


async def _settle(
    conn: AsyncConnection, settled: Sequence[tuple[DueNotice, Decision]], now: datetime
) -> None:
    if settled:
        await conn.execute(_SETTLE, [_settled_row(n, d, now) for n, d in settled])


_SETTLE = (
    update(notice)
    .where(notice.c.id == bindparam("b_id"), notice.c.state == "due")
    .values(
        state=bindparam("b_state"),
        reason=bindparam("b_reason"),
        not_before=bindparam("b_not_before"),
        settled_at=bindparam("b_settled_at"),
    )
)


def _settled_row(item: DueNotice, decision: Decision, now: datetime) -> dict[str, Any]:
    dropped = decision.verdict is Verdict.DROP
    newer = decision.reason == "newer_news"
    state = {
        Verdict.LATER: "due",
        Verdict.HOLD: "held",
        Verdict.DROP: "superseded" if newer else "cancelled",
    }[decision.verdict]
    return {
        "b_id": item.id,
        "b_state": state,
        "b_reason": decision.reason.value if decision.reason else "",
        "b_not_before": decision.until or now,
        "b_settled_at": now if dropped else None,
    }


def _message_row(item: Claimed) -> dict[str, Any]:
    return {
        "id": item.message,
        "conversation_id": item.outgoing.listener.conversation,
        "direction": "out",
        "account_id": item.account,
        "thread_key": item.outgoing.listener.reply.thread_key,
        "text": item.outgoing.text,
        "accepted_at": item.claimed_at,
    }


def _link_rows(item: Claimed, new_id: NewId) -> list[dict[str, Any]]:
    complaints = {n.complaint for n in item.outgoing.notices if n.complaint is not None}
    return [
        {
            "id": new_id(),
            "complaint_id": complaint,
            "message_id": item.message,
            "role": "told",
            "linked_at": item.claimed_at,
            "linked_by": "outbound",
        }
        for complaint in complaints
    ]


def body_hash(text: str) -> bytes:
    """Tells whether the same was said before."""
    return hashlib.sha256(text.encode()).digest()


def _form_of(item: Outgoing) -> str:
    if item.template is not None:
        return "template"
    return WITH_PICTURE if item.pictures else "text"


def _delivery_row(item: Claimed, worker: str) -> dict[str, Any]:
    return {
        "id": item.delivery,
        "conversation_id": item.outgoing.listener.conversation,
        "account_id": item.account,
        "message_id": item.message,
        "client_token": item.token,
        "state": "sending",
        "form": _form_of(item.outgoing),
        "priority": item.outgoing.priority,
        "automatic": item.outgoing.is_automatic_answer,
        "body_hash": body_hash(item.outgoing.text),
        "tries": item.tries,
        "claimed_by": worker,
        "claimed_at": item.claimed_at,
        "settle_by": item.claimed_at + SEND_WITHIN,
    }
