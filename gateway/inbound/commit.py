"""Makes arrivals durable: whoever arrives while a commit is under way shares the next one.

A batch that fails is tried again where that can help (a deadlock), else row by row, so that only
the guilty request suffers; that one is kept raw, in quarantine, and answered like any other.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from gateway.inbound.arrival import Arrival, Incoming
from gateway.inbound.store import Stored, store
from gateway.storage.database import Database, is_transient

_log = logging.getLogger(__name__)


class GroupCommit:
    """Collects arrivals and commits them in groups; one task, started and stopped by its owner."""

    def __init__(
        self, database: Database, *, deadline_s: float, patience_s: float, largest: int = 256
    ) -> None:
        self._database = database
        self._deadline_s = deadline_s
        self._patience_s = patience_s
        self._largest = largest
        self._waiting: list[tuple[Incoming, asyncio.Future[Stored]]] = []
        self._due: deque[tuple[float, asyncio.Future[Stored]]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.on_stored: Callable[[Sequence[Stored]], None] = lambda _: None

    def start(self) -> None:
        """Begin to commit."""
        self._task = asyncio.create_task(self._run(), name="group-commit")

    async def stop(self) -> None:
        """Commit what waits, then end."""
        await asyncio.gather(*(f for _, f in self._waiting), return_exceptions=True)
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._timer:
            self._timer.cancel()

    async def submit(self, incoming: Incoming) -> Stored:
        """Return when *incoming* is durable.

        Raises:
            TimeoutError: Not within the deadline; a commit begun may still succeed.
            sqlalchemy.exc.DBAPIError, OSError: What the database said.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Stored] = loop.create_future()
        self._waiting.append((incoming, future))
        self._arrived.set()
        self._due.append((loop.time() + self._deadline_s, future))
        # One timer for all: each of its own costs as much as sealing the message.
        if self._timer is None:
            self._timer = loop.call_later(self._deadline_s, self._give_up)
        return await future

    def _give_up(self) -> None:
        """Let go whoever has waited too long; look again when the next one will have."""
        loop = asyncio.get_running_loop()
        self._timer = None
        while self._due:
            due_at, future = self._due[0]
            if not future.done():
                if due_at > loop.time():
                    self._timer = loop.call_at(due_at, self._give_up)
                    return
                future.set_exception(TimeoutError())
            self._due.popleft()

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            await self._quiet()
            batch = [(a, f) for a, f in self._waiting[: self._largest] if not f.done()]
            del self._waiting[: self._largest]
            if not self._waiting:
                self._arrived.clear()
            if batch:
                await self._commit(batch)

    async def _quiet(self) -> None:
        """Let the requests that have arrived already get as far as this queue."""
        seen = 0
        while seen < len(self._waiting) < self._largest:
            seen = len(self._waiting)
            await asyncio.sleep(0)

    async def _commit(self, batch: Sequence[tuple[Incoming, asyncio.Future[Stored]]]) -> None:
        try:
            arrivals = [incoming.arrival for incoming, _ in batch]
            # Whoever waits has gone to the spool long before; this only frees the next group.
            async with asyncio.timeout(self._patience_s):
                stored = await commit(self._database, arrivals)
        except Exception as error:  # noqa: BLE001 - told to each who waits
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for incoming, future in batch:
            if not future.done():
                future.set_result(stored[incoming.arrival.raw_id])
        while self._due and self._due[0][1].done():
            self._due.popleft()
        self.on_stored(list(stored.values()))


async def commit(database: Database, arrivals: Sequence[Arrival]) -> dict[int, Stored]:
    """Store *arrivals* in one transaction, or find the guilty one.

    Raises:
        sqlalchemy.exc.DBAPIError, OSError: The database does not work; nothing is stored for sure.
    """
    for attempt in range(3):
        try:
            return await database.write_together(partial(store, arrivals=arrivals))
        except Exception as error:
            if is_transient(error):
                if attempt == 2 or not _may_repeat(error):
                    raise
                await asyncio.sleep(0.01 * (attempt + 1))
                continue
            if len(arrivals) == 1:
                return await _quarantine(database, arrivals[0], error)
            break
    result: dict[int, Stored] = {}
    for arrival in arrivals:
        result |= await commit(database, [arrival])
    return result


def _may_repeat(error: Exception) -> bool:
    """Deadlocks resolve at once; a database that is away does not."""
    return str(getattr(getattr(error, "orig", None), "sqlstate", ""))[:2] == "40"


async def _quarantine(database: Database, arrival: Arrival, error: Exception) -> dict[int, Stored]:
    """Keep the raw alone. It is sealed bytes and our own ids, so it always fits."""
    problem = f"quarantined: {type(getattr(error, 'orig', error)).__name__}"
    _log.error("arrival quarantined", extra={"raw": arrival.raw_id, "account": arrival.account})
    alone = replace(arrival, state="unparsed", problem=problem, events=())
    return await database.write_together(partial(store, arrivals=[alone]))
