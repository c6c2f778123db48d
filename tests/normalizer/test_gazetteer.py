"""The gazetteer against the official counts, and by a point."""

from collections import Counter

import pytest

from normalizer.areanames import find_names
from normalizer.gazetteer import (
    Kelurahan,
    Level,
    by_postal_code,
    is_head,
    is_ordinary,
    kelurahan,
    name_of,
    nearest_kelurahan,
)
from normalizer.text import clean, words_of


def test_the_counts_are_those_of_the_province() -> None:
    rows = kelurahan().values()
    assert len(kelurahan()) == 267
    assert len({row.name for row in rows}) == 267
    assert len({row.kecamatan for row in rows}) == 44
    assert Counter(row.kota for row in rows) == {
        "Jakarta Pusat": 44,
        "Jakarta Utara": 31,
        "Jakarta Barat": 56,
        "Jakarta Selatan": 65,
        "Jakarta Timur": 65,
        "Kepulauan Seribu": 6,
    }


def test_a_code_says_in_which_kecamatan_a_kelurahan_lies() -> None:
    by_prefix: dict[str, set[str]] = {}
    for row in kelurahan().values():
        by_prefix.setdefault(row.code[:8], set()).add(row.kecamatan)
    assert len(by_prefix) == 44
    assert all(len(names) == 1 for names in by_prefix.values())


def test_the_middle_of_each_kelurahan_lies_in_it() -> None:
    for row in kelurahan().values():
        assert nearest_kelurahan(row.lat, row.lon) == (row.code, row.name, 0.0)


@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [
        (-6.1754, 106.8272, "Gambir"),  # Monas
        (-6.1936, 106.7697, "Kebon Jeruk"),
        (-6.1257, 106.8355, "Ancol"),
        (-6.2665, 106.8912, "Halim Perdana Kusuma"),
        (-5.7450, 106.6140, "Pulau Panggang"),  # Pulau Pramuka
    ],
)
def test_known_points(lat: float, lon: float, expected: str) -> None:
    found = nearest_kelurahan(lat, lon)
    assert found is not None
    assert found[1] == expected


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        (-6.4025, 106.7942),
        (-6.2383, 107.0000),
        (-7.2575, 112.7521),
        (-6.1783, 106.6319),
        (0.0, 0.0),
    ],
    ids=["Depok", "Bekasi", "Surabaya", "Tangerang", "nowhere"],
)
def test_a_point_beyond_the_borders_has_no_kelurahan(lat: float, lon: float) -> None:
    assert nearest_kelurahan(lat, lon) is None


def test_an_unknown_code_has_no_name() -> None:
    assert name_of("31.73.05.1001") == "Kebon Jeruk"
    assert name_of("32.00.00.0000") == ""


@pytest.mark.parametrize("row", kelurahan().values(), ids=lambda row: str(row.name))
def test_each_kelurahan_is_found_behind_its_mark(row: Kelurahan) -> None:
    name, code = row.name, row.code
    for said in (
        f"kel. {name}",
        f"kelurahan {name.upper()}",
        f"kel {name.replace(' ', '').lower()}",
    ):
        hits = find_names(words_of(clean(said)))
        assert [hit.marked for hit in hits] == [Level.KELURAHAN], said
        assert code in [area.key for area in hits[0].areas], said


def _code(name: str) -> str:
    return next(row.code for row in kelurahan().values() if row.name == name)


@pytest.mark.parametrize("name", ["Baru", "Tengah", "Jati", "Karet", "Bangka", "Melawai", "Kamal"])
def test_names_that_are_everyday_words_are_known(name: str) -> None:
    assert is_ordinary(_code(name))


@pytest.mark.parametrize("name", ["Menteng", "Kapuk", "Cipinang", "Manggarai", "Grogol"])
def test_names_that_begin_longer_ones_are_known(name: str) -> None:
    assert is_head(_code(name))
    assert not is_ordinary(_code(name))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cipinang cempedag", "Cipinang Cempedak"),
        ("petukanagn utara", "Petukangan Utara"),
        ("kebon sireh dekat thamrin", "Kebon Sirih"),
        ("rawamagun", "Rawamangun"),
    ],
)
def test_one_wrong_letter_in_a_long_name_is_forgiven(typed: str, meant: str) -> None:
    [hit] = find_names(words_of(typed))
    assert not hit.exact
    assert name_of(hit.areas[0].key) == meant


@pytest.mark.parametrize("said", ["angin dari utara", "jembatan lama", "dari selatan ke utara"])
def test_everyday_phrases_are_no_misspelled_names(said: str) -> None:
    assert find_names(words_of(said)) == []


def test_every_kelurahan_has_a_postal_code() -> None:
    assert all(len(row.postal_code) == 5 for row in kelurahan().values())
    assert by_postal_code()["10640"] == ("31.71.03.1003", "31.71.03.1006", "31.71.03.1007")


def test_the_longest_name_is_taken() -> None:
    hits = find_names(words_of("di kapuk muara dan cipinang besar utara"))
    assert [name_of(hit.areas[0].key) for hit in hits] == ["Kapuk Muara", "Cipinang Besar Utara"]
