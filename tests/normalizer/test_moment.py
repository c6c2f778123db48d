"""Time words, read on Saturday 21 November 2026 at ten in the morning."""

from datetime import datetime, timedelta

import pytest

from core.number import WIB
from normalizer.moment import read_moment
from normalizer.place import read_place
from normalizer.reading import Finding, Moment, MomentKind, Precision
from normalizer.text import clean, words_of

AT = datetime(2026, 11, 21, 10, 0, tzinfo=WIB)


def moment(text: str, at: datetime | None = AT) -> Moment | None:
    words = words_of(clean(text))
    return read_moment(words, read_place(words).shadow, at)


def _printed(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("tadi malam jam 8 ada suara", "2026-11-20 20:00"),
        ("tadi pagi jam 6", "2026-11-21 06:00"),
        ("td pagi jm 6", "2026-11-21 06:00"),
        ("jam 5 sore", "2026-11-20 17:00"),
        ("setengah 9 malam", "2026-11-20 20:30"),
        ("jam 7 kurang 10 pagi", "2026-11-21 06:50"),
        ("jam 2 malam kemarin", "2026-11-20 02:00"),
        ("2 jam yang lalu", "2026-11-21 08:00"),
        ("dua hari yang lalu", "2026-11-19 00:00"),
        ("12/03/2025 pukul 21.15 WIB", "2025-03-12 21:15"),
        ("Jumat 6 Juni 2025 jam 21.15", "2025-06-06 21:15"),
        ("kejadian tgl 7 maret", "2026-03-07 00:00"),
        ("tgl 30", "2026-10-30 00:00"),
        ("kemarin lusa", "2026-11-19 00:00"),
        ("hari Senin", "2026-11-16 00:00"),
        ("malam minggu", "2026-11-14 18:00"),
        ("bulan lalu", "2026-10-01 00:00"),
        ("lebaran kemarin", "2026-03-21 00:00"),
        ("8 malam matinya", "2026-11-20 20:00"),
        ("setengah 9 lampu mati", "2026-11-21 08:30"),
        ("lampunya jam 8 malam mati", "2026-11-20 20:00"),
        ("banjir lagi 5 sore", "2026-11-20 17:00"),
        ("rumah no 7 jam 3 siang", "2026-11-20 15:00"),
        ("nanti malam ada konser", "2026-11-21 18:00"),
        ("bulan depan mau hajatan", "2026-12-01 00:00"),
        ("dipasang tahun 2019", "2019-01-01 00:00"),
        ("lapor mei 2026", "2026-05-01 00:00"),
        ("bulan desember sudah diukur", "2025-12-01 00:00"),
        ("pkl 19 lampu mati", "2026-11-20 19:00"),
    ],
)
def test_a_point_in_time_counts_from_the_receipt(text: str, start: str) -> None:
    found = moment(text)
    assert found is not None
    assert found.kind is MomentKind.POINT
    assert _printed(found.start) == start


@pytest.mark.parametrize(
    ("hour", "day"),
    [(2, 20), (10, 20), (17, 20), (20, 21)],
    ids=["night", "day", "late", "evening"],
)
def test_tonight_is_last_night_until_the_evening_comes(hour: int, day: int) -> None:
    found = moment("semalam berisik", AT.replace(hour=hour))
    assert found is not None
    assert found.start is not None
    assert (found.start.day, found.start.hour) == (day, 18)


@pytest.mark.parametrize(
    ("text", "days", "precision"),
    [
        ("lampu mati sudah 3 hari", 3, Precision.DAY),
        ("udah seminggu ga diangkut", 7, Precision.WEEK),
        ("selama dua bulan", 60, Precision.MONTH),
        ("hampir setahun", 365, Precision.YEAR),
        ("sudah sejam", 1 / 24, Precision.HOUR),
        ("5 hari lampu mati", 5, Precision.DAY),
        ("sudah 8 malam gelap", 8, Precision.DAY),
        ("3 malam tidak bisa tidur", 3, Precision.DAY),
        ("banjir 3 jam lebih", 1 / 8, Precision.HOUR),
    ],
)
def test_a_duration_ends_now(text: str, days: float, precision: Precision) -> None:
    found = moment(text)
    assert found is not None
    assert found.kind is MomentKind.DURATION
    assert found.length == timedelta(days=days)
    assert found.start == AT - timedelta(days=days)
    assert found.end == AT
    assert found.precision is precision


@pytest.mark.parametrize(
    "text", ["berhari-hari", "sudah berbulan2", "bertahun-tahun", "sudah beberapa bulan terakhir"]
)
def test_a_vague_duration_has_a_unit_and_no_length(text: str) -> None:
    found = moment(text)
    assert found is not None
    assert found.kind is MomentKind.DURATION
    assert found.length is None
    assert found.finding.confidence < 0.8


@pytest.mark.parametrize(
    ("text", "every", "from_hour", "until_hour"),
    [
        ("setiap hari", "day", "", ""),
        ("tiap sore macet", "day", "sore", ""),
        ("setiap malam jumat jam 21.00-23.00", "jumat", "21.00", "23.00"),
        ("tiap hari minggu", "minggu", "", ""),
        ("setiap hujan banjir", "rain", "", ""),
        ("tiap jam 8 malam mati", "day", "20.00", ""),
        ("sampah cuma diangkut seminggu sekali", "week", "", ""),
        ("disapu 2x seminggu", "week", "", ""),
        ("diangkut 1 minggu sekali", "week", "", ""),
        ("truk lewat siang malam", "day", "", ""),
        ("setiap jumatan parkir di jalan", "jumat", "", ""),
        ("tiap sabtu minggu macet", "weekend", "", ""),
        ("parkir tiap malam jam 8 malam sampai jam 10 malam", "day", "20.00", "22.00"),
    ],
)
def test_what_comes_again_is_no_point(
    text: str, every: str, from_hour: str, until_hour: str
) -> None:
    found = moment(text)
    assert found is not None
    assert found.kind is MomentKind.RECURRING
    assert (found.every, found.from_hour, found.until_hour) == (every, from_hour, until_hour)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("jam 12.00-13.00", "2026-11-20 12:00", "2026-11-20 13:00"),
        ("jam 9-11 malam", "2026-11-20 21:00", "2026-11-20 23:00"),
        ("jam 07-30 sampai jam 9 pagi", "2026-11-21 07:30", "2026-11-21 09:00"),
        ("11-00 s.d 17.00", "2026-11-20 11:00", "2026-11-20 17:00"),
        (
            "dari tanggal 30 Januari 2023 sd 28 Februari 2023",
            "2023-01-30 00:00",
            "2023-03-01 00:00",
        ),
    ],
)
def test_a_range_has_both_ends(text: str, start: str, end: str) -> None:
    found = moment(text)
    assert found is not None
    assert found.kind is MomentKind.RANGE
    assert (_printed(found.start), _printed(found.end)) == (start, end)


def test_some_days_ago_is_a_point_without_a_date() -> None:
    found = moment("beberapa hari yang lalu dibersihkan")
    assert found is not None
    assert found.kind is MomentKind.POINT
    assert (found.start, found.finding.words) == (None, ("beberapa hari yang lalu",))


def test_since_a_date_lasts_until_now() -> None:
    found = moment("sudah 2 hari ini mulai kamis 19 November 2026 air mati")
    assert found is not None
    assert found.kind is MomentKind.DURATION
    assert _printed(found.start) == "2026-11-19 00:00"


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("air mati dari jam 6 pagi sampai sekarang", "2026-11-21 06:00"),
        ("sejak pukul 21.00 listrik padam", "2026-11-20 21:00"),
        ("sejak 2019 belum pernah diperbaiki", "2019-01-01 00:00"),
        ("dari januari air keruh", "2026-01-01 00:00"),
        ("dari subuh lampu padam", "2026-11-21 04:00"),
        ("sedari pagi sampai sekarang air mati", "2026-11-21 05:00"),
        ("sejak sore kemarin macet", "2026-11-20 15:00"),
    ],
)
def test_since_an_hour_or_a_year_lasts_until_now(text: str, start: str) -> None:
    found = moment(text)
    assert found is not None
    assert found.kind is MomentKind.DURATION
    assert (_printed(found.start), found.end) == (start, AT)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("lampu mati pas magrib", "2026-11-20 18:00", "2026-11-20 19:00"),
        ("bakar sampah menjelang maghrib", "2026-11-20 17:00", "2026-11-20 18:00"),
        ("abis subuh ada yang buang puing", "2026-11-21 05:00", "2026-11-21 06:00"),
        ("jelang malam macet total", "2026-11-20 17:00", "2026-11-20 18:00"),
    ],
)
def test_a_prayer_without_a_day_is_likely_the_last_one(text: str, start: str, end: str) -> None:
    found = moment(text)
    assert found is not None
    assert (_printed(found.start), _printed(found.end)) == (start, end)
    assert (found.finding.confidence, found.precision) == (0.6, Precision.PART)


def test_the_day_beside_a_prayer_decides() -> None:
    found = moment("kemarin pas magrib jam 6 lewat 10")
    assert found is not None
    assert _printed(found.start) == "2026-11-20 18:10"
    assert found.finding.confidence == 0.9
    assert moment("pas magrib", None) == Moment(
        MomentKind.POINT, Finding(0.6, ("pas magrib",)), None, None, Precision.PART
    )


@pytest.mark.parametrize(
    "text",
    ["menjelang magrib suka ada tawuran", "kalau magrib selalu macet", "sering pas magrib padam"],
)
def test_what_is_usual_at_a_prayer_comes_again(text: str) -> None:
    found = moment(text)
    assert found is not None
    assert (found.kind, found.every) == (MomentKind.RECURRING, "day")
    assert found.from_hour == "magrib"


@pytest.mark.parametrize(
    ("text", "quote", "precision"),
    [
        ("dari dulu got mampet", "dari dulu", Precision.YEAR),
        ("banjir sejak jaman dahulu", "sejak jaman dahulu", Precision.YEAR),
        ("udah lama banget ga diangkut", "udah lama", Precision.MONTH),
    ],
)
def test_long_since_has_no_date(text: str, quote: str, precision: Precision) -> None:
    found = moment(text)
    assert found is not None
    assert (found.kind, found.start, found.length) == (MomentKind.DURATION, None, None)
    assert found.finding == Finding(0.6, (quote,))
    assert found.precision is precision


def test_long_since_gives_way_to_what_tells_more() -> None:
    for text, quote in (
        ("udah lama, 3 bulan", "3 bulan"),
        ("sejak dulu, kemarin jatuh", "kemarin"),
    ):
        found = moment(text)
        assert found is not None
        assert found.finding.words == (quote,)


@pytest.mark.parametrize(
    "text",
    [
        "udah dulu ya", "jalan lama rusak", "dari lama ke baru", "nama saya magrib",
        "macet di pasar minggu", "banjir pasar rebo", "dekat stasiun pasar senen", "Jl. 28 Oktober",
        "di Jalan 1 Maret no 5", "rt 3 rw 5", "no 12", "rp 130.000", "blok a11", "jam tangan saya",
        "sdn 01", "terminal senen", "buka 24 jam", "umur 3 bulan", "jam malam", "pasar malam",
        "dari 2000 rupiah", "3 hari lagi ada acara", "2 minggu sekali", "setengah 2 meter",
        "dari pagi sampai malam berisik", "selamat pagi dari warga",
    ],
)  # fmt: skip
def test_places_and_figures_are_no_times(text: str) -> None:
    assert moment(text) is None


def test_without_a_receipt_words_are_kept_and_dates_left_open() -> None:
    found = moment("kemarin sore", None)
    assert found is not None
    assert found.finding.words == ("kemarin sore",)
    assert found.start is None
    dated = moment("7 Maret 2023", None)
    assert dated is not None
    assert _printed(dated.start) == "2023-03-07 00:00"
