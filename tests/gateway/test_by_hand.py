"""What is owed to a reporter without an address, on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from core.by_hand import Way
from core.number import WIB
from gateway.by_hand import desk
from gateway.by_hand.tables import hand_telling
from gateway.outbound.world import World
from tests.gateway.counter import at_the_counter
from tests.gateway.rostering import roster
from tests.house import ADMIN, House


async def owed(house: House) -> list[Any]:
    async with house.parts.database.read() as conn:
        query = select(hand_telling).order_by(hand_telling.c.id)
        return list((await conn.execute(query)).all())


async def test_much_that_happens_is_told_once_and_by_the_earliest_time(house: House) -> None:
    number = await at_the_counter(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.act(number, "process", text="Regu datang besok.")
    assert await owed(house) == [], "it stands on the tracker"
    await house.act(number, "comment", text="Sudah kami lihat.")
    (first,) = await owed(house)
    house.clock.forward(hours=2)
    await house.act(number, "finish", text="Saluran sudah dikeruk.")
    (row,) = await owed(house)
    assert (row.id, row.since_at, row.due_at) == (first.id, first.since_at, first.due_at)
    assert (row.why, row.seq > first.seq) == ("finished", True)
    assert await house.ledger() == [], "nothing is held and nothing fails"


async def test_a_question_is_to_be_put_before_its_clock_ends(house: House) -> None:
    number = await at_the_counter(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.act(
        number, "file-ticket", "dinas-bina-marga", kind="tidak-jelas", note="Gang yang mana?"
    )
    await house.act(number, "ask", text="Gang yang mana?")
    (row,) = await owed(house)
    assert row.why == "asked"
    assert row.due_at <= house.clock() + timedelta(hours=24)


async def test_a_missed_clock_is_told(house: House) -> None:
    await at_the_counter(house)
    await house.live_on(8 * 24 * 3600)
    assert [row.why for row in await owed(house)] == ["completion_late"]


async def test_whoever_has_an_address_is_told_there(house: House) -> None:
    await house.say("ani", "lampu jalan mati di jl panjang depan sdn 01")
    await house.pause()
    (brief,) = await house.complaints()
    await house.act(brief.complaint.number, "finish", text="Menyala.")
    assert await owed(house) == []


async def test_what_is_confidential_is_nobodys_to_call_about(house: House) -> None:
    number = await at_the_counter(house)
    await house.act(number, "comment", text="Sudah kami lihat.")
    (before,) = await owed(house)
    await house.act(number, "make-confidential")
    assert await owed(house) == [before]


async def test_whoever_was_told_is_off_the_list_until_more_happens(house: House) -> None:
    numbers = [await at_the_counter(house, serial) for serial in (1, 2)]
    for number in numbers:
        await house.act(number, "comment", text="Sudah kami lihat.")
    await desk.set_way(house.parts, ADMIN, numbers[1], Way.LETTER)
    await desk.set_way(house.parts, ADMIN, numbers[1], Way.PHONE)
    world = World(house.parts.settings, {}, house.parts.keys.code, house.clock())

    async def waiting() -> list[tuple[str, Way | None]]:
        found = await desk.listed(house.parts, ADMIN, world, None, 1)
        found += await desk.listed(house.parts, ADMIN, world, found[-1].mark, 5) if found else []
        return [(item.complaint.number, item.way) for item in found]

    assert await waiting() == [(numbers[0], None), (numbers[1], Way.PHONE)]
    first, _ = await owed(house)
    told = await desk.note_told(house.parts, ADMIN, world, first.id, Way.RETURN, None, first.seq)
    assert (told.told_at, told.told_way) == (house.clock(), Way.RETURN)
    assert await waiting() == [(numbers[1], Way.PHONE)]
    await house.act(numbers[0], "comment", text="Regu datang besok.")
    assert await waiting() == [(numbers[1], Way.PHONE), (numbers[0], None)]


async def test_the_bureau_that_coordinates_the_field_is_called_once(house: House) -> None:
    house.clock.at = datetime(2026, 11, 20, 9, 0, tzinfo=WIB).astimezone(UTC)
    await roster(house, "biro-pembangunan-dan-lingkungan-hidup,Ratna,sms,ratna")
    number = await at_the_counter(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.act(number, "comment", text="Kata Bu Siti di 081298765432 sudah.")
    await house.act(number, "finish", text="Saluran sudah dikeruk.")
    await house.settle()
    (text,) = house.heard("ratna", "sms")
    assert text.startswith(f"Pelapor tanpa nomor, beri tahu sendiri: {number}, got mampet,")
    assert text.endswith("Paling lambat 23 Nov pukul 09.00.")
    assert "Siti" not in text


async def test_of_what_accuses_somebody_no_bureau_is_called(house: House) -> None:
    await roster(house, "biro-pembangunan-dan-lingkungan-hidup,Ratna,sms,ratna")
    number = await at_the_counter(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.act(number, "accuse", "kelurahan-kebon-jeruk")
    await house.act(number, "comment", text="Sudah kami lihat.")
    await house.pause(3600)
    assert house.heard("ratna", "sms") == []
    assert len(await owed(house)) == 1
