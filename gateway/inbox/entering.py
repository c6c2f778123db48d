"""Writes what waits beside what caused it, in the transaction of whoever calls."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import Complaint, ComplaintId, NewId
from gateway.inbox.tables import INBOX_OPEN, inbox_item
from gateway.inbox.waiting import EMERGENCY_WITHIN, SETTLED_BY_A_REPORT, Why
from gateway.outbound.notices import ALARM
from gateway.outbound.reasons import Reason
from gateway.tables import NOTICE_WAITING, notice


async def enter(conn: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Put *rows* into the inbox; what waits there already for the same reason waits once."""
    if rows:
        dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(inbox_item).on_conflict_do_nothing()
        await conn.execute(statement, list(rows))


async def ring(
    conn: AsyncConnection, item: Complaint, of: ComplaintId, now: datetime, new_id: NewId
) -> None:
    """The danger to life that *of* was reported with is one of *item* from now on: officers are
    called as for a new one, also where somebody had that one in hand already. One that rang before
    goes on where it was in the order of officers."""
    query = select(inbox_item.c.conversation_id, inbox_item.c.message_id).where(
        inbox_item.c.complaint_id == of, inbox_item.c.why == Why.EMERGENCY.value
    )
    first = (await conn.execute(query)).first()
    rings = {
        "account_id": item.account, "confidential": item.confidential, "since_at": now,
        "due_at": now + EMERGENCY_WITHIN, "alarm_at": now,
        "conversation_id": first.conversation_id if first else None,
        "message_id": first.message_id if first else None,
        "handled_at": None, "handled_by": "", "handled_how": "",
    }  # fmt: skip
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    new = {"id": new_id(), "why": Why.EMERGENCY.value, "complaint_id": item.id}
    await conn.execute(
        dialect.insert(inbox_item)
        .values(new | rings)
        .on_conflict_do_update(
            index_elements=[inbox_item.c.complaint_id],
            index_where=inbox_item.c.why == literal_column(f"'{Why.EMERGENCY.value}'"),
            set_=rings,
        )
    )


async def settle_by_report(
    conn: AsyncConnection, conversations: Iterable[int], now: datetime
) -> None:
    """A report was filed in *conversations*: what was unclear there is not any more."""
    which = inbox_item.c.conversation_id.in_(list(conversations))
    reasons = inbox_item.c.why.in_([why.value for why in SETTLED_BY_A_REPORT])
    await _settle(conn, which & reasons, now, "", "filed")


async def acknowledge(conn: AsyncConnection, items: Iterable[int], now: datetime, by: str) -> None:
    """Somebody has these emergencies in hand: nobody else is called."""
    await _settle(conn, inbox_item.c.id.in_(list(items)), now, by, "acknowledged")


async def acknowledge_complaint(
    conn: AsyncConnection, complaint: ComplaintId, now: datetime, by: str
) -> bool:
    """The same for the emergency of *complaint*; whether one was open."""
    return bool(
        await _settle(conn, inbox_item.c.complaint_id == complaint, now, by, "acknowledged")
    )


async def settle_stuck(
    conn: AsyncConnection, raws: Sequence[int], events: Sequence[int], now: datetime
) -> None:
    """A replay could read these raw messages, and takes these events up again."""
    which = inbox_item.c.raw_id.in_(raws) | inbox_item.c.inbound_id.in_(events)
    await _settle(conn, which, now, "", "replayed")


async def handle(conn: AsyncConnection, item: int, now: datetime, by: str, how: str) -> bool:
    """Mark one entry as done; False where somebody was faster."""
    return bool(await _settle(conn, inbox_item.c.id == item, now, by, how))


async def _settle(
    conn: AsyncConnection, which: ColumnElement[bool], now: datetime, by: str, how: str
) -> int:
    called = select(inbox_item.c.complaint_id).where(
        which, INBOX_OPEN, inbox_item.c.why == Why.EMERGENCY.value
    )
    # Who has not been reached yet need not be.
    await conn.execute(
        update(notice)
        .where(NOTICE_WAITING, notice.c.kind == ALARM, notice.c.complaint_id.in_(called))
        .values(state="superseded", reason=Reason.NEWER_NEWS.value, settled_at=now)
    )
    done = await conn.execute(
        update(inbox_item)
        .where(which, INBOX_OPEN)
        .values(handled_at=now, handled_by=by, handled_how=how, alarm_at=None)
    )
    return int(done.rowcount)
