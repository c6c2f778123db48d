"""Waits no longer than it says, whatever a driver does below."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T]) -> T:
    """The result of *work*, which runs in a thread that nobody waits for at the end.

    A server that takes connections and never answers holds a blocking driver for ever, and a pool
    of threads would wait for it once more when the program ends.

    Raises:
        TimeoutError: *work* did not end in time; it may still be running.
    """
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            result.set_exception(error)

    threading.Thread(target=run, name="bounded", daemon=True).start()
    return result.result(seconds)


async def soon(
    seconds: float, work: Coroutine[Any, Any, T], since: Callable[[], float] | None = None
) -> T:
    """The result of *work*, or the end of our patience, whatever its cancelling still takes.

    psycopg asks the server to cancel, too, and waits another ten seconds for one that is silent.

    Args:
        seconds: how long nothing may happen.
        work: what is awaited.
        since: when something happened last, by the clock of the loop; else only its beginning did.

    Raises:
        TimeoutError: *work* did not end in time; it is on its way out.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    task = asyncio.create_task(work)
    try:
        while not task.done():
            left = (since() if since else began) + seconds - loop.time()
            if left <= 0:
                raise TimeoutError
            await asyncio.wait({task}, timeout=left)
    finally:
        if not task.done():
            _LEAVING.add(task)
            task.add_done_callback(_gone)
            task.cancel()
    return task.result()


_LEAVING: set[asyncio.Task[Any]] = set()
"""Else nobody would hold them."""


def _gone(task: asyncio.Task[Any]) -> None:
    _LEAVING.discard(task)
    if not task.cancelled():
        task.exception()  # looked at, so that nobody is told of it
