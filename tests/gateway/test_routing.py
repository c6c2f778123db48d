"""Messages with a point on a geo-tagged account: straight to the kelurahan, or not."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.complaint import Complaint
from core.messages import AccountId
from gateway.configuration import boundaries
from gateway.counter.desk import CounterDesk
from gateway.counter.visit import Matter, Visit
from normalizer.gazetteer import kelurahan
from tests.house import ADMIN, CONFIG, House, open_house
from tests.normalizer.borders import collection

LAMP = "lampu jalan mati di jl panjang depan sdn 01"
HERE = kelurahan()["31.73.05.1001"]
PIN = [HERE.lat, HERE.lon]
ACCOUNTS = [
    {"id": "jaki", "connector": "fake", "name": "JAKI", "geo_tagged": True},
    {"id": "loket", "connector": "counter", "name": "Pendopo Balai Kota"},
    *CONFIG["accounts"],
]


@pytest.fixture
async def mapped(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """With borders, on either database."""
    file = tmp_path / "borders.json"
    file.write_text(json.dumps(collection()))
    boundaries.take_in(file, tmp_path, lambda _: None)
    async with open_house(tmp_path, database_url, accounts=ACCOUNTS) as opened:
        yield opened


@pytest.fixture
async def unmapped(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, sqlite_url, accounts=ACCOUNTS) as opened:
        yield opened


async def newest(house: House) -> Complaint:
    return (await house.complaints())[-1].complaint


async def test_with_a_point_it_goes_straight_to_the_kelurahan(mapped: House) -> None:
    await mapped.say("ani", LAMP, "jaki", location=PIN)
    await mapped.pause()
    (receipt,) = mapped.heard("ani", "jaki")
    assert "Sekarang ada di Kelurahan Kebon Jeruk. Ditanggapi paling lambat" in receipt
    complaint = await newest(mapped)
    assert complaint.lead_unit == "kelurahan-kebon-jeruk"
    assert complaint.version == 1
    await mapped.say("budi", LAMP, "jaki")
    await mapped.pause()
    assert (await newest(mapped)).lead_unit == "biro-pemerintahan", "no point"
    await mapped.say("candra", LAMP, "chat", location=PIN)
    await mapped.pause()
    assert (await newest(mapped)).lead_unit == "biro-pemerintahan", "not a geo-tagged account"


async def test_a_pin_moves_nothing_that_came_in_by_another_channel(mapped: House) -> None:
    desk = CounterDesk(mapped.parts)
    visit = Visit(
        AccountId("loket"), mapped.clock(), (Matter(text="lampu jalan mati"),),
        desk.contact("jaki", "ani"),
    )  # fmt: skip
    await desk.enter(ADMIN, visit, {})
    await mapped.settle()
    await mapped.say("ani", "", "jaki", location=PIN)
    await mapped.pause()
    complaint = await newest(mapped)
    assert complaint.place.pinned
    assert complaint.lead_unit == "biro-pemerintahan", "a counter is not geo-tagged"


async def test_a_pin_in_the_burst_is_covered_by_the_receipt(mapped: House) -> None:
    await mapped.say("ani", LAMP, "jaki")
    await mapped.settle()
    mapped.clock.forward(seconds=2)
    await mapped.say("ani", "", "jaki", location=PIN)
    await mapped.pause(25)
    (receipt,) = mapped.heard("ani", "jaki")
    assert "Sekarang ada di Kelurahan Kebon Jeruk" in receipt


async def test_the_problem_may_come_after_the_point(mapped: House) -> None:
    await mapped.say("ani", "", "jaki", location=PIN)
    await mapped.pause(25)
    assert (await newest(mapped)).lead_unit == "biro-pemerintahan"
    mapped.heard("ani", "jaki")
    await mapped.say("ani", "lampu jalan mati", "jaki")
    await mapped.pause()
    assert (await newest(mapped)).lead_unit == "kelurahan-kebon-jeruk"
    assert "diteruskan ke Kelurahan Kebon Jeruk" in "\n".join(mapped.heard("ani", "jaki"))


async def test_a_contradiction_is_shown_and_not_acted_upon(mapped: House) -> None:
    await mapped.say("ani", f"{LAMP} kel kapuk muara", "jaki", location=PIN)
    await mapped.pause()
    place = (await newest(mapped)).place
    assert (await newest(mapped)).lead_unit == "kelurahan-kebon-jeruk"
    assert (place.kelurahan, place.rival) == ("31.73.05.1001", "31.72.01.1003")


async def test_an_accusation_is_not_sent_to_the_kelurahan(mapped: House) -> None:
    said = "oknum lurah kebon jeruk minta pungli 130 ribu saat urus surat"
    await mapped.say("ani", said, "jaki", location=PIN)
    await mapped.pause()
    assert await mapped.complaints() == [], "confidential"
    await mapped.say("budi", "lampu jalan mati", "rahasia", location=PIN)
    await mapped.pause()
    assert await mapped.complaints() == []


async def test_a_guess_by_distance_waits_unless_the_words_say_the_same(unmapped: House) -> None:
    await unmapped.say("ani", LAMP, "jaki", location=PIN)
    await unmapped.pause()
    assert (await newest(unmapped)).lead_unit == "biro-pemerintahan"
    await unmapped.say("budi", f"{LAMP} kel kebon jeruk", "jaki", location=PIN)
    await unmapped.pause()
    assert (await newest(unmapped)).lead_unit == "kelurahan-kebon-jeruk"
