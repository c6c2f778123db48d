"""Settles sends of unknown fate by asking the provider, or by policy where it cannot be asked."""

import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import FoundSent, Listing, Reconciler, SentQuery
from core.messages import AccountId, ProviderId
from gateway.lines import Line
from gateway.outbound.facts import listeners
from gateway.outbound.fate import Fate, backoff
from gateway.outbound.notices import Class
from gateway.outbound.reasons import Reason
from gateway.outbound.settle import fail, mark_sent
from gateway.sealing.keys import Keys
from gateway.storage.database import Database
from gateway.storage.ids import Clock
from gateway.tables import DELIVERY_TODO, delivery, message

_log = logging.getLogger(__name__)
_MOST = 50
_SKEW = timedelta(minutes=2)
"""How far the provider's clock may be off ours."""
_LIST_LAGS = timedelta(seconds=25)
"""A list may show a message late: before this age, its absence proves nothing."""
_ASK_AGAIN = timedelta(seconds=5)
_ASK_FOR = timedelta(hours=24)
"""So long a provider that cannot be asked now is asked again; then the policy decides."""


@dataclass(frozen=True)
class Reconciliation:
    """Works off deliveries whose fate is unknown."""

    database: Database
    keys: Keys
    lines: Mapping[AccountId, Line]
    clock: Clock

    async def once(self) -> int:
        """Ask about some; how many were settled or put off."""
        now = self.clock()
        async with self.database.read() as conn:
            rows = await _unknown(conn, now)
            people = await listeners(conn, self.keys, {r.conversation_id for r in rows}, now)
            taken = await _names_since(conn, rows)
        for row in rows:
            query = SentQuery(
                to=people[row.conversation_id].address,
                text=row.text,
                since=row.claimed_at - _SKEW,
                known=taken,
            )
            found = await self._ask(AccountId(row.account_id), query)
            try:
                async with self.database.write() as conn:
                    await self._conclude(conn, row, found, now)
            except IntegrityError:
                # A receipt has given this name to another delivery meanwhile: look again.
                async with self.database.write() as conn:
                    await _put_off(conn, row.id, now + _ASK_AGAIN)
        return len(rows)

    async def _ask(self, account: AccountId, query: SentQuery) -> FoundSent | None:
        """The provider's word; None where it keeps no list."""
        line = self.lines.get(account)
        channel: object = line.channel if line else None
        if not isinstance(channel, Reconciler):
            return None
        try:
            return await channel.find_sent(query)
        except Exception as error:  # noqa: BLE001 - asked again later
            _log.warning(
                "provider could not be asked",
                extra={"account": account, "error": type(error).__name__},
            )
            return FoundSent(Listing.UNCLEAR)

    async def _conclude(
        self, conn: AsyncConnection, row: Any, found: FoundSent | None, now: datetime
    ) -> None:
        old = now - row.claimed_at > _ASK_FOR
        if row.form == "template" and found and found.listing is Listing.ABSENT:
            # The approved text may read otherwise than ours, so that it proves nothing.
            found = FoundSent(Listing.UNCLEAR)
        if found and found.listing is Listing.FOUND:
            sent = {"b_id": row.id, "b_provider": found.provider_id, "b_segments": None}
            await mark_sent(conn, [sent], now)
        elif not await _is_still_open(conn, row):
            return
        elif found and found.listing is Listing.ABSENT and now - row.claimed_at < _LIST_LAGS:
            await _put_off(conn, row.id, now + _ASK_AGAIN)
        elif found and found.listing is Listing.ABSENT:
            await fail(conn, row.id, Fate(again_at=now), "not in the provider's list", now)
        elif found and not old:
            wait = backoff(row.tries, random.random())  # noqa: S311 - jitter
            await _put_off(conn, row.id, now + wait)
        else:
            await fail(conn, row.id, policy(row.priority, now), "unsettled", now)


def policy(priority: int, now: datetime) -> Fate:
    """What to do with a send that nobody can tell about (docs/policy.md).

    An emergency answer or a receipt told twice does less harm than one not told; news is on the
    tracker anyway, and telling it twice looks like two events.
    """
    if priority < Class.WRITTEN:
        return Fate(again_at=now)
    return Fate(notices="held", reason=Reason.UNSETTLED)


async def _unknown(conn: AsyncConnection, now: datetime) -> list[Any]:
    query = (
        select(delivery, message.c.text)
        .join(message, message.c.id == delivery.c.message_id)
        .where(DELIVERY_TODO, delivery.c.state == "unknown", delivery.c.not_before <= now)
        .order_by(delivery.c.priority, delivery.c.not_before, delivery.c.id)
        .limit(_MOST)
    )
    return list((await conn.execute(query)).all())


async def _names_since(conn: AsyncConnection, rows: list[Any]) -> frozenset[ProviderId]:
    """The provider's names that other deliveries of these conversations own already."""
    if not rows:
        return frozenset()
    query = select(delivery.c.provider_id).where(
        delivery.c.conversation_id.in_({row.conversation_id for row in rows}),
        delivery.c.provider_id.is_not(None),
        delivery.c.claimed_at >= min(row.claimed_at for row in rows) - _ASK_FOR,
    )
    return frozenset((await conn.scalars(query)).all())


async def _is_still_open(conn: AsyncConnection, row: Any) -> bool:
    """Whether it is still the try that was asked about. Another worker may have settled it while
    the provider answered, and have sent it once more: of that the answer knows nothing."""
    query = select(delivery.c.id).where(
        delivery.c.id == row.id, delivery.c.state == "unknown", delivery.c.tries == row.tries
    )
    return await conn.scalar(query.with_for_update()) is not None


async def _put_off(conn: AsyncConnection, delivery_id: int, until: datetime) -> None:
    await conn.execute(
        update(delivery)
        .where(delivery.c.id == delivery_id, delivery.c.state == "unknown")
        .values(not_before=until)
    )
