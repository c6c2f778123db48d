"""Writes the work of many conversations in one short transaction, and says who was too late."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, case, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.clocks import Deadlines
from core.complaint import NewId
from gateway.audit import trail
from gateway.duty.agreeing import agree
from gateway.duty.calling import call, call_about_answers
from gateway.grouping.records import REPORTER, add_links, settle_alike
from gateway.inbound import claims
from gateway.inbound.work import Work
from gateway.inbox.entering import acknowledge, enter, settle_by_report
from gateway.ops import tries
from gateway.outbound.notices import RIDES_ALONG
from gateway.outbound.reasons import RELEASED_BY_START, RELEASED_BY_WRITING
from gateway.sealing.keys import Keys
from gateway.tables import (
    NOTICE_HELD,
    address,
    attachment,
    complaint_message,
    conversation,
    inbound,
    message,
    notice,
    party,
)


@dataclass(frozen=True, slots=True)
class Pen:
    """What writing needs: keys to seal with, the figures of the clocks, fresh ids, the time."""

    keys: Keys
    deadlines: Deadlines
    new_id: NewId
    now: datetime


async def write(conn: AsyncConnection, works: Sequence[Work], pen: Pen) -> list[Work]:
    """Write *works*; returns those that came too late and must be read and decided again.

    Raises:
        sqlalchemy.exc.DBAPIError: One of them cannot be written as it is; roll back, take them one
            by one.
    """
    keys, now = pen.keys, pen.now
    outrun = await claims.outrun(conn, [c for w in works for c in w.claims], now)
    timely = [w for w in works if w.thread.queue_key not in outrun]
    winners = await _winners(conn, timely, keys)
    if winners:
        await _write_rows(conn, winners, keys, now, pen.new_id)
        await _call_officers(conn, winners, pen)
    won = {id(w) for w in winners}
    return [w for w in works if id(w) not in won]


async def _winners(conn: AsyncConnection, works: Sequence[Work], keys: Keys) -> list[Work]:
    """Those whose conversation stands as it was read."""
    known = [w for w in works if w.thread.id is not None]
    fresh = [w for w in works if w.thread.id is None]
    won: set[int] = set()
    if known:
        versions = [(w.conversation, w.thread.version) for w in known]
        pair = tuple_(conversation.c.id, conversation.c.version)
        query = select(conversation.c.id).where(pair.in_(versions)).order_by(conversation.c.id)
        # SQLite has the write lock already, and SQLAlchemy leaves FOR UPDATE out there.
        won |= set((await conn.scalars(query.with_for_update())).all())
    if fresh:
        await _settle_addresses(conn, [w for w in fresh if w.thread.address_id is None], keys)
        rows = [_conversation_row(w) for w in sorted(fresh, key=lambda w: w.thread.queue_key)]
        won |= set(await _insert_ignoring(conn, conversation, rows))
    return [w for w in works if w.conversation in won]


async def _settle_addresses(conn: AsyncConnection, works: Sequence[Work], keys: Keys) -> None:
    """Each person gets one address, also where somebody new wrote on two accounts at once, or
    another worker was faster."""
    rows = {row["lookup"]: row for row in (_address_row(w, keys) for w in works)}
    if not rows:
        return
    await _insert_ignoring(conn, address, [rows[lookup] for lookup in sorted(rows)])
    query = select(address.c.lookup, address.c.id).where(address.c.lookup.in_(list(rows)))
    ids = {row.lookup: row.id for row in (await conn.execute(query)).all()}
    for work in works:
        who = work.thread.address
        assert who is not None  # noqa: S101 - every event of a thread has a sender
        work.address = ids[keys.lookup(who)]


async def _write_rows(
    conn: AsyncConnection, works: Sequence[Work], keys: Keys, now: datetime, new_id: NewId
) -> None:
    await conn.execute(_UPDATE_CONVERSATION, [_state_row(w) for w in works])
    await _insert_all(conn, message, [_message_row(m, keys) for w in works for m in w.messages])
    files = [_attachment_row(a, keys) for w in works for a in w.attachments]
    await _insert_all(conn, attachment, files)
    await trail.write(conn, [c for w in works for c in w.changes], keys.code_hash, new_id)
    await _insert_all(conn, party, [p for w in works for p in w.parties])
    await _insert_ignoring(conn, complaint_message, [r for w in works for r in w.links])
    await _usable_again(conn, works, keys)
    await _release_held(conn, works, now)
    await _insert_all(conn, notice, [n.to_row() for w in works for n in w.notices])
    await _lengthen_pauses(conn, works)
    reporting = [w.conversation for w in works if w.has_filed and w.thread.id is not None]
    if reporting:
        await settle_by_report(conn, reporting, now)
    await enter(conn, [row for w in works for row in w.inbox])
    revisions = [r for w in works for r in w.revisions]
    if revisions:
        await conn.execute(_REVISE_MESSAGE, revisions)
    completions = [c for w in works for c in w.completions]
    if completions:
        await conn.execute(_COMPLETE_MESSAGE, completions)
    await add_links(conn, [k for w in works for k in w.repeats], new_id)
    for complaint in {name for w in works for name in w.parted}:
        await settle_alike(conn, complaint, None, "undone", REPORTER, now)
    tried = [row for w in works for row in w.tries]
    if tried:
        await tries.record(conn, tried, now)
    done = [
        {"b_id": i, "b_handled_at": now, "b_outcome": outcome.value, "b_problem": problem}
        for w in works
        for i, outcome, problem in w.outcomes
    ]
    if done:
        await conn.execute(_CLOSE_INBOUND, done)


async def _call_officers(conn: AsyncConnection, works: Sequence[Work], pen: Pen) -> None:
    """Whoever has what was filed or added is told, beside it; who agreed, from now on."""
    changes = [c for w in works for c in w.changes]
    if changes:
        await call(conn, changes, pen.deadlines, pen.now, pen.new_id)
    answers = [(w.complaint(c), m) for w in works for c, m in w.answers]
    if answers:
        await call_about_answers(conn, answers, changes, pen.now, pen.new_id)
    agreed = [w.conversation for w in works if w.agrees]
    if agreed:
        await agree(conn, agreed, pen.deadlines, pen.now, pen.new_id)
    for work in works:
        if work.acknowledged:
            by = f"thread:{work.conversation}"
            await acknowledge(conn, work.acknowledged, pen.now, by)


async def _usable_again(conn: AsyncConnection, works: Sequence[Work], keys: Keys) -> None:
    """Whoever writes can be reached, whatever a receipt said of the number once, and also where the
    key is lost under which the number stood."""
    spoke = {w.address: w for w in works if w.heard_somebody and w.thread.address_id is not None}
    if not spoke:
        return
    again = await conn.execute(
        update(address)
        .where(address.c.id.in_(list(spoke)), address.c.state == "unusable")
        .values(state="ok", state_reason="", state_at=None)
        .returning(address.c.id, address.c.value_sealed)
    )
    for row in again.all():
        if row.value_sealed is None:
            sealed = {c: v for c, v in _address_row(spoke[row.id], keys).items() if c in _SEALED}
            await conn.execute(update(address).where(address.c.id == row.id).values(sealed))


async def _release_held(conn: AsyncConnection, works: Sequence[Work], now: datetime) -> None:
    """What was held until the person writes, or tells the provider START, is due once more."""
    known = [w for w in works if w.thread.id is not None]
    spoke = [w.conversation for w in known if w.heard_somebody]
    restarted = [w.conversation for w in known if w.was_unblocked]
    for conversations, reasons in ((spoke, RELEASED_BY_WRITING), (restarted, RELEASED_BY_START)):
        if conversations:
            await conn.execute(
                update(notice)
                .where(
                    notice.c.conversation_id.in_(conversations),
                    NOTICE_HELD,
                    notice.c.reason.in_(reasons),
                )
                .values(state="due", reason="", not_before=now)
            )


async def _lengthen_pauses(conn: AsyncConnection, works: Sequence[Work]) -> None:
    waits = [
        {"b_complaint": complaint, "b_not_before": until}
        for w in works
        for complaint, until in w.waits.items()
    ]
    if waits:
        await conn.execute(_LENGTHEN_PAUSE, waits)


_UPDATE_CONVERSATION = (
    update(conversation)
    .where(conversation.c.id == bindparam("b_id"))
    .values(
        version=conversation.c.version + 1,
        dialogue=bindparam("b_dialogue"),
        language=bindparam("b_language"),
        last_inbound_at=bindparam("b_last_inbound_at"),
        pushes_stopped_at=bindparam("b_pushes_stopped_at"),
        blocked_reason=bindparam("b_blocked_reason"),
    )
)

_CLOSE_INBOUND = (
    update(inbound)
    .where(inbound.c.id == bindparam("b_id"))
    .values(
        handled_at=bindparam("b_handled_at"),
        outcome=bindparam("b_outcome"),
        problem=bindparam("b_problem"),
    )
)

_LENGTHEN_PAUSE = (
    update(notice)
    .where(
        notice.c.complaint_id == bindparam("b_complaint"),
        notice.c.state == "due",
        # Spelled out: IN cannot be used in a statement that is executed for many rows.
        or_(*(notice.c.kind == kind for kind in ("receipt", *sorted(RIDES_ALONG)))),
    )
    .values(not_before=bindparam("b_not_before"))
)

_COMPLETE_MESSAGE = (
    update(message)
    .where(message.c.id == bindparam("b_id"))
    .values(
        lat=func.coalesce(message.c.lat, bindparam("b_lat")),
        lon=func.coalesce(message.c.lon, bindparam("b_lon")),
        quotes_provider_id=func.coalesce(message.c.quotes_provider_id, bindparam("b_quotes")),
        text=case((message.c.text == "", bindparam("b_text")), else_=message.c.text),
    )
)

_REVISE_MESSAGE = (
    update(message)
    .where(message.c.id == bindparam("b_id"))
    .values(
        text=bindparam("b_text"),
        edited_at=bindparam("b_edited_at"),
        deleted_at=bindparam("b_deleted_at"),
    )
)


async def _insert_all(conn: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        await conn.execute(insert(table), rows)


async def _insert_ignoring(
    conn: AsyncConnection, table: Table, rows: list[dict[str, Any]]
) -> Iterable[int]:
    """Insert what is new; the ids of those rows."""
    if not rows:
        return ()
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).on_conflict_do_nothing().returning(table.c.id)
    return (await conn.scalars(statement, rows)).all()


_SEALED = frozenset({"value_sealed", "key_id"})


def _address_row(work: Work, keys: Keys) -> dict[str, Any]:
    who = work.thread.address
    assert who is not None  # noqa: S101 - every event of a thread has a sender
    return {
        "id": work.address,
        "kind": who.kind,
        "scope": who.scope,
        "lookup": keys.lookup(who),
        "value_sealed": keys.seal(who.value.encode(), "address.value"),
        "key_id": keys.current,
    }


def _conversation_row(work: Work) -> dict[str, Any]:
    return {
        "id": work.conversation,
        "account_id": work.thread.account,
        "address_id": work.address,
        "queue_key": work.thread.queue_key,
        "dialogue": {},
        "version": 0,
    }


def _state_row(work: Work) -> dict[str, Any]:
    return {"b_id": work.conversation} | {f"b_{k}": v for k, v in work.state_row().items()}


def _message_row(row: dict[str, Any], keys: Keys) -> dict[str, Any]:
    context = row["reply_context"]
    sealed = None
    if context is not None:
        sealed = keys.seal(json.dumps(context).encode(), "message.reply_context")
    rest = {k: v for k, v in row.items() if k != "reply_context"}
    return rest | {"reply_context_sealed": sealed, "key_id": keys.current if sealed else None}


def _attachment_row(row: dict[str, Any], keys: Keys) -> dict[str, Any]:
    sealed = keys.seal(row["source"].encode(), "attachment.source")
    rest = {k: v for k, v in row.items() if k != "source"}
    return rest | {"source_sealed": sealed, "key_id": keys.current}
