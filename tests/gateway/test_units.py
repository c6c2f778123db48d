"""The city's units, and the operator's own list of them."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from core.complaint import UnitId
from core.tables import unit
from gateway.units import directory
from gateway.units.unit_list import Imported, ListInvalid, bring, read
from tests.gateway.test_cli import kanal
from tests.house import House

CSV = """id,name,kind,parent,coordinator,kelurahan_code,retired
sudin-bina-marga-jakarta-barat,Suku Dinas Bina Marga Jakarta Barat,ukpd,dinas-bina-marga,,,
seksi-jalan,Seksi Jalan,ukpd,sudin-bina-marga-jakarta-barat,,,
dinas-bina-marga,Dinas Bina Marga dan Jalan,skpd,,biro-pembangunan-dan-lingkungan-hidup,,
"""


async def test_the_city_is_complete(house: House) -> None:
    async with house.parts.database.read() as conn:
        rows = (await conn.execute(select(unit))).all()
        units = await directory.hierarchy(conn)
    count = {kind: sum(r.kind == kind for r in rows) for kind in {r.kind for r in rows}}
    # S4, table 2.1: 6 kota and kabupaten, 44 kecamatan, 267 kelurahan.
    assert (count["kota"], count["kecamatan"], count["kelurahan"]) == (6, 44, 267)
    assert len(units.area(UnitId("kota-jakarta-selatan"))) == 65
    assert len(units.area(UnitId("kota-kepulauan-seribu"))) == 6
    everything = units.below(UnitId("sekretariat-daerah"))
    assert {r.id for r in rows} - everything == {"inspektorat"}, (
        "nobody coordinates the Inspektorat"
    )
    assert len(directory.fields()) == 7, "six bureaus and Badan Pembinaan BUMD (S0 no. 3)"


async def test_the_line_of_a_unit_is_the_same_read_by_itself(house: House) -> None:
    async with house.parts.database.read() as conn:
        every = await directory.hierarchy(conn)
        ids = [UnitId(slug) for slug in (await conn.scalars(select(unit.c.id))).all()]
        some = await directory.lines(conn, ids[::20])
        one = await directory.lines(conn, [UnitId("kelurahan-kebon-jeruk")])
    for slug in ids[::20]:
        assert some.upwards(slug) == every.upwards(slug)
        assert some.is_kelurahan(slug) == every.is_kelurahan(slug)
    line = ["kelurahan-kebon-jeruk", "kecamatan-kebon-jeruk", "kota-jakarta-barat"]
    assert one.upwards(UnitId("kelurahan-kebon-jeruk")) == line
    assert UnitId("dinas-sosial") not in one


async def test_a_unit_that_is_part_of_itself_has_an_end(sqlite_house: House) -> None:
    house = sqlite_house
    async with house.parts.database.write() as conn:
        for lower, above in (("dinas-sda", "dinas-sosial"), ("dinas-sosial", "dinas-sda")):
            await conn.execute(update(unit).where(unit.c.id == lower).values(parent_id=above))
        found = await directory.lines(conn, [UnitId("dinas-sda")])
    assert found.upwards(UnitId("dinas-sda")) == ["dinas-sda", "dinas-sosial"]


async def bring_in(house: House, path: Path, *, dry_run: bool = False) -> Imported:
    async with house.parts.database.write() as conn:
        return await bring(conn, read(path), house.clock(), dry_run=dry_run)


async def test_a_list_adds_and_changes_and_a_start_keeps_it(house: House, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(CSV)
    planned = await bring_in(house, path, dry_run=True)
    done = await bring_in(house, path)
    assert planned == done
    assert done.added == ("sudin-bina-marga-jakarta-barat", "seksi-jalan")
    assert done.changed == ("dinas-bina-marga",)
    async with house.parts.database.write() as conn:
        await directory.synchronise(conn, house.parts.settings, house.clock())
        name = await conn.scalar(select(unit.c.name).where(unit.c.id == "dinas-bina-marga"))
        units = await directory.hierarchy(conn)
    assert name == "Dinas Bina Marga dan Jalan"
    assert "seksi-jalan" in units.below(UnitId("biro-pembangunan-dan-lingkungan-hidup"))
    again = await bring_in(house, path)
    assert again == Imported((), (), 3)


WRONG = [
    ("id,name,kind\nA B,x,skpd\n", "line 2: id"),
    ("id,name,kind\na,x,ministry\n", "line 2: kind"),
    ("id,name,kind,colour\na,x,skpd,red\n", "colour: unknown key"),
    ("id,name,kind\na,x,skpd\na,y,skpd\n", "'a' stands twice"),
    ("id,name,kind,parent\na,x,skpd,nobody\n", "no unit 'nobody' to be its parent"),
    ("id,name,kind,parent\na,x,skpd,b\nb,y,skpd,a\n", "would be part of itself"),
    ("id,name,kind,kelurahan_code\na,x,kelurahan,31.99.99.9999\n", "no code of a kelurahan"),
    ("id,name,kind,retired\nbiro-pemerintahan,x,biro,true\n", "owns a channel"),
    ("id,name,kind\n", "there is no unit in it"),
    ("id,name,kind\n\"a,x,skpd\n", "unexpected end of data"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said for _, said in WRONG])
async def test_a_wrong_list_changes_nothing_and_says_where(
    sqlite_house: House, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "units.csv"
    path.write_text(text)
    async with sqlite_house.parts.database.read() as conn:
        before = (await conn.execute(select(unit))).all()
    with pytest.raises(ListInvalid) as refused:
        await bring_in(sqlite_house, path)
    assert said in str(refused.value)
    async with sqlite_house.parts.database.read() as conn:
        assert (await conn.execute(select(unit))).all() == before


def test_the_command_says_what_it_did_and_the_owner_may_be_an_imported_unit(
    tmp_path: Path,
) -> None:
    (tmp_path / "units.toml").write_text(
        '[[units]]\nid = "kantor-baru"\nname = "Kantor Baru"\nkind = "skpd"\n'
    )
    dry = kanal(tmp_path, "units", "import", "units.toml", "--dry-run")
    assert "1 units would be added" in dry.stdout
    done = kanal(tmp_path, "units", "import", "units.toml")
    assert (done.returncode, "new      kantor-baru" in done.stdout) == (0, True)
    (tmp_path / "kanal.toml").write_text(
        '[[accounts]]\nid = "a"\nconnector = "fake"\nname = "A"\nowner = "kantor-baru"\n'
    )
    made = kanal(tmp_path, "token", "create", "--unit", "kantor-baru", "--role", "channel-admin")
    assert made.stdout.startswith("kanal_"), made.stderr
    (tmp_path / "bad.toml").write_text("units = 1\n")
    bad = kanal(tmp_path, "units", "import", "bad.toml")
    assert bad.returncode == 1
    assert "expected [[units]]" in bad.stderr
