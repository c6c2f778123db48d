"""Which unit does what is asked for, where the thing itself is not named ("mohon ditertibkan")."""

from collections.abc import Mapping
from functools import cache

from normalizer import wordlists
from normalizer.phrases import Phrases
from normalizer.reading import Finding
from normalizer.text import Words

HINT = 0.35
"""How sure such a hint is."""


def unit_by_act(words: Words, shadow: frozenset[int]) -> tuple[str, Finding] | None:
    """The unit whose acts are named most often, of equals the first; names of places left out."""
    counts: dict[str, list[str]] = {}
    for hit in _phrases().find(words):
        if hit.first not in shadow:
            for unit in hit.values:
                counts.setdefault(unit, []).append(words.quote(hit.first, hit.last))
    if not counts:
        return None
    unit = max(counts, key=lambda unit: len(counts[unit]))
    return unit, Finding(HINT, tuple(dict.fromkeys(counts[unit])))


@cache
def _phrases() -> Phrases[str]:
    lists: Mapping[str, list[str]] = wordlists.read_toml("acts")
    return Phrases((phrase, unit) for unit, phrases in lists.items() for phrase in phrases)
