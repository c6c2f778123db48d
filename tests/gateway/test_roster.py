"""Workers divide what they look at, and whoever falls is replaced."""

from sqlalchemy import select

from gateway.ops.roster import Roster, Share
from gateway.tables import inbound, notice
from tests.house import House


async def two(house: House) -> tuple[Roster, Roster]:
    p = house.parts
    one, other = (Roster(p.database, name, node, p.clock) for name, node in (("a", 1), ("b", 2)))
    await one.beat()
    await other.beat()
    await one.beat()
    return one, other


async def test_each_worker_has_its_number(house: House) -> None:
    one, other = await two(house)
    assert (one.share, other.share) == (Share(0, 2), Share(1, 2))


async def test_who_leaves_or_falls_silent_is_not_counted(house: House) -> None:
    one, other = await two(house)
    await other.leave()
    await one.beat()
    assert one.share == Share(0, 1)
    await other.beat()
    house.clock.forward(seconds=11)
    await other.beat()
    assert other.share == Share(0, 1), "the first has not said for eleven seconds that it lives"


async def seen(house: House, roster: Roster) -> set[str]:
    async with house.parts.database.read() as conn:
        query = select(inbound.c.queue_key).where(roster.own_inbound(house.clock()))
        return set((await conn.scalars(query)).all())


async def test_conversations_are_divided_and_none_is_forgotten(house: House) -> None:
    one, other = await two(house)
    for i in range(40):
        await house.say(f"p{i}", "BANTUAN")
    mine, theirs = await seen(house, one), await seen(house, other)
    assert not mine & theirs
    assert len(mine | theirs) == 40
    assert min(len(mine), len(theirs)) >= 8, "about half each"
    house.clock.forward(seconds=6)
    assert await seen(house, one) == mine | theirs, "what is left alone belongs to everybody"


async def test_a_notice_belongs_to_its_maker_first(house: House) -> None:
    await house.say("ani", "BANTUAN")
    await house.worker.drain.once()
    one, other = await two(house)
    assert house.parts.new_id.node == one.node, "the house made it under the first one's number"

    async def looks(roster: Roster) -> bool:
        async with house.parts.database.read() as conn:
            query = select(notice.c.id).where(roster.own_notices(house.clock()))
            return bool((await conn.scalars(query)).all())

    assert await looks(one)
    assert not await looks(other)
    house.clock.forward(seconds=6)
    assert await looks(other)
