"""Asks providers what they took while we could not be reached, and stores what we have not seen.

Twilio does not repeat a webhook that we answered with an error or too late. What its list shows and
we never got is stored like any other message; whatever came by webhook already is recognised by its
event key. The list may hold less than the webhook, which completes it if it comes after all
(`gateway.inbound.completing`); so only messages that had time to arrive are asked for.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import Parser, Raw, Reconciler
from channels.errors import ChannelError, ListTooLong, PayloadInvalid
from core.complaint import NewId
from core.messages import AccountId
from gateway.inbound.arrival import Arrival, ArrivalDesk
from gateway.inbound.commit import commit
from gateway.lines import Line
from gateway.ops.lease import Lease, acquire, still_held
from gateway.sealing.keys import Keys
from gateway.storage.database import Database
from gateway.storage.ids import Clock
from gateway.tables import inbound, poll_cursor

_log = logging.getLogger(__name__)

EVERY = timedelta(minutes=3)
_HELD_FOR = timedelta(minutes=2)
_STREAM = "missed"
_AT_FIRST = timedelta(hours=1)
"""How far back a new account is looked at."""
_SETTLED = timedelta(minutes=2)
"""A message this young may still be on its way by webhook."""
_OVERLAP = timedelta(minutes=10)
"""The provider's list may show a message late, and its clock is not ours."""
_LONGEST = timedelta(hours=6)
_SHORTEST = timedelta(seconds=30)
"""A span in which even a provider's longest list should have an end."""


@dataclass(frozen=True)
class MissedInbound:
    """Looks for messages that never reached us, account by account, in one process at a time."""

    database: Database
    keys: Keys
    lines: Mapping[AccountId, Line]
    new_id: NewId
    clock: Clock
    name: str

    async def once(self) -> int:
        """Ask about every account whose turn it is; how many messages were found."""
        found = 0
        for account, line in self.lines.items():
            channel: object = line.channel
            if isinstance(channel, Reconciler) and isinstance(channel, Parser):
                found += await self._account(account, channel, channel)
        return found

    async def _account(self, account: AccountId, provider: Reconciler, parser: Parser) -> int:
        now = self.clock()
        async with self.database.write() as conn:
            held = await acquire(conn, f"missed:{account}", self.name, now, _HELD_FOR)
            seen = await _cursor(conn, account) if held else None
        if held is None or (seen is not None and now - seen < EVERY + _SETTLED):
            return 0
        since = (seen or now - _AT_FIRST) - _OVERLAP
        try:
            raws, until = await _listed(provider, since, min(now - _SETTLED, since + _LONGEST))
        except ChannelError as error:
            _log.warning(
                "missed messages could not be listed",
                extra={"account": account, "error": type(error).__name__},
            )
            return 0
        arrivals = await self._unseen(account, parser, raws)
        stored = await commit(self.database, arrivals) if arrivals else {}
        found = sum(one.new for one in stored.values())
        if found:
            _log.warning("missed messages found", extra={"account": account, "n": found})
        async with self.database.write() as conn:
            if await still_held(conn, held):
                await _advance(conn, account, until, held, now)
        return found

    async def _unseen(
        self, account: AccountId, parser: Parser, raws: Sequence[Raw]
    ) -> list[Arrival]:
        """Those whose events we do not have, and what cannot be read, to be kept and listed; the
        others leave no trace."""
        named: list[tuple[Raw, set[str] | None]] = []
        for raw in raws:
            try:
                named.append((raw, {str(event.event_key) for event in parser.parse(raw)}))
            except PayloadInvalid:
                named.append((raw, None))
        keys = {key for _, own in named for key in own or ()}
        async with self.database.read() as conn:
            query = select(inbound.c.event_key).where(
                inbound.c.account_id == account, inbound.c.event_key.in_(keys)
            )
            known = set((await conn.scalars(query)).all())
        desk = ArrivalDesk(self.keys, self.new_id)
        return [
            desk.receive(account, parser, raw) for raw, own in named if own is None or own - known
        ]


async def _listed(
    provider: Reconciler, since: datetime, until: datetime
) -> tuple[Sequence[Raw], datetime]:
    """What came since *since*, and up to when: half as far as long as there is too much of it."""
    while True:
        try:
            return await provider.list_inbound(since, until), until
        except ListTooLong:
            if until - since <= _SHORTEST:
                raise
            until = since + (until - since) / 2


async def _cursor(conn: AsyncConnection, account: AccountId) -> datetime | None:
    """Up to when everything was looked at."""
    value = await conn.scalar(
        select(poll_cursor.c.value).where(
            poll_cursor.c.account_id == account, poll_cursor.c.stream == _STREAM
        )
    )
    return datetime.fromisoformat(value) if value else None


async def _advance(
    conn: AsyncConnection, account: AccountId, until: datetime, held: Lease, now: datetime
) -> None:
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    values = {"value": until.isoformat(), "lease_token": held.token, "updated_at": now}
    insert = dialect.insert(poll_cursor).values(account_id=account, stream=_STREAM, **values)
    await conn.execute(
        insert.on_conflict_do_update(
            index_elements=[poll_cursor.c.account_id, poll_cursor.c.stream], set_=values
        )
    )
