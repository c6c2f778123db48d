"""Writes the audit in the transaction of what it records, and reads it.

`write` is the only door through which complaints change: whoever changes one leaves a row here in
the same commit, or changes nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core import store
from core.access import Officer
from core.complaint import Change, Complaint, NewId
from core.store import CodeHash
from gateway.access_tables import audit
from gateway.audit.entry import Doer, Entry, about, of_changes
from gateway.bootstrap import Parts


async def write(
    conn: AsyncConnection,
    changes: Sequence[Change],
    code_hash: CodeHash,
    new_id: NewId,
    officer: Officer | None = None,
) -> None:
    """Write *changes* and who made them. *officer* is whose wish they are, where it is one's.

    Raises:
        sqlalchemy.exc.IntegrityError: See `core.store.write`.
    """
    await store.write(conn, changes, code_hash)
    await record(conn, of_changes(changes, new_id, officer))


async def record(conn: AsyncConnection, entries: Iterable[Entry]) -> None:
    """Add *entries*; several in one statement."""
    rows = [entry.to_row() for entry in entries]
    if rows:
        await conn.execute(insert(audit), rows)


async def looked(parts: Parts, doer: Doer, what: str, complaints: Iterable[Complaint]) -> None:
    """Record that *doer* is about to see *what* (``brief``, ``photo`` …) of those of *complaints*
    that are confidential. Whoever shows it waits for this first: no look without its row."""
    await saw(parts, doer, what, [about(item.id) for item in complaints if item.confidential])


async def saw(parts: Parts, doer: Doer, what: str, subjects: Sequence[str]) -> None:
    """The same of other *subjects*, all of them confidential."""
    now = parts.clock()
    if subjects:
        async with parts.database.write() as conn:
            looks = (Entry(parts.new_id(), now, f"look.{what}", doer, s) for s in subjects)
            await record(conn, looks)


async def entries(
    conn: AsyncConnection,
    *,
    subject: str | None = None,
    actor: str | None = None,
    asker: str | None = None,
    limit: int = 100,
) -> Sequence[Row[Any]]:
    """The newest rows that fit everything given, oldest first."""
    query = select(audit)
    for column, wanted in (
        (audit.c.subject, subject), (audit.c.actor, actor), (audit.c.asker, asker)
    ):  # fmt: skip
        if wanted is not None:
            query = query.where(column == wanted)
    rows = (await conn.execute(query.order_by(audit.c.id.desc()).limit(limit))).all()
    return list(reversed(rows))
