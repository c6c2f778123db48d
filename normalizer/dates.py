"""Dates: "tgl 7", "7 Maret 2023", "12/03/2025", "bulan Mei", "tahun 2019", "lebaran"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache

from core.number import WIB
from normalizer import wordlists
from normalizer.reading import Precision
from normalizer.text import Words, words_of

MONTHS = {
    "januari": 1, "februari": 2, "maret": 3, "april": 4, "mei": 5, "juni": 6, "juli": 7,
    "agustus": 8, "september": 9, "oktober": 10, "november": 11, "desember": 12,
}  # fmt: skip
SINCE = frozenset({"sejak", "dari", "sedari", "mulai", "since", "semenjak"})
"""Words before the time from which on something lasts."""

_MONEY = frozenset({"rb", "ribu", "rupiah", "perak", "meter", "orang", "kk", "warga", "watt"})
_FIRST_YEAR = 1990
_DAY = timedelta(days=1)
_Feast = tuple[tuple[str, ...], tuple[str, ...]]


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


def date_at(words: Words, k: int, now: datetime | None) -> Day | None:
    """ "Tgl 7", "7 Maret", "7 Maret 2023", "12/03/2025"."""
    forms = words.forms
    first, named = k, False
    if forms[k] in {"tanggal", "tgl"}:
        named, k = True, k + 1
    if k >= len(forms) or not forms[k].isdecimal() or len(forms[k]) > 4:
        return None
    day = int(forms[k])
    month = MONTHS.get(forms[k + 1]) if k + 1 < len(forms) else None
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


def year_at(forms: tuple[str, ...], k: int, now: datetime | None) -> Day | None:
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
    begin = midnight_of(now).replace(year=year, month=1, day=1)
    return Day(k, last, begin, begin.replace(year=year + 1), Precision.YEAR)


def month_at(forms: tuple[str, ...], k: int, now: datetime | None) -> Day | None:
    """ "Bulan Mei", "Mei 2023", "sejak Januari": the last one, or that of the year."""
    at = k + 1 if forms[k] in {"bulan", "awal", "akhir", "pertengahan"} else k
    month = MONTHS.get(forms[at]) if at < len(forms) else None
    if month is None:
        return None
    year, last = _year(forms, at + 1)
    opened = at > k or year is not None or (k > 0 and forms[k - 1] in SINCE)
    if not opened:
        return None
    if now is None:
        return Day(k, last, None, None, Precision.MONTH)
    guessed = now.year if month <= now.month else now.year - 1
    begin = midnight_of(now).replace(year=year or guessed, month=month, day=1)
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


def feast_at(words: Words, k: int, now: datetime | None) -> Day | None:
    """ "Lebaran", "tahun baru": the last one before *now*."""
    forms = words.forms
    for phrase, days in feasts().get(forms[k], ()):
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


def midnight_of(now: datetime) -> datetime:
    """The beginning of the day of *now*, in its own time zone."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


@cache
def feasts() -> Mapping[str, tuple[_Feast, ...]]:
    """First word -> feasts that begin with it, the longest first: name and dates."""
    listed = wordlists.read_toml("calendar")
    named = [(words_of(name).forms, (day,)) for name, day in listed["fixed"].items()]
    named += [(words_of(name).forms, tuple(days)) for name, days in listed["moving"].items()]
    table: dict[str, tuple[_Feast, ...]] = {}
    for feast in sorted(named, key=lambda item: -len(item[0])):
        table[feast[0][0]] = (*table.get(feast[0][0], ()), feast)
    return table
