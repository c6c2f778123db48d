"""Redis gives hints and shares budgets; without it everything goes on, later or slower."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from core.messages import AccountId
from gateway.outbound.budget import SharedBudget, Wanted
from gateway.wakes import GROUP, STREAM, Hints, WakeReader, WakeSender
from tests.house import House
from tests.servers import RedisServer

SMS = AccountId("sms")


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    made = RedisServer(tmp_path)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def redis(server: RedisServer) -> AsyncIterator[Redis]:
    async with client_of(server) as made:
        yield made


def client_of(server: RedisServer) -> Redis:
    return Redis.from_url(
        server.url, decode_responses=True, socket_timeout=3, socket_connect_timeout=0.5, retry=None
    )


@contextlib.asynccontextmanager
async def running(*tasks: object) -> AsyncIterator[None]:
    started = [asyncio.ensure_future(t) for t in tasks]  # type: ignore[call-overload]
    try:
        yield
    finally:
        for task in started:
            task.cancel()
        _, left = await asyncio.wait(started, timeout=10)
        assert not left, "a task that was told to end goes on"


async def until(true: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


async def test_each_wake_reaches_one_of_the_workers(server: RedisServer) -> None:
    async with client_of(server) as a, client_of(server) as b, client_of(server) as c:
        sender, mine, theirs = WakeSender(a), Hints(), Hints()
        rung: list[int] = []
        readers = [
            WakeReader(b, "one", mine, lambda: rung.append(1)).run(200),
            WakeReader(c, "two", theirs, lambda: rung.append(2)).run(200),
        ]
        async with running(sender.run(), *readers):
            for i in range(100):
                sender.wake([f"k{i}"])
                await asyncio.sleep(0)
            await until(lambda: len(mine) + len(theirs) == 100)
    assert set(mine.take(200)) | set(theirs.take(200)) == {f"k{i}" for i in range(100)}
    assert rung


async def test_a_worker_does_not_hoard_what_others_could_do(redis: Redis) -> None:
    hints = Hints()
    hints.add([f"old{i}" for i in range(64)])
    async with running(WakeReader(redis, "one", hints, lambda: None).run(64)):
        await redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
        await redis.xadd(STREAM, {"keys": "new"})
        await asyncio.sleep(0.3)
        assert len(hints) == 64
        hints.take(64)
        await until(lambda: len(hints) == 1)


async def test_an_emptied_server_is_used_again(redis: Redis) -> None:
    sender, hints = WakeSender(redis), Hints()
    async with running(sender.run(), WakeReader(redis, "one", hints, lambda: None).run(64)):
        sender.wake(["before"])
        await until(lambda: len(hints) == 1)
        await redis.flushall()
        await until_read(sender, hints)


async def until_read(sender: WakeSender, hints: Hints) -> None:
    """A hint may be lost meanwhile; one of the following arrives."""
    before = len(hints)
    async with asyncio.timeout(10):
        while len(hints) == before:
            sender.wake([f"again{before}{id(object())}"])
            await asyncio.sleep(0.05)


async def test_a_server_that_went_away_and_came_back_is_used_again(server: RedisServer) -> None:
    async with client_of(server) as redis:
        sender, hints = WakeSender(redis), Hints()
        async with running(sender.run(), WakeReader(redis, "one", hints, lambda: None).run(64)):
            await until_read(sender, hints)
            await server.stop()
            for i in range(50):
                sender.wake([f"lost{i}"])  # never waits, never raises
            await asyncio.sleep(0.3)
            await server.start()
            await until_read(sender, hints)


async def test_whoever_is_told_to_end_does_so_at_any_moment(server: RedisServer) -> None:
    async with client_of(server) as redis:
        for number in range(60):
            sender, hints = WakeSender(redis), Hints()
            reader = WakeReader(redis, f"r{number}", hints, lambda: None)
            async with running(sender.run(), reader.run(64)):
                sender.wake([f"k{number}"])
                for _ in range(number):
                    await asyncio.sleep(0)


async def test_hints_are_kept_once_and_in_order() -> None:
    hints = Hints()
    hints.add(["a", "b", "a"])
    hints.add(["c"])
    assert hints.take(2) == ["a", "b"]
    assert hints.take(2) == ["c"]
    assert hints.take(2) == []


async def take(budget: SharedBudget, count: int = 8, rate: float = 10, account: str = SMS) -> int:
    name = AccountId(account)
    return (await budget.take({name: Wanted(rate, count)}))[name].count


async def test_workers_draw_from_one_budget(server: RedisServer) -> None:
    async with client_of(server) as a, client_of(server) as b:
        one, two = SharedBudget(a), SharedBudget(b)
        assert await take(one) == 8
        assert await take(two) in {2, 3}, "the bucket holds a second's messages"
        assert await take(one) <= 1
        await asyncio.sleep(0.5)
        assert 3 <= await take(two) <= 7, "and it fills at the rate"
        slow = await take(one, count=3, rate=0.5, account="wa")
        assert slow == 1, "at least one message, however slow the account"


async def test_without_an_answer_the_budget_is_divided(server: RedisServer) -> None:
    async with client_of(server) as redis:
        budget = SharedBudget(redis)
        server.freeze()
        async with asyncio.timeout(1):
            assert await take(budget) == 8
            await budget.rest(SMS, timedelta(seconds=5))  # never raises
        assert not budget.is_shared
        server.thaw()
        await asyncio.sleep(0.1)
        await take(budget)
        assert budget.is_shared


async def test_an_account_that_one_worker_was_refused_on_rests_for_all(server: RedisServer) -> None:
    async with client_of(server) as a, client_of(server) as b:
        one, two = SharedBudget(a), SharedBudget(b)
        await one.rest(SMS, timedelta(seconds=60))
        await two.rest(SMS, timedelta(seconds=0.2))
        granted = (await two.take({SMS: Wanted(rate=10, count=8)}))[SMS]
        assert granted.count == 0
        assert 55 < granted.rest.total_seconds() <= 60, "a rest is only ever made longer"
        assert await take(two, account="wa") == 8, "the other accounts go on"
        await one.rest(AccountId("wa"), timedelta(seconds=0.2))
        assert await take(two, account="wa") == 0
        await asyncio.sleep(0.25)
        assert await take(two, account="wa") > 0, "and it ends"


async def test_a_worker_asks_no_more_while_another_was_told_to_wait(
    sqlite_house: House, server: RedisServer
) -> None:
    async with client_of(server) as redis:
        house = sqlite_house
        house.worker.sender.budget = SharedBudget(redis)
        await SharedBudget(redis).rest(AccountId("chat"), timedelta(seconds=90))
        await house.say("ani", "BANTUAN")
        await house.settle()
        assert house.heard("ani") == []
        await redis.flushall()
        await house.settle()
        assert house.heard("ani") == [], "it remembers by itself for how long"
        house.clock.forward(seconds=91)
        await house.settle()
        assert len(house.heard("ani")) == 1
