"""What a result, a receipt or a silence means: written to delivery, notices, thread and address."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import NotSent, SendResult, Sent, Unknown
from core.messages import Reaction, Receipt, ReceiptStatus
from gateway.outbound.fate import Fate, fate
from gateway.storage.database import Database
from gateway.tables import address, conversation, delivery, message, notice, notice_delivery

_log = logging.getLogger(__name__)

WITH_PICTURE = "media"
"""The form of a delivery that took a picture along."""

_ASK_AFTER = timedelta(seconds=5)
"""A receipt usually comes first; only then is the provider's list read."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A claimed delivery with the connector's answer."""

    delivery: int
    message: int
    tries: int
    result: SendResult


async def write_results(
    database: Database, finished: Sequence[Finished], now: datetime, jitter: float
) -> None:
    """Write the answers of the connectors, in a transaction of their own."""
    try:
        async with database.write() as conn:
            await settle(conn, finished, now, jitter)
    except IntegrityError:
        async with database.write() as conn:
            await settle(conn, finished, now, jitter, alike=True)


async def settle(
    conn: AsyncConnection,
    finished: Sequence[Finished],
    now: datetime,
    jitter: float,
    *,
    alike: bool = False,
) -> None:
    """Write the answers of the connectors; *alike*: a provider has named two messages alike.

    A message that was taken over counts, however late its process comes to say so. A refusal or an
    open end counts for the try that it belongs to only: a process that slept may find that another
    has settled its try meanwhile, or is at the next one.
    """
    finished, forms = await _still_ours(conn, finished)
    sent = [
        {"b_id": f.delivery, "b_provider": f.result.provider_id, "b_segments": f.result.segments}
        for f in finished
        if isinstance(f.result, Sent)
    ]
    if sent:
        await mark_sent(conn, await _with_own_names(conn, sent) if alike else sent, now)
    for item in finished:
        if isinstance(item.result, NotSent):
            result = item.result
            reaction = _of_form(result.reaction, forms[item.delivery])
            decided = fate(reaction, item.tries, now, jitter, result.retry_after)
            await fail(conn, item.delivery, decided, result.code, now)
        elif isinstance(item.result, Unknown):
            await _unknown(conn, item.delivery, item.result.reason, now)


async def _still_ours(
    conn: AsyncConnection, finished: Sequence[Finished]
) -> tuple[Sequence[Finished], Mapping[int, str]]:
    """Without the answers of tries that are not the current one, or not open any more; and the form
    of each that did not leave."""
    doubtful = [f.delivery for f in finished if not isinstance(f.result, Sent)]
    if not doubtful:
        return finished, {}
    query = (
        select(delivery.c.id, delivery.c.tries, delivery.c.form)
        .where(delivery.c.id.in_(doubtful), delivery.c.state.in_(("sending", "unknown")))
        .order_by(delivery.c.id)
        .with_for_update()
    )
    rows = (await conn.execute(query)).all()
    ours = {(row.id, row.tries) for row in rows}
    left = [f for f in finished if isinstance(f.result, Sent) or (f.delivery, f.tries) in ours]
    return left, {row.id: row.form for row in rows}


def _of_form(reaction: Reaction, form: str) -> Reaction:
    """Where no picture went along none was in the way: without one it would be the same again."""
    without = reaction is Reaction.MEDIA_REFUSED and form != WITH_PICTURE
    return Reaction.REJECTED if without else reaction


async def mark_sent(conn: AsyncConnection, rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """The provider has taken these over; what a receipt said already stands."""
    ids = [row["b_id"] for row in rows]
    await conn.execute(_SENT, [row | {"b_now": now} for row in rows])
    named = [row for row in rows if row["b_provider"] is not None]
    if named:
        await conn.execute(_NAME_MESSAGE, named)
    await _tell_notices(conn, ids, now)


async def _with_own_names(
    conn: AsyncConnection, rows: Sequence[dict[str, Any]]
) -> Sequence[dict[str, Any]]:
    """*rows* without a name of the provider that another delivery of the account has: one provider
    that repeats itself must not keep all results from being written."""
    names = {row["b_provider"] for row in rows if row["b_provider"] is not None}
    if not names:
        return rows
    query = select(delivery.c.id, delivery.c.account_id, delivery.c.provider_id)
    ours = (await conn.execute(query.where(delivery.c.id.in_([r["b_id"] for r in rows])))).all()
    accounts = {row.id: row.account_id for row in ours}
    theirs = query.where(
        delivery.c.account_id.in_(set(accounts.values())), delivery.c.provider_id.in_(names)
    )
    found = (await conn.execute(theirs)).all()
    owners = {(row.account_id, row.provider_id): row.id for row in found}

    def named(row: dict[str, Any]) -> dict[str, Any]:
        one, name = row["b_id"], row["b_provider"]
        if name is None or owners.setdefault((accounts.get(one, ""), name), one) == one:
            return row
        _log.warning("a provider names two messages alike", extra={"delivery": one})
        return row | {"b_provider": None}

    return [named(row) for row in rows]


async def fail(
    conn: AsyncConnection, delivery_id: int, decided: Fate, code: str, now: datetime
) -> None:
    """The delivery did not go out now, or not at all."""
    if decided.alarm:
        _log.error("a delivery failed for good", extra={"delivery": delivery_id, "code": code})
    if decided.again_at is not None:
        await conn.execute(
            update(delivery)
            .where(delivery.c.id == delivery_id, delivery.c.state.in_(("sending", "unknown")))
            .values(state="pending", not_before=decided.again_at, problem=code)
        )
        return
    await conn.execute(
        update(delivery)
        .where(delivery.c.id == delivery_id)
        .values(state="failed", failed_at=now, problem=code)
    )
    await _after_failure(conn, delivery_id, decided, now)


async def apply_receipts(
    conn: AsyncConnection, receipts: Sequence[Receipt], now: datetime, jitter: float
) -> list[bool]:
    """Move deliveries forward; per receipt, whether it named one of ours.

    Receipts come doubled, out of order, and before our own commit of the send: the row is there
    since *sending*, and the rank decides.
    """
    rows = await _named(conn, receipts)
    moved: dict[int, dict[str, Any]] = {}
    failed: list[tuple[Any, Receipt]] = []
    known: list[bool] = []
    for receipt in receipts:
        row = rows.get(receipt.token) or rows.get(f"id:{receipt.provider_id}")
        known.append(row is not None)
        if row is None:
            continue
        state = moved.get(row.id, {"b_state": row.state})["b_state"]
        if receipt.status.rank <= _RANKS[state]:
            continue
        if receipt.status is ReceiptStatus.FAILED:
            failed.append((row, receipt))
        else:
            moved[row.id] = moved.get(row.id, _unmoved(row)) | _moved(row, receipt, now)
    await _drop_taken_names(conn, moved)
    if moved:
        await conn.execute(_MOVE, list(moved.values()))
        named = [m for m in moved.values() if m["b_provider"]]
        await conn.execute(_NAME_MESSAGE, named)
        await _tell_notices(conn, list(moved), now)
    for row, receipt in failed:
        if row.id not in moved or _RANKS[moved[row.id]["b_state"]] < receipt.status.rank:
            await _failed_late(conn, row, receipt, now, jitter)
    return known


async def _drop_taken_names(conn: AsyncConnection, moved: Mapping[int, dict[str, Any]]) -> None:
    """A provider's name that another delivery has already stays with it."""
    names = {m["b_provider"] for m in moved.values() if m["b_provider"]}
    if not names:
        return
    query = select(delivery.c.id, delivery.c.provider_id).where(delivery.c.provider_id.in_(names))
    owners = {row.provider_id: row.id for row in (await conn.execute(query)).all()}
    for delivery_id, values in moved.items():
        if owners.setdefault(values["b_provider"], delivery_id) != delivery_id:
            _log.warning("a receipt names a message twice", extra={"delivery": delivery_id})
            values["b_provider"] = None


async def recover_claims(conn: AsyncConnection, now: datetime) -> int:
    """Claims whose process is gone: what they sent is unknown. Returns how many."""
    result = await conn.execute(
        update(delivery)
        .where(delivery.c.state == "sending", delivery.c.settle_by < now)
        .values(state="unknown", problem="no result", not_before=now)
    )
    return result.rowcount


_RANKS = {"pending": 0, "sending": 0, "unknown": 0, "cancelled": 0} | {
    status.value: status.rank for status in ReceiptStatus
}

_SENT = (
    update(delivery)
    .where(delivery.c.id == bindparam("b_id"))
    .values(
        # Spelled out: IN cannot be used in a statement that is executed for many rows.
        state=case(
            (delivery.c.state == "sending", "sent"),
            (delivery.c.state == "unknown", "sent"),
            (delivery.c.state == "pending", "sent"),
            else_=delivery.c.state,
        ),
        provider_id=func.coalesce(delivery.c.provider_id, bindparam("b_provider")),
        segments=bindparam("b_segments"),
        sent_at=func.coalesce(delivery.c.sent_at, bindparam("b_now")),
        problem="",
    )
)

_MOVE = (
    update(delivery)
    .where(delivery.c.id == bindparam("b_id"))
    .values(
        state=bindparam("b_state"),
        provider_id=bindparam("b_provider"),
        sent_at=bindparam("b_sent_at"),
        delivered_at=bindparam("b_delivered_at"),
        read_at=bindparam("b_read_at"),
    )
)

_NAME_MESSAGE = (
    update(message)
    .where(
        message.c.id
        == select(delivery.c.message_id).where(delivery.c.id == bindparam("b_id")).scalar_subquery()
    )
    .values(provider_id=bindparam("b_provider"))
)


async def _unknown(conn: AsyncConnection, delivery_id: int, reason: str, now: datetime) -> None:
    await conn.execute(
        update(delivery)
        .where(delivery.c.id == delivery_id, delivery.c.state == "sending")
        .values(state="unknown", problem=reason[:100], not_before=now + _ASK_AFTER)
    )


def _notices_of(deliveries: Sequence[int]) -> Any:
    return notice.c.id.in_(
        select(notice_delivery.c.notice_id).where(notice_delivery.c.delivery_id.in_(deliveries))
    )


async def _tell_notices(conn: AsyncConnection, deliveries: Sequence[int], now: datetime) -> None:
    await conn.execute(
        update(notice)
        .where(_notices_of(deliveries), notice.c.state.in_(("assigned", "due", "held")))
        .values(state="told", reason="", settled_at=now)
    )


async def _after_failure(
    conn: AsyncConnection, delivery_id: int, decided: Fate, now: datetime
) -> None:
    """The notices, the thread and the address after a final failure of one delivery."""
    reason = decided.reason.value if decided.reason else ""
    values: dict[str, Any] = {"state": decided.notices, "reason": reason, "settled_at": None}
    if decided.notices == "failed":
        values["settled_at"] = now
    if decided.notices_due_at is not None:
        values |= {"state": "due", "not_before": decided.notices_due_at}
    await conn.execute(
        update(notice)
        .where(_notices_of([delivery_id]), notice.c.state.in_(("assigned", "told")))
        .values(**values)
    )
    thread = (
        select(delivery.c.conversation_id).where(delivery.c.id == delivery_id).scalar_subquery()
    )
    if decided.block:
        await conn.execute(
            update(conversation)
            .where(conversation.c.id == thread)
            .values(blocked_reason=decided.block, version=conversation.c.version + 1)
        )
    if decided.unusable:
        who = select(conversation.c.address_id).where(conversation.c.id == thread)
        await conn.execute(
            update(address)
            .where(address.c.id == who.scalar_subquery())
            .values(state="unusable", state_reason=reason, state_at=now)
        )


async def _named(conn: AsyncConnection, receipts: Sequence[Receipt]) -> dict[str, Any]:
    """Deliveries by our token, else by the provider's id."""
    tokens = {r.token for r in receipts if r.token}
    names = {r.provider_id for r in receipts if not r.token and r.provider_id}
    found: dict[str, Any] = {}
    if tokens:
        query = select(delivery).where(delivery.c.client_token.in_(tokens)).with_for_update()
        found |= {row.client_token: row for row in (await conn.execute(query)).all()}
    if names:
        query = select(delivery).where(delivery.c.provider_id.in_(names)).with_for_update()
        found |= {f"id:{row.provider_id}": row for row in (await conn.execute(query)).all()}
    return found


def _unmoved(row: Any) -> dict[str, Any]:
    return {
        "b_id": row.id,
        "b_state": row.state,
        "b_provider": row.provider_id,
        "b_sent_at": row.sent_at,
        "b_delivered_at": row.delivered_at,
        "b_read_at": row.read_at,
    }


def _moved(row: Any, receipt: Receipt, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"b_state": receipt.status.value, f"b_{receipt.status}_at": now}
    if row.provider_id is None and receipt.provider_id:
        values["b_provider"] = receipt.provider_id
    return values


async def _failed_late(
    conn: AsyncConnection, row: Any, receipt: Receipt, now: datetime, jitter: float
) -> None:
    """It had been taken over, and failed behind the provider: the notices start anew."""
    assert receipt.reaction is not None  # noqa: S101 - the contract test asks for it
    reaction = _of_form(receipt.reaction, row.form)
    decided = fate(reaction, await _deliveries_so_far(conn, row.id), now, jitter)
    if decided.again_at is not None:
        decided = Fate(notices="due", notices_due_at=decided.again_at)
    await fail(conn, row.id, decided, receipt.code, now)


async def _deliveries_so_far(conn: AsyncConnection, delivery_id: int) -> int:
    """How many deliveries have tried to tell what this one tells."""
    told = select(func.min(notice_delivery.c.notice_id)).where(
        notice_delivery.c.delivery_id == delivery_id
    )
    count = select(func.count()).where(notice_delivery.c.notice_id == told.scalar_subquery())
    return int(await conn.scalar(count) or 1)
