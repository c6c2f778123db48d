"""Counting, against the figures of 3GPP TS 23.038 and Twilio's page on message length."""

import pytest

from channels.sms import measure, to_gsm7


@pytest.mark.parametrize(
    ("text", "gsm7", "units", "segments"),
    [
        ("", True, 0, 1),
        ("a" * 160, True, 160, 1),
        ("a" * 161, True, 161, 2),
        ("a" * 306, True, 306, 2),
        ("a" * 307, True, 307, 3),
        ("a" * 1600, True, 1600, 11),
        ("€" * 80, True, 160, 1),
        ("€" * 81, True, 162, 2),
        ("^{}\\[~]|€\f", True, 20, 1),
        ("Ünï", False, 3, 1),
        ("Ü@£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞ", True, 24, 1),
        ("kelurahan\nRT 05\r", True, 16, 1),
        ("ç", False, 1, 1),
        ("tab\t", False, 4, 1),
        ("…", False, 1, 1),
        ("ü" * 70 + "…", False, 71, 2),
        ("…" * 70, False, 70, 1),
        ("…" * 71, False, 71, 2),
        ("…" * 134, False, 134, 2),
        ("…" * 135, False, 135, 3),
        ("🌊" * 35, False, 70, 1),
        ("🌊" * 36, False, 72, 2),
    ],
)
def test_a_text_costs_what_the_networks_count(
    text: str, gsm7: bool, units: int, segments: int
) -> None:
    size = measure(text)
    assert (size.gsm7, size.units, size.segments) == (gsm7, units, segments)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Laporan JK2611200112 sedang diproses.", "Laporan JK2611200112 sedang diproses."),
        ("“selesai” – ‘belum’…", "\"selesai\" - 'belum'..."),
        ("a\u00a0b\tc", "a b c"),
        ("naïve façade", "naive facade"),
        ("kirim → 3×", "kirim -> 3x"),
        ("banjir 🌊!", "banjir !"),
        ("[JK] {a} ~ €", "[JK] {a} ~ €"),
        ("ﬁ", "fi"),
    ],
)
def test_a_text_is_written_in_the_alphabet_of_the_phone(text: str, plain: str) -> None:
    assert to_gsm7(text) == plain
    assert measure(to_gsm7(text)).gsm7
