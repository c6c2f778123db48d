"""SIAP at the very moment at which the unit puts its roster anew: on PostgreSQL both write at once.

(SQLite lets one writer in after the other.)
"""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from sqlalchemy import select

from core.access import Interface, Origin
from core.complaint import UnitId
from core.messages import AccountId, Address
from gateway.audit.entry import Doer
from gateway.configuration.holidays import deadlines
from gateway.duty.agreeing import agree
from gateway.duty.entering import lock, replace
from gateway.duty.lines import ListedOfficer
from gateway.duty.roster import Matter
from gateway.duty.tables import ON_ROSTER, duty_officer
from tests.house import House

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

DINAS = UnitId("dinas-bina-marga")
JOKO = ListedOfficer(
    DINAS, "Joko", AccountId("sms"), Address("fake:user", "joko"),
    frozenset(Matter) - {Matter.CONFIDENTIAL}, None,
)  # fmt: skip
BY = Doer("user:1", Origin(Interface.API))


async def put(house: House, conn: Any) -> None:
    await lock(conn, [DINAS])
    await replace(conn, house.parts, [DINAS], [JOKO], "roster.replace", BY, is_operators=False)


async def says_yes(house: House, conn: Any, thread: int) -> None:
    p = house.parts
    await agree(conn, [thread], deadlines(p.settings), p.clock(), p.new_id)


async def on_roster(house: House) -> list[Any]:
    async with house.parts.database.read() as conn:
        return list((await conn.execute(select(duty_officer).where(ON_ROSTER))).all())


async def waiting(work: Awaitable[None]) -> "asyncio.Task[None]":
    """*work*, begun and stopped by what another transaction holds."""
    task = asyncio.ensure_future(work)
    await asyncio.wait({task}, timeout=0.5)
    assert not task.done(), "nothing is in its way"
    return task  # type: ignore[return-value]


async def invited(house: House) -> int:
    async with house.parts.database.write() as conn:
        await put(house, conn)
    (row,) = await on_roster(house)
    assert row.confirmed_at is None
    return int(row.conversation_id)


async def test_a_yes_that_waits_for_the_new_roster_counts_there(house: House) -> None:
    thread = await invited(house)

    async def yes() -> None:
        async with house.parts.database.write() as conn:
            await says_yes(house, conn, thread)

    async with house.parts.database.write() as conn:
        await put(house, conn)
        said = await waiting(yes())
    await said
    (row,) = await on_roster(house)
    assert row.confirmed_at is not None


@pytest.mark.parametrize("reports", [False, True])
async def test_a_roster_that_waits_for_the_yes_has_it(house: House, reports: bool) -> None:
    """Whoever has reported something too keeps a citizen's thread, which is then not written."""
    if reports:
        await house.say("joko", "lampu jalan mati di jl panjang kel kebon jeruk", "sms")
        await house.pause()
        house.heard("joko", "sms")
    thread = await invited(house)

    async def anew() -> None:
        async with house.parts.database.write() as conn:
            await put(house, conn)

    async with house.parts.database.write() as conn:
        await says_yes(house, conn, thread)
        again = await waiting(anew())
    await again
    (row,) = await on_roster(house)
    assert row.confirmed_at is not None
    house.clock.forward(hours=13)
    await house.settle()
    asked = [said for said in house.heard("joko", "sms") if "Balas SIAP" in said]
    assert len(asked) == 1, "nobody is asked again"
