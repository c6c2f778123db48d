"""The order of the tickets that wait for whoever decides, page by page, on both databases."""

from core.access import Officer, OfficerRole
from core.complaint import UnitId
from gateway.desk.ticket_queue import Mark, queue
from tests.house import House

BIRO = UnitId("biro-pemerintahan")
VALIDATOR = Officer("validator", BIRO, OfficerRole.VALIDATOR)
OWNER = Officer("pemilik", BIRO, OfficerRole.CHANNEL_ADMIN, frozenset({"chat"}))
STRANGER = Officer("lain", BIRO, OfficerRole.CHANNEL_ADMIN, frozenset({"sms"}))
FACILITATOR = Officer("fasilitator", BIRO, OfficerRole.FACILITATOR)
UNITS = ("dinas-bina-marga", "dinas-sda", "dinas-perhubungan")
LAMP = "lampu jalan mati di jl panjang depan sdn 01 kel kebon jeruk"


async def filed(house: House, who: str, kind: str) -> str:
    await house.say(who, LAMP)
    await house.pause()
    number = (await house.complaints())[-1].complaint.number
    await house.act(number, "forward", UNITS[0])
    await house.act(number, "file-ticket", UNITS[0], note="Tiang yang mana?", kind=kind)
    return number


async def numbers(
    house: House, officer: Officer, limit: int = 50, after: Mark | None = None
) -> tuple[list[str], Mark | None]:
    async with house.parts.database.read() as conn:
        found = await queue(conn, officer, after=after, limit=limit)
    return [q.complaint.number for q in found], found[-1].mark if found else None


async def test_each_stands_on_one_page_and_what_moves_on_and_on_on_the_first(
    house: House,
) -> None:
    house.clock.forward(hours=13)
    moves = [await filed(house, f"m{i}", "pindah-skpd") for i in range(3)]
    asks = await filed(house, "ani", "tidak-jelas")
    last = moves[2]
    for to in UNITS[1:]:
        await house.act(last, "approve-ticket", to, by=VALIDATOR)
        await house.act(last, "file-ticket", to, note="Bukan kami.", kind="pindah-skpd")
    expected = [last, *moves[:2]]
    assert (await numbers(house, VALIDATOR))[0] == expected
    seen: list[str] = []
    mark: Mark | None = None
    for _ in expected:
        page, mark = await numbers(house, VALIDATOR, limit=1, after=mark)
        assert mark is not None
        mark = Mark.from_text(mark.to_text())
        seen += page
    assert seen == expected
    assert await numbers(house, VALIDATOR, after=mark) == ([], None)
    assert (await numbers(house, OWNER))[0] == [asks]
    assert (await numbers(house, STRANGER))[0] == []
    assert (await numbers(house, FACILITATOR))[0] == []
