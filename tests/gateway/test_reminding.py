"""The one reminder of what a receipt asked: when it leaves, and what makes it needless."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from core.complaint import Complaint, ComplaintId, Kind, Place, Stage, State, UnitId
from core.messages import AccountId
from core.number import WIB, ComplaintNumber
from gateway.desk.briefs import Lacks
from gateway.outbound.reminding import is_needless, missing_of, next_morning
from normalizer.reading import Missing
from tests.house import House, open_house

AT = time(8, 0)
EVENING = datetime(2026, 11, 19, 19, 12, tzinfo=WIB)
MORNING = EVENING.replace(day=20, hour=8, minute=0)
LAMP = Complaint(
    id=ComplaintId(7),
    number=ComplaintNumber("JK2611190041"),
    account=AccountId("chat"),
    origin_key="message:1:0",
    lead_unit=UnitId("biro-pemerintahan"),
    received_at=EVENING,
    filed_at=EVENING,
    kind=Kind.PUBLIC_SPACE,
    category="lampu-jalan",
)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ((19, 19, 12), (20, 8, 0)),
        ((19, 0, 30), (19, 8, 0)),
        ((19, 2, 0), (19, 8, 0)),
        ((19, 5, 41), (20, 8, 0)),
        ((19, 8, 0), (20, 8, 0)),
        ((19, 23, 59), (20, 8, 0)),
    ],
)
def test_it_is_due_on_the_next_morning_of_jakarta(
    asked: tuple[int, int, int], due: tuple[int, int, int]
) -> None:
    at = datetime(2026, 11, *asked, tzinfo=WIB).astimezone(UTC)
    assert next_morning(at, AT) == datetime(2026, 11, *due, tzinfo=WIB)


@pytest.mark.parametrize(
    ("changes", "facts", "needless"),
    [
        ({}, {}, False),
        ({"kind": Kind.PERSONAL}, {}, False),
        ({"kind": Kind.OTHER, "category": ""}, {"has_words": False}, False),
        ({"kind": Kind.OTHER, "category": ""}, {}, True),
        ({"place": Place("dekat pasar")}, {}, False),
        ({"place": Place("Jl Panjang depan SDN 01")}, {}, True),
        ({"place": Place(kelurahan="31.73.05.1001")}, {}, True),
        ({"confidential": True}, {}, True),
        ({"merged_into": ComplaintId(3)}, {}, True),
        ({"state": State.SELESAI}, {}, True),
        ({"stage": Stage.VALIDATION}, {}, True),
        ({"state": State.PROSES}, {}, False),
        ({}, {"unanswered": None}, True),
        ({}, {"unanswered": ComplaintId(8)}, True),
        ({}, {"asked_at": None}, True),
        ({}, {"asked_at": MORNING - timedelta(hours=5)}, True),
        ({}, {"asked_at": MORNING - timedelta(hours=6)}, False),
    ],
)
def test_nobody_is_reminded_in_vain(
    changes: dict[str, Any], facts: dict[str, Any], *, needless: bool
) -> None:
    known = {"unanswered": LAMP.id, "has_words": True, "asked_at": EVENING, "now": MORNING}
    assert is_needless(replace(LAMP, **changes), **(known | facts)) is needless


def test_a_photo_alone_lacks_the_problem_and_words_that_nobody_reads_do_not() -> None:
    photo = replace(LAMP, kind=Kind.OTHER, category="")
    assert missing_of(photo, has_words=False) is Missing.PROBLEM
    assert missing_of(photo, has_words=True) is None


async def reminders(house: House) -> list[tuple[str, str]]:
    return [(s, why) for kind, s, why in await house.ledger() if kind == "receipt_reminder"]


async def lacking(house: House) -> Lacks | None:
    return (await house.complaints())[0].lacks


async def test_it_leaves_once_and_officers_see_how_often_was_asked(house: House) -> None:
    await house.say("ani", "lampu jalan mati")
    await house.pause()
    assert "Di mana tempatnya?" in house.heard("ani")[0]
    assert await reminders(house) == [("due", "")]
    assert await lacking(house) == Lacks(Missing.PLACE, asked=1, reminded=0)
    await house.live_on(timedelta(hours=12.7).total_seconds())
    assert house.heard("ani") == [], "not before eight"
    await house.live_on(timedelta(hours=1).total_seconds())
    (reminder,) = house.heard("ani")
    assert "kami masih perlu tempatnya" in reminder
    assert await lacking(house) == Lacks(Missing.PLACE, asked=1, reminded=1)
    await house.live_on(timedelta(days=2).total_seconds())
    assert house.heard("ani") == []
    await house.say("ani", "dkt pasar")
    await house.pause()
    assert await lacking(house) == Lacks(Missing.PLACE, asked=2, reminded=1)
    await house.say("ani", "pasar cipulir")
    await house.pause()
    assert await lacking(house) is None


async def test_behind_a_closed_window_it_is_dropped(house: House) -> None:
    house.clock.forward(hours=-12)
    await house.say("ani", "lampu jalan mati", "window")
    await house.pause()
    house.heard("ani", "window")
    await house.live_on(timedelta(hours=26).total_seconds())
    assert await reminders(house) == [("cancelled", "window_closed")]
    await house.say("ani", "halo", "window")
    await house.pause()
    assert not any("masih perlu" in text for text in house.heard("ani", "window"))


async def test_what_was_not_asked_yet_is_not_asked_twice(sqlite_house: House) -> None:
    await sqlite_house.say("ani", "lampu jalan mati")
    await sqlite_house.worker.drain.once()
    sqlite_house.clock.forward(hours=14)
    await sqlite_house.settle()
    assert ["Di mana tempatnya?" in text for text in sqlite_house.heard("ani")] == [True]
    assert await reminders(sqlite_house) == [("superseded", "newer_news")]


async def test_another_report_has_the_question_now(sqlite_house: House) -> None:
    await sqlite_house.say("ani", "lampu jalan mati")
    await sqlite_house.pause()
    sqlite_house.clock.forward(hours=1)
    await sqlite_house.say("ani", "sampah menumpuk")
    await sqlite_house.pause()
    sqlite_house.heard("ani")
    await sqlite_house.live_on(timedelta(hours=24).total_seconds())
    (reminder,) = sqlite_house.heard("ani")
    assert "sampah menumpuk" in reminder


async def test_what_is_confidential_is_not_asked(sqlite_house: House) -> None:
    await sqlite_house.say("ani", "lampu jalan mati", "rahasia")
    await sqlite_house.say("budi", "tolong ada kdrt sekarang, suami pukul istri")
    await sqlite_house.pause()
    assert await reminders(sqlite_house) == []


async def test_it_can_be_switched_off(sqlite_url: str, tmp_path: Any) -> None:
    async with open_house(tmp_path, sqlite_url, questions={"remind": False}) as house:
        await house.say("ani", "lampu jalan mati")
        await house.pause()
        assert await reminders(house) == []
