"""Takes receipts from the queue of what came in, many at a time, and moves deliveries forward."""

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update

from core.messages import Receipt
from gateway.inbound import codec
from gateway.ops.roster import Roster
from gateway.outbound.settle import apply_receipts
from gateway.sealing.keys import Keys
from gateway.storage.database import Database, is_transient
from gateway.storage.ids import Clock
from gateway.tables import RECEIPTS_TODO, inbound

_log = logging.getLogger(__name__)

_MOST = 500

_CLOSE = (
    update(inbound)
    .where(inbound.c.id == bindparam("b_id"))
    .values(handled_at=bindparam("b_now"), outcome="receipt", problem=bindparam("b_problem"))
)


@dataclass(frozen=True)
class ReceiptDrain:
    """Works off receipts. Doing one twice changes nothing."""

    database: Database
    keys: Keys
    clock: Clock
    roster: Roster

    async def once(self) -> int:
        """One group; how many there were."""
        query = (
            select(inbound.c.id, inbound.c.kind, inbound.c.parsed_sealed, inbound.c.key_id)
            .where(RECEIPTS_TODO, self.roster.own_inbound(self.clock()))
            .order_by(inbound.c.accepted_at, inbound.c.id)
            .limit(_MOST)
        )
        async with self.database.read() as conn:
            rows = (await conn.execute(query)).all()
        if not rows:
            return 0
        try:
            await self._apply(rows)
        except Exception as error:
            if is_transient(error):
                raise
            _log.warning("receipts one by one", extra={"error": type(error).__name__})
            for row in rows:
                await self._alone(row)
        return len(rows)

    async def _apply(self, rows: Sequence[Any]) -> None:
        receipts = [self._opened(row.kind, row.parsed_sealed, row.key_id) for row in rows]
        now = self.clock()
        async with self.database.write() as conn:
            jitter = random.random()  # noqa: S311 - spreads retries, protects nothing
            known = await apply_receipts(conn, receipts, now, jitter)
            done = [
                {"b_id": row.id, "b_now": now, "b_problem": "" if ours else "names no delivery"}
                for row, ours in zip(rows, known, strict=True)
            ]
            await conn.execute(_CLOSE, done)

    async def _alone(self, row: Any) -> None:
        """One receipt; if it cannot be applied it is closed with its reason."""
        try:
            await self._apply([row])
        except Exception as error:
            if is_transient(error):
                raise
            _log.error("receipt set aside", extra={"inbound": row.id}, exc_info=error)
            problem = f"could not be applied: {type(error).__name__}"
            async with self.database.write() as conn:
                done = {"b_id": row.id, "b_now": self.clock(), "b_problem": problem}
                await conn.execute(_CLOSE, done)

    def _opened(self, kind: str, sealed: bytes, key_id: str) -> Receipt:
        event = codec.decode(kind, self.keys.open(sealed, key_id, "inbound.parsed"))
        assert isinstance(event, Receipt)  # noqa: S101 - the kind column says so
        return event
