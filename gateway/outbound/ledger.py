"""What the reporters of a complaint were told, and why not where they were not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import ComplaintId
from gateway.tables import delivery, notice, notice_delivery

_UNTOLD = {"due": "waiting", "held": "held", "superseded": "superseded", "cancelled": "cancelled"}
_ON_THE_WAY = {"pending": "waiting", "sending": "sending"}


_TO_REPORTERS = ~notice.c.kind.startswith("duty_", autoescape=True)


@dataclass(frozen=True, slots=True)
class Told:
    """One duty to tell, and how far it has come.

    *state* is waiting, held, sending, unknown, sent, delivered, read, failed, superseded or
    cancelled; *reason* a code of `reasons.Reason`, empty where nothing stands in the way; *code*
    the provider's own.
    """

    id: int
    kind: str
    state: str
    reason: str
    created_at: datetime
    not_before: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    tries: int
    code: str


async def ledger(conn: AsyncConnection, complaint: ComplaintId) -> list[Told]:
    """Every notice about *complaint*, oldest first, each with its last delivery."""
    last = (
        select(notice_delivery.c.notice_id, func.max(notice_delivery.c.delivery_id).label("id"))
        .join(notice, notice.c.id == notice_delivery.c.notice_id)
        .where(notice.c.complaint_id == complaint)
        .group_by(notice_delivery.c.notice_id)
        .subquery()
    )
    query = (
        select(
            notice.c.id, notice.c.kind, notice.c.state, notice.c.reason, notice.c.created_at,
            notice.c.not_before, delivery.c.state.label("delivery_state"), delivery.c.sent_at,
            delivery.c.delivered_at, delivery.c.read_at, delivery.c.tries, delivery.c.problem,
        )
        .outerjoin(last, last.c.notice_id == notice.c.id)
        .outerjoin(delivery, delivery.c.id == last.c.id)
        .where(notice.c.complaint_id == complaint, _TO_REPORTERS)
        .order_by(notice.c.id)
    )  # fmt: skip
    return [_told(row) for row in (await conn.execute(query)).all()]


def _told(row: Any) -> Told:
    return Told(
        id=row.id,
        kind=row.kind,
        state=_state(row.state, row.delivery_state),
        reason=row.reason,
        created_at=row.created_at,
        not_before=row.not_before,
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        read_at=row.read_at,
        tries=row.tries or 0,
        code=row.problem or "",
    )


def _state(noticed: str, delivered: str | None) -> str:
    """The notice's word where it is not being told, else that of its delivery."""
    if noticed in _UNTOLD:
        return _UNTOLD[noticed]
    if noticed == "failed" or delivered is None:
        return "failed"
    return _ON_THE_WAY.get(delivered, delivered)
