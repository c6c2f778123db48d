"""Text as it may enter the house: what every connector does to the words it parses."""

import re

_PARTING_NUL = re.compile(r"(?<=\S)\0+(?=\S)")


def clean(text: str) -> str:
    """*text* without NUL and with U+FFFD for every lone surrogate; everything else stays.

    PostgreSQL stores no NUL and UTF-8 no lone surrogate: either one spoils the whole batch it is
    written with. The raw message keeps both. Two words that only a NUL parts stay two.
    """
    if "\0" in text:
        text = _PARTING_NUL.sub(" ", text).replace("\0", "")
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def level(text: str) -> str:
    """*text* without the marks that turn the direction of what follows: on a page they reverse
    words that are not theirs."""
    return text.translate(_TURNING)
