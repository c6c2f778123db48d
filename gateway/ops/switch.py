"""The brake: `kanal pause` stops all sending within a second, `kanal resume` lets go of it."""

import enum
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import NewId
from gateway.outbound.reasons import RELEASED_BY_SWITCH, Reason
from gateway.tables import NOTICE_HELD, conversation, notice, pause


class Held(enum.StrEnum):
    """What to do with what a pause or a rehearsal has held."""

    LATEST = "latest"
    """Tell it now; of several states of one complaint only the newest."""
    DISCARD = "discard"
    KEEP = "keep"


async def stop(
    conn: AsyncConnection, account: str | None, reason: str, now: datetime, new_id: NewId
) -> None:
    """Stop sending on *account*, or altogether."""
    row = {"id": new_id(), "account_id": account, "reason": reason, "since": now}
    await conn.execute(insert(pause), row)


async def go_on(conn: AsyncConnection, account: str | None, held: Held, now: datetime) -> int:
    """End the pauses of *account* (None: every one); how many notices were released or dropped."""
    ending = update(pause).where(pause.c.until.is_(None))
    if account is not None:
        ending = ending.where(pause.c.account_id == account)
    await conn.execute(ending.values(until=now))
    if held is Held.KEEP:
        return 0
    values = {"state": "due", "reason": "", "not_before": now}
    if held is Held.DISCARD:
        values = {
            "state": "cancelled", "reason": Reason.DISCARDED.value, "settled_at": now
        }  # fmt: skip
    releasing = update(notice).where(NOTICE_HELD, notice.c.reason.in_(RELEASED_BY_SWITCH))
    if account is not None:
        threads = select(conversation.c.id).where(conversation.c.account_id == account)
        releasing = releasing.where(notice.c.conversation_id.in_(threads))
    return (await conn.execute(releasing.values(**values))).rowcount


async def pauses(conn: AsyncConnection) -> Sequence[tuple[str | None, str, datetime]]:
    """What is paused now: account (None: everything), reason, since."""
    query = select(pause.c.account_id, pause.c.reason, pause.c.since)
    rows = (await conn.execute(query.where(pause.c.until.is_(None)))).all()
    return [(row.account_id, row.reason, row.since) for row in rows]
