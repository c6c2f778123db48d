"""A photo that has proved another result is refused, on both databases, also in a race."""

import asyncio
from typing import Any

import pytest

from core.access import Officer, OfficerRole
from core.commands import Evidence
from core.complaint import UnitId
from core.errors import Refused
from core.workflow import Action
from gateway.desk import officers
from gateway.desk.orders import Order
from gateway.grouping import acts
from gateway.photos import desk
from tests.gateway.photos.test_desk import DINAS, filed, finish, said, seen
from tests.house import ADMIN, House
from tests.pictures import photo, scene

SOSIAL = Officer("token:6", UnitId("dinas-sosial"), OfficerRole.AGENCY_ADMIN)


async def uploaded(house: House, number: str, content: bytes, by: Officer = DINAS) -> int:
    return await desk.add(house.parts, by, number, content)


async def explained(house: House, number: str, reason: str, *photos: int) -> None:
    order = Order(
        Action.FINISH, text="Sudah.", evidence=Evidence(tuple(photos)), photo_reason=reason
    )
    await officers.act(house.parts, DINAS, number, order)


async def test_a_photo_that_proved_another_result_needs_a_reason(house: House) -> None:
    first, second = await filed(house), await filed(house, "budi")
    await finish(house, first, await uploaded(house, first, photo()))
    again = await uploaded(house, second, photo())
    with pytest.raises(Refused, match=f"the result of {first} already") as refused:
        await finish(house, second, again)
    assert refused.value.field == "photos"
    assert (await seen(house, second))[-1].proves is False
    with pytest.raises(Refused):
        await explained(house, second, " \n ", again)
    await explained(house, second, "Dua lampu di satu tiang.", again)
    (judged,) = await seen(house, second)
    assert judged.proves
    assert [(s.signal.reason, s.number, s.explained) for s in judged.signals] == [
        ("foto sama dengan foto hasil laporan lain", first, "Dua lampu di satu tiang."),
        ("tanpa data kamera", "", ""),
    ]


async def test_what_was_only_uploaded_or_looks_alike_is_a_signal(house: House) -> None:
    first, second = await filed(house), await filed(house, "budi")
    await uploaded(house, first, photo())
    await finish(house, second, await uploaded(house, second, photo()))
    third = await filed(house, "citra")
    alike = await uploaded(house, third, photo(scene(1).resize((200, 150)), quality=40))
    await finish(house, third, alike)
    assert ("foto hampir sama dengan foto hasil laporan lain", second) in await said(house, third)


async def test_one_that_was_there_first_has_a_signal_only_with_its_reason(house: House) -> None:
    first, second = await filed(house), await filed(house, "budi")
    waits = await uploaded(house, first, photo())
    await finish(house, second, await uploaded(house, second, photo()))
    with pytest.raises(Refused, match=second):
        await finish(house, first, waits)
    assert await said(house, first) == [("tanpa data kamera", "")]
    await explained(house, first, "Satu foto dari atas.", waits)
    found = (await seen(house, first))[-1].signals
    assert [(s.signal.reason, s.number, s.explained) for s in found] == [
        ("tanpa data kamera", "", ""),
        ("foto sama dengan foto hasil laporan lain", second, "Satu foto dari atas."),
    ]


async def test_a_dot_is_no_reason(sqlite_house: House) -> None:
    house = sqlite_house
    first, second = await filed(house), await filed(house, "budi")
    await finish(house, first, await uploaded(house, first, photo()))
    again = await uploaded(house, second, photo())
    with pytest.raises(Refused, match=first):
        await explained(house, second, " ... ", again)


async def test_of_two_at_once_one_is_refused(house: House) -> None:
    numbers = [await filed(house, who) for who in ("ani", "budi")]
    photos = [await uploaded(house, number, photo()) for number in numbers]
    results = await asyncio.gather(
        *(finish(house, n, p) for n, p in zip(numbers, photos, strict=True)),
        return_exceptions=True,
    )
    (refused,) = [r for r in results if r is not None]
    assert isinstance(refused, Refused)


async def test_one_problem_is_one_work(sqlite_house: House) -> None:
    house = sqlite_house
    first, second = await filed(house), await filed(house, "budi")
    together = acts.Wish(Action.LINK, other=second)
    await acts.act(house.parts, ADMIN, first, together)
    await finish(house, first, await uploaded(house, first, photo()))
    again = await uploaded(house, second, photo())
    await finish(house, second, again)
    apart = await filed(house, "citra")
    with pytest.raises(Refused, match=first):
        await finish(house, apart, await uploaded(house, apart, photo()))


async def test_the_other_is_named_only_to_who_may_know_it(sqlite_house: House) -> None:
    house = sqlite_house
    first, second = await filed(house), await filed(house, "budi")
    await finish(house, first, await uploaded(house, first, photo()))
    await house.act(second, "forward", "dinas-sosial")
    house.clock.forward(minutes=5)
    again = await uploaded(house, second, photo(), SOSIAL)
    order = Order(Action.FINISH, text="Sudah.", evidence=Evidence((again,)))
    with pytest.raises(Refused, match="the result of another complaint already") as refused:
        await officers.act(house.parts, SOSIAL, second, order)
    assert first not in str(refused.value)


async def test_nothing_tells_of_a_confidential_one(sqlite_house: House) -> None:
    house = sqlite_house
    first, second = await filed(house), await filed(house, "budi")
    await finish(house, first, await uploaded(house, first, photo()))
    await house.act(first, "make-confidential")
    again = await uploaded(house, second, photo())
    await finish(house, second, again)
    assert [(s.signal.reason, s.number) for s in (await seen(house, second))[-1].signals] == [
        ("tanpa data kamera", "")
    ]


async def test_the_reporters_own_photo_is_a_signal(sqlite_house: House) -> None:
    house = sqlite_house
    before = photo(scene(3), quality=95)
    number = await filed(house, sent=before)
    await finish(house, number, await uploaded(house, number, before))
    found: list[Any] = await said(house, number)
    assert ("foto sama dengan foto kiriman pelapor", "") in found
