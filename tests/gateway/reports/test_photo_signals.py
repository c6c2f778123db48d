"""The monthly list of what was odd about result photos: whose, what, and who may not know it."""

from typing import Any

from core.access import INSPEKTORAT
from core.commands import Evidence
from core.complaint import UnitId
from core.number import WIB
from core.workflow import Action
from gateway.desk.officers import act
from gateway.desk.orders import Order
from gateway.photos import desk
from gateway.photos.signals import SignalKind
from gateway.reports.labels import SIGNALS
from gateway.reports.make import photo_signals_report
from gateway.reports.month import period_of
from tests.gateway.photos.test_desk import DINAS, filed
from tests.house import House
from tests.pictures import exif, photo, scene


async def shown(
    house: House, month: str = "2026-11", barred: frozenset[UnitId] = frozenset()
) -> tuple[list[Any], list[Any]]:
    async with house.parts.database.read() as conn:
        made = await photo_signals_report(conn, period_of(month, house.clock()), barred)
    per_unit, listed = (list(t.records()) for t in made.tables)
    return per_unit, listed


async def test_each_signal_is_a_line_and_each_unit_is_counted(house: House) -> None:
    first, second = await filed(house), await filed(house, "budi")
    edited = photo(exif=exif(house.clock().astimezone(WIB), software="Canva"))
    used = await desk.add(house.parts, DINAS, first, edited)
    await act(
        house.parts, DINAS, first, Order(Action.FINISH, text="Sudah.", evidence=Evidence((used,)))
    )
    await desk.add(house.parts, DINAS, second, edited)
    await desk.add(house.parts, DINAS, second, photo(scene(7)))
    per_unit, listed = await shown(house)
    (line,) = per_unit
    assert (line["key"], line["photos"], line["odd"]) == ("dinas-bina-marga", 3, 2)
    assert (line["editing"], line["reuse"], line["metadata"]) == (2, 1, 1)
    assert [(r["number"], r["kind"], r["proves"], r["other"]) for r in listed] == [
        (first, "Penyuntingan", "ya", ""),
        (second, "Foto dipakai ulang", "tidak", first),
        (second, "Penyuntingan", "tidak", ""),
    ]
    assert "Canva" in listed[0]["reason"]


async def test_a_photo_belongs_to_the_month_of_its_upload(sqlite_house: House) -> None:
    house = sqlite_house
    number = await filed(house)
    used = await desk.add(
        house.parts,
        DINAS,
        number,
        photo(exif=exif(house.clock().astimezone(WIB), software="Canva")),
    )
    house.clock.at = period_of("2026-11", house.clock()).month.end
    house.clock.forward(hours=2)
    november = await shown(house)
    await act(
        house.parts, DINAS, number, Order(Action.FINISH, text="Sudah.", evidence=Evidence((used,)))
    )
    assert await shown(house) == november, "what it proved later is no news of November"
    assert await shown(house, "2026-12") == ([], [])


async def test_what_is_found_or_explained_later_belongs_to_that_month(house: House) -> None:
    first, second = await filed(house), await filed(house, "budi")
    waits = await desk.add(house.parts, DINAS, first, photo())
    used = await desk.add(house.parts, DINAS, second, photo())
    await act(
        house.parts, DINAS, second, Order(Action.FINISH, text="Sudah.", evidence=Evidence((used,)))
    )
    house.clock.at = period_of("2026-11", house.clock()).month.end
    house.clock.forward(hours=2)
    november = await shown(house)
    assert [(r["number"], r["explained"]) for r in november[1]] == [(second, "")]
    order = Order(
        Action.FINISH, text="Sudah.", evidence=Evidence((waits,)), photo_reason="Dari atas."
    )
    await act(house.parts, DINAS, first, order)
    assert await shown(house) == november
    per_unit, listed = await shown(house, "2026-12")
    assert [line["photos"] for line in per_unit] == []
    assert [(r["number"], r["other"], r["explained"]) for r in listed] == [
        (first, second, "Dari atas.")
    ]


async def test_what_is_secret_or_accuses_the_reader_is_not_there(sqlite_house: House) -> None:
    house = sqlite_house
    first, second = await filed(house), await filed(house, "budi")
    for number in (first, second):
        await desk.add(house.parts, DINAS, number, photo(scene(3)))
    _, listed = await shown(house)
    assert [(r["number"], r["other"]) for r in listed] == [(second, first)]
    await house.act(first, "accuse", "inspektorat")
    _, listed = await shown(house, barred=frozenset({INSPEKTORAT}))
    assert [(r["number"], r["other"]) for r in listed] == [(second, "")]
    await house.act(second, "make-confidential")
    per_unit, listed = await shown(house)
    assert listed == []
    assert [line["photos"] for line in per_unit] == [1]


def test_every_kind_has_its_word() -> None:
    assert set(SIGNALS) == {k.value for k in SignalKind}
