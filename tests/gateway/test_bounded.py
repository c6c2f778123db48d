"""Nobody waits longer than he says for a server that says nothing."""

import asyncio
import contextlib
import time

import pytest
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import QueuePool

from gateway.ops.bounded import soon
from gateway.storage.database import Database, is_transient
from tests.postgres import FAST, PostgresMissing, PostgresServer


async def test_what_ends_in_time_gives_what_it_gives() -> None:
    async def refuse() -> None:
        raise ValueError("no")

    assert await soon(5, asyncio.sleep(0, "done")) == "done"
    with pytest.raises(ValueError, match="no"):
        await soon(5, refuse())


async def test_whoever_is_cancelled_takes_along_what_he_waited_for() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    waiting = asyncio.create_task(soon(60, work()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    async with asyncio.timeout(5):
        await ended.wait()


async def test_a_database_that_stands_still_holds_nobody() -> None:
    """Cancelled, its driver waits for the server once more."""
    try:
        server = PostgresServer(FAST)
        server.start()
    except PostgresMissing as error:
        pytest.skip(f"NO POSTGRESQL: {error}")
    database = Database(server.url)
    try:
        await database.ping()
        server.freeze()
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            await soon(0.5, database.ping())
        assert time.monotonic() - began < 4, "without it: ten seconds and more"
        server.thaw()
        await database.ping()
        await _all_taken(database)
    finally:
        server.remove()
        await database.close()


async def _all_taken(database: Database) -> None:
    """Whoever finds no free connection has met the silence too, and no fault of a message: it is
    tried again, and nothing is parked for it."""
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0.05
    async with contextlib.AsyncExitStack() as taken:
        for _ in range(pool.size()):
            await taken.enter_async_context(database.engine.connect())
        with pytest.raises(NoneFree) as error:
            await database.ping()
    assert is_transient(error.value)
