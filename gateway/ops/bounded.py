"""Waits no longer than it says, whatever a driver does below."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

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
