"""Wakes over Redis Streams: which conversations have something new, told to one of many workers.

Only hints. The truth are the partial indexes, at which every worker looks every two seconds: a
slow, emptied or absent Redis delays work by that much, delays no answer to a provider and loses
nothing. So nothing is acknowledged or claimed again; ADR 0007 says why.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Sequence

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from gateway.processes.dispatch import Hints

_log = logging.getLogger(__name__)

STREAM = "kanal:wakes"
GROUP = "workers"

_KEPT = 10_000
"""Entries kept in the stream; older ones have been found by looking long ago."""
_MOST_KEYS = 500
_BLOCK_MS = 1000
_REST_S = (0.2, 0.5, 1.0, 2.0)

Trouble = (RedisError, OSError, TimeoutError)


class WakeSender:
    """The accepting side. `wake` never waits."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting = Hints()
        self._some = asyncio.Event()

    def wake(self, keys: Sequence[str]) -> None:
        """Say that *keys* have something new."""
        if len(self._waiting) < _KEPT:  # else Redis is away, and they are found by looking
            self._waiting.add(keys)
            self._some.set()

    async def run(self) -> None:
        """Send what is to be said, until cancelled."""
        failures = 0
        while not _is_cancelled():
            await self._some.wait()
            keys = self._waiting.take(_MOST_KEYS)
            if not keys:
                self._some.clear()
                continue
            try:
                await self._redis.xadd(
                    STREAM, {"keys": " ".join(keys)}, maxlen=_KEPT, approximate=True
                )
                failures = 0
            except Trouble as error:
                failures = await _rest("wakes cannot be sent", error, failures)


class WakeReader:
    """The working side: gives each wake to one of the workers that read the same group."""

    def __init__(self, redis: Redis, name: str, hints: Hints, ring: Callable[[], None]) -> None:
        self._redis = redis
        self._name = name
        self._hints = hints
        self._ring = ring

    async def run(self, most: int) -> None:
        """Read until cancelled; not ahead of the work: others may have time for it."""
        failures = 0
        while not _is_cancelled():
            if len(self._hints) >= most:
                await asyncio.sleep(0.01)
                continue
            try:
                await self._read(most)
                failures = 0
            except ResponseError:
                # No such group: a new server, or one that was emptied.
                await asyncio.sleep(_REST_S[0])
                with contextlib.suppress(*Trouble):
                    await self._redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
            except Trouble as error:
                failures = await _rest("wakes cannot be read", error, failures)

    async def _read(self, most: int) -> None:
        found = await self._redis.xreadgroup(
            GROUP, self._name, {STREAM: ">"}, count=most, block=_BLOCK_MS, noack=True
        )
        entries = [fields for _, rows in _streams(found) for _, fields in rows]
        for fields in entries:
            self._hints.add(fields.get("keys", "").split())
        if entries:
            self._ring()


def _streams(answer: object) -> Iterable[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """What XREADGROUP gives: nothing, pairs, or (protocol 3) a mapping with rows a list deeper."""
    if not answer:
        return []
    if isinstance(answer, dict):
        return [(name, [row for part in rows for row in part]) for name, rows in answer.items()]
    assert isinstance(answer, list)  # noqa: S101 - the library's own type
    return answer


def _is_cancelled() -> bool:
    """Whether this task was told to end, even if nothing was raised here.

    redis waits with `asyncio.wait_for`, which in Python 3.11 swallows a cancellation that comes in
    the very moment in which its own work ends.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _rest(what: str, error: BaseException, failures: int) -> int:
    if failures == 0:
        _log.warning(what, extra={"error": type(error).__name__})
    await asyncio.sleep(_REST_S[min(failures, len(_REST_S) - 1)])
    return failures + 1
