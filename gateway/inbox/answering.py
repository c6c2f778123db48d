"""An officer answers what waits, in the thread and through the outbox, or marks it as handled."""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.text import clean
from core.access import Officer
from core.errors import Conflict, Impossible, NotFound
from gateway.audit import entry as audited
from gateway.audit import trail
from gateway.bootstrap import Parts
from gateway.inbox import listing
from gateway.inbox.entering import handle
from gateway.inbox.listing import Entry
from gateway.outbound.notices import OFFICERS_ANSWER, Notice
from gateway.tables import message, notice


async def answer(parts: Parts, officer: Officer, item: int, text: str) -> Entry:
    """Tell the person *text*, as the planner allows, and take the entry off the list.

    Raises:
        NotFound: It does not wait for *officer*, or no more.
        Impossible: Nobody can be answered there.
        Conflict: Somebody else handled it at this moment.
        NotAllowed: The role has no inbox.
    """
    now = parts.clock()
    async with parts.database.write() as conn:
        entry = await _found(parts, officer, item, conn)
        if entry.conversation is None:
            raise Impossible(f"{item} came from nobody who could be answered", allowed=())
        if entry.number is not None:
            raise Impossible(
                f"{item} is about {entry.number}: comment on the complaint instead", allowed=()
            )
        if not await handle(conn, item, now, officer.id, "answered"):
            raise Conflict(f"somebody else has just handled {item}")
        words = parts.new_id()
        row = {
            "id": words, "conversation_id": entry.conversation, "direction": "staff",
            "account_id": entry.account, "text": clean(text), "accepted_at": now,
        }  # fmt: skip
        await conn.execute(insert(message).values(row))
        told = Notice(
            id=parts.new_id(),
            conversation=entry.conversation,
            cause=f"inbox:{item}",
            kind=OFFICERS_ANSWER,
            created_at=now,
            not_before=now,
            params={"staff": str(words)},
        )
        await conn.execute(insert(notice).values(told.to_row()))
        await _record(conn, parts, officer, "inbox.answer", item)
    parts.bell.ring()
    return entry


async def done(parts: Parts, officer: Officer, item: int) -> Entry:
    """Take the entry off the list without an answer; of an emergency: somebody has it in hand.

    Raises:
        NotFound, Conflict, NotAllowed: See `answer`.
    """
    async with parts.database.write() as conn:
        entry = await _found(parts, officer, item, conn)
        if not await handle(conn, item, parts.clock(), officer.id, "handled"):
            raise Conflict(f"somebody else has just handled {item}")
        await _record(conn, parts, officer, "inbox.handled", item)
    return entry


async def _record(
    conn: AsyncConnection, parts: Parts, officer: Officer, action: str, item: int
) -> None:
    doer = audited.Doer.of(officer)
    entry = audited.Entry(parts.new_id(), parts.clock(), action, doer, f"inbox:{item}")
    await trail.record(conn, [entry])


async def _found(parts: Parts, officer: Officer, item: int, conn: AsyncConnection) -> Entry:
    entry = await listing.find(conn, parts.keys, officer, item)
    if entry is None:
        raise NotFound(f"nothing with the id {item} waits for you")
    return entry
