"""Joins what was recorded to the chain: one process at a time, in groups, a few seconds later.

A chain inside the transactions themselves would make each wait for the one before it. What a crash
or a stopped worker leaves unsealed is sealed by the next look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.access_tables import AUDIT_UNSEALED, audit, audit_seal
from gateway.audit.chain import BEGINNING, Head, extended
from gateway.ops.lease import acquire
from gateway.sealing.keys import Keys
from gateway.storage.database import Database
from gateway.storage.ids import Clock

EVERY_S = 5.0
GROUP = 500
"""Some ten milliseconds of a writing transaction."""

_LEASE = "audit"
_HELD_FOR = timedelta(seconds=30)


@dataclass(frozen=True)
class Sealer:
    """One per worker process; *name* is the worker's."""

    database: Database
    keys: Keys
    clock: Clock
    name: str

    async def once(self) -> int:
        """Seal the next group, by id; how many rows it had."""
        async with self.database.read() as conn:
            # Most looks find nothing, and need no lock for that.
            if not await _unsealed(conn, 1):
                return 0
        async with self.database.write() as conn:
            # Taking the lease and sealing are one transaction: its row is locked until the group
            # is committed, so a second sealer reads the head that this one leaves.
            held = await acquire(conn, _LEASE, self.name, self.clock(), _HELD_FOR)
            if held is None:
                return 0
            rows = await _unsealed(conn, GROUP)
            if rows:
                await self._seal(conn, rows, held.token)
            return len(rows)

    async def _seal(self, conn: AsyncConnection, rows: Sequence[Row[Any]], token: int) -> None:
        heads = list(extended(await head(conn), rows))
        await conn.execute(
            _JOIN,
            [
                {"b_id": row.id, "b_position": reached.position, "b_digest": reached.digest}
                for row, reached in zip(rows, heads, strict=True)
            ],
        )
        last = heads[-1]
        await conn.execute(
            insert(audit_seal).values(
                position=last.position,
                digest=last.digest,
                mark=self.keys.audit_mark(last.position, last.digest),
                lease_token=token,
                at=self.clock(),
            )
        )


async def head(conn: AsyncConnection) -> Head:
    """How far the chain reaches now. The monthly report prints it: whoever has the print can prove
    later that nothing before it was changed."""
    query = select(audit.c.position, audit.c.digest).where(audit.c.position.is_not(None))
    row = (await conn.execute(query.order_by(audit.c.position.desc()).limit(1))).first()
    return Head(row.position, row.digest) if row else BEGINNING


async def _unsealed(conn: AsyncConnection, most: int) -> Sequence[Row[Any]]:
    query = select(audit).where(AUDIT_UNSEALED).order_by(audit.c.id).limit(most)
    return (await conn.execute(query)).all()


_JOIN = (
    update(audit)
    .where(audit.c.id == bindparam("b_id"))
    .values(position=bindparam("b_position"), digest=bindparam("b_digest"))
)
