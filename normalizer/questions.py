"""Whether an agency's question can be put to a reporter as it stands. Pure.

Officers write to each other ("mohon koordinasi pelapor"); what reaches a citizen is a question to
them, about what was seen, and about nobody.
"""

import enum
import re

from normalizer.privacy import redact


class Fault(enum.StrEnum):
    """What is wrong with a question; a person looks at it then."""

    EMPTY = "empty"
    """Nothing in it that could be answered."""
    LONG = "long"
    PERSONAL = "personal"
    """A number, an address or a name of a person."""
    INTERNAL = "internal"
    """Written to colleagues, not to the reporter."""
    RUDE = "rude"


_LEAST_LETTERS = 10
_MOST_CHARS = 300

_INTERNAL = re.compile(
    r"\b(?:mohon koordinasi|koord(?:inasi)?(?: dengan| dgn)? pelapor|hub(?:ungi)? pelapor|"
    r"konfirmasi (?:ke )?pelapor|pelapor|crm|jaki|tiket|ticket(?:ing)?|disposisi|tupoksi|"
    r"mohon (?:di)?tindak ?lanjut\w*|admin kanal|reject|closing)\b",
    re.IGNORECASE,
)
_RUDE = re.compile(
    r"\b(?:asal(?:-asalan)? lapor|ngawur|bohong|mengada-ada|tidak jelas sekali|hoax|hoaks|bodoh|"
    r"goblok|tolol|males|malas|jangan lapor)\b",
    re.IGNORECASE,
)


def fault_of(question: str) -> Fault | None:
    """The first thing that keeps *question* from being sent by itself; None where nothing does."""
    words = " ".join(question.split())
    if sum(c.isalpha() for c in words) < _LEAST_LETTERS:
        return Fault.EMPTY
    if len(words) > _MOST_CHARS:
        return Fault.LONG
    if redact(words) != words:
        return Fault.PERSONAL
    if _RUDE.search(words):
        return Fault.RUDE
    return Fault.INTERNAL if _INTERNAL.search(words) else None
