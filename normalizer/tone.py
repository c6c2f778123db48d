"""How it is said: in anger, or as advertising. Both only steer the reply, never what is filed."""

import re
from collections.abc import Mapping
from functools import cache

from normalizer import wordlists
from normalizer.phrases import Phrases
from normalizer.text import Words, capitals

_CONTACT = re.compile(
    r"https?://|www\.|wa\.me/|t\.me/|bit\.ly/|\b\w{2,30}\.(?:com|net|xyz|site|info|club|top|vip)\b"
    r"|(?:\+62|\b0)8\d{2}[\s\-.]?\d{3,4}",
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"[!?]{2,}|!.{0,60}!")
_LETTERS = 20  # fewer capitals are an abbreviation, not a voice


def is_angry(words: Words) -> bool:
    """Whether the reporter is angry: harsh words, or capitals and signs beside sharp ones."""
    found = {kind for hit in _angry().find(words) for kind in hit.values}
    if "strong" in found:
        return True
    head = words.text[:1000]
    letters, large = capitals(head)
    shouting = letters >= _LETTERS and large > 0.6 * letters
    marks = _SHOUTED.search(head) is not None
    return shouting + marks + ("phrases" in found) >= 2


def is_spam(words: Words) -> bool:
    """Whether it advertises: two different signs of it *and* a link or number to turn to."""
    signs = {hit.first for hit in _adverts().find(words)}
    return len(signs) >= 2 and _CONTACT.search(words.text[:4000]) is not None


@cache
def _angry() -> Phrases[str]:
    lists: Mapping[str, list[str]] = wordlists.read_toml("tone")["angry"]
    return Phrases((phrase, kind) for kind, phrases in lists.items() for phrase in phrases)


@cache
def _adverts() -> Phrases[str]:
    phrases: list[str] = wordlists.read_toml("tone")["advert"]["phrases"]
    return Phrases((phrase, phrase) for phrase in phrases)
