"""What is wrong: object and state in the citizen's words -> a category, its unit, its label.

The phrases stand in `data/categories.toml`. Two signs are strong: a phrase that says it all, and a
thing with its state close by; a thing alone is weak. Words of the place say nothing about the
problem ("depan halte").
"""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.complaint import Kind
from normalizer import wordlists
from normalizer.phrases import Hit, Phrases
from normalizer.reading import Finding, Problem
from normalizer.text import Words

_REACH = 8  # lean words from a thing to a state behind it ("lampu di jalan depan sekolah mati")
_REACH_BACK = 3  # "rusak parah jalan"
_MOST_PROBLEMS = 3
_BREAK_COSTS = 3  # a sign between them counts like so many words


class Role(enum.Enum):
    """What a phrase is to its category."""

    SAYS = enum.auto()
    THING = enum.auto()
    STATE = enum.auto()
    WITHOUT = enum.auto()


_Hit = Hit[tuple[str, Role]]


class Strength(enum.IntEnum):
    """How strong the signs for a category are; compared before their order in the message."""

    NONE = 0
    THING = 1
    MILD = 2
    STRONG = 3
    WINS = 4


_CONFIDENCE = {Strength.THING: 0.5, Strength.MILD: 0.7, Strength.STRONG: 0.9, Strength.WINS: 0.9}


@dataclass(frozen=True, slots=True)
class Category:
    """One entry of `data/categories.toml`; *order* is its place there.

    *unit* is a slug of the city's directory, or ``kelurahan`` for the one in which the place lies,
    or empty. *jaki* is the name of the category in the city's app.
    """

    key: str
    label: str
    label_en: str
    kind: Kind
    unit: str
    jaki: str
    order: int
    wins: bool
    mild: bool
    alone: bool


@dataclass(slots=True)
class _Signs:
    """What speaks for one category so far."""

    strength: Strength = Strength.NONE
    first: int = 0
    spans: Sequence[tuple[int, int]] = ()
    last_thing: _Hit | None = None
    chain: int = 0
    """Where the things that stand together began ("pkl jualan di trotoar")."""
    last_state: _Hit | None = None
    excluded: bool = False

    def offer(self, strength: Strength, *hits: _Hit) -> None:
        """Keep the stronger sign, and of equal ones the first."""
        if strength > self.strength:
            self.strength = strength
            self.spans = sorted((hit.first, hit.last) for hit in hits)
            self.first = self.spans[0][0]
            if self.last_thing in hits:
                self.first = min(self.first, self.chain)


def find_problems(words: Words, shadow: frozenset[int]) -> tuple[Problem, ...]:
    """The category that the message speaks of, then others that it tells of as clearly.

    *shadow* are tokens that only name the place. Of what shares its words with an earlier finding
    nothing is said: "sampah menumpuk" is one problem, not two.
    """
    steps = _steps(words, shadow)
    hits = [
        hit
        for hit in _phrases().find(words)
        if not (hit.first in shadow and shadow.issuperset(range(hit.first, hit.last)))
    ]
    # Dozens of things can be "rusak": a state says something of those alone that are named.
    told_of: set[str] = set()
    for hit in hits:
        for key, role in hit.values:
            if role is Role.STATE:
                break  # the rest are states, too
            told_of.add(key)
    signs = {key: _Signs() for key in told_of}
    known = categories()
    for hit in hits:
        for key, role in hit.values:
            if (found := signs.get(key)) is not None:
                _weigh(known[key], role, hit, steps, found)
    ranked = sorted(
        (-found.strength, found.first, categories()[key].order, key)
        for key, found in signs.items()
        if found.strength and not found.excluded
    )
    problems: list[Problem] = []
    told: set[tuple[int, int]] = set()
    for _, _, _, key in ranked[: _MOST_PROBLEMS * 4]:
        found = signs[key]
        if problems and (found.strength < Strength.STRONG or told.intersection(found.spans)):
            continue
        told.update(found.spans)
        problems.append(_problem(words, categories()[key], found))
    return tuple(problems[:_MOST_PROBLEMS])


def _problem(words: Words, category: Category, found: _Signs) -> Problem:
    return Problem(
        kind=category.kind,
        category=category.key,
        label=category.label,
        finding=Finding(
            _CONFIDENCE[found.strength],
            tuple(words.quote(first, last) for first, last in found.spans),
        ),
        label_en=category.label_en,
        unit=category.unit,
    )


def _steps(words: Words, shadow: frozenset[int]) -> list[int]:
    """How far into the message each token stands: fillers, figures and places count nothing."""
    lean = frozenset(words.lean) - shadow
    steps: list[int] = []
    step = 0
    for index, token in enumerate(words.tokens):
        step += (_BREAK_COSTS if token.parted else 0) + (index in lean)
        steps.append(step)
    return steps


def _weigh(category: Category, role: Role, hit: _Hit, steps: list[int], signs: _Signs) -> None:
    strong = Strength.STRONG
    if category.wins:
        strong = Strength.WINS
    elif category.mild:
        strong = Strength.MILD
    match role:
        case Role.WITHOUT:
            signs.excluded = True
        case Role.SAYS:
            signs.offer(strong, hit)
        case Role.THING:
            if category.alone:
                signs.offer(Strength.THING, hit)
            before = signs.last_thing
            if before is None or _between(steps, before, hit) > _REACH_BACK:
                signs.chain = hit.first
            state = signs.last_state
            if state is not None and _between(steps, state, hit) <= _REACH_BACK:
                signs.offer(strong, state, hit)
            signs.last_thing = hit
        case Role.STATE:
            thing = signs.last_thing
            if thing is not None and thing is not hit and _between(steps, thing, hit) <= _REACH:
                signs.offer(strong, thing, hit)
            signs.last_state = hit


def _between(steps: list[int], one: _Hit, other: _Hit) -> int:
    return steps[other.first] - steps[one.last - 1]


@cache
def categories() -> Mapping[str, Category]:
    """All categories by key, in the order of the file."""
    return {
        key: Category(
            key=key,
            label=entry["label"],
            label_en=entry.get("label_en", ""),
            kind=Kind(entry.get("kind", Kind.PUBLIC_SPACE)),
            unit=entry.get("unit", ""),
            jaki=entry.get("jaki", ""),
            order=order,
            wins=entry.get("wins", False),
            mild=entry.get("mild", False),
            alone=entry.get("alone", True),
        )
        for order, (key, entry) in enumerate(_entries().items())
    }


@cache
def _entries() -> Mapping[str, Mapping[str, Any]]:
    return {k: v for k, v in wordlists.read_toml("categories").items() if k != "states"}


@cache
def _phrases() -> Phrases[tuple[str, Role]]:
    states: Mapping[str, list[str]] = wordlists.read_toml("categories")["states"]

    def entries(names: Mapping[str, Role]) -> Iterator[tuple[str, tuple[str, Role]]]:
        for key, entry in _entries().items():
            for name, role in names.items():
                for phrase in entry.get(name, ()):
                    group = states[phrase[1:]] if phrase.startswith("@") else (phrase,)
                    yield from ((each, (key, role)) for each in group)

    return Phrases((*entries(_ROLES), *entries({"states": Role.STATE})))


_ROLES = {"says": Role.SAYS, "things": Role.THING, "without": Role.WITHOUT}
"""All but the states, which stand behind them in what a phrase stands for: dozens of things can be
"rusak"."""
