"""What a worker counts: filed, told, refused, and how long people waited.

Labels hold accounts, outcomes, kinds and the provider's codes, never anything of a person. A worker
on its own gives them out over HTTP; the one beside a server writes them into a file, which the
server's ``/metrics`` adds to its own.
"""

import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, write_to_textfile

from channels.contract import NotSent, SendResult, Sent
from gateway.inbound.work import Work

_WAITS_S = (0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200, 43200)
_CALLS_S = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15)
_STALE_S = 30


class WorkMetrics:
    """The counters of one worker process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._events = Counter(
            "kanal_events_total",
            "Events worked off, by what they were",
            ("account", "outcome"),
            registry=self.registry,
        )
        self._filed = Counter(
            "kanal_filed_total", "Complaints filed", ("account",), registry=self.registry
        )
        self._sends = Counter(
            "kanal_sends_total",
            "Messages handed to a provider, by its answer",
            ("account", "result", "code"),
            registry=self.registry,
        )
        self._calls = Histogram(
            "kanal_send_seconds",
            "How long the provider took to answer",
            ("account",),
            buckets=_CALLS_S,
            registry=self.registry,
        )
        self._waits = Histogram(
            "kanal_acknowledgement_seconds",
            "From a person's last message to the receipt with the number, pauses included",
            ("account",),
            buckets=_WAITS_S,
            registry=self.registry,
        )

        self._rests = Gauge(
            "kanal_account_rests_until_seconds",
            "Until when nothing is sent after a refusal of the whole account, in Unix time",
            ("account",),
            registry=self.registry,
        )

    def worked_off(self, works: Iterable[Work]) -> None:
        """*works* are written."""
        for work in works:
            for _, outcome, _ in work.outcomes:
                self._events.labels(work.thread.account, outcome.value).inc()
            filed = sum(change.before is None for change in work.changes)
            if filed:
                self._filed.labels(work.thread.account).inc(filed)

    def handed_over(self, account: str, result: SendResult, seconds: float) -> None:
        """A connector has answered after *seconds*."""
        word, code = _named(result)
        self._sends.labels(account, word, code).inc()
        self._calls.labels(account).observe(seconds)

    def acknowledged(self, account: str, since: datetime | None, now: datetime) -> None:
        """A receipt is with the provider; *since* is the person's last message."""
        if since is not None:
            self._waits.labels(account).observe(max(0.0, (now - since).total_seconds()))

    def rests(self, account: str, until: datetime) -> None:
        """The provider refused this worker's message and with it the account."""
        self._rests.labels(account).set(until.timestamp())

    def write(self, path: Path) -> None:
        """Put everything into *path*, whole or not at all."""
        path.parent.mkdir(exist_ok=True)
        write_to_textfile(str(path), self.registry)


def file_of(data_dir: Path, pid: int) -> Path:
    """Where the worker *pid* beside a server writes."""
    return data_dir / "metrics" / f"worker-{pid}.prom"


def read(path: Path) -> bytes:
    """What the worker wrote last; nothing where that was long ago."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime < _STALE_S:
            return path.read_bytes()
    return b""


def _named(result: SendResult) -> tuple[str, str]:
    if isinstance(result, Sent):
        return "sent", ""
    if isinstance(result, NotSent):
        return "refused", result.code
    return "unknown", ""
