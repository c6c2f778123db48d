"""What says that something was understood wrongly: in so many words, or as the receipt asks."""

from normalizer import wordlists
from normalizer.dialogue.placing import names_another_place
from normalizer.dialogue.routing import is_another_matter
from normalizer.dialogue.situation import Case, Situation
from normalizer.privacy import redact
from normalizer.reading import Finding, PlaceFound, Reading
from normalizer.text import words_of

_ALSO = frozenset({"juga", "jg", "jga", "also", "too", "dan", "satu", "lagi", "sama"})
"""Beside a place these tell of a second one."""
_LONGEST_NAME = 4  # words


def corrects(s: Situation, case: Case) -> bool:
    """Whether the message says what is right about *case*: in so many words, or, as the receipt
    asks ("Salah? Balas yang benar"), as nothing but another place right behind it."""
    reading = s.heard.reading
    if reading.corrects:
        return case is s.recent or not is_another_matter(case, reading) or _only_a_place(reading)
    if not _only_a_place(reading) or case is not s.recent:
        return False
    also = not _ALSO.isdisjoint(reading.text.casefold().split())
    return not also and names_another_place(case, reading)


def _only_a_place(reading: Reading) -> bool:
    unread = reading.problem is None or not reading.problem.category
    return unread and reading.place is not None


def name_in(reading: Reading) -> PlaceFound | None:
    """The bare name that a short correction leaves ("eh melur maksudnya"), if it is one."""
    words = words_of(reading.text)
    beside = (
        wordlists.group("function") | wordlists.group("vocative") | wordlists.group("correcting")
    )
    kept = [k for k, form in enumerate(words.forms) if form not in beside]
    named = 0 < len(kept) <= _LONGEST_NAME and kept == list(range(kept[0], kept[-1] + 1))
    if not named or any(words.forms[k].isdecimal() for k in kept):
        return None
    said = redact(words.quote(kept[0], kept[-1] + 1)).strip(" .,!?")
    return PlaceFound(said, Finding(0.4, (said,)))
