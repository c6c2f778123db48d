"""Every name of an area in a message, rightly spelled, shortened or with a letter wrong."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from normalizer.areaspellings import (
    BEGINNING,
    LEAST_MISSPELLED,
    almost,
    beginnings,
    everyday,
    index_of_names,
    keeps_an_edge,
    name_words,
    one_less,
    two_letters,
)
from normalizer.gazetteer import Area, Level, is_ordinary, kelurahan
from normalizer.nearnames import LEAST, expanded, nearest, shortened
from normalizer.text import Words

_LEAST_BEHIND_MARK = 5  # letters: behind "kel." nothing but a name is expected
_MOST_MISSPELLED = 24
_LEAST_EXPECTED = 8  # letters of a name with one wrong, where a name is expected
_LEAST_OF_TWO_WRONG = 13
_LEAST_LAST_WORD = 3
_MOST_ABOVE = 6  # kecamatan and cities of one message, beside which a bad name is looked for
_RT_RW = frozenset({"rt", "rw"})
_INTRODUCING = frozenset({"di", "daerah", "wilayah", "kawasan", "warga", "bilangan"})
_VOWEL = re.compile(r"[aeiou]")
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
    in_rw = not _RT_RW.isdisjoint(words.where)
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
            hit = _unlike(words, at, longer_than=found) or hit
        elif hit is None and at and (forms[at - 1] in _INTRODUCING or in_rw):
            hit = _nearly(words, at) if _is_expected(forms, at) else None
        if hit is not None:
            hits.append(hit)
            free = hit.last
    return _with_those_beside(words, hits) if hits else hits


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
        if last < len(forms):
            said += forms[last] if len(forms[last]) > 1 else _letter(words, last)
    return found


def _letter(words: Words, at: int) -> str:
    """A single letter as it stands inside a name: "II" whole, "s" for Selatan without a figure."""
    if words.forms[at] == "i":  # what folding leaves of "II"
        return words.typed(at).lower()
    after = words.forms[at + 1 : at + 2]
    return words.forms[at] if after and after[0].isdecimal() else expanded(words.forms[at])


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
    """Past the last of *most* tokens from *at* on that no sign parts from the one before.

    A point without a space does not part them: "Kel.Pondok.Pinang".
    """
    tokens = words.tokens
    last, limit = at + 1, min(at + most, len(tokens))
    while last < limit and (not tokens[last].parted or _is_dotted(words, last)):
        last += 1
    return last


def _is_dotted(words: Words, at: int) -> bool:
    start = words.tokens[at].start
    touching = words.tokens[at - 1].end == start - 1 and words.text[start - 1] == "."
    return touching and words.forms[at].isalpha()


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


def _unlike(words: Words, at: int, *, longer_than: int, above: str = "") -> NameHit | None:
    """A name of which much is wrong or left out ("kel. cpng muara", "kel palmeriham").

    Behind its mark, or beside *above*, a kecamatan or a city.
    """
    last = _reach(words, at, _LONGEST_NAME - 1)
    last = next((k for k in range(at, last) if _is_plain(words, k)), last)
    for end in range(last, at + longer_than, -1):
        typed = tuple([words.typed(k).lower() for k in range(at, end)])
        if not _may_be_name(words, at, end, typed):
            continue
        code = shortened(typed, above)
        if not code and not everyday().isdisjoint(words.forms[at:end]):
            continue  # "dari kelurahan ke KUA"
        code = code or nearest("".join(words.forms[at:end]), above)
        if code:
            area = Area(Level.KELURAHAN, code)
            return NameHit((area,), at, end, _marked(words.forms, at), exact=False)
    return None


def _is_expected(forms: tuple[str, ...], at: int) -> bool:
    """Whether a place is likely to be named at *at*: behind "di", beside RT and RW."""
    before = forms[at - 1]
    behind_rw = before.isdecimal() and not _RT_RW.isdisjoint(forms[max(0, at - 3) : at])
    return before in _INTRODUCING or behind_rw or not _RT_RW.isdisjoint(forms[at + 1 : at + 4])


def _nearly(words: Words, at: int) -> NameHit | None:
    """A name with a letter wrong where one is expected; with two in a very long one."""
    for end in range(_reach(words, at, _LONGEST_NAME - 1), at, -1):
        forms = words.forms[at:end]
        letters = sum(map(len, forms))
        if letters < _LEAST_EXPECTED or not everyday().isdisjoint(forms):
            continue
        if name_words().issuperset(forms):
            continue  # "Jelambar Barat" is a quarter of its own
        code = nearest("".join(forms), "", 2 if letters >= _LEAST_OF_TWO_WRONG else 1)
        if code and not is_ordinary(code):
            return NameHit((Area(Level.KELURAHAN, code),), at, end, None, exact=False)
    return None


def _is_plain(words: Words, at: int) -> bool:
    """Whether it is an everyday word, and not one that lacks its vowels."""
    return words.forms[at] in everyday() and _VOWEL.search(words.typed(at).lower()) is not None


def _may_be_name(words: Words, at: int, end: int, typed: tuple[str, ...]) -> bool:
    """Whether the tokens, of which none is plain, can be a name typed badly."""
    forms = words.forms[at:end]
    if everyday().issuperset(forms):
        return False
    one = end == at + 1
    if one and (forms[0] in name_words() or len(forms[0]) < _LEAST_BEHIND_MARK):
        return False  # "Kebayoran" is right, and not Kemayoran
    return sum(map(len, typed)) >= LEAST


def _with_those_beside(words: Words, hits: list[NameHit]) -> list[NameHit]:
    """*hits* and badly typed names that stand beside a kecamatan or a city ("senenn, jakpus")."""
    found: list[NameHit] = []
    wider = [hit for hit in hits if hit.areas[-1].level > Level.KELURAHAN][:_MOST_ABOVE]
    for hit in wider:
        above = hit.areas[-1].key
        others = [other for other in (*hits, *found) if other is not hit]
        if not any(_lies_in(other, above) for other in others):
            found.extend(_beside(words, hit, others, above))
    if not found:
        return hits
    covered = {k for hit in found for k in range(hit.first, hit.last)}
    kept = [hit for hit in hits if covered.isdisjoint(range(hit.first, hit.last))]
    return sorted([*kept, *found], key=_first)


def _beside(words: Words, hit: NameHit, others: list[NameHit], above: str) -> Iterator[NameHit]:
    """The badly typed name right before *hit*, or right behind it."""
    before = hit.first - (hit.marked is not None)
    taken = {k: other for other in others for k in range(other.first, other.last)}
    for at in (*range(max(0, before - _LONGEST_NAME + 1), before), hit.last):
        known = taken.get(at)
        if at >= len(words.forms) or (known is not None and known.first != at):
            continue
        longer_than = known.last - at if known is not None else 0
        found = _unlike(words, at, longer_than=longer_than, above=above)
        if found is not None and (at == hit.last or found.last == before):
            yield found
            return


def _lies_in(hit: NameHit, above: str) -> bool:
    """Whether *hit* names a kelurahan of the kecamatan or city *above*."""
    rows = [kelurahan()[area.key] for area in hit.areas if area.level is Level.KELURAHAN]
    return any(above in {row.kecamatan, row.kota} for row in rows)


def _first(hit: NameHit) -> int:
    return hit.first


def _marked(forms: tuple[str, ...], at: int) -> Level | None:
    if at and forms[at - 1] in _MARKS:
        both = at > 1 and forms[at - 2] == "kelurahan"  # "Kel./Kec. Duren Sawit"
        return Level.KELURAHAN if both else _MARKS[forms[at - 1]]
    return None
