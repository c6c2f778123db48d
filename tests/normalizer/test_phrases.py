"""Phrases: leftmost, longest, fillers aside."""

import pytest

from normalizer.phrases import Phrases
from normalizer.text import words_of


def _found(phrases: Phrases[str], text: str) -> list[tuple[str, tuple[str, ...]]]:
    words = words_of(text)
    return [(words.quote(hit.first, hit.last), hit.values) for hit in phrases.find(words)]


def test_the_longest_phrase_wins_and_hits_do_not_overlap() -> None:
    table = Phrases([("lampu", "lamp"), ("lampu merah", "signal"), ("merah", "red")])
    assert _found(table, "lampu merah, lampu") == [
        ("lampu merah", ("signal",)),
        ("lampu", ("lamp",)),
    ]


def test_fillers_and_figures_stand_between_without_harm() -> None:
    table = Phrases([("tidak|belum diangkut", "left")])
    assert _found(table, "blm juga 3x diangkut") == []
    assert _found(table, "ga pernah diangkut") == [("ga pernah diangkut", ("left",))]
    assert _found(table, "belum sampe diangkut") == []


def test_a_passive_typed_apart_is_the_same() -> None:
    assert _found(Phrases([("mohon diangkut", "ask")]), "mohon di angkut") == [
        ("mohon di angkut", ("ask",))
    ]


def test_one_phrase_may_stand_for_several_things() -> None:
    table = Phrases([("mati", "lamp"), ("mati", "water")])
    assert _found(table, "mati") == [("mati", ("lamp", "water"))]


@pytest.mark.parametrize("phrase", ["sudah mati", "3 kg", ""])
def test_what_would_never_be_compared_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="never be compared"):
        Phrases([(phrase, "x")])
