"""What a sentence asks of us beside its problem: a status, a person, silence about who wrote."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from normalizer import wordlists
from normalizer.text import Words

# Gaps are counted and lazy, so the time stays linear in the length of the message.
_GAP = r"(?: \S{1,40}){0,4}?"
_GAP_REACH = 9  # words behind a word and a gap, each of whose four may be "salah satu"
_SHORT_QUESTION = 9  # words
_CORRECTION = 25
_ABOUT_US = 16


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for, or said of an earlier report; each by itself."""

    asks_status: bool
    says_fixed: bool
    says_not_fixed: bool
    denies: bool
    corrects: bool
    evades: bool
    wants_privacy: bool
    wants_person: bool
    wants_erasure: bool
    wants_copy: bool
    wants_quiet: bool
    asks: str


def read_wishes(words: Words) -> Wishes:
    """Read one message; for which complaint it counts is the dialogue's business."""
    found = _found(words)
    # A long report corrects nothing of ours, and asks nothing of this service.
    brief = len(words.forms) <= _CORRECTION
    asked = next((name[4:] for name in _patterns()[2] if name in found), "")
    asks_when = "asks_when" in found and len(words.forms) <= _SHORT_QUESTION
    return Wishes(
        asks_status="asks_status" in found or asks_when,
        says_fixed=_says_fixed(words),
        says_not_fixed=_says_not_fixed(words),
        denies="not_done" in found,
        corrects=brief and ("corrects" in found or _breaks_off(words)),
        evades="evades" in found,
        wants_privacy="wants_privacy" in found,
        wants_person="wants_person" in found,
        wants_erasure="wants_erasure" in found,
        wants_copy="wants_copy" in found,
        wants_quiet="wants_quiet" in found,
        asks=asked if len(words.forms) <= _ABOUT_US else "",
    )


def _found(words: Words) -> set[str]:
    """The names of all patterns that stand in the message; each is tried at its own words only."""
    found: set[str] = set()
    forms = words.forms
    at_start, at_word, _ = _patterns()
    # Most fail at their next word, which is looked up far faster than matched.
    tried: list[tuple[int, _Named]] = []
    begun = [(k, at_word[form]) for k, form in enumerate(forms) if form in at_word]
    if forms and forms[0] in at_start:
        begun.append((0, at_start[forms[0]]))
    for k, (behind, wanted, later, always) in begun:
        if k + 1 < len(forms) and (right := behind.get(forms[k + 1])):
            tried += [(k, named) for named in right]
        if not wanted.isdisjoint(forms[k + 1 : k + 1 + _GAP_REACH]):
            tried += [(k, named) for named in later]
        tried += [(k, named) for named in always]
    if not tried:
        return found
    folded = " ".join(forms).replace("salah satu", "salah_satu")
    begins = [0, *accumulate([len(form) + 1 for form in forms])]
    for k, (name, pattern) in tried:
        if name not in found and pattern.match(folded, begins[k]):
            found.add(name)
    return found


def _breaks_off(words: Words) -> bool:
    """Whether it begins with "salah" and a sign behind it ("salah, kel. Kapuk Muara")."""
    wrong = words.forms[:1] in {("salah",), ("keliru",), ("wrong",), ("bukan",)}
    return wrong and len(words.tokens) > 1 and words.tokens[1].parted


def _says_fixed(words: Words) -> bool:
    """Whether it says "sudah nyala" or "yang got sudah"; not "kalau sudah selesai"."""
    forms = words.forms
    ended = forms[:1] == ("fixed",) or forms[:3] == ("it", "is", "fixed")
    if _ENDED.isdisjoint(forms):
        return ended
    for k, form in enumerate(forms):
        if form not in _ENDED or _words("supposed") & set(forms[max(0, k - 2) : k]):
            continue
        done = _ends_clause(words, k + 1) or forms[k + 1] in _words("fixed") | {"yang"}
        taken_back = not _is_parted(words, k + 1) and _turns(
            _clause(words, k + 1), forms[k + 1 : k + 9]
        )
        if done and not taken_back:
            return True
    return ended


def _clause(words: Words, k: int) -> tuple[str, ...]:
    """The words from *k* on until the next sign."""
    last = k + 1
    while last < min(len(words.forms), k + 8) and not words.tokens[last].parted:
        last += 1
    return words.forms[k:last]


def _turns(clause: tuple[str, ...], behind: tuple[str, ...]) -> bool:
    """Whether "sudah …" is taken back by what follows; "sudah nyala lagi" is not, nor does the
    "tidak" of another clause ("sudah lancar, ga jadi")."""
    if "tidak" in clause or not (_words("turns") - {"tidak"}).isdisjoint(behind):
        return True
    return any(
        now in {"lagi", "kembali", "again"} and before not in _words("fixed")
        for before, now in itertools.pairwise(behind)
    )


_ENDED = frozenset({"sudah", "already"})
_TELLING = frozenset({"belum", "tidak", "masih", "still", "lagi", "again", "kembali", "balik"})


def _says_not_fixed(words: Words) -> bool:
    """Whether it says "belum beres", "masih mati", "rusak lagi"."""
    forms = words.forms
    if _TELLING.isdisjoint(forms):
        return False
    for k, form in enumerate(forms):
        if form not in _TELLING:
            continue
        before = forms[k - 1] if k else ""
        after = forms[k + 1] if k + 1 < len(forms) else ""
        match form:
            case "belum":
                nothing = after == "ada" and _words("nothing_of") & set(forms[k + 2 : k + 3])
                last = _ends_clause(words, k + 1) and not _asks(words, k)
                said = bool(nothing) or last or after in _words("undone")
            case "tidak":
                said = after in _words("undone")
            case "masih" | "still":
                said = after in _words("still")
            case "lagi" | "again":
                said = before in _words("again")
            case _:  # "kembali", "balik"
                said = after in _words("again")
        if said:
            return True
    return False


def _ends_clause(words: Words, k: int) -> bool:
    """Whether nothing but names of address stands between here and the next sign."""
    while k < len(words.forms) and not words.tokens[k].parted:
        if words.forms[k] not in wordlists.group("vocative"):
            return False
        k += 1
    return True


def _asks(words: Words, k: int) -> bool:
    """Whether "belum" asks ("sudah diperbaiki belum?") and does not tell."""
    for back in range(k - 1, max(-1, k - 9), -1):
        if words.tokens[back + 1].parted:
            return False
        if words.forms[back] in {"sudah", "apa", "apakah"}:
            return True
    return False


def _is_parted(words: Words, k: int) -> bool:
    return k < len(words.tokens) and words.tokens[k].parted


@cache
def _words(name: str) -> frozenset[str]:
    listed: str = wordlists.read_toml("wishes")["words"][name]
    return frozenset(listed.split())


_Named = tuple[str, re.Pattern[str]]


class _Beginning(NamedTuple):
    """Patterns with the same first word: *behind* by the word right behind it, *later* with one of
    *wanted* behind a gap, *always* with none in particular."""

    behind: dict[str, list[_Named]]
    wanted: set[str]
    later: list[_Named]
    always: list[_Named]

    def add(self, rest: list[str], named: _Named) -> None:
        """Put in a pattern that goes on with *rest*."""
        gap = rest[:1] == ["..."]
        item = rest[gap] if len(rest) > gap else "$"
        if item == "$" or "*" in item:
            self.always.append(named)
        elif gap:
            self.wanted.update(item.split("|"))
            self.later.append(named)
        else:
            for word in item.split("|"):
                self.behind.setdefault(word, []).append(named)


_ByWord = Mapping[str, _Beginning]


@cache
def _patterns() -> tuple[_ByWord, _ByWord, tuple[str, ...]]:
    """By their first word the patterns tied to the beginning of the message, the others, and the
    names of questions about this service."""
    at_start: dict[str, _Beginning] = {}
    at_word: dict[str, _Beginning] = {}
    for name, lines in wordlists.read_toml("wishes")["patterns"].items():
        for line in lines:
            items = line.split()
            table = at_start if items[0] == "^" else at_word
            first, *rest = items[1:] if items[0] == "^" else items
            pattern = re.compile(_expression([first, *rest]))
            for word in first.split("|"):
                beginning = table.setdefault(word, _Beginning({}, set(), [], []))
                beginning.add(rest, (name, pattern))
    names = wordlists.read_toml("wishes")["patterns"]
    return at_start, at_word, tuple(name for name in names if name.startswith("ask_"))


def _expression(items: list[str]) -> str:
    """One line of `data/wishes.toml` over folded words with single blanks between them."""
    out, glue = "", ""
    for item in items:
        if item == "$":
            return f"{out}$"
        if item == "...":
            out += _GAP
        else:
            out, glue = f"{out}{glue}(?:{'|'.join(map(_word, item.split('|')))})", " "
    return rf"{out}(?!\S)"


def _word(word: str) -> str:
    return rf"{re.escape(word[:-1])}\S{{2,30}}" if word.endswith("*") else re.escape(word)
