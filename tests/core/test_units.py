"""Who is below whom."""

from core.complaint import UnitId
from core.units import Hierarchy, Unit


def unit(slug: str, parent: str = "", coordinator: str = "", code: str = "") -> Unit:
    return Unit(
        UnitId(slug), UnitId(parent) if parent else None,
        UnitId(coordinator) if coordinator else None, code,
    )  # fmt: skip


CITY = Hierarchy(
    [
        unit("sekda"),
        unit("asisten", "sekda"),
        unit("biro", "asisten"),
        unit("dinas", coordinator="biro"),
        unit("sudin", "dinas"),
        unit("kota", coordinator="biro"),
        unit("kecamatan", "kota"),
        unit("kelurahan", "kecamatan", code="31.73.05.1001"),
        unit("elsewhere"),
    ]
)


def test_a_line_leads_through_institutions_and_not_through_coordinators() -> None:
    assert CITY.line(UnitId("kelurahan")) == {"kelurahan", "kecamatan", "kota"}
    assert CITY.line(UnitId("dinas")) == {"dinas"}
    assert CITY.line(UnitId("unheard-of")) == {"unheard-of"}


def test_below_is_what_is_part_of_it_or_coordinated_by_it() -> None:
    assert CITY.below(UnitId("dinas")) == {"dinas", "sudin"}
    assert CITY.below(UnitId("biro")) == {
        "biro", "dinas", "sudin", "kota", "kecamatan", "kelurahan"
    }  # fmt: skip
    assert "elsewhere" not in CITY.below(UnitId("sekda"))


def test_only_what_has_kelurahan_has_an_area() -> None:
    assert CITY.area(UnitId("kota")) == {"31.73.05.1001"}
    assert CITY.area(UnitId("biro")) == frozenset()


def test_a_unit_above_itself_is_found_and_does_not_hang_anything() -> None:
    assert CITY.loop() is None
    ring = Hierarchy([unit("a", "b"), unit("b", "a")])
    assert ring.loop() in {"a", "b"}
    assert ring.line(UnitId("a")) == {"a", "b"}
    assert ring.below(UnitId("a")) == {"a", "b"}
