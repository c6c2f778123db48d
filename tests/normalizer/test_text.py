"""Cleaning repairs and never rewrites; folding is for comparing and keeps its places."""

import pytest

from normalizer.text import clean, fold, fold_word, words_of


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Lampu mati &amp; gelap", "Lampu mati & gelap"),
        ("&amp;lt;3", "<3"),
        ("R&D dan Q&notA", "R&D dan Q&notA"),
        ("ja\u200blan ru\u00adsak", "jalan rusak"),
        ("\u202egot\u202c mampet", "got mampet"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("  banyak \t spasi\u00a0di sini  ", "banyak spasi di sini"),
        ("satu\n\n\n\n\ndua", "satu\n\ndua"),
        ("cafe\u0301", "café"),
        ("pakai \x00NUL\x07", "pakai NUL"),
        ("👩\u200d🚒 tetap", "👩\u200d🚒 tetap"),
        ("GIMANA SIH!!! bolong²", "GIMANA SIH!!! bolong²"),
    ],
)
def test_cleaning_repairs_transport_and_keeps_the_words(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("lampu jln blm nyala", "lampu jalan belum nyala"),
        ("apa2 anak2nya diangkut2", "apa anak diangkut"),
        ("bolong²", "berlubang"),
        ("ugal2an mabok2an 2in1 RT 2an", "ugal ugalan mabuk mabukan 2 in 1 rt 2 an"),
        ("ujan gede got ilang", "hujan gede got hilang"),
        ("banjirrrr bangeeet", "banjir banget"),
        ("Banjiir", "banjir"),
        ("lampunya gotny", "lampu got"),
        ("hanya tanya punya", "hanya tanya punya"),
        ("RT05/RW012", "rt 05 rw 012"),
        ("SDN2 gang2 rt2", "sdn 2 gang 2 rt 2"),
        ("Jum'at ma’af", "jumat maaf"),
        ("pkl 17.30 pukul 9", "jam 17 30 jam 9"),
        ("PKL liar", "pkl liar"),
        ("#gotmampet @user", "gotmampet user"),
        ("kk", "kk"),
    ],
)
def test_folding_brings_spellings_together(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_every_word_can_be_quoted_from_where_it_stands() -> None:
    words = words_of(clean("Lampu jln²  mati, anak2nya takut"))
    assert [words.typed(k) for k in range(len(words.tokens))] == [
        "Lampu", "jln²", "mati", "anak2nya", "takut",
    ]  # fmt: skip
    assert words.quote(0, 3) == "Lampu jln² mati"
    assert [token.parted for token in words.tokens] == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("Jl. R. S. Fatmawati", [False] * 4),
        ("Rt.10 Kel. Kapuk", [False] * 4),
        ("mati. tolong", [False, True]),
        ("got (mampet)", [False, True]),
    ],
)
def test_the_point_of_an_abbreviation_ends_no_sentence(text: str, parted: list[bool]) -> None:
    assert [token.parted for token in words_of(clean(text)).tokens] == parted


def test_a_very_long_word_is_cut_for_comparing_only() -> None:
    assert len(fold_word("x" * 10_000)) <= 40
    assert words_of("x" * 4_000).typed(0) == "x" * 4_000
