"""How people write the names of areas: short forms, other spellings, and what is left of each.

Indexes of names without spaces, read once; `areanames.py` looks the words of a message up in them.
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import Any

from normalizer import wordlists
from normalizer.gazetteer import Area, Level, is_ordinary, kelurahan, official_names
from normalizer.text import fold_word, words_of

LEAST_MISSPELLED = 9
"""Letters: in shorter names one letter makes another word."""

BEGINNING = 5
"""Letters by which a word is told that may begin a name."""

_EDGE = 4  # letters
# Short forms on signs and maps ("Cilandak Tim., Ps. Minggu") and other spellings, under the
# word as it is folded ("perempatan" for Prapatan). What only lacks vowels is made by rule.
_VARIANTS: Mapping[str, tuple[str, ...]] = {
    "barat": ("bar",), "bendungan": ("bend", "bendung"), "cempaka": ("cemp",), "cipinang": ("cip",),
    "dua": ("2",), "duren": ("durian",), "gunung": ("gn", "gunug"),
    "harapan": ("hrpn",), "jakarta": ("jkt",), "jembatan": ("jemb", "jmbtn"),
    "kebayoran": ("kby", "keb", "keby", "kebyrn"), "kebon": ("kb", "keb", "kebun"),
    "kelapa": ("klp", "klapa", "kelap"), "kembangan": ("kmbgn",), "kuningan": ("kngn",),
    "lama": ("lm",), "lima": ("5",), "mangga": ("mg",), "menteng": ("mtg",), "mulia": ("mulya",),
    "pasar": ("ps",),
    "perempatan": ("prpt",), "petukangan": ("pertukangan",), "pisangan": ("psngn",),
    "pondok": ("pd", "pdk"), "pulau": ("p", "pl"), "rawa": ("rw",), "selatan": ("sel", "slt"),
    "sungai": ("sei", "s"), "tanah": ("tn",), "tanjung": ("tj", "tg", "tjg", "tjng"),
    "tiga": ("3",), "timur": ("tim",), "utara": ("utr", "ut"),
}  # fmt: skip
_INNER_VOWEL = re.compile(r"(?<=.)[aeiou](?=.)")
_LEAST_SHORTENED = 4  # letters of a word that is written without its vowels
_LEAST_ALONE = 7  # of one that is a name by itself


@cache
def index_of_names() -> Mapping[str, tuple[Area, ...]]:
    """Name without spaces -> what it can mean. Official names win over short forms."""
    index: dict[str, list[Area]] = {}
    areas = list(official_names())
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
def beginnings() -> frozenset[str]:
    """How every spelling begins, up to five letters: most words of a message begin otherwise."""
    return frozenset(said[:k] for said in index_of_names() for k in range(1, BEGINNING + 1))


@cache
def two_letters() -> frozenset[str]:
    """The first two letters of every spelling."""
    return frozenset(said[:2] for said in index_of_names())


@cache
def by_initials() -> Mapping[str, tuple[tuple[tuple[str, ...], Area], ...]]:
    """First letters of the words of a kelurahan's name -> all such names."""
    index: dict[str, list[tuple[tuple[str, ...], Area]]] = {}
    for row in kelurahan().values():
        name = tuple(row.name.lower().split())
        index.setdefault("".join(word[0] for word in name), []).append(
            (name, Area(Level.KELURAHAN, row.code))
        )
    return {initials: tuple(names) for initials, names in index.items()}


def keeps_an_edge(typed: str) -> bool:
    """Whether it begins or ends like a name: one wrong letter leaves one of its ends alone."""
    starts, ends = _edges()
    return typed[:_EDGE] in starts or typed[-_EDGE:] in ends


@cache
def _edges() -> tuple[frozenset[str], frozenset[str]]:
    names = [_squeezed(row.name) for row in kelurahan().values()]
    return frozenset(name[:_EDGE] for name in names), frozenset(name[-_EDGE:] for name in names)


def one_less(word: str) -> set[str]:
    """*word*, and *word* without each one of its letters."""
    return {word, *(word[:k] + word[k + 1 :] for k in range(1, len(word)))}


@cache
def almost(least: int) -> Mapping[str, tuple[Area, ...]]:
    """Long names, whole and without one letter: what two words have in common that differ in one.

    Everyday words are among them only where *least* says that a mark stands before the name. The
    first letter is always right.
    """
    index: dict[str, list[Area]] = {}
    for row in kelurahan().values():
        squeezed = _squeezed(row.name)
        ordinary = least == LEAST_MISSPELLED and is_ordinary(row.code)
        if len(squeezed) > least and not ordinary:
            for key in one_less(squeezed):
                index.setdefault(key, []).append(Area(Level.KELURAHAN, row.code))
    return {key: tuple(areas) for key, areas in index.items()}


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
    return frozenset(told).union(*(wordlists.group(name) for name in groups)) - name_words()


@cache
def name_words() -> frozenset[str]:
    """Every word of an official name."""
    return frozenset(word for name, _ in official_names() for word in words_of(name).forms)


def _squeezed(name: str) -> str:
    return "".join(words_of(name).forms)


def _short_forms(name: str) -> set[str]:
    words = words_of(name).forms
    if len(words) == 1 and len(words[0]) < _LEAST_ALONE:
        return {words[0], *_VARIANTS.get(words[0], ())}
    choices = [(word, *_shortened(word)) for word in words]
    return {"".join(choice) for choice in product(*choices)}


def _shortened(word: str) -> set[str]:
    """How a word of a name is shortened: as listed, without one vowel or without any inside."""
    made: set[str] = set()
    if len(word) >= _LEAST_SHORTENED:
        made |= {word[: m.start()] + word[m.end() :] for m in _INNER_VOWEL.finditer(word)}
        made.add(_INNER_VOWEL.sub("", word))
    return {*_VARIANTS.get(word, ()), *(made - everyday())}
