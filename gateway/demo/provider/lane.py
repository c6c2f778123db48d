"""Posts about one thing, in order unless a fault says otherwise."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

from gateway.demo.provider.faults import Postings

Job = Callable[[], Awaitable[None]]
Spawn = Callable[[Coroutine[None, None, None]], asyncio.Task[None]]
"""Starts a task and keeps hold of it."""


class Lane:
    """The callbacks of one message, or the webhooks of one phone's writing. Nobody waits for a post
    but the next one of the same lane."""

    def __init__(self, spawn: Spawn) -> None:
        self._spawn = spawn
        self._tasks: list[asyncio.Task[None]] = []
        self._last: asyncio.Task[None] | None = None
        self._held: list[Job] = []

    def add(self, job: Job, postings: Postings) -> None:
        """Do *job* once per posting."""
        released, self._held = self._held, []
        for posting in postings:
            if posting.held:
                self._held.append(job)
            elif posting.delay_s:
                self._tasks.append(self._spawn(_later(job, posting.delay_s)))
            else:
                self._in_turn(job)
        self._release(released)

    async def finish(self) -> None:
        """Nothing more comes: let go of what is still held, and wait for everything."""
        self._release(self._held)
        self._held = []
        if self._tasks:
            await asyncio.gather(*self._tasks)

    def _release(self, jobs: list[Job]) -> None:
        for job in jobs:
            self._in_turn(job)

    def _in_turn(self, job: Job) -> None:
        self._last = self._spawn(_after(self._last, job))
        self._tasks.append(self._last)


async def _after(before: asyncio.Task[None] | None, job: Job) -> None:
    if before is not None:
        await asyncio.wait((before,))
    await job()


async def _later(job: Job, delay_s: float) -> None:
    await asyncio.sleep(delay_s)
    await job()
