"""Reads what waits in the database: the queues, by the partial indexes that they are."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select

from gateway.access_tables import AUDIT_UNSEALED, audit
from gateway.doctor.facts import QUIET_AFTER, Flow, Pause, Queue
from gateway.ops.roster import PREFIX
from gateway.storage.ids import first_at
from gateway.tables import (
    ATTACHMENT_TODO,
    DELIVERY_OPEN,
    DELIVERY_SENDING,
    DELIVERY_TODO,
    INBOUND_TODO,
    NOTICE_DUE,
    NOTICE_HELD,
    RECEIPTS_TODO,
    attachment,
    delivery,
    inbound,
    lease,
    notice,
    pause,
    raw_inbound,
)

_A_DAY = timedelta(days=1)


def read(conn: Connection, now: datetime) -> Flow:
    """Everything that waits at *now*; what is put off until later counts from then."""
    is_ready = or_(inbound.c.not_before.is_(None), inbound.c.not_before <= now)
    is_open = exists().where(delivery.c.conversation_id == notice.c.conversation_id, DELIVERY_OPEN)
    return Flow(
        now=now,
        inbound=_queue(conn, inbound.c.accepted_at, INBOUND_TODO, is_ready),
        receipts=_queue(conn, inbound.c.accepted_at, RECEIPTS_TODO, is_ready),
        media=_queue(
            conn, attachment.c.not_before, ATTACHMENT_TODO, attachment.c.not_before <= now
        ),
        notices=_queue(
            conn, notice.c.not_before, NOTICE_DUE, notice.c.not_before <= now, not_(is_open)
        ),
        pending=_queue(
            conn, delivery.c.not_before, DELIVERY_TODO, delivery.c.state == "pending",
            or_(delivery.c.not_before.is_(None), delivery.c.not_before <= now),
        ),
        unknown=_queue(conn, delivery.c.claimed_at, DELIVERY_TODO, delivery.c.state == "unknown"),
        abandoned=_queue(
            conn, delivery.c.settle_by, DELIVERY_SENDING, delivery.c.settle_by < now
        ),
        parked=_by_account(conn, inbound, inbound.c.parked_at.is_not(None)),
        unparsed=_by_account(conn, raw_inbound, raw_inbound.c.state == "unparsed"),
        held=_by_reason(conn, NOTICE_HELD),
        failed=_by_reason(
            conn, and_(notice.c.state == "failed", notice.c.id >= first_at(now - _A_DAY))
        ),
        pauses=_pauses(conn),
        unsealed=_queue(conn, audit.c.at, AUDIT_UNSEALED),
        last_accepted=_last_accepted(conn, now),
        newest=conn.scalar(
            select(raw_inbound.c.accepted_at).order_by(raw_inbound.c.id.desc()).limit(1)
        ),
        workers=_workers(conn, now),
    )  # fmt: skip


def _queue(conn: Connection, since: ColumnElement[Any], *conditions: Any) -> Queue:
    row = conn.execute(select(func.count(), func.min(since)).where(*conditions)).one()
    return Queue(row[0], row[1])


def _by_account(conn: Connection, table: Any, condition: Any) -> Mapping[str, Queue]:
    query = select(table.c.account_id, func.count(), func.min(table.c.accepted_at))
    rows = conn.execute(query.where(condition).group_by(table.c.account_id)).all()
    return {account: Queue(count, oldest) for account, count, oldest in rows}


def _by_reason(conn: Connection, condition: Any) -> Mapping[str, int]:
    query = select(notice.c.reason, func.count()).where(condition).group_by(notice.c.reason)
    return {row[0]: row[1] for row in conn.execute(query)}


def _pauses(conn: Connection) -> tuple[Pause, ...]:
    query = select(pause.c.account_id, pause.c.reason, pause.c.since)
    rows = conn.execute(query.where(pause.c.until.is_(None)).order_by(pause.c.since)).all()
    return tuple(Pause(row.account_id, row.reason, row.since) for row in rows)


def _workers(conn: Connection, now: datetime) -> int:
    signed_on = select(func.count()).where(lease.c.name.startswith(PREFIX), lease.c.until > now)
    return conn.scalar(signed_on) or 0


def _last_accepted(conn: Connection, now: datetime) -> Mapping[str, datetime]:
    query = (
        select(raw_inbound.c.account_id, func.max(raw_inbound.c.accepted_at))
        .where(raw_inbound.c.id >= first_at(now - QUIET_AFTER))
        .group_by(raw_inbound.c.account_id)
    )
    return {row[0]: row[1] for row in conn.execute(query)}
