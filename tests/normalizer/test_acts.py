"""Where no thing is named, what is asked for hints at the unit."""

import pytest

from normalizer.acts import HINT, unit_by_act
from normalizer.text import clean, words_of
from normalizer.understand import understand


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("mohon ditertibkan", "satpol-pp"),
        ("mohon dibersihkan", "kelurahan"),
        ("kotor dan bau", "kelurahan"),
        ("tolong diperbaiki", "dinas-bina-marga"),
        ("mohon dipangkas", "dinas-pertamanan-dan-hutan-kota"),
        ("bikin macet, ganggu lalu lintas", "dinas-perhubungan"),
    ],
)
def test_an_act_hints_at_who_does_it(said: str, unit: str) -> None:
    hint = unit_by_act(words_of(clean(said)), frozenset())
    assert hint is not None
    assert hint[0] == unit
    assert hint[1].confidence == HINT
    assert all(words in said for words in hint[1].words)


@pytest.mark.parametrize("said", ["", "selamat pagi", "mohon rahasiakan identitas pelapor", "5"])
def test_where_nothing_is_asked_for_there_is_no_hint(said: str) -> None:
    assert "unit_hint" not in understand(said).notes


def test_a_hint_makes_no_problem_of_an_answer() -> None:
    reading = understand("mohon dibersihkan")
    assert reading.problem is None
    assert reading.notes["unit_hint"][0] == "kelurahan"
