"""Parts of the city that are no kelurahan: what they list, and that they never decide."""

from collections import defaultdict

import pytest

from normalizer import wordlists
from normalizer.gazetteer import kecamatan_named, kelurahan, name_of
from normalizer.understand import understand

_COMPASS = ("Utara", "Selatan", "Timur", "Barat")
_MEANS_ELSE = {"Duri", "Sukabumi", "Tugu"}  # thorn, a city, monument


def _listed(said: str) -> list[str]:
    place = understand(said).place
    return [name_of(c.code) for c in place.candidates] if place else []


def test_every_quarter_lies_in_kelurahan_that_exist() -> None:
    names = {row.name for row in kelurahan().values()} | {""}
    for quarter, listed in wordlists.read_toml("quarters")["quarters"].items():
        assert names.issuperset(listed.split("|")), quarter


def _stems() -> dict[str, set[str]]:
    """What kelurahan share that differ in the point of the compass alone, and nothing else is."""
    stems = defaultdict(set)
    names = {row.name for row in kelurahan().values()} | _MEANS_ELSE
    for name in names - _MEANS_ELSE:
        stem, _, last = name.rpartition(" ")
        if last in _COMPASS and stem not in names and not kecamatan_named(stem):
            stems[stem].add(name)
    return {stem: found for stem, found in stems.items() if len(found) > 1}


@pytest.mark.parametrize(("stem", "meant"), sorted(_stems().items()))
def test_a_shared_stem_lists_all_that_share_it(stem: str, meant: set[str]) -> None:
    place = understand(f"got mampet di {stem.lower()}").place
    assert place is not None
    assert meant <= {name_of(c.code) for c in place.candidates}
    assert place.kelurahan == ""


@pytest.mark.parametrize(
    ("said", "listed"),
    [
        ("sampah numpuk di kuningan, mampang prapatan", ["Kuningan Barat"]),
        ("lampu mati di pejaten barat", ["Pejaten Barat"]),
        ("setu babakan banyak sampah", ["Srengseng Sawah"]),
        ("banjir depan ps induk kramat jati", ["Tengah"]),
        ("lampu mati di kelapa gading", []),
        ("macet di jl rasuna said", []),
    ],
)
def test_what_stands_beside_a_quarter_narrows_it(said: str, listed: list[str]) -> None:
    assert _listed(said)[:1] == listed


def test_a_kelurahan_that_is_named_outweighs_a_quarter() -> None:
    place = understand("parkir liar di kemang, kel. cipete utara").place
    assert place is not None
    assert name_of(place.kelurahan) == "Cipete Utara"
    assert [name_of(c.code) for c in place.candidates] == ["Cipete Utara", "Bangka"]
