"""A danger to life goes along when complaints are merged and split, and calls who has it then."""

from sqlalchemy import select

from core.tables import complaint
from gateway.inbox.tables import inbox_item
from tests.gateway.grouping.test_acts import DINAS, LAMP, around, group, now, reported
from tests.gateway.rostering import FIRE, roster
from tests.house import House


async def alarms(house: House) -> dict[str, bool]:
    """By number, whether officers are still called."""
    query = select(complaint.c.number, inbox_item.c.alarm_at, inbox_item.c.handled_at)
    query = query.join(complaint, complaint.c.id == inbox_item.c.complaint_id)
    async with house.parts.database.read() as conn:
        rows = (await conn.execute(query)).all()
    return {row.number: row.alarm_at is not None and row.handled_at is None for row in rows}


async def test_a_danger_that_is_merged_calls_the_officers_of_the_one_that_lives(
    house: House,
) -> None:
    await roster(house, f"{DINAS.unit},Joko,sms,joko")
    lamp = await reported(house, "ani", LAMP)
    await house.act(lamp, "forward", DINAS.unit)
    fire = await reported(house, "ani", FIRE)
    house.heard("joko", "sms")
    await house.act(fire, "comment", text="Diteruskan ke 112.")
    assert await alarms(house) == {fire: False}

    await group(house, "merge", fire, lamp)
    await house.settle()
    assert (await now(house, lamp)).urgent
    assert await alarms(house) == {fire: False, lamp: True}
    (rung,) = house.heard("joko", "sms")
    assert rung.startswith(f"DARURAT {lamp}")

    await group(house, "unmerge", fire)
    assert not (await now(house, lamp)).urgent
    assert (await alarms(house))[lamp] is False
    await group(house, "merge", fire, lamp)
    house.clock.forward(minutes=11)
    await house.settle()
    assert (await alarms(house))[lamp] is True
    assert house.heard("joko", "sms") != [], "the second time, too"


async def test_a_danger_that_was_written_after_the_merging_stays(house: House) -> None:
    lamp = await reported(house, "ani", LAMP)
    fire = await reported(house, "ani", FIRE)
    await group(house, "merge", fire, lamp)
    await house.settle()
    await house.say("ani", f"{lamp} tiangnya terbakar sekarang tolong ada anak kesetrum")
    await house.pause()
    assert "terbakar" in (await around(house, lamp)).messages[-1].words
    await group(house, "unmerge", fire)
    assert (await now(house, lamp)).urgent
    assert (await alarms(house))[lamp] is True
    assert (await now(house, fire)).urgent


async def test_a_danger_that_is_split_off_rings_by_itself(house: House) -> None:
    await roster(house, "biro-pemerintahan,Joko,sms,joko")
    lamp = await reported(house, "ani", LAMP)
    fire = await reported(house, "ani", FIRE)
    await group(house, "merge", fire, lamp)
    await house.settle()
    await house.act(lamp, "comment", text="Diteruskan ke 112.")
    house.heard("joko", "sms")
    words = [m for m in (await around(house, lamp)).messages if "kebakaran" in m.words]
    await group(house, "split", lamp, messages=tuple(m.id for m in words))
    off = (await house.complaints())[-1].complaint
    assert (off.urgent, (await now(house, lamp)).urgent) == (True, False)
    await house.settle()
    assert (await alarms(house))[off.number] is True
    assert any(off.number in text for text in house.heard("joko", "sms"))
