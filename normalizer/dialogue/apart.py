"""One message about more than one case: how each stands, and what is new beside it (T4)."""

import re
from dataclasses import replace

from core.complaint import ComplaintId
from normalizer.dialogue.answers import judged
from normalizer.dialogue.intents import Intent, Outcome, Reply, Turn
from normalizer.dialogue.placing import names_another_place
from normalizer.dialogue.routing import DISTINCT, same_matter
from normalizer.dialogue.situation import Case, Situation
from normalizer.dialogue.splitting import several
from normalizer.dialogue.turns import added, amendment_of, filed, filed_too
from normalizer.problem import find_problems
from normalizer.reading import CommandName, Problem, Social
from normalizer.text import words_of
from normalizer.wishes import read_wishes

_CLAUSE_ENDS = re.compile(
    r"[,;.!?\n]+|\b(?:tapi|tp|tetapi|sedangkan|sedang|kalau|kalo|klo|but)\b", re.IGNORECASE
)
_ALL = frozenset({"keduanya", "kedua", "semua", "both", "dua"})
_MOST_CLAUSES = 12


def apart(s: Situation) -> Turn | None:
    """The turn of a message that says of cases how they stand, each in its own clause, or that
    presses one and tells of something new; None where one of them is all it speaks of."""
    reading = s.heard.reading
    if reading.command is not None or s.heard.reading.corrects:
        return _nodded(s)
    told = _verdicts(s)
    problems = several(reading) if reading.problem and reading.problem.category else ()
    sure = [p for p in problems if p.finding.confidence >= DISTINCT]
    rest = [p for p in sure if not any(same_matter(c.category, p.category) for c, _ in told)]
    fits = [(p, c) for p in rest if (c := _fitting(s, p)) is not None]
    fresh = [p for p in rest if all(p is not known for known, _ in fits)]
    if not told:
        return _both(s, [c for _, c in fits], fresh) if fits and fresh else _said_fixed(s)
    if len(told) == 1 and not fresh:
        case, fixed = told[0]
        return _one(s, case, fixed=fixed)
    turn = _several(s, told)
    return _with_new(s, turn, fresh) if fresh else turn


def _nodded(s: Situation) -> Turn | None:
    """ "Sudah beres" and "masih mati" about the one case on which somebody works, unasked."""
    command = s.heard.reading.command
    if command is None or command.number is not None or len(s.named_open) != 1:
        return None
    if command.name is CommandName.DONE:
        return _one(s, s.named_open[0], fixed=True)
    return None


def _said_fixed(s: Situation) -> Turn | None:
    """ "Udah diangkut tadi pagi pak, trims": of the only open case there is."""
    reading = s.heard.reading
    clear = reading.says_fixed and not reading.says_not_fixed and not reading.asks_status
    unread = reading.problem is None or not reading.problem.category
    if not clear or not unread or len(s.named_open) != 1 or reading.rating is not None:
        return None
    thanks = reading.social is Social.THANKS
    return _one(s, s.named_open[0], fixed=True) if reading.social is None or thanks else None


def _verdicts(s: Situation) -> list[tuple[Case, bool]]:
    """Of which cases the message says that they are fixed, or are not."""
    reading = s.heard.reading
    if not (reading.says_fixed or reading.says_not_fixed or reading.social is Social.THANKS):
        return []
    told: dict[ComplaintId, tuple[Case, bool]] = {}
    for clause in _CLAUSE_ENDS.split(reading.text)[:_MOST_CLAUSES]:
        words = words_of(clause)
        said = read_wishes(words)
        if said.says_fixed == said.says_not_fixed:
            continue
        for case in _meant(s, words.forms, find_problems(words, frozenset())):
            told[case.id] = (case, said.says_fixed)
    return list(told.values())


def _meant(s: Situation, forms: tuple[str, ...], named: tuple[Problem, ...]) -> list[Case]:
    """The cases that a clause names by their object; all that are open where it says so."""
    candidates = [c for c in s.named if c.is_open or _ended_lately(s, c)]
    found = [
        case
        for case in candidates
        if any(same_matter(case.category, p.category) for p in named)
        and not names_another_place(case, s.heard.reading)
    ]
    if not named and not _ALL.isdisjoint(forms):
        return list(s.named_open)
    return found[:1]


def _ended_lately(s: Situation, case: Case) -> bool:
    at = case.finished_at
    return at is not None and s.heard.at - at < s.policy.objection


def _fitting(s: Situation, problem: Problem) -> Case | None:
    same = [
        case
        for case in s.named_open
        if same_matter(case.category, problem.category)
        and not names_another_place(case, s.heard.reading)
    ]
    return same[0] if len(same) == 1 else None


def _one(s: Situation, case: Case, *, fixed: bool) -> Turn | None:
    if not case.is_open:
        return judged(s, case)
    if not fixed:
        return None
    reply = Reply("said_fixed", case.id)
    return added(s, case, "addition", reply, amendment=amendment_of(s, case))


def _several(s: Situation, told: list[tuple[Case, bool]]) -> Turn:
    """Each case gets its own: what is ended is judged, what is open is noted."""
    turns = []
    for case, fixed in told:
        part = None if case.is_open else judged(s, case)
        wrong = "pressed" if s.heard.reading.angry else "said_not_fixed"
        reply = Reply("said_fixed" if fixed else wrong, case.id)
        turns.append(part or added(s, case, "addition", reply))
    return _together(turns)


def _together(turns: list[Turn]) -> Turn:
    """One turn of all: every intent, and the state of all."""
    first, *others = turns
    intents: tuple[Intent, ...] = first.intents
    active = dict(first.state.active)
    for turn in others:
        intents = (*intents, *turn.intents)
        active |= turn.state.active
    return replace(first, state=replace(first.state, active=active), intents=intents)


def _both(s: Situation, known: list[Case], fresh: list[Problem]) -> Turn:
    """It presses what is open, and files what is new; both are answered."""
    kind = "pressed" if s.heard.reading.angry else "added"
    once = {c.id: c for c in known}
    turns = [added(s, c, "addition", Reply(kind, c.id)) for c in once.values()]
    return _with_new(s, _together(turns), fresh)


def _with_new(s: Situation, turn: Turn, fresh: list[Problem]) -> Turn:
    every = several(s.heard.reading)
    new = filed(s, fresh[0], among=every)
    for part, other in enumerate(fresh[1:], 1):
        new = filed_too(s, new, other, part, every)
    both = _together([turn, new])
    # The question is that of the new one: nothing is asked of the others.
    state = replace(both.state, question=new.state.question)
    return replace(both, state=state, outcome=Outcome.NEW)
