"""Every text in both languages: same keys, known placeholders, and an SMS is one segment."""

import re
from datetime import datetime, timedelta

import pytest

from channels.sms import measure
from core.number import WIB
from gateway.outbound.notices import NEWS
from gateway.outbound.reasons import Reason
from gateway.outbound.standing import as_many_as_fit
from gateway.words import Form, catalogue
from gateway.words.catalogue import ELASTIC
from gateway.words.moments import spoken

# Long but real values; the operator's tracker name counts (a setting).
SAMPLE = {
    "number": "JK2611190041",
    "matter": "lampu jalan mati, Jl Panjang depan SDN 01, Kel Kebon Jeruk",
    "problem": "lampu jalan mati",
    "place": "Jl Panjang depan SDN 01, Kel Kebon Jeruk",
    "tracker": "lacak.example.go.id",
    "link": "https://lapor.example.go.id/lacak/JK2611190041",
    "code": "482913",
    "next": "Ditanggapi paling lambat hari ini pukul 14.05.",
    "unit": "Sudin Bina Marga Jakarta Barat",
    "lead": "Dinas Bina Marga",
    "due": "hari ini pukul 14.05",
    "filed": "16 Nov",
    "opening_words": "parkir liar ganggu jalan",
    "withheld": " Kalimat tentang RT tidak kami teruskan.",
    "answer_by": "besok pukul 10.05",
    "until": "hari ini pukul 14.05",
    "text": "Regu datang malam ini pukul 20.",
    "service": "Pemprov DKI Jakarta",
    "hours": "07.30-16.00",
    "status": "dikerjakan Sudin Bina Marga Jakbar sejak 20 Nov 09.10",
    "since": "20 Nov 09.10",
    "list": "JK2611190041 lampu taman mati, diperiksa. JK2610280117 KTP, diperiksa, dan 12 lagi",
    "stars": "5",
    "emergency": "112",
    "women": "129",
    "women_chat": "08111129129",
    "opens": "hari ini pukul 07.30",
    "asked": "JK2611190041",
    "media": "3 foto dan pesan suara",
    "outside": "Pondok Gede",
    "counter": "Pendopo Balai Kota",
    "photo": "Foto: lacak dengan kode.",
    "pin": " Kalau bisa, kirim juga pin lokasinya.",
    "index": "1",
    "secret": "diterima, menunggu petugas yang ditunjuk",
    "what": "lampu jalan mati, sekitar Kel Kebon Jeruk",
    "share": "80",
    "ticket": "Laporan Tidak Ditemukan",
    "decision": "selesai otomatis, belum diperiksa",
    "count": "12",
    "first": "Terdekat jatuh tempo hari ini pukul 14.05.",
    "event": "keterangan pelapor",
    "closing": "bukan kewenangan Pemprov",
    "other": "JK2610280117",
    "other_place": "Jl Panjang depan SDN 01, Kel Kebon Jeruk",
    "shared": "sudah diterima petugas",
    "news": "dipindahkan ke Dinas Bina Marga, yang berwenang",
}
WITH_OFFICERS_TEXT = {
    "finished", "part_finished", "ticket_refused", "estimated",
    "question", "question_reminder", "commented", "rejected", "reported_back",
    "closed",
    "officer_answer",
}  # fmt: skip
LANGUAGES = ("id", "en")
KEYS = sorted(catalogue("id").keys)
NEVER = (
    "bersabar", "ditindaklanjuti", "tindak lanjut", "sesuai ketentuan", "sesuai prosedur",
    "disposisi", "ketidaknyamanan", "laporan ditolak", "please be patient", "inconvenience",
    "cancel ", "!", "Bapak", "Ibu ", " Kak ", "admin",
)  # fmt: skip


def test_both_languages_say_the_same_things() -> None:
    assert catalogue("id").keys == catalogue("en").keys
    assert set(catalogue("id").page) == set(catalogue("en").page)
    assert {r.value for r in Reason} == set(catalogue("id")._reasons)
    assert set(catalogue("id")._reasons) == set(catalogue("en")._reasons)
    assert set(catalogue("id")._pieces) == set(catalogue("en")._pieces)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("form", Form)
def test_every_placeholder_has_a_value(language: str, key: str, form: Form) -> None:
    template = catalogue(language).template(key, form)
    assert set(re.findall(r"{(\w+)}", template)) <= set(SAMPLE)
    for word in NEVER:
        assert word.casefold() not in template.casefold(), word


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_an_sms_is_one_segment_of_plain_letters(language: str, key: str) -> None:
    words = catalogue(language)
    has_text = key.endswith("_text") or key in WITH_OFFICERS_TEXT
    text = words.sms(key, SAMPLE, segments=2 if has_text else 1)
    size = measure(text)
    assert size.gsm7, text
    assert size.segments == (size.segments if has_text else 1), f"{size.units}: {text}"
    assert size.segments <= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_elastic_values_are_shortened(language: str) -> None:
    long = {**SAMPLE, "matter": "tumpukan sampah " * 30, "text": "Kalimat satu. " * 60}
    receipt = catalogue(language).sms("receipt", long)
    assert measure(receipt).segments == 1
    for kept in ("number", "tracker", "code"):
        assert SAMPLE[kept] in receipt
    note = catalogue(language).sms("commented", long, segments=2)
    assert measure(note).segments == 2
    assert note.endswith('satu...."') or "..." in note
    assert set(ELASTIC) <= set(SAMPLE)


@pytest.mark.parametrize("text", ["“kutip” – dan…", "é à ü", "😀 sudah", "Rp 5.000 → ok", "• satu"])
def test_an_officers_signs_never_make_an_sms_expensive(text: str) -> None:
    sms = catalogue("id").sms("commented", {**SAMPLE, "text": text}, segments=2)
    assert measure(sms).gsm7


def test_all_news_have_words() -> None:
    keys = catalogue("id").keys
    assert set(NEWS.values()) <= keys
    assert {"receipt", "emergency", "violence", "which", "unclear"} <= keys


@pytest.mark.parametrize(
    ("after", "indonesian", "english"),
    [
        (timedelta(), "hari ini pukul 14.05", "today 14.05"),
        (timedelta(hours=12), "besok pukul 02.05", "tomorrow 02.05"),
        (timedelta(days=-1), "kemarin pukul 14.05", "yesterday 14.05"),
        (timedelta(days=20), "10 Des pukul 14.05", "10 Dec 14.05"),
    ],
)
def test_times_are_said_as_people_say_them(after: timedelta, indonesian: str, english: str) -> None:
    now = datetime(2026, 11, 20, 14, 5, tzinfo=WIB)
    assert spoken(now + after, now, catalogue("id")) == indonesian
    assert spoken(now + after, now, catalogue("en")) == english


def test_a_list_keeps_to_one_sms_and_says_how_many_more_there_are() -> None:
    lines = [f"JK261119004{n} sampah tidak diangkut, menunggu tanggapan" for n in range(3)]
    words = catalogue("id")
    assert as_many_as_fit(lines[:1], words) == lines[0]
    told = as_many_as_fit(lines, words)
    assert told == f"{lines[0]}, dan 2 lagi"
    assert as_many_as_fit(["JK2611190041 got, selesai", "JK2611190042 KTP, diterima"], words) == (
        "JK2611190041 got, selesai. JK2611190042 KTP, diterima"
    )
    for key in ("status_list", "pressed_list", "which"):
        assert measure(words.sms(key, {**SAMPLE, "list": told})).segments == 1
