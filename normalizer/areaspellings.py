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
    "bambu": ("bmb",), "barat": ("bar",), "baru": ("br",), "bendungan": ("bend", "bendung"),
    "besar": ("bsar",), "bukit": ("bkt",), "cempaka": ("cemp", "cmpk", "cempk", "cmp"),
    "cengkareng": ("ckr", "cengk", "ckrg", "ckreng", "ceng"),
    "cipinang": ("cip", "cpng", "cipnang"),
    "dua": ("2", "ii"), "duren": ("durian",), "gading": ("gdg",), "gunung": ("gn", "gunug", "gng"),
    "harapan": ("hrpn",), "jakarta": ("jkt",), "jembatan": ("jemb", "jmbtn", "jmbt"),
    "kali": ("kl",), "kampung": ("kp", "kmp", "kpg"), "karet": ("krt",),
    "kebayoran": ("kby", "keb", "keby", "kebyrn", "kebay"),
    "kedaung": ("kdg",), "kebon": ("kb", "keb", "kebun"),
    "kelapa": ("klp", "klapa", "kelap", "kelp"), "kembangan": ("kmbgn", "kemb", "kmbangan"),
    "kota": ("kt",), "kuningan": ("kngn",), "lama": ("lm",), "lima": ("5", "v"),
    "mangga": ("mg",), "menteng": ("mtg", "mtng"), "mulia": ("mulya",),
    "pademangan": ("pdmgn", "padem"), "pasar": ("ps",),
    "perempatan": ("prpt",), "petukangan": ("pertukangan",), "pisangan": ("psngn",),
    "pondok": ("pd", "pdk", "pnd", "pndk"), "pulau": ("p", "pl"), "rawa": ("rw",),
    "sawit": ("swt",), "selatan": ("sel", "slt", "sltan", "seltan"), "sukabumi": ("skb", "sukbumi"),
    "sungai": ("sei", "s"), "tanah": ("tn",), "tanjung": ("tj", "tg", "tjg", "tjng", "tanj"),
    "tiga": ("3", "iii"), "timur": ("tim",), "utara": ("utr", "ut"),
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
        for said in {squeezed(name), fold_word(name.replace(" ", ""))}:
            index.setdefault(said, []).append(area)
    official = frozenset(index)
    by_name: dict[str, list[Area]] = {}
    for name, area in areas:
        by_name.setdefault(name, []).append(area)
        for said in _short_forms(name) - official:
            index.setdefault(said, []).append(area)
    for alias, name in wordlists.read_toml("places")["aliases"].items():
        index[squeezed(alias)] = by_name[name]
    return {name: tuple(dict.fromkeys(found)) for name, found in index.items()}


@cache
def beginnings() -> frozenset[str]:
    """How every spelling begins, up to five letters: most words of a message begin otherwise."""
    return frozenset(said[:k] for said in index_of_names() for k in range(1, BEGINNING + 1))


@cache
def two_letters() -> frozenset[str]:
    """The first two letters of every spelling."""
    return frozenset(said[:2] for said in index_of_names())


def keeps_an_edge(typed: str) -> bool:
    """Whether it begins or ends like a name: one wrong letter leaves one of its ends alone."""
    starts, ends = _edges()
    return typed[:_EDGE] in starts or typed[-_EDGE:] in ends


@cache
def _edges() -> tuple[frozenset[str], frozenset[str]]:
    names = [squeezed(row.name) for row in kelurahan().values()]
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
        said = squeezed(row.name)
        ordinary = least == LEAST_MISSPELLED and is_ordinary(row.code)
        if len(said) > least and not ordinary:
            for key in one_less(said):
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


def squeezed(name: str) -> str:
    """*name* without spaces, its words as they are folded."""
    return "".join(words_of(name).forms)


def _short_forms(name: str) -> set[str]:
    words = words_of(name).forms
    if len(words) == 1 and len(words[0]) < _LEAST_ALONE:
        return {words[0], *_VARIANTS.get(words[0], ())}
    choices = [(word, *_shortened(word)) for word in words]
    made = {"".join(choice) for choice in product(*choices)}
    return made | {fold_word(said) for said in made if "uu" in said or "ii" in said}


def _shortened(word: str) -> set[str]:
    """How a word of a name is shortened: as listed, without one vowel or without any inside."""
    made: set[str] = set()
    if len(word) >= _LEAST_SHORTENED:
        made |= {word[: m.start()] + word[m.end() :] for m in _INNER_VOWEL.finditer(word)}
        made.add(_INNER_VOWEL.sub("", word))
    return {*_VARIANTS.get(word, ()), *(made - everyday())}
