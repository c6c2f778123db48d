"""Indonesian or English, by function words: a borrowed noun or two never flips the language."""

from functools import cache
from typing import Literal

from normalizer import wordlists
from normalizer.text import Words, fold_word

_ENOUGH = 3  # English function words; "thank you" is also said in Indonesian
_READ = 80  # words


def read_language(words: Words) -> Literal["id", "en"]:
    """English only where clearly more of its function words stand than Indonesian ones."""
    english, function = wordlists.group("english"), wordlists.group("function")
    if sum(map(_folded_english().__contains__, words.forms[:_READ])) < _ENOUGH:
        return "id"
    typed = [words.typed(k).lower().replace("’", "'") for k in range(min(len(words.tokens), _READ))]
    count_en = sum(form in english for form in typed)
    count_id = sum(form in function for form in words.forms[:_READ])
    return "en" if count_en >= _ENOUGH and count_en > 2 * count_id else "id"


@cache
def _folded_english() -> frozenset[str]:
    return frozenset(fold_word(word) for word in wordlists.group("english"))
