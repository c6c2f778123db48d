import pytest

from channels.text import clean, level


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("jalan rusak", "jalan rusak"),
        ("jalan\0 rusak\0", "jalan rusak"),
        ("\0rt 5\0rw 3\0\0kel x", "rt 5 rw 3 kel x"),
        ("banjir \ud83c\udf0a lagi", "banjir 🌊 lagi"),
        ("putus \ud83c", "putus \ufffd"),
        ("\udf0a putus", "\ufffd putus"),
        ("\udf0a\ud83c", "\ufffd\ufffd"),
        ("\u200fمرحبا\u200e – é \ufeff", "\u200fمرحبا\u200e – é \ufeff"),
        ("baris\r\nbaru\tdan \x1b", "baris\r\nbaru\tdan \x1b"),
    ],
)
def test_only_what_cannot_be_stored_is_changed(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_clean_text_is_left_alone_the_second_time() -> None:
    once = clean("a\0b\ud800c🌊")
    assert clean(once) == once


def test_nothing_turns_the_words_that_follow() -> None:
    assert (
        level("sudah \u202eiselesid\u202c \u2067x\u2069 \u200fمرحبا")
        == "sudah iselesid x \u200fمرحبا"
    )
