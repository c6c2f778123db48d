"""Several problems in one message: when each is a complaint of its own.

Two complaints for one problem cost two agencies a day, so only what the writer sets apart is split:
by a new line, a figure of a list, or a word that opens something else ("selain itu").
"""

import re

from normalizer.place import read_place
from normalizer.problem import categories
from normalizer.reading import PlaceFound, Problem, Reading
from normalizer.text import words_of

_SURE = 0.85
_LISTED = re.compile(r"(?:^|\s)1[.)]\s")
_NEXT_FIGURE = re.compile(r"\s[2-4][.)]\s{0,3}$")
_SENTENCE_END = re.compile(r"[.!?]\s")
_APART = re.compile(
    r"\n|[;]|(?:^|\s)(?:[2-4][.)]|selain itu|sekalian|kedua|lalu ada|ada lagi|juga ada|terus ada"
    r"|satu lagi|skrg|sekarang|dan juga|also|another|second)(?:\s|$|,)",
    re.IGNORECASE,
)


def several(reading: Reading) -> tuple[Problem, ...]:
    """The problems of *reading* to file, the first of them always."""
    first = reading.problem
    if first is None:
        return ()
    told = [first]
    for other in reading.notes.get("also", ()):
        if other.finding.confidence >= _SURE and all(_apart(reading, one, other) for one in told):
            told.append(other)
    return tuple(told)


def _apart(reading: Reading, one: Problem, other: Problem) -> bool:
    """Whether the two are different matters, and the writer parts them."""
    known = categories()
    if one.unit == other.unit or one.finding.confidence < _SURE:
        return False
    if known[one.category].jaki == known[other.category].jaki:
        return False
    begins = sorted((_at(reading, one), _at(reading, other)))
    between = reading.text[begins[0] : begins[1]]
    return begins[0] >= 0 and _APART.search(between) is not None


def _at(reading: Reading, problem: Problem) -> int:
    return reading.text.find(problem.finding.words[0]) if problem.finding.words else -1


def place_said_with(
    reading: Reading, problem: Problem, told: tuple[Problem, ...]
) -> PlaceFound | None:
    """The place of *problem*, one of several that were *told*: what stands in its own part, and
    that of the message where its part names none."""
    if len(told) < 2:
        return reading.place
    begins = sorted({_begin(reading, other) for other in told})
    begin = _begin(reading, problem)
    end = next((b for b in begins if b > begin), len(reading.text))
    part = reading.text[0 if begin == begins[0] else begin : end]
    if _LISTED.search(reading.text):
        part = _NEXT_FIGURE.sub("", part)
    return read_place(words_of(part)).found or reading.place


def _begin(reading: Reading, problem: Problem) -> int:
    """Where the part of the message that tells *problem* begins: behind the last sign that parts
    it from what stands before."""
    at = max(0, _at(reading, problem))
    before = [match.end() for match in _APART.finditer(reading.text, 0, at + 1)]
    ends = [m.end() for m in _SENTENCE_END.finditer(reading.text, 0, at)]
    return max([0, *(b for b in (*before, *ends) if b <= at)])
