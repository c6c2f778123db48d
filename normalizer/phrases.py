"""Finding listed phrases among the words of a message, in one pass over the words."""

from collections.abc import Iterable
from itertools import product
from typing import Generic, NamedTuple, TypeVar

from normalizer.text import Words, lean

T = TypeVar("T")


class Hit(NamedTuple, Generic[T]):
    """A phrase that was found: what it stands for, and the tokens *first* up to *last*."""

    values: tuple[T, ...]
    first: int
    last: int
    at: int
    """Its place among the lean words, for measuring distances; *until* is where it ends there."""
    until: int


class Phrases(Generic[T]):
    """A table of phrases: leftmost wins, then longest, and no two hits overlap.

    A phrase may offer alternatives for a word: ``belum|tidak diangkut``. Fillers count neither in
    the phrase nor in the message; a passive is also found when typed apart ("di angkut"). The same
    phrase may stand for several things.
    """

    __slots__ = ("_alone", "_longer")

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        values: dict[tuple[str, ...], list[T]] = {}
        for phrase, value in entries:
            for words in alternatives(phrase):
                known = values.setdefault(words, [])
                if value not in known:
                    known.append(value)
        # First word -> what it stands for alone; -> its second word -> the rest, longest first.
        self._alone: dict[str, tuple[T, ...]] = {}
        self._longer: dict[str, dict[str, list[tuple[tuple[str, ...], tuple[T, ...]]]]] = {}
        for words in sorted(values, key=len, reverse=True):
            if len(words) == 1:
                self._alone[words[0]] = tuple(values[words])
                self._longer.setdefault(words[0], {})
                continue
            seconds = self._longer.setdefault(words[0], {})
            seconds.setdefault(words[1], []).append((words[2:], tuple(values[words])))

    def find(self, words: Words, *, overlapping: bool = False) -> list[Hit[T]]:
        """Every hit, in the order of the message."""
        longer = self._longer
        if longer.keys().isdisjoint(words.where):
            return []
        hits: list[Hit[T]] = []
        forms, lean = words.lean_forms, words.lean
        alone, count = self._alone, len(forms)
        free = 0
        for at in [k for k, form in enumerate(forms) if form in longer]:
            if at < free and not overlapping:
                continue
            # In one piece, and without the wrapper of its class: hundreds a message are tried.
            seconds = longer[forms[at]]
            values = None
            if seconds and at + 1 < count:
                for rest, several in seconds.get(forms[at + 1], ()):
                    end = at + 2 + len(rest)
                    if forms[at + 2 : end] == rest:
                        values, free = several, end
                        break
            if values is None:
                if (values := alone.get(forms[at])) is None:
                    continue
                free = at + 1
            hits.append(tuple.__new__(Hit, (values, lean[at], lean[free - 1] + 1, at, free)))
        return hits


def alternatives(phrase: str) -> Iterable[tuple[str, ...]]:
    """Each way to say *phrase*, as it is compared."""
    for choice in product(*(word.split("|") for word in phrase.split())):
        words = lean(" ".join(choice))
        if not words or len(words) != len(choice):
            raise ValueError(f"a filler, a figure or a sign in {phrase!r} would never be compared")
        yield words
        apart = tuple(part for word in words for part in _passive_apart(word))
        if apart != words:
            yield apart


def _passive_apart(word: str) -> tuple[str, ...]:
    return ("di", word[2:]) if word.startswith("di") and len(word) > 5 else (word,)
