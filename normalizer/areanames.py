"""Every name of an area in a message, rightly spelled, shortened or with a letter wrong."""

from functools import lru_cache
from typing import NamedTuple

from normalizer.areaspellings import (
    BEGINNING,
    LEAST_MISSPELLED,
    almost,
    beginnings,
    by_initials,
    everyday,
    index_of_names,
    keeps_an_edge,
    name_words,
    one_less,
    two_letters,
)
from normalizer.gazetteer import Area, Level
from normalizer.text import Words

_LEAST_BEHIND_MARK = 5  # letters: behind "kel." nothing but a name is expected
_MOST_MISSPELLED = 24
_LEAST_CONTRACTED = 2
_LEAST_LAST_WORD = 3
_LONGEST_NAME = 4  # words: "Cipinang Besar Selatan" with "Pulo" apart

_GLUED = {
    "kelurahan": Level.KELURAHAN, "kecamatan": Level.KECAMATAN, "kel": Level.KELURAHAN,
    "kec": Level.KECAMATAN,
}  # fmt: skip
_MARKS = {
    "kelurahan": Level.KELURAHAN, "lurah": Level.KELURAHAN, "desa": Level.KELURAHAN,
    "kecamatan": Level.KECAMATAN, "camat": Level.KECAMATAN,
}  # fmt: skip


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


def find_names(words: Words) -> list[NameHit]:
    """Every name of an area in the message, longest first where names overlap."""
    hits: list[NameHit] = []
    forms = words.forms
    free = 0
    marked, behind_mark = False, False
    for at, form in enumerate(forms):
        marked, behind_mark = behind_mark, form in _MARKS
        if not (marked or _may_begin(form)) or at < free:
            continue
        if form[:3] in _GLUED and (hit := _glued_at(words, at)):
            hits.append(hit)
            free = hit.last
            continue
        hit = _named_at(words, at)
        found = hit.last - at if hit else 0
        hit = _misspelled(words, at, longer_than=found) or hit
        if marked and (hit is None or hit.exact):
            hit = _contracted(words, at, longer_than=found) or hit
        if hit is not None:
            hits.append(hit)
            free = hit.last
    return hits


@lru_cache(maxsize=16_384)
def _may_begin(form: str) -> bool:
    """Whether a name may begin with this word, rightly spelled or not: with most none does."""
    if form[:BEGINNING] in beginnings() or form == "pada" or _split(form) is not None:
        return True
    return form[:2] in two_letters() and form not in everyday()


def _named_at(words: Words, at: int) -> NameHit | None:
    """The longest name that begins at the token *at*."""
    forms = words.forms
    # "Pd" is "pada" in most sentences, and Pondok in a name.
    head = "pondok" if forms[at] == "pada" and words.typed(at).lower() == "pd" else forms[at]
    if head[:BEGINNING] not in beginnings():
        return None
    index, said = index_of_names(), head
    found: NameHit | None = None
    for last in range(at + 1, _reach(words, at, _LONGEST_NAME) + 1):
        if areas := index.get(said):
            found = NameHit(areas, at, last, _marked(forms, at))
        said += forms[last] if last < len(forms) else ""
    return found


def _glued_at(words: Words, at: int) -> NameHit | None:
    """A name that is typed in one with its mark ("kelcipedak", "kecpasar minggu")."""
    if (split := _split(words.forms[at])) is None:
        return None
    said, level = split
    found: NameHit | None = None
    for last in range(at + 1, _reach(words, at, _LONGEST_NAME) + 1):
        areas = tuple(area for area in index_of_names().get(said, ()) if area.level is level)
        if areas:
            found = NameHit(areas, at, last, level)
        said += words.forms[last] if last < len(words.forms) else ""
    return found


@lru_cache(maxsize=1_024)
def _split(form: str) -> tuple[str, Level] | None:
    """What stands behind "kel" in one word, if a name may begin so: not of "kelas", "kecewa"."""
    for mark, level in _GLUED.items():
        if form.startswith(mark) and form[len(mark) :][:BEGINNING] in beginnings():
            return form[len(mark) :], level
    return None


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
    if marked is None and (forms[at][:2] not in two_letters() or forms[at] in everyday()):
        return None
    least = LEAST_MISSPELLED if marked is None else _LEAST_BEHIND_MARK
    longest = _reach(words, at, _LONGEST_NAME - 1)
    if marked is None:
        daily = everyday()
        longest = next((k for k in range(at + 1, longest) if forms[k] in daily), longest)
    for last in range(longest, at + longer_than, -1):
        if last > at + 1 and len(forms[last - 1]) < _LEAST_LAST_WORD:
            continue  # "Tegal Parang III" is no misspelled name
        if last == at + 1 and forms[at] in name_words():
            continue  # "Kebayoran" is right, and not Kemayoran
        typed = "".join(forms[at:last])
        if not least <= len(typed) <= _MOST_MISSPELLED or not typed.isalpha():
            continue
        if marked is None and not keeps_an_edge(typed):
            continue
        index, keys = almost(least), one_less(typed)
        if index.keys().isdisjoint(keys):
            continue
        meant = {area for key in keys for area in index.get(key, ())}
        if len(meant) == 1:
            return NameHit((meant.pop(),), at, last, marked, exact=False)
    return None


def _contracted(words: Words, at: int, *, longer_than: int) -> NameHit | None:
    """A name behind its mark of which each word may lack letters ("kel. cpng muara")."""
    forms = words.forms
    last = _reach(words, at, _LONGEST_NAME - 1)
    typed = [words.typed(k).lower() for k in range(at, last)]
    for count in range(len(typed), longer_than, -1):
        said = typed[:count]
        letters = sum(map(len, said))
        if letters < _LEAST_BEHIND_MARK or min(map(len, said)) < _LEAST_CONTRACTED:
            continue
        if not everyday().isdisjoint(forms[at : at + count]):
            continue  # "dari kelurahan ke KUA"
        names = by_initials().get("".join(word[0] for word in said), ())
        meant = {
            area
            for name, area in names
            if 2 * letters >= sum(map(len, name)) and all(map(_may_shorten, said, name))
        }
        if len(meant) == 1:
            return NameHit((meant.pop(),), at, at + count, _marked(forms, at), exact=False)
    return None


def _may_shorten(typed: str, word: str) -> bool:
    """Whether *typed* has the first and other letters of *word* in their order, and no others."""
    letters = iter(word)
    return all(letter in letters for letter in typed)


def _marked(forms: tuple[str, ...], at: int) -> Level | None:
    if at and forms[at - 1] in _MARKS:
        both = at > 1 and forms[at - 2] == "kelurahan"  # "Kel./Kec. Duren Sawit"
        return Level.KELURAHAN if both else _MARKS[forms[at - 1]]
    return None
