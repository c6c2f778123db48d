"""What signals ask of a process: to end, or (SIGHUP) to start anew.

It starts anew only if the start would succeed at this moment.
A gateway that starts while the database is away does not come back, and until then it was the one
that took messages into its spool.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from gateway.bootstrap import StartRefused, brief, build, refuse_unreadable_spool
from gateway.configuration.settings import Environment, SettingsInvalid, load

_log = logging.getLogger("gateway.processes.serve")

_ENDING = (signal.SIGTERM, signal.SIGINT)

_PATIENCE_S = 30.0
"""More than any single wait of a start; what is silent for so long counts as away."""


MayReload = Callable[[], Awaitable[bool]]
"""Whether a new start would succeed; says itself why not."""


async def never() -> bool:
    """There is no new start."""
    return False


class Reload:
    """What SIGHUP does: one rehearsal after the other, and *anew* as soon as one succeeds."""

    def __init__(self, may: MayReload, anew: Callable[[], None]) -> None:
        self._may = may
        self._anew = anew
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def __call__(self) -> None:
        """Somebody asks; also while the answer to an earlier one is looked for."""
        self._wanted.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="reload")

    def close(self) -> None:
        """Whoever ends asks no more."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while self._wanted.is_set():
            self._wanted.clear()
            if await self._may():
                self._anew()
                return


class Ending:
    """Whether a process ends for good or to start anew.

    Whoever was told to end does so, whichever of the two was asked first.
    """

    def __init__(self) -> None:
        self._is_for_good = False
        self._is_anew = False

    def for_good(self) -> None:
        """Somebody wants it to be gone."""
        self._is_for_good = True

    def to_start_anew(self) -> bool:
        """Somebody wants a new start; whether that still counts."""
        self._is_anew = True
        return self.starts_anew

    @property
    def starts_anew(self) -> bool:
        """What there is to be done at the end."""
        return self._is_anew and not self._is_for_good


@contextmanager
def heeding(end: Callable[[int], None], reload: Reload) -> Iterator[None]:
    """Within the block *end* is called with each signal that ends, and SIGHUP reloads.

    The block holds all that is to be done before the end: no signal cuts it short, and none that
    comes in it is lost. After it SIGHUP means nothing until a new start listens to it.
    """
    loop = asyncio.get_running_loop()
    for name in _ENDING:
        loop.add_signal_handler(name, end, name)
    loop.add_signal_handler(signal.SIGHUP, reload)
    try:
        yield
    finally:
        reload.close()
        for name in _ENDING:
            loop.remove_signal_handler(name)
        # Its default, which stands for a moment in between, would end us.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
        loop.remove_signal_handler(signal.SIGHUP)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGHUP])


async def may_reload() -> bool:
    """Rehearse the start with what the files say now; if it fails, say why, and nothing changes."""
    problems = await _problems()
    if problems:
        _log.error("configuration not reloaded", extra={"problems": problems})
    return not problems


async def _problems() -> list[str]:
    try:
        environment = Environment.read()
        settings = await asyncio.to_thread(load, environment.config)
        async with asyncio.timeout(_PATIENCE_S):
            parts = await build(settings, environment)
            try:
                await asyncio.to_thread(refuse_unreadable_spool, parts)
            finally:
                await parts.close()
    except SettingsInvalid as error:
        return list(error.problems)
    except StartRefused as error:
        return [str(error)]
    except TimeoutError:
        return [f"the database does not answer within {_PATIENCE_S:g} s"]
    except (DBAPIError, OSError) as error:
        return [f"the database does not answer: {brief(error)}"]
    return []
