"""Borders: read, checked, asked. The figures are metres about two squares side by side."""

import math

import pytest
from shapely.geometry import Polygon

from normalizer.boundaries import (
    BORDER_M,
    SHORE_M,
    Boundaries,
    check,
    from_text,
    parse,
    to_text,
)
from normalizer.gazetteer import kelurahan
from normalizer.regions import BoundariesInvalid
from tests.normalizer.borders import collection, geojson, sql

WEST, EAST = "31.71.01.1001", "31.71.01.1002"
LAT, LON = -6.2, 106.8
METRE_NORTH = 1 / 111_195
METRE_EAST = METRE_NORTH / math.cos(math.radians(-6.2))


def _block(from_m: float, until_m: float) -> Polygon:
    west, east = LON + from_m * METRE_EAST, LON + until_m * METRE_EAST
    south, north = LAT - 500 * METRE_NORTH, LAT + 500 * METRE_NORTH
    return Polygon([(west, south), (east, south), (east, north), (west, north)])


TWO = Boundaries({WEST: _block(-1000, 0), EAST: _block(0, 1000)}, "")


def codes(east_m: float, north_m: float = 0) -> list[str]:
    return [r.code for r in TWO.at(LAT + north_m * METRE_NORTH, LON + east_m * METRE_EAST)]


@pytest.mark.parametrize(
    ("east_m", "found"),
    [
        (-500, [WEST]),
        (500, [EAST]),
        (-(BORDER_M + 2), [WEST]),
        (-(BORDER_M - 2), [WEST, EAST]),
        (BORDER_M - 2, [EAST, WEST]),
        (1000 + SHORE_M - 2, [EAST]),
        (1000 + SHORE_M + 2, []),
    ],
)
def test_a_point_lies_in_one_near_a_border_in_two_off_the_shore_in_the_nearest(
    east_m: float, found: list[str]
) -> None:
    assert codes(east_m) == found


def test_off_the_shore_near_a_border_there_are_two() -> None:
    assert sorted(codes(5, north_m=520)) == [WEST, EAST]


def test_inside_is_surer_than_at_the_border_and_off_the_shore() -> None:
    inside = TWO.at(LAT, LON - 500 * METRE_EAST)[0]
    border = TWO.at(LAT, LON - 5 * METRE_EAST)
    shore = TWO.at(LAT, LON + 1050 * METRE_EAST)[0]
    assert inside.confidence > shore.confidence > border[1].confidence
    assert inside.confidence > border[0].confidence > border[1].confidence
    assert shore.distance_m == pytest.approx(50, abs=1)


@pytest.mark.parametrize("content", [geojson(), sql()], ids=["geojson", "sql"])
def test_both_published_forms_are_read(content: bytes) -> None:
    found = check(parse(content)).borders
    assert set(found) == set(kelurahan())
    menteng = next(row for row in kelurahan().values() if row.name == "Menteng")
    assert found[menteng.code].centroid.x == pytest.approx(menteng.lon, abs=1e-4)
    assert found[menteng.code].centroid.y == pytest.approx(menteng.lat, abs=1e-4)


def test_what_was_written_is_read_again_with_its_checksum() -> None:
    found = check(parse(geojson())).borders
    text = to_text(found)
    again = from_text(text)
    assert again.checksum in from_text(to_text(found)).checksum
    assert again.checksum[:12] in again.source
    row = kelurahan()["31.74.01.1001"]
    assert again.at(row.lat, row.lon)[0].code == row.code


def test_a_missing_kelurahan_is_named() -> None:
    with pytest.raises(
        BoundariesInvalid, match=r"1 of 267 kelurahan are missing: 31\.71\.01\.1001"
    ):
        check(parse(geojson(collection(without={WEST}))))


def test_a_code_of_elsewhere_is_named() -> None:
    found = collection()
    found["features"][0]["properties"]["kode"] = "32.71.01.1001"
    with pytest.raises(BoundariesInvalid, match=r"none of Jakarta's: 32\.71\.01\.1001"):
        check(parse(geojson(found)))


def test_swapped_degrees_are_noticed() -> None:
    found = collection()
    shape = found["features"][5]["geometry"]
    shape["coordinates"] = [[[lat, lon] for lon, lat in shape["coordinates"][0]]]
    with pytest.raises(BoundariesInvalid, match="lies elsewhere than it should"):
        check(parse(geojson(found)))


def test_an_outline_that_crosses_itself_is_repaired_and_told() -> None:
    found = collection()
    feature = found["features"][30]
    ring = feature["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    checked = check(parse(geojson(found)))
    assert checked.repaired == (feature["properties"]["kode"],)
    assert checked.borders[checked.repaired[0]].is_valid


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b'{"features": 3}', b"PNG\x00\xff", b'{"features": [{"properties": 1}]}'],
)
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(BoundariesInvalid):
        check(parse(content))
