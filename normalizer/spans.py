"""How long and how often: "sudah 3 hari", "seminggu yang lalu", "tiap sore", "bertahun-tahun"."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from normalizer.clocktimes import PARTS
from normalizer.numerals import UNITS, number_at
from normalizer.reading import Precision
from normalizer.text import Words

_UNITS = {
    "menit": (timedelta(minutes=1), Precision.MINUTE),
    "jam": (timedelta(hours=1), Precision.HOUR),
    "hari": (timedelta(days=1), Precision.DAY),
    "malam": (timedelta(days=1), Precision.DAY),
    "minggu": (timedelta(days=7), Precision.WEEK),
    "pekan": (timedelta(days=7), Precision.WEEK),
    "bulan": (timedelta(days=30), Precision.MONTH),
    "tahun": (timedelta(days=365), Precision.YEAR),
}
_ONE = {
    "semenit": "menit", "sejam": "jam", "sehari": "hari", "seharian": "hari",
    "semalaman": "malam", "seminggu": "minggu", "seminggunan": "minggu", "sepekan": "pekan",
    "sebulan": "bulan", "sebulanan": "bulan", "setahun": "tahun", "setahunan": "tahun",
}  # fmt: skip
_VAGUE = {
    "bermenit": "menit", "berjam": "jam", "berhari": "hari", "berminggu": "minggu",
    "berbulan": "bulan", "bertahun": "tahun", "menahun": "tahun", "berpuluh": "tahun",
}  # fmt: skip
_BEGINNING = frozenset({*_ONE, *_VAGUE, *UNITS})
_OPENING = frozenset(
    {"sudah", "selama", "hampir", "lebih", "sejak", "dari", "baru", "udahan", "ada"}
)
_DAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
_EVERY = frozenset({"setiap", "tiap"})
_RAIN = frozenset({"hujan", "ujan"})


@dataclass(frozen=True, slots=True)
class Spell:
    """A length of time at the tokens *first* up to *last*; *ago* where it counts back to a point.

    *length* is None where only its unit is known ("berbulan-bulan").
    """

    first: int
    last: int
    length: timedelta | None
    unit: timedelta
    precision: Precision
    ago: bool
    vague: bool = False


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something that comes again: *every* names the day, weekday or occasion, *part* of the day."""

    first: int
    last: int
    every: str
    part: str = ""


def find_spells(words: Words, shadow: frozenset[int]) -> Iterator[Spell]:
    """Lengths of time, in the order of the message."""
    for k, form in enumerate(words.forms):
        may_be = form in _BEGINNING or form.isdecimal()
        if may_be and k not in shadow and (spell := _spell_at(words.forms, k)):
            yield spell


def _spell_at(forms: tuple[str, ...], k: int) -> Spell | None:
    form = forms[k]
    first = k - 1 if k and forms[k - 1] in _OPENING else k
    if form in _VAGUE:
        unit, precision = _UNITS[_VAGUE[form]]
        last = k + 2 if forms[k + 1 : k + 2] == (_VAGUE[form],) else k + 1
        return Spell(first, last, None, unit, precision, ago=False, vague=True)
    if form in _ONE:
        unit, precision = _UNITS[_ONE[form]]
        return _counted(forms, first, k + 1, unit, precision, unit, opened=first < k)
    found = number_at(forms, k)
    if found is None or (k and number_at(forms, k - 1) and not forms[k - 1].isdecimal()):
        return None
    value, after = found
    name = forms[after] if after < len(forms) else ""
    if name == "setengah" and forms[after + 1 : after + 2]:
        after, name = after + 1, forms[after + 1]
    if name not in _UNITS or not 0 < value <= 400:
        return None
    unit, precision = _UNITS[name]
    return _counted(forms, first, after + 1, value * unit, precision, unit, opened=first < k)


def _counted(
    forms: tuple[str, ...],
    first: int,
    last: int,
    length: timedelta,
    precision: Precision,
    unit: timedelta,
    *,
    opened: bool,
) -> Spell | None:
    tail = forms[last : last + 3]
    if "lalu" in tail[:2] and tail[0] in {"yang", "lalu"}:
        end = last + tail.index("lalu") + 1
        return Spell(first, end, length, unit, precision, ago=True)
    goes_on = bool(tail) and tail[0] in {"terakhir", "ini", "lebih", "belakangan", "lamanya"}
    waited = bool(tail) and tail[0] in {"tidak", "belum", "mati", "rusak", "menumpuk", "banjir"}
    if not (opened or goes_on or waited):
        return None
    if opened and forms[first] == "ada" and not (goes_on or waited):
        return None
    return Spell(first, last + goes_on, length, unit, precision, ago=False)


def find_recurring(words: Words, shadow: frozenset[int]) -> Iterator[Recurring]:
    """What comes again, in the order of the message."""
    forms = words.forms
    for k, form in enumerate(forms):
        if form not in _EVERY or k in shadow or k + 1 >= len(forms):
            continue
        nxt, after = forms[k + 1], k + 2
        if nxt == "hari" and after < len(forms) and forms[after] in _DAYS and after not in shadow:
            yield Recurring(k, after + 1, forms[after])
        elif nxt == "hari":
            part = forms[after] if after < len(forms) and forms[after] in PARTS else ""
            yield Recurring(k, after + bool(part), "day", part)
        elif nxt in PARTS:
            hari = nxt == "dini" and forms[after : after + 1] == ("hari",)
            weekday = after < len(forms) and forms[after] in _DAYS and after not in shadow
            every = forms[after] if weekday else "day"
            yield Recurring(k, after + (hari or weekday), every, nxt)
        elif nxt in _RAIN or forms[k + 1 : k + 3] == ("turun", "hujan"):
            yield Recurring(k, after + (nxt == "turun"), "rain")
        elif nxt in {"minggu", "bulan", "tahun", "jam"} and k + 1 not in shadow:
            yield Recurring(
                k, after, {"minggu": "week", "bulan": "month", "tahun": "year", "jam": "hour"}[nxt]
            )
        elif nxt in _DAYS and k + 1 not in shadow:
            yield Recurring(k, after, nxt)
        elif nxt in {"weekend", "saat", "waktu"}:
            yield Recurring(k, after, "weekend" if nxt == "weekend" else "day")
