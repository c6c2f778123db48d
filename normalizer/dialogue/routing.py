"""Which of the reporter's cases a message belongs to (promise 7): rules 4 to 6 of its order.

Quoted message → a number of the sender's own → the one open question → **words that fit exactly one
open case → a new problem → the only open case**; asking comes last.
"""

from normalizer.dialogue.placing import names_another_place
from normalizer.dialogue.situation import Case, Situation
from normalizer.problem import categories
from normalizer.reading import Problem, Reading

SURE = 0.5
"""From here on words that fit no category are taken for a problem of their own."""

_THING = 0.6

DISTINCT = 0.8
"""From here on a problem is another one than the case in hand; below it may be its consequence
("gelap, rawan jambret" belongs to the lamp)."""


def same_matter(one: str, other: str) -> bool:
    """Whether two categories are one matter to a citizen: rubbish not fetched is rubbish piled up.

    JAKI's own categories are as coarse as people's talk.
    """
    known = categories()
    if one == other or one not in known or other not in known:
        return one == other
    return bool(known[one].jaki) and known[one].jaki == known[other].jaki


def is_another_matter(case: Case, reading: Reading) -> bool:
    """Whether *reading* names another problem or another place than *case*."""
    problem = reading.problem
    if problem and problem.category and case.category:
        distinct = problem.finding.confidence >= DISTINCT
        if distinct and not same_matter(problem.category, case.category):
            return True
    return names_another_place(case, reading)


def fitting(s: Situation) -> Case | None:
    """The one open case that the words of the message fit."""
    problem = s.heard.reading.problem
    if problem is None or not problem.category:
        return None
    same = [
        case
        for case in s.open
        if same_matter(case.category, problem.category)
        and not names_another_place(case, s.heard.reading)
    ]
    return same[0] if len(same) == 1 else None


def joined(s: Situation) -> Case | None:
    """The case that the reporter was just speaking of, unless this is another matter."""
    recent = s.recent
    return None if recent is None or is_another_matter(recent, s.heard.reading) else recent


def is_new_problem(problem: Problem) -> bool:
    """Whether *problem* alone, without any case in sight, is clearly a report."""
    return bool(problem.category) or problem.finding.confidence >= SURE


def is_a_detail(problem: Problem) -> bool:
    """Whether it only names a thing of what is spoken of ("tiangnya no 35 pak"), and nothing that
    is the matter with it."""
    mine = any(word.casefold().endswith("nya") for word in problem.finding.words)
    return mine and problem.finding.confidence < _THING


def only(s: Situation) -> Case | None:
    """The only open case that may be named; a confidential one only while it is spoken of."""
    recent = s.recent
    if recent is not None and recent.confidential:
        return recent
    return s.named_open[0] if len(s.named_open) == 1 else None
