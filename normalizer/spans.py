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
_HOURS = frozenset({"jam", "pukul"})
_MOST_NIGHTS = 5
_NO_LENGTH = frozenset({"sekali", "depan", "kedepan"})
_ALONE = frozenset({Precision.HOUR, Precision.DAY, Precision.WEEK, Precision.MONTH})
_NEVER_BEFORE = frozenset(
    {
        "tiap", "setiap", "per", "kali", "x", "dalam", "maksimal", "minimal", "maks", "paling",
        "umur", "usia", "berusia", "waktu", "tunggu", "menunggu", "sewa", "garansi", "anak", "bayi",
        "balita", "cucu", "libur", "cuti", "estimasi", "batas", "tenggat", "untuk", "dua", "tiga",
        "kerja", "gaji", "digaji", "penghasilan", "upah",
    }
)  # fmt: skip
_NEVER_BEHIND = frozenset({"lagi", "kerja", "kemudian", "sebelum", "setelah", "sesudah", "kali"})
_SOME = frozenset({"beberapa", "sekian", "puluhan", "belasan"})
_BEGINNING = frozenset({*_ONE, *_VAGUE, *UNITS, *_SOME})
_OPENING = frozenset(
    {"sudah", "selama", "hampir", "lebih", "sejak", "dari", "baru", "udahan", "ada"}
)
_DAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
_EVERY = frozenset({"setiap", "tiap"})
_AGAIN = _EVERY | frozenset({*_ONE, *PARTS})
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
    for k in words.beginnings(_BEGINNING):
        if k not in shadow and (spell := _spell_at(words.forms, k)):
            yield spell


def find_long_since(words: Words, shadow: frozenset[int]) -> Spell | None:
    """ "Dari dulu", "sudah lama": long ago, and nobody can say when."""
    forms = words.forms
    for k in words.beginnings(_LONG):
        opened = forms[max(0, k - 2) : k]
        age = opened[-1:] in {("zaman",), ("jaman",)}
        before = opened[:-1] if age else opened
        if k in shadow or forms[k] not in _LONG or _LONG_AGO.isdisjoint(before[-1:]):
            continue
        if (forms[k] == "lama") is not (before[-1] == "sudah"):
            continue  # "sudah dulu ya", "dari lama ke baru"
        first = k - 1 - age
        unit, precision = _UNITS["bulan" if forms[k] == "lama" else "tahun"]
        return Spell(first, k + 1, None, unit, precision, ago=False, vague=True)
    return None


_LONG = frozenset({"dulu", "dahulu", "lama"})
_LONG_AGO = frozenset({"dari", "sejak", "sedari", "semenjak", "sudah"})


def _spell_at(forms: tuple[str, ...], k: int) -> Spell | None:
    form = forms[k]
    before = forms[k - 1] if k else ""
    first = k - 1 if before in _OPENING else k
    if before in _HOURS:
        return None  # "jam 8 malam"
    if form in _VAGUE:
        unit, precision = _UNITS[_VAGUE[form]]
        last = k + 2 if forms[k + 1 : k + 2] == (_VAGUE[form],) else k + 1
        return Spell(first, last, None, unit, precision, ago=False, vague=True)
    if form in _SOME and forms[k + 1 : k + 2] and forms[k + 1] in _UNITS:
        unit, precision = _UNITS[forms[k + 1]]
        ago = "lalu" in forms[k + 2 : k + 4]
        last = k + 2 + (forms.index("lalu", k + 2) - k - 1 if ago else 0)
        return Spell(first, last, None, unit, precision, ago=ago, vague=True)
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
    if name == "jam" and _hour_follows(forms, after + 1):
        return None  # "no 7 jam 3 siang"
    if name == "malam" and value > _MOST_NIGHTS and first == k:
        return None  # "8 malam matinya"
    unit, precision = _UNITS[name]
    return _counted(forms, first, after + 1, value * unit, precision, unit, opened=first < k)


def _hour_follows(forms: tuple[str, ...], at: int) -> bool:
    found = number_at(forms, at)
    return found is not None and forms[found[1] : found[1] + 1] != ("menit",)


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
    if tail and tail[0] in _NO_LENGTH:
        return None
    goes_on = bool(tail) and tail[0] in {"terakhir", "ini", "lebih", "belakangan", "lamanya"}
    waited = bool(tail) and tail[0] in {"tidak", "belum", "mati", "rusak", "menumpuk", "banjir"}
    if opened and forms[first] == "ada" and not (goes_on or waited):
        return None
    said = opened or goes_on or waited
    if not said and not _stands_alone(forms, first, last, length, precision):
        return None
    return Spell(first, last + goes_on, length, unit, precision, ago=False, vague=not said)


def _stands_alone(
    forms: tuple[str, ...], first: int, last: int, length: timedelta, precision: Precision
) -> bool:
    """Whether a length without "sudah" tells how long: "5 hari lampu mati", not "umur 3 tahun"."""
    if precision not in _ALONE or length == timedelta(hours=24):
        return False
    return _NEVER_BEFORE.isdisjoint(forms[max(0, first - 2) : first]) and _NEVER_BEHIND.isdisjoint(
        forms[last : last + 1]
    )


def find_recurring(words: Words, shadow: frozenset[int]) -> Iterator[Recurring]:
    """What comes again, in the order of the message."""
    forms = words.forms
    for k in words.beginnings(_AGAIN):
        form = forms[k]
        if k in shadow:
            continue
        if form in _EVERY:
            yield from _every(forms, k, shadow)
        elif (form in _ONE or form == "1") and (times := _times(forms, k)):
            yield times
        elif form == "siang" and forms[k + 1 : k + 2] == ("malam",):
            yield Recurring(k, k + 2, "day")
        elif form in PARTS and (usual := _usually(forms, k)):
            yield usual


def _usually(forms: tuple[str, ...], k: int) -> Recurring | None:
    """ "Menjelang magrib suka ada tawuran", "kalau malam sering gelap"."""
    opened = k > 0 and forms[k - 1] in _WHENEVER
    if not opened or _USUAL.isdisjoint((*forms[k + 1 : k + 4], *forms[max(0, k - 3) : k - 1])):
        return None
    return Recurring(k - 1, k + 1, "day", forms[k])


_WHENEVER = frozenset(
    {"menjelang", "jelang", "pas", "habis", "sehabis", "setelah", "kalau", "waktu", "jam"}
)
_USUAL = frozenset({"suka", "sering", "selalu", "biasa", "biasanya", "kadang", "pasti"})


def _times(forms: tuple[str, ...], k: int) -> Recurring | None:
    """ "Seminggu sekali", "2x seminggu", "sehari dua kali"."""
    last = k + 1 if forms[k] in _ONE else k + 2
    if last > len(forms):
        return None
    every = _EVERY_UNIT.get(_ONE.get(forms[k], forms[last - 1]))
    behind, before = forms[last : last + 2], forms[max(0, k - 2) : k]
    if every is None:
        return None
    if behind[:1] == ("sekali",):
        return Recurring(k, last + 1, every)
    if len(behind) == 2 and behind[1] in _TIMES and number_at(forms, last):
        return Recurring(k, last + 2, every)
    if before and before[-1] in _TIMES and number_at(forms, k - 2):
        return Recurring(k - 2, last, every)
    return None


_TIMES = frozenset({"kali", "x"})
_EVERY_UNIT = {"jam": "hour", "hari": "day", "minggu": "week", "pekan": "week", "bulan": "month",
               "tahun": "year"}  # fmt: skip


def _every(forms: tuple[str, ...], k: int, shadow: frozenset[int]) -> Iterator[Recurring]:
    """ "Tiap sore", "setiap Jumat", "tiap jam 8 malam"."""
    if k + 1 >= len(forms):
        return
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
    elif nxt in _HOURS and number_at(forms, after):
        yield Recurring(k, k + 1, "day")
    elif nxt in {"sabtu", "akhir"} and forms[after : after + 1] in {("minggu",), ("pekan",)}:
        yield Recurring(k, after + 1, "weekend")
    elif nxt in _EVERY_UNIT and k + 1 not in shadow:
        yield Recurring(k, after, _EVERY_UNIT[nxt])
    elif nxt.removesuffix("an") in _DAYS and k + 1 not in shadow:
        yield Recurring(k, after, nxt.removesuffix("an"))
    elif nxt in {"weekend", "saat", "waktu"}:
        yield Recurring(k, after, "weekend" if nxt == "weekend" else "day")
