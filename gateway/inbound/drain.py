"""Takes conversations with something new and decides them, up to 64 at a time (promise 3).

Reads are set-based; deciding happens outside any write transaction; one short transaction writes
all. Who changed meanwhile is read and decided again. Where the whole cannot be written, each
conversation is taken alone, and an event that fails alone is parked with its reason, so that nobody
waits behind it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from core.complaint import NewId, UnitId
from core.messages import AccountId, InboundMessage
from core.number import day_of
from core.routing import Channel
from gateway.configuration.holidays import deadlines
from gateway.configuration.settings import Account, Settings
from gateway.inbound.decide import Kit, decide
from gateway.inbound.load import load_threads, urgent_queues, waiting_queues
from gateway.inbound.thread import Pending, Thread
from gateway.inbound.work import Work
from gateway.inbound.write import Pen, write
from gateway.inbox.entering import enter
from gateway.inbox.waiting import Why, due
from gateway.ops.roster import Roster
from gateway.ops.work_metrics import WorkMetrics
from gateway.processes.dispatch import Hints
from gateway.sealing.keys import Keys
from gateway.storage.database import Database, is_transient
from gateway.storage.ids import Clock
from gateway.storage.numbers import NumberSource
from gateway.tables import inbound
from gateway.units.directory import KelurahanUnits
from normalizer.dialogue import Policy
from normalizer.regions import CENTROIDS, Regions

_log = logging.getLogger(__name__)
_ROUNDS = 4


@dataclass(frozen=True)
class Drain:
    """Works off what came in. One per process; several processes may run side by side."""

    database: Database
    keys: Keys
    settings: Settings
    numbers: NumberSource
    new_id: NewId
    clock: Clock
    roster: Roster
    hints: Hints = field(default_factory=Hints)
    metrics: WorkMetrics = field(default_factory=WorkMetrics)
    regions: Regions = CENTROIDS
    units: KelurahanUnits = field(default_factory=KelurahanUnits)

    async def once(self) -> int:
        """One group: where danger to life may have been told, else what was hinted at, else what
        waits longest; how many conversations, 0 for none."""
        most, now = self.settings.limits.drain_conversations, self.clock()
        async with self.database.read() as conn:
            queues = await urgent_queues(conn, now, most)
        queues = queues or self.hints.take(most)
        if not queues:
            async with self.database.read() as conn:
                own = self.roster.own_inbound(now)
                queues = await waiting_queues(conn, now, most, own)
        if queues:
            await self._together(queues)
        return len(queues)

    async def _together(self, queues: Sequence[str]) -> None:
        left: Sequence[str] = queues
        try:
            for _ in range(_ROUNDS):
                left = await self._round(left)
                if not left:
                    return
        except Exception as error:
            if is_transient(error):
                raise
            _log.warning("drain falls back to one by one", extra={"error": type(error).__name__})
        for queue in left:
            await self._alone(queue)

    async def _round(self, queues: Sequence[str]) -> list[str]:
        """Read, decide, write; the conversations that came too late."""
        threads = await self._load(queues)
        works = await self._decide(threads)
        return await self._write(works)

    async def _alone(self, queue: str) -> None:
        """One conversation; if it cannot be handled, one event after the other."""
        for _ in range(_ROUNDS):
            try:
                if not await self._round([queue]):
                    return
            except Exception as error:
                if is_transient(error):
                    raise
                break
        for thread in await self._load([queue]):
            await self._first_event(thread)

    async def _first_event(self, thread: Thread) -> None:
        """Handle the oldest event by itself, or park it; the others follow in the next group."""
        first = thread.events[0]
        try:
            await self._write(await self._decide([replace(thread, events=(first,))]))
        except Exception as error:
            if is_transient(error):
                raise
            await self._park(first, thread.account, error)

    def _parked_row(self, item: Pending, account: AccountId, now: datetime) -> dict[str, Any]:
        return {
            "id": self.new_id(),
            "account_id": account,
            "why": Why.PARKED.value,
            "inbound_id": item.inbound_id,
            "confidential": False,
            "since_at": item.accepted_at,
            "due_at": due(Why.PARKED, now, deadlines(self.settings)),
        }

    async def _park(self, item: Pending, account: AccountId, error: Exception) -> None:
        """Set it aside with its reason; `kanal replay` brings it back."""
        _log.error(
            "event parked",
            extra={"inbound": item.inbound_id, "error": type(error).__name__},
            exc_info=error,
        )
        now = self.clock()
        async with self.database.write() as conn:
            await enter(conn, [self._parked_row(item, account, now)])
            await conn.execute(
                update(inbound)
                .where(inbound.c.id == item.inbound_id)
                .values(
                    parked_at=now,
                    attempts=item.attempts + 1,
                    problem=f"could not be handled: {type(error).__name__}",
                )
            )

    async def _load(self, queues: Sequence[str]) -> list[Thread]:
        async with self.database.read() as conn:
            await self.units.refresh(conn, self.clock())
            return await load_threads(
                conn, self.keys, queues, self.clock(), self.settings.numbers.prefix
            )

    async def _decide(self, threads: Sequence[Thread]) -> list[Work]:
        now = self.clock()
        day = day_of(now)
        messages = sum(isinstance(e.event, InboundMessage) for t in threads for e in t.events)
        if messages:
            await self.numbers.reserve(day, messages)
        kits = {t.account: self._kit(t.account, now) for t in threads}
        return [decide(t, kits[t.account]) for t in threads]

    def _kit(self, account_id: AccountId, now: datetime) -> Kit:
        account = self._account(account_id)
        day = day_of(now)
        return Kit(
            now=now,
            new_id=self.new_id,
            take_number=lambda: self.numbers.take(day),
            settings=self.settings,
            channel=Channel(
                UnitId(account.owner), account.geo_tagged, account.confidential, self.units.by_code
            ),
            policy=Policy(
                join=self.settings.join_window,
                objection=timedelta(days=self.settings.clocks.object_days),
            ),
            regions=self.regions,
            deadlines=deadlines(self.settings, account.id),
        )

    def _account(self, account_id: AccountId) -> Account:
        found = self.settings.account(account_id)
        if found is None:
            # Retired meanwhile: what was accepted is still worked off.
            found = Account(id=account_id, connector="", name=account_id)
        return found

    async def _write(self, works: Sequence[Work]) -> list[str]:
        pen = Pen(self.keys, deadlines(self.settings), self.new_id, self.clock())
        async with self.database.write() as conn:
            late = await write(conn, works, pen)
        lost = {id(w) for w in late}
        self.metrics.worked_off(w for w in works if id(w) not in lost)
        return [w.thread.queue_key for w in late]
