"""Messages that only greet, thank or nod: answered in four words or not at all, never filed."""

import re
from functools import cache

from normalizer import wordlists
from normalizer.reading import Social
from normalizer.text import Words

_NODS = frozenset("👍👌🙏👏✅☑✔🙂😊😀😁🤝💪❤🧡💛💚💙💜🖤🤍🥰😍🙌🫶🤗😇🎉💯🆗☺😄😃🌹")
_LONGEST = 25  # words
_LAUGHS = re.compile(r"(?:wk|ha|he|hi|xi|ck){2,20}[whk]?|lol")
_DISTURBS = frozenset({"ganggu", "mengganggu", "menganggu", "merepotkan", "ngerepotin", "repot"})
_BESIDE_SORRY = frozenset(
    {"maaf", "kalau", "jika", "sudah", "ya", "jadi", "selalu", "terus", "malam"}
)
_BESIDE_NODS = frozenset({"kok", "lah", "deh", "wkwk", "wkwkwk", "haha", "hehe"})
_CALLS = frozenset({"oi", "oy", "woi", "woy", "oii", "eh", "hoi", "hey", "ya", "dong", "nih"})


def read_social(words: Words) -> Social | None:
    """What the message is, if it holds nothing else."""
    forms = words.forms
    if not forms:
        return Social.ACK if any(char in _NODS for char in words.text) else None
    if len(forms) > _LONGEST:
        return None
    group = wordlists.group
    said = frozenset([form for form in forms if not form.isdecimal()])
    if not said <= _sociable():  # nearly every message, known at its first other word
        return Social.ACK if all(_LAUGHS.fullmatch(form) for form in said) else None
    if _only(said, group("well_wishing"), group("beside_wishes") | group("vocative")):
        return Social.ACK
    if "maaf" in said and _only(said, _DISTURBS, group("vocative") | _BESIDE_SORRY):
        return Social.ACK
    if said and all(_LAUGHS.fullmatch(form) for form in said):
        return Social.ACK
    if said and said <= group("vocative") | _CALLS:
        return Social.GREETING
    beside = group("vocative") | group("beside_ack") | _BESIDE_NODS
    if _only(said, group("ack"), beside | _THANK_YOU):
        return Social.THANKS if said & _THANK_YOU else Social.ACK
    greets = group("greeting") | beside
    if _only(said, group("thanks") - {"terima"}, group("beside_thanks") | greets | {"terima"}):
        return Social.THANKS
    if _only(said, group("greeting") | group("reporting"), group("announce") | greets | _OPENING):
        return Social.GREETING
    return None


_THANK_YOU = frozenset({"terima", "kasih"})
_OPENING = frozenset({"maaf", "ya", "yth", "terima", "kasih"})


@cache
def _sociable() -> frozenset[str]:
    """Every word that such a message may have, but for laughter."""
    names = (
        "well_wishing", "beside_wishes", "vocative", "beside_ack", "ack", "greeting", "thanks",
        "beside_thanks", "reporting", "announce",
    )  # fmt: skip
    lists = (wordlists.group(name) for name in names)
    return frozenset().union(
        *lists, _DISTURBS, _BESIDE_SORRY, _CALLS, _THANK_YOU, _OPENING, _BESIDE_NODS
    )


def _only(said: frozenset[str], wanted: frozenset[str], allowed: frozenset[str]) -> bool:
    """Whether one word of *wanted* is there and nothing beside it that is not *allowed*."""
    return bool(said & wanted) and said <= wanted | allowed
