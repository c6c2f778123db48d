"""A lease is held by one; whoever lost it finds out before writing."""

import asyncio
from datetime import timedelta

from gateway.ops.lease import acquire, release, still_held
from tests.house import House

SPAN = timedelta(seconds=30)


async def take(house: House, who: str) -> object:
    async with house.parts.database.write() as conn:
        return await acquire(conn, "poller", who, house.clock(), SPAN)


async def test_only_one_holds_it_and_may_prolong_it(house: House) -> None:
    first = await take(house, "a")
    assert first is not None
    assert await take(house, "b") is None
    house.clock.forward(seconds=20)
    again = await take(house, "a")
    assert again.token == first.token  # type: ignore[attr-defined]
    house.clock.forward(seconds=20)
    assert await take(house, "b") is None, "it was prolonged"


async def test_a_sleeper_finds_its_token_outdated(house: House) -> None:
    first = await take(house, "a")
    house.clock.forward(seconds=31)
    second = await take(house, "b")
    assert second.token > first.token  # type: ignore[attr-defined]
    async with house.parts.database.write() as conn:
        assert not await still_held(conn, first)  # type: ignore[arg-type]
        assert await still_held(conn, second)  # type: ignore[arg-type]


async def test_a_lapsed_lease_is_a_change_of_hands_even_to_oneself(house: House) -> None:
    first = await take(house, "a")
    house.clock.forward(seconds=31)
    again = await take(house, "a")
    assert again.token > first.token  # type: ignore[attr-defined]


async def test_a_released_one_is_free_at_once(house: House) -> None:
    first = await take(house, "a")
    async with house.parts.database.write() as conn:
        await release(conn, first, house.clock())  # type: ignore[arg-type]
    assert await take(house, "b") is not None


async def test_two_at_once_are_not_both_served(house: House) -> None:
    taken = await asyncio.gather(*(take(house, who) for who in "abcde"))
    assert sum(lease is not None for lease in taken) == 1
