"""Which day: "kemarin sore", "tadi malam", "Senin lalu", "tgl 7 Maret", "12/03/2025", "lebaran"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache

from core.number import WIB
from normalizer import wordlists
from normalizer.clocktimes import PARTS
from normalizer.reading import Precision
from normalizer.text import Words, words_of

_WEEKDAYS = {
    "senin": 0, "selasa": 1, "rabu": 2, "kamis": 3, "jumat": 4, "sabtu": 5, "minggu": 6, "ahad": 6,
}  # fmt: skip
_MONTHS = {
    "januari": 1, "februari": 2, "maret": 3, "april": 4, "mei": 5, "juni": 6, "juli": 7,
    "agustus": 8, "september": 9, "oktober": 10, "november": 11, "desember": 12,
}  # fmt: skip
SINCE = frozenset({"sejak", "dari", "mulai", "since", "semenjak"})
"""Words before the time from which on something lasts."""

_MONEY = frozenset({"rb", "ribu", "rupiah", "perak", "meter", "orang", "kk", "warga", "watt"})
_FIRST_YEAR = 1990
_EVENING = 18
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day or a stretch of days at the tokens *first* up to *last*.

    *begin* and *end* are of Jakarta, None without a time of receipt. *part* names the part of the
    day that was said; *since* that it began then.
    """

    first: int
    last: int
    begin: datetime | None
    end: datetime | None
    precision: Precision
    part: str = ""
    since: bool = False
    is_date: bool = False
    year_guessed: bool = False
    sure: float = 0.9
    midnight: datetime | None = None


def find_days(words: Words, shadow: frozenset[int], now: datetime | None) -> Iterator[Day]:
    """Every day that is named, in the order of the message."""
    opening = _opening()
    free = 0
    for k, form in enumerate(words.forms):
        if k < free or k in shadow or not (form in opening or form.isdecimal()):
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
    relative = relative or _year_named(words.forms, k, now) or _month_named(words.forms, k, now)
    if relative is not None:
        return relative
    return _date(words, k, now) or _weekday(words.forms, k, shadow, now) or _feast(words, k, now)


def _relative(forms: tuple[str, ...], k: int, now: datetime | None) -> Day | None:
    """Words that count from now."""
    form, after = forms[k], forms[k + 1] if k + 1 < len(forms) else ""
    if form in PARTS and after in {"tadi", "ini", "kemarin"}:  # "malam tadi", "sore ini"
        if after == "tadi":
            return _tadi(k, k + 2, form, now)
        return _part_of(k, k + 2, form, now, 1 if after == "kemarin" else 0)
    if form == "tadi" and after in PARTS:
        return _tadi(k, k + 2, after, now)
    if form == "semalam" or (form, after) == ("last", "night"):
        return _tadi(k, k + 1 + (form == "last"), "malam", now)
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


_DAYS_BACK = {"kemarin": 1, "yesterday": 1, "today": 0, "besok": -1, "lusa": -2}
_JUST_NOW = frozenset({"barusan", "tadi", "sekarang"})
_JUST_NOW_TWO = frozenset({("baru", "saja"), ("saat", "ini")})


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
    midnight = _midnight(now) - days * _DAY
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
    today = _midnight(now)
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


def _year_named(forms: tuple[str, ...], k: int, now: datetime | None) -> Day | None:
    """ "Tahun 2019", "sejak 2019"; not "dari 2000 rupiah"."""
    at = k + 1 if forms[k] == "tahun" else k
    year, last = _year(forms, at)
    opened = at > k or (k > 0 and forms[k - 1] in SINCE)
    if year is None or not opened or not _MONEY.isdisjoint(forms[last : last + 1]):
        return None
    if now is None:
        return Day(k, last, None, None, Precision.YEAR)
    if year > now.year + 1:
        return None
    begin = _midnight(now).replace(year=year, month=1, day=1)
    return Day(k, last, begin, begin.replace(year=year + 1), Precision.YEAR)


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


def _date(words: Words, k: int, now: datetime | None) -> Day | None:
    """ "Tgl 7", "7 Maret", "7 Maret 2023", "12/03/2025"."""
    forms = words.forms
    first, named = k, False
    if forms[k] in {"tanggal", "tgl"}:
        named, k = True, k + 1
    if k >= len(forms) or not forms[k].isdecimal() or len(forms[k]) > 4:
        return None
    day = int(forms[k])
    month = _MONTHS.get(forms[k + 1]) if k + 1 < len(forms) else None
    if month is not None and len(forms[k]) <= 2:
        year, last = _year(forms, k + 2)
        return _dated(first, last, day, month, year, now)
    figures = _with_signs(words, k)
    if figures is not None:
        (day, month, year), last = figures
        return _dated(first, last, day, month, year, now)
    if named and len(forms[k]) <= 2:
        return _day_of_month(first, k + 1, day, now)
    return None


def _month_named(forms: tuple[str, ...], k: int, now: datetime | None) -> Day | None:
    """ "Bulan Mei", "Mei 2023", "sejak Januari": the last one, or that of the year."""
    at = k + 1 if forms[k] in {"bulan", "awal", "akhir", "pertengahan"} else k
    month = _MONTHS.get(forms[at]) if at < len(forms) else None
    if month is None:
        return None
    year, last = _year(forms, at + 1)
    opened = at > k or year is not None or (k > 0 and forms[k - 1] in SINCE)
    if not opened:
        return None
    if now is None:
        return Day(k, last, None, None, Precision.MONTH)
    guessed = now.year if month <= now.month else now.year - 1
    begin = _midnight(now).replace(year=year or guessed, month=month, day=1)
    end = (begin + timedelta(days=32)).replace(day=1)
    return Day(k, last, begin, end, Precision.MONTH, year_guessed=year is None)


def _year(forms: tuple[str, ...], k: int) -> tuple[int | None, int]:
    if k < len(forms) and forms[k].isdecimal() and len(forms[k]) == 4:
        value = int(forms[k])
        if _FIRST_YEAR <= value <= 2100:
            return value, k + 1
    return None, k


def _with_signs(words: Words, k: int) -> tuple[tuple[int, int, int | None], int] | None:
    """Figures joined by the same sign: day, month, year; or year, month, day."""
    forms = words.forms
    if k + 2 >= len(forms):
        return None
    gaps = [words.text[words.tokens[j - 1].end : words.tokens[j].start] for j in (k + 1, k + 2)]
    if gaps[0] != gaps[1] or gaps[0] not in {"/", "-", "."}:
        return None
    if not all(form.isdecimal() and len(form) <= 4 for form in forms[k : k + 3]):
        return None
    one, month, other = (int(form) for form in forms[k : k + 3])
    if len(forms[k]) == 4:
        return (other, month, one), k + 3
    year = other + 2000 if len(forms[k + 2]) == 2 else other
    if not _FIRST_YEAR <= year <= 2100 or (gaps[0] == "." and len(forms[k + 2]) != 4):
        return None
    return (one, month, year), k + 3


def _dated(
    first: int, last: int, day: int, month: int, year: int | None, now: datetime | None
) -> Day | None:
    """The date, in the last year in which it lies in the past if none was said."""
    if year is None and now is None:
        return Day(first, last, None, None, Precision.DAY, is_date=True)
    assumed = year if year is not None else now.year if now else 0
    found = _real(assumed, month, day)
    if found is None:
        return None
    if year is None and now is not None and found > now.date() + 7 * _DAY:
        found = _real(assumed - 1, month, day) or found
    return _on(first, last, found, guessed=year is None)


def _day_of_month(first: int, last: int, day: int, now: datetime | None) -> Day | None:
    """ "Tgl 7": the last seventh."""
    if not 1 <= day <= 31:
        return None
    if now is None:
        return Day(first, last, None, None, Precision.DAY, is_date=True)
    month = now.date().replace(day=1)
    for _ in range(3):
        found = _real(month.year, month.month, day)
        if found is not None and found <= now.date():
            return _on(first, last, found, guessed=True)
        month = (month - _DAY).replace(day=1)
    return None


def _feast(words: Words, k: int, now: datetime | None) -> Day | None:
    forms = words.forms
    for phrase, days in _feasts().get(forms[k], ()):
        last = k + len(phrase)
        if forms[k:last] != phrase:
            continue
        if now is None:
            return Day(k, last, None, None, Precision.WEEK, is_date=True, sure=0.6)
        past = [found for found in _on_years(days, now.year) if found <= now.date()]
        if not past:
            return None
        day = _on(k, last, max(past), guessed=False)
        return replace(day, precision=Precision.WEEK, sure=0.6)
    return None


def _on_years(days: tuple[str, ...], year: int) -> Iterator[date]:
    for text in days:
        if len(text) == 10:
            yield date.fromisoformat(text)
        else:
            yield from (date.fromisoformat(f"{y}-{text}") for y in (year - 1, year))


def _on(first: int, last: int, day: date, *, guessed: bool) -> Day:
    begin = datetime.combine(day, time(), WIB)
    return Day(
        first, last, begin, begin + _DAY, Precision.DAY, is_date=True, year_guessed=guessed,
        midnight=begin,
    )  # fmt: skip


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


_Feast = tuple[tuple[str, ...], tuple[str, ...]]


@cache
def _feasts() -> Mapping[str, tuple[_Feast, ...]]:
    """First word -> feasts that begin with it, the longest first: name and dates."""
    listed = wordlists.read_toml("calendar")
    named = [(words_of(name).forms, (day,)) for name, day in listed["fixed"].items()]
    named += [(words_of(name).forms, tuple(days)) for name, days in listed["moving"].items()]
    table: dict[str, tuple[_Feast, ...]] = {}
    for feast in sorted(named, key=lambda item: -len(item[0])):
        table[feast[0][0]] = (*table.get(feast[0][0], ()), feast)
    return table


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
        {*named, "tahun", *_DAYS_BACK, *_JUST_NOW, *PARTS, *_WEEKDAYS, *_MONTHS, *_feasts()}
    )
