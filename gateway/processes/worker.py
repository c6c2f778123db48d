"""What runs beside the web: loops that each take what waits, until nothing does, then listen."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from gateway.audit.seal import EVERY_S as SEAL_EVERY_S
from gateway.audit.seal import Sealer
from gateway.bootstrap import Parts
from gateway.desk.timers import Timers
from gateway.duty.rounds import Rounds
from gateway.grouping.compare import Comparison
from gateway.inbound.drain import Drain
from gateway.inbound.media import MediaDrain
from gateway.inbound.missed import MissedInbound
from gateway.ops.roster import Roster
from gateway.ops.tidy import EVERY_S as TIDY_EVERY_S
from gateway.ops.tidy import Tidy
from gateway.ops.work_metrics import WorkMetrics
from gateway.outbound.late_envelopes import EVERY_S as ENVELOPES_EVERY_S
from gateway.outbound.late_envelopes import LateEnvelopes
from gateway.outbound.receipts import ReceiptDrain
from gateway.outbound.reconcile import Reconciliation
from gateway.outbound.send import Sender
from gateway.processes.dispatch import LOOK_EVERY_S, Bell
from gateway.storage.database import is_transient
from gateway.storage.numbers import NumberSource
from gateway.tables import NOTICE_DUE, notice

_log = logging.getLogger(__name__)

Once = Callable[[], Awaitable[int]]

_LONGEST_TROUBLE_S = 10.0
_MISSED_EVERY_S = 30.0
CHECKPOINT_EVERY_S = 1.0
_METRICS_EVERY_S = 5.0
_IN_FLIGHT_S = 20.0
_GATHER_S = 0.05
"""Between two looks, so that what comes one by one is worked off in groups."""

_BY_THE_CLOCK = frozenset(
    {
        "compare", "unknown", "timers", "seal", "tidy", "rounds", "missed", "checkpoint", "roster",
        "metrics", "envelopes",
    }
)  # fmt: skip
_MANY, _A_FEW = 16, 8
"""After so many conversations between two looks only a few reports are compared: whoever waits for
an answer comes first."""


@dataclass
class Worker:
    """All loops of one worker process."""

    parts: Parts
    name: str
    metrics_file: Path | None = None
    on_progress: Callable[[], None] = lambda: None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _reading: asyncio.Task[None] | None = None
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _drained: int = 0

    def __post_init__(self) -> None:
        p = self.parts
        numbers = NumberSource(
            p.database, p.settings.numbers.prefix, p.settings.numbers.first_serial
        )
        self.metrics = WorkMetrics()
        self.roster = Roster(p.database, self.name, p.new_id.node, p.clock)
        self.drain = Drain(
            p.database, p.keys, p.settings, numbers, p.new_id, p.clock, self.roster,
            metrics=self.metrics,
            regions=p.regions,
        )  # fmt: skip
        self.comparison = Comparison(p.database, p.keys, p.settings.pauses, p.new_id, p.clock)
        self.receipts = ReceiptDrain(p.database, p.keys, p.clock, self.roster)
        self.sender = Sender(
            p.database, p.keys, p.settings, p.lines, p.new_id, p.clock, self.name, self.roster,
            metrics=self.metrics,
        )  # fmt: skip
        if p.redis is not None:
            from gateway.shared.budget import SharedBudget  # noqa: PLC0415 - see `gateway.shared`

            self.sender.budget = SharedBudget(p.redis)
        self.media = MediaDrain(
            p.database, p.keys, p.lines, p.media, p.clock, p.settings.limits.media_bytes
        )
        self.reconciliation = Reconciliation(p.database, p.keys, p.lines, p.clock)
        self.timers = Timers(p.database, p.keys, p.settings, p.lines, p.new_id, p.clock)
        self.sealer = Sealer(p.database, p.keys, p.clock, self.name)
        self.tidy = Tidy(p.database, p.clock)
        self.envelopes = LateEnvelopes(p.database, p.lines, p.new_id, p.clock)
        self.rounds = Rounds(p.database, p.settings, p.new_id, p.clock)
        self.missed = MissedInbound(p.database, p.keys, p.lines, p.new_id, p.clock, self.name)

    def start(self) -> None:
        """Begin to work."""
        loops = {
            "drain": (self._progress(self._drain), LOOK_EVERY_S),
            "compare": (self._compare, LOOK_EVERY_S),
            "receipts": (self._progress(self.receipts.once), LOOK_EVERY_S),
            "media": (self._progress(self.media.once), LOOK_EVERY_S),
            "unknown": (self._settle_unknown, LOOK_EVERY_S),
            "timers": (self._progress(self.timers.once), LOOK_EVERY_S),
            "seal": (self.sealer.once, SEAL_EVERY_S),
            "tidy": (self.tidy.once, TIDY_EVERY_S),
            "envelopes": (self._progress(self.envelopes.once), ENVELOPES_EVERY_S),
            "rounds": (self._progress(self.rounds.once), LOOK_EVERY_S),
            "missed": (self._progress(self.missed.once), _MISSED_EVERY_S),
            "checkpoint": (self._checkpoint, CHECKPOINT_EVERY_S),
            "roster": (self.roster.beat, LOOK_EVERY_S),
            "metrics": (self._write_metrics, _METRICS_EVERY_S),
        }
        self._tasks = [
            asyncio.create_task(self._forever(name, once, wait), name=name)
            for name, (once, wait) in loops.items()
        ]
        self._tasks.append(asyncio.create_task(self._send_forever(), name="send"))
        if self.parts.redis is not None:
            from gateway.shared.wakes import WakeReader  # noqa: PLC0415 - as above

            wakes = WakeReader(self.parts.redis, self.name, self.drain.hints, self.parts.bell.ring)
            most = self.parts.settings.limits.drain_conversations
            self._reading = asyncio.create_task(wakes.run(most), name="wakes")

    async def stop(self) -> None:
        """Finish what is in hand, take nothing new."""
        self._stopping.set()
        if self._reading:
            self._reading.cancel()
        await asyncio.wait(self._tasks, timeout=_IN_FLIGHT_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sender.finish(_IN_FLIGHT_S)
        with contextlib.suppress(DBAPIError):
            await self.roster.leave()
        if self.metrics_file is not None:
            self.metrics_file.unlink(missing_ok=True)

    def _progress(self, once: Once) -> Once:
        """Others may have something to do after *once* did something."""

        async def counted() -> int:
            done = await once()
            if done:
                self.parts.bell.ring()
                self.on_progress()
            return done

        return counted

    async def _forever(self, name: str, once: Once, wait_s: float) -> None:
        # What is done by the clock does not listen: there would be a ring for every message.
        bell = Bell() if name in _BY_THE_CLOCK else self.parts.bell
        ear = bell.ear()
        trouble_s = 0.1
        while not self._stopping.is_set():
            try:
                done = await once()
                trouble_s = 0.1
            except Exception as error:  # noqa: BLE001 - the one place where a loop catches all
                trouble_s = await self._rest_after(name, error, trouble_s)
                continue
            if not done:
                await _first(ear.wait(wait_s), self._stopping.wait())
            await asyncio.sleep(_GATHER_S)

    async def _send_forever(self) -> None:
        """Like the others, but also awake when a result is in and when something falls due."""
        ear = self.parts.bell.ear()
        once = self._progress(self.sender.once)
        trouble_s = 0.1
        while not self._stopping.is_set():
            try:
                done = await once()
                trouble_s = 0.1
                wait_s = 0.0 if done else await self._until_due()
            except Exception as error:  # noqa: BLE001 - as above
                trouble_s = await self._rest_after("send", error, trouble_s)
                continue
            if not done:
                result = self.sender.wait_for_result()
                await _first(ear.wait(wait_s), result, self._stopping.wait())
            await asyncio.sleep(_GATHER_S)

    async def _until_due(self) -> float:
        """Seconds until the next notice falls due, at most until the next look."""
        async with self.parts.database.read() as conn:
            due = await conn.scalar(select(func.min(notice.c.not_before)).where(NOTICE_DUE))
        if due is None:
            return LOOK_EVERY_S
        left = float((due - self.parts.clock()).total_seconds())
        # Overdue and yet not sent: the conversation is busy or the account rests. Look in a while.
        return min(left, LOOK_EVERY_S) if left > 0 else 0.5

    async def _drain(self) -> int:
        done = await self.drain.once()
        self._drained += done
        return done

    async def _compare(self) -> int:
        busy, self._drained = self._drained >= _MANY, 0
        if busy:
            await self.comparison.once(_A_FEW)
            return 0
        return await self.comparison.once()

    async def _settle_unknown(self) -> int:
        recovered = await self.sender.recover()
        return recovered + await self.reconciliation.once()

    async def _write_metrics(self) -> int:
        if self.metrics_file is not None:
            await asyncio.to_thread(self.metrics.write, self.metrics_file)
        return 0

    async def _checkpoint(self) -> int:
        await self.parts.database.checkpoint()
        return 0

    async def _rest_after(self, name: str, error: Exception, trouble_s: float) -> float:
        """Say it once a while, wait, longer each time."""
        level = logging.WARNING if is_transient(error) else logging.ERROR
        _log.log(
            level,
            "loop failed",
            extra={"loop": name, "error": type(error).__name__},
            exc_info=error if level == logging.ERROR else None,
        )
        await asyncio.sleep(trouble_s)
        return min(trouble_s * 2, _LONGEST_TROUBLE_S)


async def _first(*waits: Awaitable[object]) -> None:
    """Return when one of *waits* does."""
    tasks = [asyncio.ensure_future(w) for w in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
