"""Which part of a correction stands: "jl arjuna bukan jl panjang" claims the first street only."""

import re

_NOT = r"\b(?:bukan(?:nya)?|bkn|not)\b"
_BUT = r"(?:[,;.:]|\b(?:tapi|tp|tetapi|melainkan|yan?g? (?:benar|bener|betul)|but)\b)"
_DENIED_FIRST = re.compile(rf"{_NOT}[^,;.:\n]{{1,60}}?{_BUT}\s{{0,3}}(?=\w)", re.IGNORECASE)
_DENIED_LAST = re.compile(rf"(?<=\w)[ ,]{{1,3}}{_NOT} [^,;\n]{{1,60}}$", re.IGNORECASE)


def claimed(text: str) -> str:
    """*text* without what it says is not so; all of it where nothing would be left."""
    rest = _DENIED_FIRST.sub(" ", text)
    rest = _DENIED_LAST.sub("", rest)
    return rest if any(char.isalnum() for char in rest) else text
