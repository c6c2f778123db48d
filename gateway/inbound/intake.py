"""Takes an arrival and returns when it is durable: in the database, or in this process's spool.

When a commit is refused or not done within the deadline, and until the spool is empty again,
arrivals go to the spool and drain oldest first. A commit that had succeeded unnoticed is caught by
the unique key when its spooled twin is stored.
"""

import asyncio
import contextlib
import enum
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from gateway.inbound.arrival import Incoming
from gateway.inbound.commit import GroupCommit, commit
from gateway.inbound.spool import Spool
from gateway.inbound.store import Stored
from gateway.storage.database import Database
from gateway.storage.ids import Clock, now

_log = logging.getLogger(__name__)
_BATCH = 256
_PATIENCE_S = 10.0


class Taken(enum.StrEnum):
    """What became of an arrival, for the metrics."""

    STORED = "stored"
    REPEATED = "repeated"
    SPOOLED = "spooled"


class Intake:
    """The one door for arrivals of this process."""

    def __init__(
        self,
        database: Database,
        spool_folder: Path,
        *,
        deadline_s: float,
        wake: Callable[[Sequence[str]], None],
        clock: Clock = now,
    ) -> None:
        self._database = database
        self._folder = spool_folder
        self._wake = wake
        self._clock = clock
        self._group = GroupCommit(database, deadline_s=deadline_s, patience_s=_PATIENCE_S)
        self._group.on_stored = self._stored
        self._spool: Spool | None = None
        self._adopted: list[Spool] = []
        self._spooled = asyncio.Event()
        self._draining: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Lock a spool, adopt those that nobody owns any more, begin to commit.

        Raises:
            OSError: The spool folder cannot be written: do not serve.
        """
        self._spool = Spool.create(self._folder)
        self._adopted = [s for s in Spool.orphans(self._folder) if s.path != self._spool.path]
        self._group.start()
        self._draining = asyncio.create_task(self._drain_forever(), name="spool-drain")
        if self._adopted:
            self._spooled.set()

    async def stop(self) -> None:
        """Finish what was begun; what is still spooled waits for the next start."""
        await self._group.stop()
        if self._draining:
            self._draining.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._draining
        for spool in (self._spool, *self._adopted):
            if spool:
                spool.close()

    @property
    def spooled_bytes(self) -> int:
        """How much waits in spools of this process."""
        return sum(s.waiting_bytes for s in (self._spool, *self._adopted) if s)

    async def take(self, incoming: Incoming) -> Taken:
        """Make *incoming* durable.

        Raises:
            OSError: Neither database nor spool took it: answer 503, it was not accepted.
        """
        assert self._spool is not None, "start() comes first"  # noqa: S101
        if self._spool.is_empty:
            try:
                stored = await self._group.submit(incoming)
            except Exception as error:  # noqa: BLE001 - whatever it is, the spool is the answer
                _log.warning("commit refused, spooling", extra={"error": type(error).__name__})
            else:
                return Taken.STORED if stored.new else Taken.REPEATED
        await self._spool.append(incoming.arrival)
        self._spooled.set()
        return Taken.SPOOLED

    def _stored(self, stored: Sequence[Stored]) -> None:
        keys = [key for item in stored for key in item.queue_keys]
        if keys:
            self._wake(keys)

    async def _drain_forever(self) -> None:
        wait_s = 0.2
        while True:
            await self._spooled.wait()
            try:
                emptied = await self._drain_once()
                wait_s = 0.2
            except Exception as error:  # noqa: BLE001 - the database is still away
                _log.warning("spool waits", extra={"error": type(error).__name__})
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, 5.0)
                continue
            if emptied:
                self._spooled.clear()

    async def _drain_once(self) -> bool:
        """Store one batch of the oldest spool that holds something; True when none does."""
        for spool in [*self._adopted, self._spool]:
            if spool is None or spool.waiting_bytes == 0:
                continue
            arrivals, position = await spool.peek(_BATCH)
            if not arrivals:
                spool.set_torn_aside()
                continue
            late = [replace(a, stored_at=self._clock()) for a in arrivals]
            async with asyncio.timeout(_PATIENCE_S):
                stored = await commit(self._database, late)
            self._stored(list(stored.values()))
            spool.advance(position)
            return False
        for spool in self._adopted:
            spool.close()
        self._adopted = []
        return True
