"""Tells every open page of the demo that something changed: where to look again, never what."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from gateway.bootstrap import Parts
from gateway.demo.provider import Network
from gateway.processes.dispatch import Bell

HEARTBEAT_S = 15.0
PACE_S = 0.2
"""At most five hints in a second; each leads to a few reads."""


class Changes:
    """Tells every open page that something changed: what, never the thing itself."""

    def __init__(self, parts: Parts, network: Network) -> None:
        self._bells = (parts.bell, parts.progress)
        self._network = network
        self._watchers: set[_Watcher] = set()
        self._ended = False

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[None]:
        """Listen while the block lasts."""
        ways = [self._hear(bell) for bell in self._bells] + [self._hear_phones()]
        tasks = [asyncio.create_task(way) for way in ways]
        try:
            yield
        finally:
            self.end()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def open_pages(self) -> int:
        """How many listen."""
        return len(self._watchers)

    def end(self) -> None:
        """End every stream: a server that stops would wait for them."""
        self._ended = True
        for watcher in self._watchers:
            watcher.stirred.set()

    async def stream(self) -> AsyncIterator[str]:
        """Server-sent events for one page."""
        watcher = _Watcher()
        self._watchers.add(watcher)
        try:
            yield "retry: 1000\n\n"
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(HEARTBEAT_S):
                        await watcher.stirred.wait()
                if self._ended:
                    break
                if watcher.stirred.is_set():
                    yield f"event: changed\ndata: {json.dumps(watcher.take())}\n\n"
                    await asyncio.sleep(PACE_S)
                else:
                    yield ": still here\n\n"
        finally:
            self._watchers.discard(watcher)

    async def _hear(self, bell: Bell) -> None:
        ear = bell.ear()
        try:
            while True:
                if await ear.wait(HEARTBEAT_S):
                    for watcher in self._watchers:
                        watcher.tell_complaints()
        finally:
            ear.close()

    async def _hear_phones(self) -> None:
        with self._network.subscribe() as updates:
            while (update := await updates.get()) is not None:
                for watcher in self._watchers:
                    watcher.tell_phone(update.number)


class _Watcher:
    """What one open page has not been told yet."""

    def __init__(self) -> None:
        self.stirred = asyncio.Event()
        self._complaints = False
        self._phones: set[str] = set()

    def tell_complaints(self) -> None:
        self._complaints = True
        self.stirred.set()

    def tell_phone(self, number: str) -> None:
        self._phones.add(number)
        self.stirred.set()

    def take(self) -> dict[str, object]:
        told = {"complaints": self._complaints, "phones": sorted(self._phones)}
        self._complaints, self._phones = False, set()
        self.stirred.clear()
        return told
