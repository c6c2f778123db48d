"""Keys under which a request is carried out once: reserved, settled, forgotten after a day.

A request reserves its key in a transaction of its own; its answer is kept, sealed. Only what was
carried out keeps its key: after any other answer nothing was written, and the key is free again.

A request that was cut off (the process died) leaves its reservation. Whether its action was written
stands in the audit, which names the request and is in the same transaction; so the next one knows
whether to carry it out or to say that it was.
"""

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Officer
from core.complaint import ComplaintId
from gateway.access_tables import audit, idempotency_key
from gateway.audit import trail
from gateway.audit.entry import Doer, Entry
from gateway.bootstrap import Parts
from gateway.grouping.view import seen
from gateway.inbox.tables import inbox_item

KEPT = timedelta(hours=24)
LONGEST = timedelta(seconds=30)
"""No request with a key runs longer; it is cut off, and the next one learns what became of it."""
_CUT_OFF = 2 * LONGEST
_PURPOSE = "idempotency_key.answer"
_FILES = ("complaint.file", "paper.add")


class Taken(enum.Enum):
    """Why a request is not carried out, and has no answer that could be repeated."""

    RUNNING = enum.auto()
    OTHER_REQUEST = enum.auto()
    """The key was used with another body, or for something else."""
    OUT_OF_SIGHT = enum.auto()
    """What the answer shows is none of the caller's business any more."""
    ANSWER_LOST = enum.auto()
    """It was carried out by a process that died before it could say so."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose key it is, and a hash of what it was sent with."""

    who: Officer
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said, to be said again."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def to_bytes(self) -> bytes:
        """One line of JSON, then the body."""
        head = json.dumps({"status": self.status, "headers": dict(self.headers)})
        return head.encode() + b"\n" + self.body

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Answer":
        """The reverse of `to_bytes`."""
        head, _, body = stored.partition(b"\n")
        said = json.loads(head)
        return cls(said["status"], said["headers"], body)


async def reserve(parts: Parts, wanted: Wanted) -> int | Answer | Taken:
    """The id of a request that may be carried out now, the answer of the one that was, or why
    neither."""
    now, fresh = parts.clock(), parts.new_id()
    async with parts.database.write() as conn:
        query = select(idempotency_key).where(_own(wanted)).with_for_update()
        known = (await conn.execute(query)).one_or_none()
        if known is not None and known.began_at <= now - KEPT:
            await conn.execute(delete(idempotency_key).where(_of(wanted, known.request)))
            known = None
        if known is None:
            return await _first(conn, parts, wanted, fresh)
        found = await _judged(conn, parts, wanted, known)
        if found is not None:
            return found
        await conn.execute(
            update(idempotency_key)
            .where(_of(wanted, known.request))
            .values(request=fresh, began_at=now)
        )
        return fresh


async def settle(parts: Parts, wanted: Wanted, request: int, answer: Answer | None) -> None:
    """Keep the *answer* of what was carried out; free the key where nothing was written."""
    async with parts.database.write() as conn:
        if answer is not None and 200 <= answer.status < 300:
            sealed = parts.keys.seal(answer.to_bytes(), _PURPOSE)
            await conn.execute(
                update(idempotency_key)
                .where(_of(wanted, request))
                .values(answer_sealed=sealed, key_id=parts.keys.current)
            )
        elif not await _was_written(conn, request):
            await conn.execute(delete(idempotency_key).where(_of(wanted, request)))


async def forget_old(conn: AsyncConnection, now: datetime) -> int:
    """Remove the keys that count no more; how many."""
    old = delete(idempotency_key).where(idempotency_key.c.began_at <= now - KEPT)
    return (await conn.execute(old)).rowcount


async def _first(conn: AsyncConnection, parts: Parts, wanted: Wanted, fresh: int) -> int | Taken:
    row = {
        "caller": wanted.who.id, "key": wanted.key, "request": fresh,
        "fingerprint": wanted.fingerprint, "began_at": parts.clock(),
    }  # fmt: skip
    dialect = sqlite if parts.database.is_sqlite else postgresql
    adding = dialect.insert(idempotency_key).values(row).on_conflict_do_nothing()
    added = (await conn.execute(adding.returning(idempotency_key.c.key))).one_or_none()
    # On PostgreSQL another request may have added it since it was looked for.
    return fresh if added else Taken.RUNNING


async def _judged(
    conn: AsyncConnection, parts: Parts, wanted: Wanted, known: Row[Any]
) -> Answer | Taken | None:
    """What a *known* reservation means for the same key; None: it was cut off and did nothing."""
    if known.fingerprint != wanted.fingerprint:
        return Taken.OTHER_REQUEST
    if known.answer_sealed is not None:
        stored = parts.keys.open(known.answer_sealed, known.key_id, _PURPOSE)
        answer = Answer.from_bytes(stored)
        if answer.body and await _is_hidden(conn, wanted.who, known.request):
            return Taken.OUT_OF_SIGHT
        # It may show what is confidential once more; the request leads to which complaint.
        again = f"request:{known.request}"
        doer = Doer.of(wanted.who)
        entry = Entry(parts.new_id(), parts.clock(), "look.again", doer, again)
        await trail.record(conn, [entry])
        return answer
    if known.began_at > parts.clock() - _CUT_OFF:
        return Taken.RUNNING
    return Taken.ANSWER_LOST if await _was_written(conn, known.request) else None


async def _is_hidden(conn: AsyncConnection, who: Officer, request: int) -> bool:
    """Whether any complaint that *request* changed is none of the caller's business by now, so that
    any other read would not find it. What it filed, the caller has written: the receipt of a
    counter is given again, also of what is confidential."""
    query = select(audit.c.subject).where(
        audit.c.id > request,
        audit.c.request == request,
        ~audit.c.action.startswith("look."),
        audit.c.action.not_in(_FILES),
    )
    named = [s.partition(":") for s in set((await conn.scalars(query)).all())]
    ids = {ComplaintId(int(name)) for kind, _, name in named if kind == "complaint"}
    items = [int(name) for kind, _, name in named if kind == "inbox"]
    if items:
        waited = select(inbox_item.c.complaint_id).where(
            inbox_item.c.id.in_(items), inbox_item.c.complaint_id.is_not(None)
        )
        ids |= {ComplaintId(name) for name in (await conn.scalars(waited)).all()}
    return bool(ids - (await seen(conn, who, ids)).keys()) if ids else False


def _own(wanted: Wanted) -> ColumnElement[bool]:
    return and_(idempotency_key.c.caller == wanted.who.id, idempotency_key.c.key == wanted.key)


def _of(wanted: Wanted, request: int) -> ColumnElement[bool]:
    return and_(_own(wanted), idempotency_key.c.request == request)


async def _was_written(conn: AsyncConnection, request: int) -> bool:
    """Whether *request* changed anything. Its rows were made after it by the same process, so
    their ids are larger."""
    written = exists().where(
        audit.c.id > request, audit.c.request == request, ~audit.c.action.startswith("look.")
    )
    return bool(await conn.scalar(select(written)))
