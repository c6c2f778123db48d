"""Photos are kept with what is odd about them, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.access import Officer, OfficerRole
from core.commands import Evidence
from core.complaint import UnitId
from core.errors import Impossible, NotAllowed, NotFound, Refused
from core.number import WIB
from core.workflow import Action
from gateway.access_tables import audit
from gateway.desk import officers
from gateway.desk.orders import Order
from gateway.photos import desk
from gateway.photos.tables import result_photo
from gateway.tables import media
from tests.house import ADMIN, House
from tests.pictures import exif, photo, scene

DINAS = Officer("token:5", UnitId("dinas-bina-marga"), OfficerRole.AGENCY_ADMIN)
ELSEWHERE = Officer("token:6", UnitId("dinas-sosial"), OfficerRole.AGENCY_ADMIN)
VALIDATOR = Officer("token:7", UnitId("biro-pemerintahan"), OfficerRole.VALIDATOR)
HERE, FAR = (-6.1915, 106.7694), (-6.3, 106.9)


async def filed(house: House, who: str = "ani", *, sent: bytes | None = None, **more: Any) -> str:
    """A lamp that Bina Marga has."""
    files = []
    if sent is not None:
        house.channel().provider.media["a"] = ("image/jpeg", sent)
        files = [{"source": "a", "type": "image/jpeg"}]
    await house.say(
        who, f"lampu jalan mati di jl panjang kel kebon jeruk, {who}", media=files, **more
    )
    await house.pause()
    number = (await house.complaints())[-1].complaint.number
    await house.act(number, "forward", "dinas-bina-marga")
    house.clock.forward(minutes=30)
    return number


async def seen(house: House, number: str, by: Officer = VALIDATOR) -> list[Any]:
    return list((await officers.get(house.parts, by, number)).result_photos)


async def said(house: House, number: str) -> list[tuple[str, str]]:
    """The signals of the newest photo, with the other complaint."""
    newest = (await seen(house, number))[-1]
    return [(s.signal.reason, s.number) for s in newest.signals]


async def test_a_photo_is_kept_without_metadata_and_recorded(house: House) -> None:
    number = await filed(house)
    now = house.clock().astimezone(WIB)
    content = photo(exif=exif(now, software="Canva"))
    added = await desk.add(house.parts, DINAS, number, content)
    async with house.parts.database.read() as conn:
        row = (await conn.execute(select(result_photo))).one()
        kept = (await conn.execute(select(media))).one()
        record = (await conn.execute(select(audit).where(audit.c.action == "photo.add"))).one()
    assert (row.id, row.unit_id, row.uploaded_by) == (added, "dinas-bina-marga", "token:5")
    assert row.uploaded_at == house.clock()
    assert (kept.sha256, kept.type) == (row.media_sha256, "image/jpeg")
    assert (record.actor, record.subject) == ("token:5", f"complaint:{row.complaint_id}")
    stored = house.parts.media.get(row.media_sha256)
    assert b"Canva" not in stored
    assert await officers.photo(house.parts, DINAS, number, added) == ("image/jpeg", stored)
    assert await said(house, number) == [("disimpan dengan penyunting foto: Canva", "")]


async def test_the_same_file_again_is_the_same_photo(house: House) -> None:
    number = await filed(house)
    first = await desk.add(house.parts, DINAS, number, photo())
    assert await desk.add(house.parts, DINAS, number, photo()) == first
    assert len(await seen(house, number)) == 1


async def test_a_photo_of_another_result_is_found_exactly_or_nearly(house: House) -> None:
    first, second = await filed(house), await filed(house, "budi")
    await desk.add(house.parts, DINAS, first, photo())
    await desk.add(house.parts, DINAS, second, photo())
    assert ("foto sama dengan foto hasil laporan lain", first) in await said(house, second)
    third = await filed(house, "citra")
    await desk.add(house.parts, DINAS, third, photo(scene(1).resize((200, 150)), quality=40))
    assert await said(house, third) == [
        ("foto hampir sama dengan foto hasil laporan lain", first),
        ("foto hampir sama dengan foto hasil laporan lain", second),
        ("tanpa data kamera", ""),
    ]
    await desk.add(house.parts, DINAS, third, photo(scene(2)))
    assert await said(house, third) == [("tanpa data kamera", "")]


async def test_what_became_confidential_is_no_longer_named(house: House) -> None:
    first, second = await filed(house), await filed(house, "budi")
    await desk.add(house.parts, DINAS, first, photo())
    await desk.add(house.parts, DINAS, second, photo())
    await house.act(first, "make-confidential")
    assert ("foto sama dengan foto hasil laporan lain", "") in await said(house, second)
    third = await filed(house, "citra")
    await desk.add(house.parts, DINAS, third, photo())
    assert [n for _, n in await said(house, third)] == [second, ""]


async def test_the_reporters_own_photo_proves_nothing(sqlite_house: House) -> None:
    house = sqlite_house
    before = photo(scene(3), quality=95)
    number = await filed(house, sent=before)
    await desk.add(house.parts, DINAS, number, before)
    assert ("foto sama dengan foto kiriman pelapor", "") in await said(house, number)
    await desk.add(house.parts, DINAS, number, photo(scene(3), quality=30))
    assert ("foto hampir sama dengan foto kiriman pelapor", "") in await said(house, number)


async def test_time_and_kelurahan_are_compared_with_the_work(sqlite_house: House) -> None:
    house = sqlite_house
    number = await filed(house)
    now = house.clock().astimezone(WIB)
    before = now - timedelta(days=3)
    await desk.add(house.parts, DINAS, number, photo(exif=exif(before, FAR)))
    assert [reason for reason, _ in await said(house, number)] == [
        "menurut datanya diambil 2 hari sebelum penugasan",
        "menurut datanya diambil di luar kelurahan laporan",
    ]
    await desk.add(house.parts, DINAS, number, photo(scene(2), exif=exif(now, HERE)))
    assert await said(house, number) == []


async def test_a_point_says_more_than_a_kelurahan(sqlite_house: House) -> None:
    house = sqlite_house
    number = await filed(house, location=HERE)
    near, beside = (HERE[0] + 0.002, HERE[1]), (HERE[0] + 0.004, HERE[1])
    await desk.add(house.parts, DINAS, number, photo(exif=exif(at=near)))
    assert await said(house, number) == []
    await desk.add(house.parts, DINAS, number, photo(scene(2), exif=exif(at=beside)))
    assert await said(house, number) == [("menurut datanya diambil 445 m dari titik laporan", "")]


async def test_a_photo_of_the_work_before_is_none_of_the_work_after(sqlite_house: House) -> None:
    house = sqlite_house
    number = await filed(house)
    first = await desk.add(house.parts, DINAS, number, photo())
    await finish(house, number, first)
    house.clock.forward(minutes=5)
    await house.act(number, "reject", text="Belum menyala.")
    house.clock.forward(minutes=5)
    with pytest.raises(Refused, match="was uploaded before") as refused:
        await finish(house, number, first)
    assert refused.value.field == "photos"
    again = await desk.add(house.parts, DINAS, number, photo())
    assert again != first
    reused = ("foto sama dengan foto hasil laporan ini dari penugasan lain", number)
    assert reused in await said(house, number)
    await finish(house, number, again)


async def finish(house: House, number: str, *photos: int) -> None:
    order = Order(Action.FINISH, text="Sudah menyala.", evidence=Evidence(tuple(photos)))
    await officers.act(house.parts, DINAS, number, order)


async def test_who_does_not_have_it_uploads_nothing(sqlite_house: House) -> None:
    house = sqlite_house
    number = await filed(house)
    with pytest.raises(NotFound):
        await desk.add(house.parts, ELSEWHERE, number, photo())
    with pytest.raises(NotAllowed, match="validator"):
        await desk.add(house.parts, VALIDATOR, number, photo())
    with pytest.raises(NotAllowed, match="system-admin"):
        await desk.add(house.parts, DINAS, number, photo(), UnitId("dinas-sosial"))
    await finish(house, number)
    with pytest.raises(Impossible, match="nobody works"):
        await desk.add(house.parts, ADMIN, number, photo())
