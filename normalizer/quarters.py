"""What people call a part of the city ("Kedoya", "Kemang"), and the kelurahan it may lie in.

Such a name is no kelurahan's: it lists candidates and never decides by itself. The table stands in
`data/quarters.toml`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from normalizer import wordlists
from normalizer.address import Part, PartKind
from normalizer.areanames import NameHit
from normalizer.gazetteer import Level, kelurahan
from normalizer.phrases import Hit, Phrases
from normalizer.placenames import DIRECTIONS, WATERS
from normalizer.text import Words

_ALONE = 0.6  # it lies in one kelurahan
_SHARED = 0.9  # divided among those it spreads over
_ROAD = 0.7  # "Jl Kemang Timur" begins there, or leads there
_TOWARDS = 0.6
_RIVER = 0.4  # "Kali Sunter" runs through half the city
_ELSEWHERE = 0.4  # a kecamatan or a city is named that holds none of them


@dataclass(frozen=True, slots=True)
class Quarter:
    """A name in use, as it is printed, and the codes of the kelurahan it may mean."""

    name: str
    codes: tuple[str, ...]


def find_quarters(words: Words, names: Sequence[NameHit]) -> list[Hit[Quarter]]:
    """The quarters that are named, but for those that a longer name of an area holds."""
    return [
        hit
        for hit in _quarters().find(words)
        if not any(
            name.first < hit.last
            and hit.first < name.last
            and not _within((name.first, name.last), (hit.first, hit.last))
            for name in names
        )
    ]


def replaced(names: Iterable[NameHit], quarters: Iterable[Hit[Quarter]]) -> set[NameHit]:
    """Of *names* those that are only a part of a quarter's name: "Setu" of "Setu Babakan"."""
    return {
        name
        for name in names
        if name.marked is None
        and any(
            q.values[0].codes and q.first <= name.first and name.last <= q.last for q in quarters
        )
    }


def candidates(
    words: Words,
    quarters: Iterable[Hit[Quarter]],
    names: Sequence[NameHit],
    covering: Mapping[int, Part],
) -> Iterator[tuple[str, float, str]]:
    """Code, confidence and words of each kelurahan that a quarter may mean."""
    for hit in quarters:
        codes = hit.values[0].codes
        within = _narrowed(codes, names)
        for code in within or codes:
            sure = _ALONE if len(within or codes) == 1 else _SHARED / len(within or codes)
            part = covering.get(hit.first)
            if part is not None and part.kind is PartKind.STREET:
                sure *= _ROAD
            before = words.forms[hit.first - 1] if hit.first else ""
            if before in DIRECTIONS:
                sure *= _TOWARDS
            elif before in WATERS:
                sure *= _RIVER
            if not within:
                sure *= _ELSEWHERE
            yield code, round(sure, 2), words.quote(hit.first, hit.last)


def _narrowed(codes: tuple[str, ...], names: Sequence[NameHit]) -> tuple[str, ...]:
    """Those that lie in the kecamatan, else the city, that is named beside; all if none is."""
    for level in (Level.KECAMATAN, Level.KOTA):
        keys = {area.key for name in names for area in name.areas if area.level is level}
        if keys:
            rows = ((code, kelurahan()[code]) for code in codes)
            above = {code: {row.kecamatan, row.kota} for code, row in rows}
            return tuple(code for code in codes if keys & above[code])
    return codes


def _within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    """Whether *inner* is a part of *outer* and smaller."""
    return outer[0] <= inner[0] and inner[1] <= outer[1] and inner != outer


@cache
def _quarters() -> Phrases[Quarter]:
    by_name = {row.name: code for code, row in kelurahan().items()}
    table: Mapping[str, str] = wordlists.read_toml("quarters")["quarters"]
    return Phrases(
        (said, Quarter(_printed(said), tuple(by_name[each] for each in listed.split("|") if each)))
        for said, listed in table.items()
    )


def _printed(said: str) -> str:
    return " ".join(word.partition("|")[0] for word in said.split())
