"""SQLite behind one thread: as many crossings as statements, and rows in any number."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from gateway.storage import crossing
from gateway.storage.database import Database, is_transient

COUNT = "with recursive n(k) as (select 1 union all select k + 1 from n where k < :most) select k from n"  # noqa: E501 - one statement

ABOVE_TEN = COUNT.replace("select k from", "select k + 10 from")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    found = Database(f"sqlite:///{tmp_path / 'a b.db'}")
    yield found
    await found.close()


@pytest.mark.parametrize("most", [0, 1, 999, 1000, 1001, 4321])
async def test_every_row_comes_once_and_in_order(database: Database, most: int) -> None:
    expected = list(range(1, most + 1)) or [1]
    async with database.read() as conn:
        rows = (await conn.scalars(text(COUNT), {"most": most})).all()
        assert rows == expected
        one_by_one = [k async for k in await conn.stream_scalars(text(COUNT), {"most": most})]
        assert one_by_one == expected
        result = await conn.stream(text(COUNT).execution_options(yield_per=300), {"most": most})
        assert [row.k async for row in result] == expected
        assert await conn.scalar(text(COUNT), {"most": most}) == 1


async def test_a_stream_that_is_left_early_holds_nothing(database: Database) -> None:
    async with database.read() as conn:
        result = await conn.stream(text(COUNT), {"most": 5000})
        assert (await result.fetchone()) is not None
        await result.close()
    async with database.write() as conn:
        await conn.execute(text("create table t (k integer primary key)"))


async def test_one_crossing_a_statement(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    crossings = 0
    execute = crossing.Connection._execute

    async def counted(self: crossing.Connection, *args: Any) -> Any:
        nonlocal crossings
        crossings += 1
        return await execute(self, *args)  # type: ignore[no-untyped-call]

    await database.ping()
    monkeypatch.setattr(crossing.Connection, "_execute", counted)
    async with database.read() as conn:
        for _ in range(5):
            await conn.execute(text("select 1"))
    assert crossings <= 5 + 2, "begin and rollback"


async def test_errors_keep_their_kind(database: Database) -> None:
    async with database.write() as conn:
        await conn.execute(text("create table t (k integer primary key)"))
        done = await conn.execute(text("insert into t values (1), (2)"))
        assert done.rowcount == 2
        back = await conn.execute(text("delete from t where k = 2 returning k"))
        assert (back.scalars().all(), back.rowcount) == ([2], 1)
        many = await conn.execute(text(f"insert into t {ABOVE_TEN} returning k"), {"most": 1500})
        assert (len(many.all()), many.rowcount) == (1500, 1500)
        await conn.execute(text("delete from t where k > 10"))
        await conn.execute(text("insert into t values (:k)"), [{"k": 5}, {"k": 6}])
    with pytest.raises(IntegrityError):
        async with database.write() as conn:
            await conn.execute(text("insert into t values (1)"))
    with pytest.raises(OperationalError) as missing:
        async with database.read() as conn:
            await conn.execute(text("select * from nowhere"))
    assert "nowhere" in str(missing.value.orig)
    with pytest.raises(ProgrammingError):
        async with database.read() as conn:
            await conn.exec_driver_sql("select ?, ?", (1,))
    async with database.read() as conn:
        assert await conn.scalar(text("select count(*) from t")) == 3


async def test_a_closed_database_says_so_as_something_that_passes(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'missing' / 'a.db'}")
    with pytest.raises(OperationalError) as error:
        await database.ping()
    assert is_transient(error.value)
    await database.close()


SLOW = "with recursive n(k) as (select 1 union all select k + 1 from n where k < 3000000) select max(k) from n"  # noqa: E501 - one statement
MANY = COUNT.replace(":most", "400000")


@pytest.fixture
def no_collection() -> Iterator[None]:
    """What is to be given back is not left to it."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("statement", [SLOW, MANY])
async def test_what_is_cancelled_in_the_middle_of_a_statement_leaves_nothing(
    database: Database, statement: str, no_collection: None
) -> None:
    async with database.write() as conn:
        await conn.execute(text("create table t (k integer primary key)"))

    async def interrupted() -> None:
        async with database.write() as conn:
            await conn.execute(text("insert into t values (7)"))
            await conn.execute(text(statement))

    for wait_s in (0, 0.001, 0.02):
        task = asyncio.create_task(interrupted())
        await asyncio.sleep(wait_s)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(10), database.write() as conn:
        assert await conn.scalar(text("select count(*) from t")) == 0
        await conn.execute(text("insert into t values (8)"))
    async with database.read() as conn:
        assert (await conn.scalars(text("select k from t"))).all() == [8]
