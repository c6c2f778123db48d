"""Intake: the database may be away; what was acknowledged is stored when it is back."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import func, select

from gateway.inbound.intake import Intake, Taken
from gateway.storage.database import sqlite_path
from gateway.tables import raw_inbound
from tests.gateway.test_commit import arrival, incoming
from tests.house import House


async def stored(house: House) -> int:
    async with house.parts.database.read() as conn:
        return int(await conn.scalar(select(func.count()).select_from(raw_inbound)) or 0)


@contextmanager
def stuck(url: str) -> Iterator[None]:
    """Somebody holds what every commit needs: it hangs, and then succeeds after all."""
    path = sqlite_path(url)
    blocker: Any = sqlite3.connect(path, isolation_level=None) if path else psycopg.connect(url)
    blocker.execute("begin immediate" if path else "lock table raw_inbound in exclusive mode")
    try:
        yield
    finally:
        blocker.execute("rollback")
        blocker.close()


async def test_a_commit_that_hangs_past_the_deadline_is_spooled_and_stored_once(
    house: House, tmp_path: Path
) -> None:
    woken: list[str] = []
    intake = Intake(house.parts.database, tmp_path / "spool", deadline_s=1, wake=woken.extend)
    await intake.start()
    assert await intake.take(incoming(house, "before")) is Taken.STORED

    with stuck(house.parts.database.url):
        assert await intake.take(incoming(house, "m0")) is Taken.SPOOLED
        others = [await intake.take(incoming(house, f"m{i}")) for i in range(1, 6)]
        assert others == [Taken.SPOOLED] * 5, "and they do not wait for the deadline again"
        assert intake.spooled_bytes > 0

    async with asyncio.timeout(60):
        while intake.spooled_bytes:
            await asyncio.sleep(0.02)
    assert await stored(house) == 7
    assert len(set(woken)) == 7, "each is rung for; the one that was stored twice perhaps twice"
    assert await intake.take(incoming(house, "after")) is Taken.STORED
    await intake.stop()


async def test_a_message_that_was_stored_before_is_a_repetition(
    sqlite_house: House, tmp_path: Path
) -> None:
    intake = Intake(sqlite_house.parts.database, tmp_path / "s", deadline_s=2, wake=lambda _: None)
    await intake.start()
    assert await intake.take(incoming(sqlite_house, "a")) is Taken.STORED
    assert await intake.take(incoming(sqlite_house, "a")) is Taken.REPEATED
    await intake.stop()


async def test_what_a_dead_process_has_spooled_is_adopted_at_the_next_start(
    sqlite_house: House, tmp_path: Path
) -> None:
    folder = tmp_path / "spool"
    house = sqlite_house
    from gateway.inbound.spool import Spool

    dead = Spool.create(folder)
    await dead.append(arrival(house, "a"))
    await dead.append(arrival(house, "b"))
    dead.close()  # its file stays, as after a crash
    intake = Intake(
        house.parts.database, folder, deadline_s=2, wake=lambda _: None, clock=house.clock
    )
    house.clock.forward(hours=1)
    await intake.start()
    async with asyncio.timeout(60):
        while intake.spooled_bytes:
            await asyncio.sleep(0.02)
    assert await stored(house) == 2
    async with house.parts.database.read() as conn:
        known = set((await conn.scalars(select(raw_inbound.c.stored_at))).all())
    assert known == {house.clock()}, "a month's books tell this from the hour of acceptance"
    await intake.stop()
    assert list(folder.glob("*.spool")) == []
