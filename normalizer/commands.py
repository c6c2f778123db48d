"""Commands and bare answers: what counts only as the whole message.

"stop" orders something, "stop parkir liar di trotoar" reports something. So nothing may be left
over but signs, emoji, names of address, politeness, and at most one complaint number with its code.
"""

import re
from collections.abc import Mapping
from functools import cache

from core.number import ComplaintNumber, find_numbers, without_numbers
from normalizer import wordlists
from normalizer.reading import Command, CommandName
from normalizer.text import Words, words_of

_LONGEST = 8  # words; no command is longer with all its politeness
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_SAYS_CODE = re.compile(
    r"\b(?:kode|code)(?:\s+\w{1,10}){0,2}?\s{0,2}[:=]?\s{0,2}(?<!\d)(?P<code>\d{6})(?!\d)"
)
_IN_GROUPS = re.compile(
    r"\b[a-z]{2}[\s.\-#:]?\d{2}[ .\-]?(?:0[1-9]|1[0-2])[ .\-]?(?:0[1-9]|[12]\d|3[01])[ .\-]?"
    r"\d{4,6}\b",
    re.IGNORECASE,
)
_NAMED_CODE = re.compile(r"(?:\b(?:kode|code)\W{0,3})?(?<!\d)\d{6}(?!\d)", re.IGNORECASE)
_LEADING_DIGIT = re.compile(r"(?P<digit>[1-5])(?![\d.,:/]*\d)")
_STARS = "⭐🌟★"
_FIGURES = {"satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5}
_ORDINALS = {"pertama": 1, "kedua": 2, "ketiga": 3, "first": 1, "second": 2, "third": 3}
_CALLED_RATING = re.compile(
    r"(?:(?:saya|sy|aku|gue|i|my)\s)?(?:(?:kasih|kasi|beri|give)\s)?(?:ini\s)?(?:it\s)?"
    r"(?:nilai(?:nya)?|bintang(?:nya)?|rating(?:nya)?|skor|poin|angka|stars?)\s?[:=]?\s?"
    r"(?P<digit>[1-5]|satu|dua|tiga|empat|lima)(?![\d.,:/]*\d)\b",
    re.IGNORECASE,
)
_OF_FIVE = re.compile(r"(?P<digit>[1-5])\s?/\s?5(?!\d)")
_SHORT_COMMENT = 10  # words beside a rating ("3 lama bgt")
_KEYCAP = re.compile("[\ufe0f\u20e3]")


def numbers_in(text: str, prefix: str) -> tuple[ComplaintNumber, ...]:
    """All complaint numbers in *text*, also those whose figures are typed in groups."""
    return find_numbers(closed_up(text), prefix)


def closed_up(text: str) -> str:
    """*text* with the blanks taken out of what is a number by its form ("JK 2304 25 0099")."""
    return _IN_GROUPS.sub(_joined, text)


def _joined(match: re.Match[str]) -> str:
    return "".join(char for char in match[0] if char.isalnum())


def read_command(words: Words, prefix: str) -> Command | None:
    """The command that the whole message is, if it is one."""
    if len(words.tokens) > _LONGEST + 4:  # a number typed with blanks is four tokens
        return None
    numbers = numbers_in(words.text, prefix)
    if len(numbers) > 1:
        return None
    forms = words_of(_without_proof(words.text)).forms if numbers else words.forms
    number = numbers[0] if numbers else None
    table = _commands()
    for spoken in _less_and_less(forms):
        if (name := table.get(spoken)) is not None:
            return Command(name, number)
    return None


def _without_proof(text: str) -> str:
    """*text* without its complaint number and the code that proves it."""
    text = closed_up(text)
    rest = without_numbers(text)
    return _NAMED_CODE.sub(" ", rest) if read_code(text) else rest


def is_bare_number(text: str) -> bool:
    """Whether *text* is a complaint number, with or without its code, and nothing else."""
    forms = words_of(_without_proof(text)).forms
    said = set(forms) - wordlists.group("vocative") - wordlists.group("polite")
    closed = closed_up(text)
    return without_numbers(closed) != closed and not said


def read_code(text: str) -> str:
    """A six-digit short code: named as one, beside a complaint number, or alone."""
    if _CODE.search(text) is None:
        return ""
    text = closed_up(text)
    rest = without_numbers(text)
    if (named := _SAYS_CODE.search(rest.lower())) is not None:
        return named["code"]
    codes = _CODE.findall(rest)
    alone = len(codes) == 1 and not _CODE.sub("", rest).strip(" .,:#*\n")
    beside = len(codes) == 1 and rest != text and len(rest.split()) <= 4
    return str(codes[0]) if alone or beside else ""


def read_choice(words: Words) -> int | None:
    """A bare number ("1", "no 2", "2️⃣", "yang 1 pak")."""
    if len(words.forms) > _LONGEST:
        return None
    forms = [form for form in words.forms if form not in _beside_choice()]
    if len(forms) == 1 and (said := (_FIGURES | _ORDINALS).get(forms[0])) is not None:
        return said
    if len(forms) != 1 or not forms[0].isdecimal() or len(forms[0]) > 2:
        return None
    return int(forms[0])


def read_rating(words: Words) -> tuple[int, str] | None:
    """A digit 1 to 5 that opens a message which says little else, and what else it says."""
    text = words.text if words.text.isascii() else _KEYCAP.sub("", words.text)
    if (named := _named_rating(words, text)) is not None:
        return named
    match = _LEADING_DIGIT.match(text)
    if match is None:
        return None
    behind = words.forms[1:]
    counts = bool(behind) and behind[0] in wordlists.group("counted")
    if counts or len(behind) > _SHORT_COMMENT:
        return None
    return int(match["digit"]), text[match.end() :].lstrip(" .,:;!?)*-").strip()


def _named_rating(words: Words, text: str) -> tuple[int, str] | None:
    """A rating that is called one: "bintang 5", "saya kasih nilai 4 pak", "5/5", or stars."""
    if not words.forms:
        stars = sum(text.count(star) for star in _STARS)
        return (stars, "") if 1 <= stars <= 5 else None
    if not _FIGURES.keys().isdisjoint(words.forms):
        alone = [form for form in words.forms if form not in wordlists.group("vocative")]
        if len(alone) == 1 and alone[0] in _FIGURES:
            return _FIGURES[alone[0]], ""
    if len(words.forms) > _SHORT_COMMENT:
        return None
    match = _CALLED_RATING.match(text) or _OF_FIVE.match(text)
    if match is None:
        return None
    said = match["digit"].lower()
    rest = text[match.end() :].lstrip(" .,:;!?)*-").strip()
    return (int(said) if said.isdecimal() else _FIGURES[said]), rest


def _less_and_less(forms: tuple[str, ...]) -> list[str]:
    """The message as it is, without names of address, without politeness either."""
    addressed, polite = wordlists.group("vocative"), wordlists.group("polite")
    plain = [form for form in forms if form not in addressed]
    bare = [form for form in plain if form not in polite]
    return [" ".join(spoken) for spoken in (forms, plain, bare)]


@cache
def _commands() -> Mapping[str, CommandName]:
    listed: Mapping[str, str] = wordlists.read_toml("commands")
    return {
        " ".join(words_of(way.strip()).forms): CommandName(name)
        for name, ways in listed.items()
        for way in ways.split("|")
    }


@cache
def _beside_choice() -> frozenset[str]:
    return (
        wordlists.group("vocative")
        | wordlists.group("polite")
        | {"yang", "no", "nomor", "pilih", "pilihan", "jawab", "jawaban", "number", "ok", "oke"}
    )
