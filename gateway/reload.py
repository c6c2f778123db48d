"""Whether a process may start anew (SIGHUP): only if the start would succeed at this moment.

A gateway that starts while the database is away does not come back, and until then it was the one
that took messages into its spool.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import DBAPIError

from gateway.bootstrap import StartRefused, brief, build, refuse_unreadable_spool
from gateway.settings import Environment, SettingsInvalid, load

_log = logging.getLogger("gateway.serve")

ENDING = (signal.SIGTERM, signal.SIGINT)
"""The other signals: those that end a process when what was begun is done."""

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
