"""The word lists of danger in `data/danger.toml`, and the forms that are made of roots."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from normalizer import wordlists
from normalizer.phrases import Phrases, alternatives
from normalizer.text import lean


@cache
def danger_phrases() -> Phrases[str]:
    """All words of danger and all signs around them, by the names of their lists."""
    return Phrases(_entries())


def phrases_of(names: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Every phrase of the lists *names*, word by word as it is compared."""
    for phrase, name in _entries():
        if name in names:
            yield from alternatives(phrase)


@cache
def _entries() -> list[tuple[str, str]]:
    lists = wordlists.read_toml("danger")
    entries = [*lists["words"].items(), *lists["signs"].items()]
    made = [(name, _forms_of(roots, name)) for name, roots in lists["families"].items()]
    return [(phrase, name) for name, phrases in [*entries, *made] for phrase in phrases]


_NASAL = {
    "p": "m",
    "t": "n",
    "k": "ng",
    "s": "ny",
    "c": "ny",
}  # replaces the first letter: tusuk, nusuk


def _forms_of(roots: str, name: str) -> list[str]:
    """What is said of each root: "ketindih", "ketindihan", "ditusuk", "nusukin", "penusukan".

    Who does it is said of violence alone: "nutup" is no mishap.
    """
    forms: list[str] = []
    for root in roots.split():
        stems = [f"{prefix}{root}" for prefix in ("ke", "ter", "di")]
        nasal = _NASAL.get(root[0], "")
        active = f"{nasal}{root[1:]}" if nasal else f"nge{root}"
        if name == "violence":
            before = "mem" if root[0] in "bf" else "meng" if root[0] in "aghiou" else "men"
            stems += [active, f"me{active}" if nasal else f"{before}{root}"]
            forms.append(f"pe{active}an" if nasal else f"pe{before[2:]}{root}an")
            forms += [f"{root}in", f"{root}i"]
        forms += [f"{stem}{suffix}" for stem in stems for suffix in ("", "an", "i", "in")]
    return [form for form in forms if lean(form) == (form,)]


@cache
def others() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """By the last word of a sign the words beside it with which it is none, by where they stand."""
    table: Mapping[str, str] = wordlists.read_toml("danger")["other"]
    found: dict[str, dict[str, frozenset[str]]] = {}
    for where, lines in table.items():
        for word, beside in (line.split(":") for line in lines.strip().splitlines()):
            known = found.setdefault(word, dict.fromkeys(table, frozenset()))
            known[where] = frozenset(beside.split())
    return found


@cache
def listed(table: str, name: str) -> frozenset[str]:
    """One list of single words in `data/danger.toml`."""
    words: str = wordlists.read_toml("danger")[table][name]
    return frozenset(words.split())
