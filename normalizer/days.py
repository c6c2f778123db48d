"""Which day: "kemarin sore", "tadi malam", "Senin lalu", "tgl 7 Maret", "12/03/2025", "lebaran"."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from normalizer.clocktimes import PARTS
from normalizer.dates import (
    MONTHS,
    SINCE,
    Day,
    date_at,
    feast_at,
    feasts,
    midnight_of,
    month_at,
    year_at,
)
from normalizer.reading import Precision
from normalizer.text import Words

_WEEKDAYS = {
    "senin": 0, "selasa": 1, "rabu": 2, "kamis": 3, "jumat": 4, "sabtu": 5, "minggu": 6, "ahad": 6,
}  # fmt: skip

_EVENING = 18
_LIKELY = 0.6  # the day is not said: the last one is meant
_DAY = timedelta(days=1)


def find_days(words: Words, shadow: frozenset[int], now: datetime | None) -> Iterator[Day]:
    """Every day that is named, in the order of the message."""
    free = 0
    for k in words.beginnings(_opening()):
        if k < free or k in shadow:
            continue
        day = _day_at(words, k, shadow, now)
        if day is None:
            continue
        if k and words.forms[k - 1] in SINCE:
            day = replace(day, first=k - 1, since=True)
        yield day
        free = day.last


def _day_at(words: Words, k: int, shadow: frozenset[int], now: datetime | None) -> Day | None:
    relative = _relative(words.forms, k, now) or _ago_named(words.forms, k, shadow, now)
    relative = relative or year_at(words.forms, k, now) or month_at(words.forms, k, now)
    if relative is not None:
        return relative
    return (
        date_at(words, k, now) or _weekday(words.forms, k, shadow, now) or feast_at(words, k, now)
    )


def _relative(forms: tuple[str, ...], k: int, now: datetime | None) -> Day | None:
    """Words that count from now."""
    form, after = forms[k], forms[k + 1] if k + 1 < len(forms) else ""
    if form in PARTS and after in {"tadi", "ini", "kemarin"}:  # "malam tadi", "sore ini"
        if after == "tadi":
            return _tadi(k, k + 2, form, now)
        return _part_of(k, k + 2, form, now, 1 if after == "kemarin" else 0)
    # "Dari pagi sampai malam" is every day.
    goes_on = after in _UNTIL and not PARTS.keys().isdisjoint(forms[k + 2 : k + 3])
    if form in PARTS and k and forms[k - 1] in _FROM and not goes_on:
        return _tadi(k, k + 1, form, now)
    if form == "tadi" and after in PARTS:
        return _tadi(k, k + 2, after, now)
    if form == "semalam" or (form, after) == ("last", "night"):
        return _tadi(k, k + 1 + (form == "last"), "malam", now)
    if form in _ABOUT and after in PARTS and _rings(forms, k, after):
        return _about(k, k + 2, form, after, now)
    if form in _JUST_NOW or (form, after) in _JUST_NOW_TWO:
        return _just_now(k, k + 1 + (form not in _JUST_NOW), now)
    if (form, after) in {("kemarin", "lusa"), ("lusa", "kemarin")}:
        return _part_of(k, k + 2, "", now, 2)
    if form == "nanti" and after in PARTS:
        return _part_of(k, k + 2, after, now, 0)
    last = k + 2 if (form, after) == ("hari", "ini") else k + 1
    days = 0 if last == k + 2 else _DAYS_BACK.get(form)
    if days is None:
        return None
    part = forms[last] if last < len(forms) and forms[last] in PARTS else ""
    return _part_of(k, last + bool(part), part, now, days)


_FROM = frozenset({"dari", "sejak", "sedari"})
_UNTIL = frozenset({"sampai", "hingga", "sd", "ke", "ketemu"})
_DAYS_BACK = {"kemarin": 1, "yesterday": 1, "today": 0, "besok": -1, "lusa": -2}
_JUST_NOW = frozenset({"barusan", "tadi", "sekarang"})
_JUST_NOW_TWO = frozenset({("baru", "saja"), ("saat", "ini")})


_HOUR = timedelta(hours=1)
_PRAYERS = frozenset({"magrib", "maghrib", "subuh", "isya"})
_ABOUT = {
    "menjelang": -1, "jelang": -1, "sebelum": -1, "mau": -1, "habis": 1, "sehabis": 1, "setelah": 1,
    "sesudah": 1, "selepas": 1, "bakda": 1, "pas": 0, "jam": 0, "waktu": 0,
}  # fmt: skip
"""Words before the name of a prayer or of a part of the day -> hours from its beginning."""


def _rings(forms: tuple[str, ...], k: int, part: str) -> bool:
    """Whether a part of the day is told as an hour: of others than prayers, only when it comes."""
    if forms[k + 2 : k + 3] in {("kemarin",), ("tadi",), ("ini",)}:
        return False  # these say the day, and are read with it
    return part in _PRAYERS or forms[k] in {"menjelang", "jelang"}


def _about(first: int, last: int, word: str, part: str, now: datetime | None) -> Day:
    """The last time that it was about that hour ("pas magrib", "menjelang subuh")."""
    if now is None:
        return Day(first, last, None, None, Precision.PART, part, sure=_LIKELY)
    begin = midnight_of(now) + timedelta(hours=PARTS[part][0] + _ABOUT[word])
    if begin > now:
        begin -= _DAY
    midnight = midnight_of(begin)
    return Day(
        first, last, begin, begin + _HOUR, Precision.PART, part, sure=_LIKELY, midnight=midnight
    )


def _tadi(first: int, last: int, part: str, now: datetime | None) -> Day:
    """The last such part of a day: "tadi malam" before the evening is the evening before."""
    if now is None:
        return Day(first, last, None, None, Precision.PART, part)
    days = 1 if now.hour < PARTS[part][0] else 0
    if part == "malam" and now.hour < _EVENING:
        days = 1
    return _part_of(first, last, part, now, days)


def _part_of(first: int, last: int, part: str, now: datetime | None, days: int) -> Day:
    """The *part* of the day so many days ago; the whole day where no part was said."""
    precision = Precision.PART if part else Precision.DAY
    if now is None:
        return Day(first, last, None, None, precision, part)
    midnight = midnight_of(now) - days * _DAY
    begin, end = (PARTS[part][0], PARTS[part][1]) if part else (0, 24)
    return Day(
        first, last, midnight + timedelta(hours=begin), midnight + timedelta(hours=end),
        precision, part, midnight=midnight,
    )  # fmt: skip


def _just_now(first: int, last: int, now: datetime | None) -> Day:
    if now is None:
        return Day(first, last, None, None, Precision.HOUR, sure=0.7)
    return Day(first, last, now - timedelta(hours=1), now, Precision.HOUR, sure=0.7)


_WHEN = {"lalu": 1, "kemarin": 1, "ini": 0, "depan": -1}


def _ago_named(
    forms: tuple[str, ...], k: int, shadow: frozenset[int], now: datetime | None
) -> Day | None:
    """ "Minggu lalu", "bulan kemarin", "tahun ini"; not "2 minggu lalu", that is a length."""
    counted = k and (forms[k - 1].isdecimal() or forms[k - 1] in {"hari", "malam"})
    if k + 1 >= len(forms) or k + 1 in shadow or counted:
        return None
    name, when = forms[k], forms[k + 1]
    if name not in {"minggu", "pekan", "bulan", "tahun"} or when not in _WHEN:
        return None
    back = _WHEN[when]
    precision = {"bulan": Precision.MONTH, "tahun": Precision.YEAR}.get(name, Precision.WEEK)
    if now is None:
        return Day(k, k + 2, None, None, precision)
    today = midnight_of(now)
    if precision is Precision.WEEK:
        begin = today - timedelta(days=today.weekday() + 7 * back)
        return Day(k, k + 2, begin, begin + timedelta(days=7), precision)
    if precision is Precision.MONTH:
        begin = today.replace(day=1)
        if back:
            begin = (begin + (-_DAY if back > 0 else timedelta(days=32))).replace(day=1)
        return Day(k, k + 2, begin, (begin + timedelta(days=32)).replace(day=1), precision)
    begin = today.replace(year=today.year - back, month=1, day=1)
    return Day(k, k + 2, begin, begin.replace(year=begin.year + 1), precision)


def _weekday(
    forms: tuple[str, ...], k: int, shadow: frozenset[int], now: datetime | None
) -> Day | None:
    """ "Hari Senin", "Jumat lalu", "malam Minggu"; a bare "minggu" is a week as well."""
    first, night = k, False
    if forms[k] in {"hari", "malam"} and k + 1 < len(forms) and k + 1 not in shadow:
        night, k = forms[k] == "malam", k + 1
    form = forms[k]
    if form not in _WEEKDAYS:
        return None
    last = k + 1
    tail = forms[last] if last < len(forms) else ""
    if form == "minggu" and first == k and tail in {"lalu", "kemarin", "ini", ""}:
        return None
    if form == "minggu" and first == k and tail not in PARTS:
        return None
    past = tail in {"lalu", "kemarin", "kmrn"}
    last += past
    part = "malam" if night else ""
    if not night and last < len(forms) and forms[last] in PARTS:
        part, last = forms[last], last + 1
    if now is None:
        return Day(first, last, None, None, Precision.PART if part else Precision.DAY, part)
    days = (now.weekday() - _WEEKDAYS[form]) % 7
    if night:  # "malam Minggu" is the evening of Saturday
        days += 1
    if past and days == 0:
        days = 7
    return _part_of(first, last, part, now, days)


@cache
def _opening() -> frozenset[str]:
    """Every word that a day can begin with, figures aside: most words of a message are none."""
    named = {
        "awal",
        "akhir",
        "pertengahan",
        "tanggal",
        "tgl",
        "hari",
        "semalam",
        "baru",
        "saat",
        "nanti",
        "last",
        "bulan",
        "pekan",
    }
    return frozenset(
        {*named, "tahun", *_ABOUT, *_DAYS_BACK, *_JUST_NOW, *PARTS, *_WEEKDAYS, *MONTHS, *feasts()}
    )
