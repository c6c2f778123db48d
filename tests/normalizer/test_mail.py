"""What the writer of a mail wrote: the marks of both languages."""

import pytest

from normalizer.mail import own_part
from normalizer.text import clean
from normalizer.understand import understand

OWN = "Lampu jalan mati di Jl Panjang."


@pytest.mark.parametrize(
    "below",
    [
        "Pada Kam, 19 Nov 2026 pukul 10.00 Kanal <k@example.go.id> menulis:\n> Laporan diterima",
        "On Thu, Nov 19, 2026 at 10:00 AM Kanal <kanal@example.go.id> wrote:\n> Received",
        "-----Original Message-----\nFrom: Kanal\nSent: today\n\nbanjir",
        "-----Pesan Asli-----\nDari: Kanal\nDikirim: hari ini\n\nbanjir",
        "Dari: Kanal <k@example.go.id>\nDikirim: Kamis, 19 November\nKepada: Ani\n\nbanjir",
        "> sampah menumpuk",
        "-- \nAni\nTelp 021 555",
        "Dikirim dari iPhone saya",
        "Sent from my Samsung phone",
        "________________________________\nbanjir",
    ],
)
def test_what_others_wrote_and_what_programs_add_is_cut(below: str) -> None:
    text = clean(f"{OWN}\n\n{below}")
    assert own_part(text) == OWN
    reading = understand(text)
    assert reading.text == text, "nothing is lost"
    assert reading.problem is not None
    assert reading.problem.category == "lampu-jalan"


def test_an_ordinary_text_is_its_own() -> None:
    text = "1. got mampet\n2. lampu mati\npada hari Senin kami menulis surat"
    assert own_part(text) == text


def test_whoever_forwards_without_a_word_means_what_is_forwarded() -> None:
    text = (
        "---------- Forwarded message ----------\nDari: Budi <budi@mail.example>\n"
        "Subject: got\n\nGot mampet di Jl Kemuning"
    )
    assert own_part(text) == "Got mampet di Jl Kemuning"


def test_answers_between_quoted_lines_are_read() -> None:
    assert own_part("> Di mana?\nDi Jl Kemuning") == "Di Jl Kemuning"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Halo,\n> Di mana?\nDi Jl Kemuning\n> Kapan?\nTadi", "Halo,\nDi Jl Kemuning\nTadi"),
        (
            "Yth. Bapak,\n\nPada Kam, 19 Nov 2026 pukul 10.00 Kanal <k@e.go.id> menulis:\n"
            "> banjir\n\nLampu mati.\n-- \nBudi",
            "Yth. Bapak,\nLampu mati.",
        ),
        ("Lampu mati.\n\n-- \nBudi\n> banjir\ngot mampet", "Lampu mati."),
    ],
)
def test_what_is_written_below_quoted_lines_is_read(text: str, own: str) -> None:
    assert own_part(clean(text)) == own
