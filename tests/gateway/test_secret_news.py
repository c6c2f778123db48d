"""What the reporter of an accusation is told: at most that there is news, and only on request."""

import pytest

from core.access import Officer, OfficerRole
from core.complaint import UnitId
from tests.house import House

ACCUSATION = "lurah minta 130rb per orang buat tes urin pjlp kalo ga bayar ga dipanggil lagi"
READER = Officer(
    "token:2", UnitId("biro-pemerintahan"), OfficerRole.CONFIDENTIAL_READER, frozenset({"chat"})
)
INSPECTOR = Officer("token:3", UnitId("inspektorat"), OfficerRole.INSPEKTORAT)
NEVER = ("pungli", "lurah", "Inspektorat", "Biro", "JK26")


async def accused(house: House, account: str = "chat") -> tuple[str, list[str]]:
    house.clock.forward(hours=13)
    await house.say("ani", ACCUSATION, account)
    await house.pause()
    (number,) = await house.codes()
    return number, house.heard("ani", account)


@pytest.mark.parametrize("answer", ["ya", "tidak", ""])
async def test_only_who_asked_hears_that_there_is_news(house: House, answer: str) -> None:
    number, receipt = await accused(house)
    assert "Balas YA atau TIDAK" in receipt[0]
    if answer:
        await house.say("ani", answer)
        await house.settle()
        assert house.heard("ani") == [
            "Baik." if answer == "ya" else "Baik, tidak ada kabar yang dikirim ke sini."
        ]
    house.clock.forward(minutes=40)
    await house.act(number, "forward", "inspektorat", by=READER)
    await house.act(number, "process", by=INSPECTOR, text="Kami periksa lurahnya.")
    await house.settle()
    told = house.heard("ani")
    wanted = ["Ada kabar untuk Anda. Balas nomor dan kode Anda untuk membacanya."]
    assert told == (wanted if answer == "ya" else [])
    assert not any(word in text for word in NEVER for text in told)


async def test_the_news_is_read_with_number_and_code(sqlite_house: House) -> None:
    house = sqlite_house
    number, _ = await accused(house)
    await house.say("ani", "ya")
    await house.settle()
    house.heard("ani")
    await house.say("ani", f"{number} {(await house.codes())[number]}")
    await house.settle()
    (text,) = house.heard("ani")
    assert text.startswith("Pesan Anda yang dirahasiakan: diterima")
    assert not any(word in text for word in NEVER)


async def test_a_confidential_account_asks_the_same(sqlite_house: House) -> None:
    house = sqlite_house
    number, receipt = await accused(house, "rahasia")
    assert "Balas YA atau TIDAK" in receipt[0]
    await house.say("ani", "YA", "rahasia")
    await house.settle()
    assert house.heard("ani", "rahasia") == ["Baik."]
    await house.act(number, "process", by=INSPECTOR)
    await house.settle()
    (text,) = house.heard("ani", "rahasia")
    assert text.startswith("Ada kabar untuk Anda.")
