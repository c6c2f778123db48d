"""Follows the chain from its beginning: every row, every group's mark, the head, the rest."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.access_tables import AUDIT_UNSEALED, audit, audit_seal
from gateway.audit.chain import BEGINNING, Head, following
from gateway.sealing.keys import Keys
from gateway.storage.database import Database

_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. *broken* names the first place that does not hold, and is empty otherwise;
    *head* is how far everything held."""

    head: Head
    broken: str = ""
    unsealed: int = 0
    unsealed_since: datetime | None = None


class _Broken(Exception):
    """The chain holds up to *head* and no further."""

    def __init__(self, head: Head, what: str) -> None:
        super().__init__(what)
        self.head = head


async def verify(database: Database, keys: Keys, printed: Sequence[Head] = ()) -> Verified:
    """Compute everything anew, and compare it with what is stored and with heads that were
    *printed* earlier. Reads in pages; sealing may go on meanwhile."""
    async with database.read() as conn:
        if not database.is_sqlite:
            # One view for all pages, which SQLite gives anyway.
            await conn.execution_options(isolation_level="REPEATABLE READ")
        query = select(func.count(), func.min(audit.c.at)).where(AUDIT_UNSEALED)
        count, since = (await conn.execute(query)).one()
        try:
            return Verified(await _followed(conn, keys, printed), "", count, since)
        except _Broken as broken:
            return Verified(broken.head, str(broken), count, since)


async def _followed(conn: AsyncConnection, keys: Keys, printed: Sequence[Head]) -> Head:
    expected = {head.position: head for head in printed if head.position}
    head = marked = BEGINNING
    async for row in _sealed(conn):
        after = following(head, row)
        if row.position != after.position:
            raise _Broken(head, f"row {after.position} is missing; the next is {row.position}")
        if row.digest != after.digest:
            what = f"row {row.position} (id {row.id}, {row.subject}) is not what was sealed"
            raise _Broken(head, what)
        if row.mark is not None:
            if not _is_ours(row, after, keys):
                what = f"the seal behind row {row.position} was not made by this installation"
                raise _Broken(head, what)
            marked = after
        if expected.pop(after.position, after) != after:
            raise _Broken(head, f"row {row.position} does not lead to the head that was printed")
        head = after
    last = await conn.scalar(select(func.max(audit_seal.c.position))) or 0
    beyond = max(last, *expected, 0)
    if beyond > head.position:
        what = f"rows {head.position + 1} to {beyond} are missing, which were sealed"
        raise _Broken(head, what)
    if head != marked:
        raise _Broken(marked, f"the rows from {marked.position + 1} on carry no seal")
    return head


def _is_ours(row: Row[Any], head: Head, keys: Keys) -> bool:
    proof = keys.audit_mark(head.position, head.digest)
    return row.marked == head.digest and keys.same(row.mark, proof)


async def _sealed(conn: AsyncConnection) -> AsyncIterator[Row[Any]]:
    """The sealed rows in the order of the chain, with the mark behind those that end a group."""
    behind = 0
    at_end = audit_seal.c.position == audit.c.position
    sealed = select(audit, audit_seal.c.digest.label("marked"), audit_seal.c.mark)
    sealed = sealed.join(audit_seal, at_end, isouter=True).order_by(audit.c.position)
    while True:
        page = (await conn.execute(sealed.where(audit.c.position > behind).limit(_PAGE))).all()
        for row in page:
            yield row
        if len(page) < _PAGE:
            return
        behind = page[-1].position
