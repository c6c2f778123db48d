"""Hours of the day in words: "jam 5 sore", "pukul 21.15", "setengah 9 malam", "12.00-13.00 WIB"."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from normalizer.numerals import number_at
from normalizer.reading import Precision
from normalizer.text import Words

PARTS = {
    "subuh": (4, 6), "dini": (0, 4), "pagi": (5, 11), "siang": (11, 15), "sore": (15, 18),
    "magrib": (18, 19), "maghrib": (18, 19), "malam": (18, 24), "isya": (19, 20),
}  # fmt: skip
"""Part of the day -> its hours, from and until."""

_UNTIL = frozenset({"sampai", "hingga", "sd", "ke"})
_OPENING = frozenset({"jam", "pukul", "setengah"})
_UNTIL_TYPED = _UNTIL | {"s"}
_NIGHTS = frozenset(
    {"sudah", "selama", "hampir", "lebih", "ada", "tiap", "setiap", "rt", "rw", "no"}
)
_MEASURED = frozenset(
    (unit,) for unit in ("meter", "m", "jam", "hari", "kilo", "kg", "km", "bulan")
)
_EARLY_NIGHT = 6  # "8 malam" is an hour, "3 malam" are three nights


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour, or hours from and until, at the tokens *first* up to *last*; since midnight."""

    first: int
    last: int
    start: timedelta
    end: timedelta | None
    precision: Precision
    part: str = ""

    def of_part(self, part: str) -> "Clock":
        """The same with the part of the day that another word names ("tadi malam jam 8")."""
        if self.part or not part:
            return self
        start = _within(self.start, part)
        end = None if self.end is None else _within(self.end, part)
        return replace(self, start=start, end=end, part=part)


def find_clocks(words: Words, shadow: frozenset[int]) -> Iterator[Clock]:
    """Every hour that is named as one, in the order of the message."""
    free = 0
    for k in words.beginnings(_OPENING):
        clock = _clock_at(words, k) if k >= free and k not in shadow else None
        if clock is not None:
            yield clock
            free = clock.last


def _clock_at(words: Words, k: int) -> Clock | None:
    forms = words.forms
    opened = forms[k] in {"jam", "pukul"}
    first, at = k, k + 1 if opened else k
    read = _hour(words, at, opened=opened)
    if read is None:
        return None
    start, at, exact = read
    part, at = _part(forms, at)
    end, after = _end(words, at)
    wib = after < len(forms) and forms[after] == "wib"
    told = part or (_part(forms, after)[0] if end is not None else "")
    if not opened and not (exact and (wib or part or end is not None)):
        half = forms[k] == "setengah" and forms[at : at + 1] not in _MEASURED
        bare = bool(told) and _is_hour_of(start, told) and forms[k].isdecimal() and not exact
        if not half and (not bare or (k and forms[k - 1] in _NIGHTS)):
            return None
    if end is not None:
        late, at = _part(forms, after)
        part = part or late
        end = _within(end, late or part)
    else:
        at = after
    if at < len(forms) and forms[at] == "wib":
        at += 1
    start = _within(start, part)
    precision = Precision.MINUTE if exact else Precision.HOUR
    return Clock(first, at, start, end, precision, part)


def _hour(words: Words, at: int, *, opened: bool) -> tuple[timedelta, int, bool] | None:
    """Hour and minute at token *at*, what follows, and whether the minute was said."""
    forms = words.forms
    if at >= len(forms):
        return None
    if forms[at] == "setengah" and (found := number_at(forms, at + 1)):
        value, last = found
        return (timedelta(hours=value, minutes=-30), last, True) if 1 <= value <= 12 else None
    found = number_at(forms, at)
    if found is None or found[0] > 24:
        return None
    hour, last = found
    if last < len(forms) and _is_minute(words, last, opened=opened):
        return timedelta(hours=hour, minutes=int(forms[last])), last + 1, True
    for word, sign in (("lewat", 1), ("lebih", 1), ("kurang", -1)):
        if forms[last : last + 1] == (word,) and (more := number_at(forms, last + 1)):
            minutes = 15 if forms[last + 1] == "seperempat" else more[0]
            if minutes < 60:
                return timedelta(hours=hour, minutes=sign * minutes), more[1], True
    return timedelta(hours=hour), last, False


def _is_minute(words: Words, k: int, *, opened: bool) -> bool:
    typed = words.forms[k]
    gap = words.text[words.tokens[k - 1].end : words.tokens[k].start]
    if len(typed) != 2 or not typed.isdecimal() or int(typed) >= 60:
        return False
    if gap == "-":  # "11-00 s.d 17.00"; "jam 9-11" are two hours
        runs_on = not _UNTIL_TYPED.isdisjoint(words.forms[k + 1 : k + 2])
        return runs_on or (opened and not int(words.forms[k - 1]) < int(typed) <= 24)
    return gap in {".", ":"}


def _is_hour_of(hour: timedelta, part: str) -> bool:
    """Whether "8 malam" without "jam" is an hour: nights are counted up to five."""
    hours = hour.total_seconds() / 3600
    return 1 <= hours <= 12 and (part != "malam" or hours >= _EARLY_NIGHT)


def _part(forms: tuple[str, ...], at: int) -> tuple[str, int]:
    if at < len(forms) and forms[at] in PARTS:
        after = at + 1
        if forms[at] == "dini" and forms[after : after + 1] == ("hari",):
            after += 1
        return forms[at], after
    return "", at


def _end(words: Words, at: int) -> tuple[timedelta | None, int]:
    """The hour that ends a range at token *at*."""
    forms = words.forms
    if at >= len(forms):
        return None, at
    gap = words.text[words.tokens[at - 1].end : words.tokens[at].start].strip()
    k = at
    if forms[k] in _UNTIL:
        k += 1
    elif forms[k] == "s" and forms[k + 1 : k + 2] in {("d",), ("dengan",)}:
        k += 2
    elif gap not in {"-", "–"}:
        return None, at
    if k < len(forms) and forms[k] in {"jam", "pukul"}:
        k += 1
    read = _hour(words, k, opened=True)
    return (read[0], read[1]) if read else (None, at)


def _within(hour: timedelta, part: str) -> timedelta:
    """The hour of the clock in that part of the day: "8 malam" is 20."""
    if not part:
        return hour
    hours = hour.total_seconds() / 3600
    afternoon = part in {"siang", "sore", "malam", "magrib", "maghrib", "isya"}
    if afternoon and hours < 12 and not (part == "siang" and hours >= 10):
        if part == "malam" and hours < 5:  # "jam 2 malam" is two in the night
            return hour
        return hour + timedelta(hours=12)
    if part == "malam" and hours == 12:
        return timedelta(hours=24)
    return hour
