"""Indonesian or English, by function words: a borrowed noun or two never flips the language."""

from typing import Literal

from normalizer import wordlists
from normalizer.text import Words

_ENOUGH = 3  # English function words; "thank you" is also said in Indonesian


def read_language(words: Words) -> Literal["id", "en"]:
    """English only where clearly more of its function words stand than Indonesian ones."""
    english, function = wordlists.group("english"), wordlists.group("function")
    typed = [words.typed(k).lower().replace("’", "'") for k in range(min(len(words.tokens), 80))]
    count_en = sum(form in english for form in typed)
    count_id = sum(form in function for form in words.forms[:80])
    return "en" if count_en >= _ENOUGH and count_en > 2 * count_id else "id"
