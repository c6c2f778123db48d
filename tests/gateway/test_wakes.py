"""Redis gives hints and shares budgets; without it everything goes on, later or slower."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from core.messages import AccountId
from gateway.outbound.budget import Wanted
from gateway.processes.dispatch import Hints
from gateway.shared.budget import SharedBudget
from gateway.shared.wakes import GROUP, STREAM, WakeReader, WakeSender
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


def client_of(server: RedisServer, silent_s: float = 3) -> Redis:
    return Redis.from_url(
        server.url, decode_responses=True, socket_timeout=silent_s, socket_connect_timeout=5,
        retry=None,
    )  # fmt: skip


@contextlib.asynccontextmanager
async def running(*tasks: object) -> AsyncIterator[None]:
    started = [asyncio.ensure_future(t) for t in tasks]  # type: ignore[call-overload]
    try:
        yield
    finally:
        for task in started:
            task.cancel()
        _, left = await asyncio.wait(started, timeout=30)
        assert not left, "a task that was told to end goes on"


async def until(true: Callable[[], bool], seconds: float = 30) -> None:
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
    async with asyncio.timeout(30):
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
        one, two = SharedBudget(a, patience_s=10), SharedBudget(b, patience_s=10)
        begun = time.monotonic()
        taken = [await take(budget) for budget in (one, two, one)]
        assert taken[0] == 8
        assert 10 <= sum(taken) <= 11 + 10 * (time.monotonic() - begun), "a second's messages"
        await asyncio.sleep(0.5)
        taken.append(await take(two))
        assert taken[-1] >= 3, "and it fills"
        assert sum(taken) <= 11 + 10 * (time.monotonic() - begun), "at the rate"
        slow = await take(one, count=3, rate=0.5, account="wa")
        assert slow == 1, "at least one message, however slow the account"


async def test_without_an_answer_the_budget_is_divided(server: RedisServer) -> None:
    async with client_of(server, silent_s=60) as redis:
        budget = SharedBudget(redis)
        server.freeze()
        async with asyncio.timeout(20):
            assert await take(budget) == 8
            await budget.rest(SMS, timedelta(seconds=5))  # never raises
        assert not budget.is_shared
        server.thaw()
        async with asyncio.timeout(30):
            while not budget.is_shared:
                await take(budget)
                await asyncio.sleep(0.05)


async def test_an_account_that_one_worker_was_refused_on_rests_for_all(server: RedisServer) -> None:
    async with client_of(server) as a, client_of(server) as b:
        one, two = SharedBudget(a, patience_s=10), SharedBudget(b, patience_s=10)
        await one.rest(SMS, timedelta(seconds=60))
        await two.rest(SMS, timedelta(seconds=0.2))
        granted = (await two.take({SMS: Wanted(rate=10, count=8)}))[SMS]
        assert granted.count == 0
        assert 30 < granted.rest.total_seconds() <= 60, "a rest is only ever made longer"
        assert await take(two, account="wa") == 8, "the other accounts go on"
        await one.rest(AccountId("wa"), timedelta(seconds=1))
        assert await take(two, account="wa") == 0
        async with asyncio.timeout(30):
            while not await take(two, account="wa"):
                await asyncio.sleep(0.05)


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
