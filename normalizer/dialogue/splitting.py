"""Several problems in one message: when each is a complaint of its own.

Two complaints for one problem cost two agencies a day, so only what the writer sets apart is split:
by a new line, a figure of a list, or a word that opens something else ("selain itu").
"""

import re

from normalizer.problem import categories
from normalizer.reading import Problem, Reading

_SURE = 0.85
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
