"""Places beyond the border, and which names of ours mean what lies there: "Pekayon, Bekasi"."""

from collections.abc import Sequence
from functools import cache

from normalizer import wordlists
from normalizer.areanames import NameHit
from normalizer.gazetteer import Level, name_of
from normalizer.phrases import Hit, Phrases
from normalizer.text import Words

_KECAMATAN = "kecamatan"
_CITY = frozenset({"kota", "kabupaten", "kab", "madya", "kodya"})


def find_beyond(words: Words) -> list[Hit[str]]:
    """The places named that are none of Jakarta."""
    return _outside().find(words)


def in_no_street(
    words: Words, beyond: Sequence[Hit[str]], streets: Sequence[tuple[int, int]]
) -> list[Hit[str]]:
    """Those of *beyond* after which no street is called: the Jl Raya Bogor begins in Cililitan.

    *streets* are the tokens of all streets. A road that lies beyond the border whole, as the Jl
    Margonda Raya, says where it is; so does a city behind the name of a street.
    """
    roads, leading = _listed("roads"), wordlists.group("no_street")
    return [
        hit
        for hit in beyond
        if hit.values[0] not in roads
        or not any(
            first < hit.first < last and leading.issuperset(words.forms[first + 1 : hit.first])
            for first, last in streets
        )
    ]


def beyond_the_border(
    words: Words, names: Sequence[NameHit], beyond: Sequence[Hit[str]]
) -> frozenset[int]:
    """The first tokens of those *names* that a place of *beyond* right behind claims for itself.

    A city claims all that stand before it in a row ("kel Cipayung kec Cipayung kota Depok"), any
    other place a name alone that exists there too: the Jl Ciputat Raya lies in Pondok Pinang.
    Its own words each place claims from a name that they only resemble or go beyond: Tambaksari is
    no Taman Sari, and Pancoran Mas not Pancoran.
    """
    by_end = {name.last: name for name in names}
    claimed = {name.first for name in names for place in beyond if _is_part_of(name, place)}
    for place in beyond:
        city = place.values[0] in _listed("cities")
        end = _before_links(words, place.first)
        if city and end not in by_end and end > 1 and words.forms[end - 2] == _KECAMATAN:
            end = _before_links(words, end - 2)  # "kec. Bantargebang"
        told = words.forms[end] in _CITY
        while (name := by_end.get(end)) and not any(a.level is Level.KOTA for a in name.areas):
            sure = city and (told or not words.tokens[name.last].parted)
            if not sure and not _is_namesake(name):
                break
            claimed.add(name.first)
            told = True
            end = _before_links(words, name.first)
    return frozenset(claimed)


def _is_part_of(name: NameHit, place: Hit[str]) -> bool:
    """Whether *name* is a worse or a shorter reading of the words of *place*."""
    if not name.exact:
        return name.first < place.last and place.first < name.last
    within = place.first <= name.first and name.last <= place.last
    if place.values[0] in _listed("across"):
        return False
    return within and name.last - name.first < place.last - place.first


def _before_links(words: Words, end: int) -> int:
    """Past "kota" and "kec.": they link a name to what it lies in."""
    forms = words.forms
    while end and forms[end - 1] in {*_CITY, _KECAMATAN, "kelurahan"}:
        end -= 1
    return end


def _is_namesake(name: NameHit) -> bool:
    names = (name_of(a.key) if a.level is Level.KELURAHAN else a.key for a in name.areas)
    return not _listed("namesakes").isdisjoint(names)


@cache
def _listed(group: str) -> frozenset[str]:
    listed: str = wordlists.read_toml("places")[group]["names"]
    return frozenset(name.strip() for name in listed.split("|"))


@cache
def _outside() -> Phrases[str]:
    listed: str = wordlists.read_toml("places")["outside"]["names"]
    return Phrases((name.strip(), name.strip()) for name in listed.split("|"))
