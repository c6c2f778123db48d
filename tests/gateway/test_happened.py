"""The time that a report speaks of is kept with it, and shown to the officer without its words."""

from datetime import datetime

import pytest

from core.happened import Happened
from core.number import WIB
from normalizer.dialogue.timing import happened
from normalizer.understand import understand
from tests.gateway.web.conftest import Web, web
from tests.house import House

__all__ = ["web"]

AT = datetime(2026, 11, 19, 19, 12, tzinfo=WIB)


def wib(*at: int) -> datetime:
    return datetime(*at, tzinfo=WIB)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lampu jalan mati kemarin jam 8 malam",
         Happened("point", "hour", wib(2026, 11, 18, 20))),
        ("sampah menumpuk sudah 3 hari",
         Happened("duration", "day", wib(2026, 11, 16, 19, 12), AT)),
        ("parkir liar setiap sore di trotoar",
         Happened("recurring", "day", every="day", from_hour="sore")),
        ("lampu jalan mati di jl panjang", None),
        ("lampu jalan mati sudah lama sekali", None),
    ],
)  # fmt: skip
def test_what_is_kept_of_a_time(text: str, expected: Happened | None) -> None:
    found = happened(understand(text, at=AT).moment)
    assert found == expected
    if found:
        assert Happened.from_text(found.to_text()) == found


async def test_the_first_time_that_is_said_stays_unless_it_is_corrected(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    await house.say("ani", "lampu jalan mati di jl panjang depan sdn 01")
    await house.pause()
    assert (await house.complaints())[0].complaint.happened is None
    for text, hour in (
        ("kejadiannya kemarin jam 5 sore", 17),
        ("tadi pagi jam 7 juga mati", 17),
        ("salah, maksud saya kemarin jam 6 sore", 18),
    ):
        await house.say("ani", text)
        await house.pause()
        found = (await house.complaints())[0].complaint.happened
        assert found is not None
        assert found.start == wib(2026, 11, 18, hour), text


async def test_an_officer_sees_when_it_happened(web: Web) -> None:
    number = await web.filed("lampu jalan mati kemarin jam 8 malam di jl panjang depan sdn 01")
    answer = await web.client.get(f"/api/v1/complaints/{number}", headers=await web.token())
    shown = answer.json()["happened"]
    assert (shown["kind"], shown["precision"]) == ("point", "hour")
    assert datetime.fromisoformat(shown["start"]) == wib(2026, 11, 18, 20)
    assert shown["end"] is None
