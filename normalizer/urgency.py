"""Danger to life that is going on now: never from a word alone.

Of 2,681 real texts 83 hold a word like "kebakaran" or "kecelakaan"; three or four of them tell of
something that is happening. So a danger word must have, close by, a sign of now, of people inside,
or of the writer or family as its victim, and must not be feared, past, or part of a name.

One rule for each list of words in `data/danger.toml` stands in `mishaps.py`, `harm.py` and
`illness.py`; a rule answers with the signs it rests on. What no rule knows is weighed in
`weighing.py`.
"""

from collections.abc import Iterator
from functools import cache

from normalizer import harm, illness, mishaps
from normalizer.dangerwords import phrases_of
from normalizer.phrases import Hit
from normalizer.reading import Danger, DangerFound, Finding
from normalizer.scene import Scene, Signs
from normalizer.text import READ_CHARS, WORD, Words, fold_word
from normalizer.weighing import strange, weighed

_TELLS = 25  # words
_WEIGHED = 0.7
_TELLING = frozenset(
    {
        "fire", "gas", "crash", "rescue", "shock", "mishap", "wreck", "intruder", "suicide",
        "collapse",
    }
)  # fmt: skip
_RULES = {**mishaps.RULES, **harm.RULES, **illness.RULES}

_CATEGORY = {
    Danger.FIRE: "kebakaran",
    Danger.ACCIDENT: "kecelakaan",
    Danger.FLOOD: "banjir",
    Danger.VIOLENCE: "kekerasan",
    Danger.SUICIDE: "krisis-jiwa",
    Danger.MEDICAL: "gawat-medis",
}


def danger_category(danger: Danger) -> str:
    """The key in `data/categories.toml` under which such a danger is filed."""
    return _CATEGORY[danger]


def find_danger(words: Words) -> DangerFound | None:
    """The danger that a message tells of; of several the one whose word stands first."""
    scene = Scene(words)
    for hit in scene.hits:
        for name in hit.values:
            if name not in _RULES:
                continue
            danger, holds = _RULES[name]
            if signs := holds(scene, hit) or (name in _TELLING and _told(scene, hit)):
                spans = sorted({(hit.first, hit.last), *((s.first, s.last) for s in signs)})
                quoted = tuple(words.quote(first, last) for first, last in spans)
                return DangerFound(danger, Finding(0.9 if len(spans) > 1 else 0.8, quoted))
    return _first_of(scene, weighed(scene))


def find_strange_danger(words: Words) -> DangerFound | None:
    """The danger in words that report nothing of the city's daily matters: there less is enough."""
    scene = Scene(words)
    return _first_of(scene, strange(scene))


def _first_of(scene: Scene, weighed: Iterator[tuple[Hit[str], Signs]]) -> DangerFound | None:
    for hit, signs in weighed:
        known = [_RULES[name][0] for name in hit.values if name in _RULES]
        told = sorted({(s.first, s.last) for s in (hit, *signs)})
        quoted = tuple(scene.words.quote(first, last) for first, last in told)
        return DangerFound(known[0] if known else Danger.ACCIDENT, Finding(_WEIGHED, quoted))
    return None


def may_tell_danger(cleaned: str) -> bool:
    """Whether all words of a phrase are there without which no danger is told. Costs a quarter of
    taking the text apart for `find_danger`, which finds nothing where this says no."""
    forms = {fold_word(word) for word in WORD.findall(cleaned, 0, READ_CHARS)}
    needed = _needed()
    return any(rest <= forms for form in forms & needed.keys() for rest in needed[form])


@cache
def _needed() -> dict[str, list[frozenset[str]]]:
    """By the longest word of a phrase what else must be there."""
    found: dict[str, list[frozenset[str]]] = {}
    for words in phrases_of(_RULES):
        longest = max(words, key=len)
        found.setdefault(longest, []).append(frozenset(words) - {longest})
    return found


def _told(scene: Scene, hit: Hit[str]) -> Signs:
    """A few words that tell of a person and of nothing but what is happening to them."""
    brief = scene.size <= _TELLS and scene.is_cry() and not scene.asks_repair()
    if not brief or scene.is_animal(hit) or scene.is_name(hit) or scene.denied(hit):
        return []
    return scene.people_beside(hit, _TELLS)[:1]
