"""Names with letters wrong or left out, where what stands beside them leaves few to choose from.

Behind "kel." nothing but a name is expected; beside a kecamatan or a city only the kelurahan in it
are meant. There more may be wrong than where a name stands alone.
"""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from normalizer.areaspellings import squeezed
from normalizer.gazetteer import kelurahan

LEAST = 4
"""Letters; of fewer nothing is left that tells a name."""

_TWO_WRONG = 8  # letters, where the names to choose from are those of a kecamatan
_TWO_WRONG_OF_MANY = 9
_LEAST_OF_ALL = 0.5  # of the letters of a name that is shortened
_LEAST_OF_FEW = 0.4
_FAR = 99
_WORDS_OF_THEIR_OWN = frozenset({"pengadilan", "pengadaan", "kalender"})
_VERBS = ("mem", "meng", "meny")  # no name begins so
_COMPASS = {"u": "utara", "s": "selatan", "t": "timur", "b": "barat"}
_FIGURES = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
_NUMBERS = {"dua": "2", "tiga": "3", "lima": "5"}
# As it was spelled before 1972, and as some still write: "Doeren", "Tjipinang", "Gedhe".
_OLD = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("dh", "d"))


@lru_cache(maxsize=4_096)
def nearest(typed: str, above: str, wrong: int = 2) -> str:
    """The code of the one kelurahan in *above* that is spelled most like *typed*; empty if none is.

    *above* is the name of a kecamatan or a city; empty for all of them. The first letter is always
    right, and no more than *wrong* letters are not.
    """
    modern = _modern(typed)
    found, least = "", _FAR
    if typed in _WORDS_OF_THEIR_OWN or typed.startswith(_VERBS):
        return found
    for name, code in _by_letter(above).get(modern[:1], ()):
        most = min(_most(typed, above), least, wrong)
        apart = _apart(modern, name, most)
        if apart > most:
            continue
        found, least = ("" if apart == least else code), apart
    return found


@lru_cache(maxsize=4_096)
def shortened(typed: tuple[str, ...], above: str) -> str:
    """The code of the one kelurahan in *above* each word of which is shortened so; else empty."""
    least = _LEAST_OF_FEW if above else _LEAST_OF_ALL
    meant = {
        code
        for name, code in _by_words(above).get(len(typed), ())
        if _all_shorten(typed, name, least)
    }
    return meant.pop() if len(meant) == 1 else ""


def expanded(letter: str) -> str:
    """A direction from its first letter ("Cipete S"); what else it is, unchanged."""
    return _COMPASS.get(letter, letter)


def _all_shorten(typed: tuple[str, ...], name: tuple[str, ...], least: float) -> bool:
    """Whether the words of *typed* shorten those of *name* and keep the share *least* of them."""
    enough = sum(map(len, typed)) >= max(least * sum(map(len, name)), LEAST)
    return enough and all(map(_shortens, typed, name))


def _shortens(typed: str, word: str) -> bool:
    """Whether *typed* has the first and other letters of *word* in their order, and no others."""
    if word in _NUMBERS:
        figure = _FIGURES.get(typed, typed)
        return figure == _NUMBERS[word] or typed == word
    if len(typed) == 1:
        return _COMPASS.get(typed) == word
    letters = iter(word)
    return typed[0] == word[0] and all(letter in letters for letter in typed)


def _most(typed: str, above: str) -> int:
    """How many letters may be wrong."""
    if len(typed) < LEAST:
        return -1
    return 2 if len(typed) >= (_TWO_WRONG if above else _TWO_WRONG_OF_MANY) else 1


def _modern(typed: str) -> str:
    for old, new in _OLD:
        typed = typed.replace(old, new)
    return typed


def _apart(one: str, other: str, most: int) -> int:
    """Letters to change, add, drop or swap with the next; beyond *most* any larger number."""
    if abs(len(one) - len(other)) > most:
        return _FAR
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return _FAR
    return row[-1]


def _within(above: str) -> Iterable[tuple[str, str]]:
    """Name and code of every kelurahan in *above*."""
    for row in kelurahan().values():
        if above in {"", row.kecamatan, row.kota}:
            yield row.name, row.code


@cache
def _by_letter(above: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
    index: dict[str, list[tuple[str, str]]] = {}
    for name, code in _within(above):
        said = squeezed(name)
        index.setdefault(said[0], []).append((said, code))
    return {letter: tuple(names) for letter, names in index.items()}


@cache
def _by_words(above: str) -> Mapping[int, tuple[tuple[tuple[str, ...], str], ...]]:
    index: dict[int, list[tuple[tuple[str, ...], str]]] = {}
    for name, code in _within(above):
        words = tuple(name.lower().split())
        index.setdefault(len(words), []).append((words, code))
    return {count: tuple(names) for count, names in index.items()}
