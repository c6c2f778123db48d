"""The 267 kelurahan of Jakarta and the names above them: in words, and by a point."""

import csv
import enum
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from typing import Any, NamedTuple

from normalizer import wordlists
from normalizer.text import Words, fold_word, words_of

_LEAST_MISSPELLED = 9  # letters: in shorter names one letter makes another word
_LEAST_BEHIND_MARK = 5  # behind "kel." nothing but a name is expected
_MOST_MISSPELLED = 24
_LEAST_LAST_WORD = 3
_EDGE = 4  # letters
_LONGEST_NAME = 4  # words: "Cipinang Besar Selatan" with "Pulo" apart

METRES_PER_DEGREE = 111_195.0
"""To the north; the earth is taken for flat within the province."""

METRES_PER_DEGREE_EAST = METRES_PER_DEGREE * math.cos(math.radians(-6.2))
"""To the east, at the latitude of the city."""

# Short forms on signs and maps ("Cilandak Tim., Ps. Minggu") and other spellings, under the
# word as it is folded ("perempatan" for Prapatan).
_VARIANTS: Mapping[str, tuple[str, ...]] = {
    "barat": ("bar", "brt"), "besar": ("bsr",), "bukit": ("bkt",), "cempaka": ("cemp",),
    "cipinang": ("cip",), "dua": ("2",), "duren": ("durian", "drn"), "grogol": ("grgl",),
    "gunung": ("gn", "gng"), "jakarta": ("jkt",), "jelambar": ("jlambar",),
    "jembatan": ("jemb", "jmbtn"), "kebayoran": ("kby", "keb"), "kebon": ("kb", "kbn", "kebun"),
    "kelapa": ("klp", "klapa"), "kembangan": ("kmbgn",), "kuningan": ("kngn",), "lima": ("5",),
    "mulia": ("mulya",), "pasar": ("ps",), "perempatan": ("prpt",), "petukangan": ("pertukangan",),
    "pisangan": ("psngn",), "pondok": ("pd", "pdk"), "pulau": ("p", "pl"), "rawa": ("rw",),
    "selatan": ("sel", "slt", "sltn"), "sungai": ("sei",), "tanah": ("tn", "tnh"),
    "tanjung": ("tj", "tg", "tjg"), "tiga": ("3",), "timur": ("tim", "tmr"),
    "utara": ("utr", "ut"),
}  # fmt: skip


class Level(enum.IntEnum):
    """How large an area is."""

    KELURAHAN = 1
    KECAMATAN = 2
    KOTA = 3


_MARKS = {
    "kelurahan": Level.KELURAHAN, "lurah": Level.KELURAHAN, "desa": Level.KELURAHAN,
    "kecamatan": Level.KECAMATAN, "camat": Level.KECAMATAN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kelurahan:
    """One urban village. The point is the middle of its area; the figures are in metres."""

    code: str
    name: str
    kecamatan: str
    kota: str
    lat: float
    lon: float
    radius_m: float
    reach_m: float
    postal_code: str

    def distance_m(self, lat: float, lon: float) -> float:
        """How far a point lies from the middle; flat-earth, exact enough within the province."""
        return metres(self.lat, self.lon, lat, lon)


def metres(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Between two points in WGS84 degrees; flat-earth, see `Kelurahan.distance_m`."""
    north = (to_lat - lat) * METRES_PER_DEGREE
    east = (to_lon - lon) * METRES_PER_DEGREE_EAST
    return math.hypot(north, east)


class Area(NamedTuple):
    """A named area. *key* is a Kemendagri code for a kelurahan, else the official name."""

    level: Level
    key: str


class NameHit(NamedTuple):
    """A name found at the tokens *first* up to *last*, with every area it can mean.

    *marked* is the level that a word before it names ("kel.", "kec."), if any. *exact* is false
    where a letter of the name is wrong.
    """

    areas: tuple[Area, ...]
    first: int
    last: int
    marked: Level | None
    exact: bool = True


@cache
def kelurahan() -> Mapping[str, Kelurahan]:
    """All kelurahan by code, in the order of their codes."""
    lines = wordlists.read_text("kelurahan.csv").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {
        row["code"]: Kelurahan(
            code=row["code"], name=row["kelurahan"], kecamatan=row["kecamatan"], kota=row["kota"],
            lat=float(row["lat"]), lon=float(row["lon"]),
            radius_m=float(row["radius_m"]), reach_m=float(row["reach_m"]),
            postal_code=row["postal_code"],
        )
        for row in rows
    }  # fmt: skip


def name_of(code: str) -> str:
    """The name of the kelurahan with this Kemendagri code; empty if there is none."""
    found = kelurahan().get(code)
    return found.name if found else ""


def nearest_kelurahan(lat: float, lon: float) -> tuple[str, str, float] | None:
    """Code, name and distance in metres of the kelurahan that a point probably lies in.

    By the middles of the areas, each weighed by its size: right for four points in five, so the
    answer is approximate. None for a point beyond the borders of all of them.
    """
    within = (
        (distance / area.radius_m, distance, area)
        for area in kelurahan().values()
        if (distance := area.distance_m(lat, lon)) <= area.reach_m
    )
    best = min(within, key=lambda candidate: candidate[0], default=None)
    return None if best is None else (best[2].code, best[2].name, best[1])


def is_ordinary(code: str) -> bool:
    """Whether the bare name says too little: it is an everyday word, or a phrase of such."""
    return code in _ordinary()


def is_head(code: str) -> bool:
    """Whether the name begins a longer one ("Menteng" of "Menteng Dalam")."""
    return code in _heads_of_names()


@cache
def by_postal_code() -> Mapping[str, tuple[str, ...]]:
    """Postal code -> codes of the kelurahan that it serves."""
    served: dict[str, list[str]] = {}
    for row in kelurahan().values():
        served.setdefault(row.postal_code, []).append(row.code)
    return {postal: tuple(codes) for postal, codes in served.items()}


@cache
def kecamatan_named(name: str) -> tuple[Kelurahan, ...]:
    """The kelurahan of the kecamatan *name*; none if there is no such kecamatan."""
    return tuple(row for row in kelurahan().values() if row.kecamatan == name)


def find_names(words: Words) -> list[NameHit]:
    """Every name of an area in the message, longest first where names overlap."""
    hits: list[NameHit] = []
    forms = words.forms
    free = 0
    for at, form in enumerate(forms):
        marked = at > 0 and forms[at - 1] in _MARKS
        if at < free or not (marked or _may_begin(form)):
            continue
        hit = _named_at(words, at)
        hit = _misspelled(words, at, longer_than=hit.last - at if hit else 0) or hit
        if hit is not None:
            hits.append(hit)
            free = hit.last
    return hits


@lru_cache(maxsize=16_384)
def _may_begin(form: str) -> bool:
    """Whether a name may begin with this word, rightly spelled or not: with most none does."""
    if form[:3] in _heads() or form == "pada":
        return True
    return form[:2] in _two_letters() and form not in everyday()


def _named_at(words: Words, at: int) -> NameHit | None:
    """The longest name that begins at the token *at*."""
    forms = words.forms
    # "Pd" is "pada" in most sentences, and Pondok in a name.
    head = "pondok" if forms[at] == "pada" and words.typed(at).lower() == "pd" else forms[at]
    if head[:3] not in _heads():
        return None
    index, said = _index(), head
    found: NameHit | None = None
    for last in range(at + 1, _reach(words, at, _LONGEST_NAME) + 1):
        if areas := index.get(said):
            found = NameHit(areas, at, last, _marked(forms, at))
        said += forms[last] if last < len(forms) else ""
    return found


def _reach(words: Words, at: int, most: int) -> int:
    """Past the last of *most* tokens from *at* on that no sign parts from the one before."""
    tokens = words.tokens
    last, limit = at + 1, min(at + most, len(tokens))
    while last < limit and not tokens[last].parted:
        last += 1
    return last


def _misspelled(words: Words, at: int, *, longer_than: int) -> NameHit | None:
    """A long name with one letter wrong ("cipinang cempedag", "petukanagn utara").

    Only where no everyday word is part of it: "dari utara" is not Duri Utara.
    """
    forms = words.forms
    marked = _marked(forms, at)
    if marked is None and (forms[at][:2] not in _two_letters() or forms[at] in everyday()):
        return None
    least = _LEAST_MISSPELLED if marked is None else _LEAST_BEHIND_MARK
    for last in range(_reach(words, at, _LONGEST_NAME - 1), at + longer_than, -1):
        if last > at + 1 and len(forms[last - 1]) < _LEAST_LAST_WORD:
            continue  # "Tegal Parang III" is no misspelled name
        typed = "".join(forms[at:last])
        if not least <= len(typed) <= _MOST_MISSPELLED or not typed.isalpha():
            continue
        if marked is None and not (_keeps_an_edge(typed) and everyday().isdisjoint(forms[at:last])):
            continue
        index = _almost(least)
        meant = {area for key in _one_less(typed) for area in index.get(key, ())}
        if len(meant) == 1:
            return NameHit((meant.pop(),), at, last, marked, exact=False)
    return None


def _keeps_an_edge(typed: str) -> bool:
    """Whether it begins or ends like a name: one wrong letter leaves one of its ends alone."""
    starts, ends = _edges()
    return typed[:_EDGE] in starts or typed[-_EDGE:] in ends


@cache
def _edges() -> tuple[frozenset[str], frozenset[str]]:
    names = [_squeezed(row.name) for row in kelurahan().values()]
    return frozenset(name[:_EDGE] for name in names), frozenset(name[-_EDGE:] for name in names)


def _one_less(word: str) -> set[str]:
    """*word*, and *word* without each one of its letters."""
    return {word, *(word[:k] + word[k + 1 :] for k in range(1, len(word)))}


@cache
def _almost(least: int) -> Mapping[str, tuple[Area, ...]]:
    """Long names, whole and without one letter: what two words have in common that differ in one.

    Everyday words are among them only where *least* says that a mark stands before the name. The
    first letter is always right.
    """
    index: dict[str, list[Area]] = {}
    for row in kelurahan().values():
        squeezed = _squeezed(row.name)
        ordinary = least == _LEAST_MISSPELLED and row.code in _ordinary()
        if len(squeezed) > least and not ordinary:
            for key in _one_less(squeezed):
                index.setdefault(key, []).append(Area(Level.KELURAHAN, row.code))
    return {key: tuple(areas) for key, areas in index.items()}


@cache
def _two_letters() -> frozenset[str]:
    return frozenset(head[:2] for head in _heads())


@cache
def everyday() -> frozenset[str]:
    """Words of ordinary talk and of problems, but for those that names are made of."""
    groups = ("function", "everyday", "time", "number", "vocative", "polite", "asking")
    entries: Mapping[str, Any] = wordlists.read_toml("categories")
    told = {
        word
        for entry in entries.values()
        for phrases in entry.values()
        if isinstance(phrases, list)
        for phrase in phrases
        for word in phrase.replace("|", " ").split()
    }
    return frozenset(told).union(*(wordlists.group(name) for name in groups)) - _name_words()


@cache
def _name_words() -> frozenset[str]:
    return frozenset(word for name, _ in _official() for word in words_of(name).forms)


def _marked(forms: tuple[str, ...], at: int) -> Level | None:
    if at and forms[at - 1] in _MARKS:
        both = at > 1 and forms[at - 2] == "kelurahan"  # "Kel./Kec. Duren Sawit"
        return Level.KELURAHAN if both else _MARKS[forms[at - 1]]
    return None


@cache
def _index() -> Mapping[str, tuple[Area, ...]]:
    """Name without spaces -> what it can mean. Official names win over short forms."""
    index: dict[str, list[Area]] = {}
    areas = list(_official())
    for name, area in areas:
        for squeezed in {_squeezed(name), fold_word(name.replace(" ", ""))}:
            index.setdefault(squeezed, []).append(area)
    official = frozenset(index)
    by_name: dict[str, list[Area]] = {}
    for name, area in areas:
        by_name.setdefault(name, []).append(area)
        for squeezed in _short_forms(name) - official:
            index.setdefault(squeezed, []).append(area)
    for alias, name in wordlists.read_toml("places")["aliases"].items():
        index[_squeezed(alias)] = by_name[name]
    return {name: tuple(dict.fromkeys(found)) for name, found in index.items()}


@cache
def _heads() -> frozenset[str]:
    """The first three letters of every first word: most words of a message fail on these."""
    names = [name for name, _ in _official()]
    names += wordlists.read_toml("places")["aliases"]
    firsts = {words_of(name).forms[0] for name in names}
    firsts |= {short for first in firsts for short in _VARIANTS.get(first, ())}
    return frozenset(first[:3] for first in firsts)


def _official() -> Iterator[tuple[str, Area]]:
    for row in kelurahan().values():
        yield row.name, Area(Level.KELURAHAN, row.code)
    for kecamatan in dict.fromkeys(row.kecamatan for row in kelurahan().values()):
        yield kecamatan, Area(Level.KECAMATAN, kecamatan)
    for kota in dict.fromkeys(row.kota for row in kelurahan().values()):
        yield kota, Area(Level.KOTA, kota)


@cache
def _ordinary() -> frozenset[str]:
    listed = {
        name.strip() for name in wordlists.read_toml("places")["ordinary"]["names"].split("|")
    }
    return frozenset(row.code for row in kelurahan().values() if row.name in listed)


@cache
def _heads_of_names() -> frozenset[str]:
    names = {row.name for row in kelurahan().values()}
    heads = {name for name in names for longer in names if longer.startswith(f"{name} ")}
    return frozenset(row.code for row in kelurahan().values() if row.name in heads)


def _squeezed(name: str) -> str:
    return "".join(words_of(name).forms)


def _short_forms(name: str) -> set[str]:
    choices = [(word, *_VARIANTS.get(word, ())) for word in words_of(name).forms]
    return {"".join(choice) for choice in product(*choices)}
