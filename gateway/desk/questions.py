"""What an agency wants to know of a reporter: its words, and whether they were asked in vain."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import Clock, ClockKind, Complaint
from core.identifiers import ComplaintId
from core.tables import transition
from gateway.configuration.settings import Settings
from gateway.configuration.ticket_settings import Unanswered
from gateway.outbound.notices import INVITATION
from gateway.tables import delivery, notice, notice_delivery

LEAST_TO_ANSWER = timedelta(hours=6)
"""Whoever was told later than this before the time was over, was not asked in vain."""

_REACHED = ("sent", "delivered", "read")


async def words_of(conn: AsyncConnection, item: Complaint, clock: Clock) -> str:
    """The question that *clock* is about to let out; empty for every other clock."""
    ticket = item.ticket(clock.ticket)
    if clock.kind is not ClockKind.ASKING or ticket is None:
        return ""
    query = select(transition.c.internal_text).where(
        transition.c.complaint_id == item.id, transition.c.seq == ticket.filed_seq
    )
    return str(await conn.scalar(query) or "")


async def was_in_vain(
    conn: AsyncConnection, item: Complaint, clock: Clock, settings: Settings
) -> bool:
    """Whether the reporter was asked in time and has not answered, and the operator wants such
    complaints to end by themselves."""
    if clock.kind is not ClockKind.CLARIFICATION:
        return False
    if settings.tickets.unanswered is not Unanswered.CLOSE:
        return False
    told = (await told_at(conn, [item.id])).get(item.id)
    return told is not None and told <= clock.due_at - LEAST_TO_ANSWER


async def told_at(
    conn: AsyncConnection, complaints: Iterable[ComplaintId]
) -> Mapping[ComplaintId, datetime]:
    """When the newest question about each of *complaints* was sent to its reporter, or that there
    is one, where that is all that may be sent."""
    query = (
        select(notice.c.complaint_id, func.max(delivery.c.sent_at).label("at"))
        .join(notice_delivery, notice_delivery.c.notice_id == notice.c.id)
        .join(delivery, delivery.c.id == notice_delivery.c.delivery_id)
        .where(
            notice.c.complaint_id.in_(list(complaints)),
            notice.c.kind.in_(("question", INVITATION)),
            delivery.c.state.in_(_REACHED),
        )
        .group_by(notice.c.complaint_id)
    )
    return {row.complaint_id: row.at for row in (await conn.execute(query)).all()}
