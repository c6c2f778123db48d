"""The quick look for danger at the door: wrong only where it says yes."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalizer.dangerwords import phrases_of
from normalizer.text import clean, words_of
from normalizer.urgency import _RULES, find_danger, may_tell_danger

CASES = Path(__file__).parent / "cases"


def texts(of: Any) -> Iterator[str]:
    if isinstance(of, str):
        yield of
    elif isinstance(of, dict | list):
        for part in of.values() if isinstance(of, dict) else of:
            yield from texts(part)


def is_dangerous(text: str) -> bool:
    return find_danger(words_of(clean(text))) is not None


def test_no_danger_that_is_known_gets_past_it() -> None:
    every = [t for path in CASES.glob("*.toml") for t in texts(tomllib.loads(path.read_text()))]
    dangers = [text for text in every if is_dangerous(text)]
    assert len(dangers) > 50
    assert [text for text in dangers if not may_tell_danger(clean(text))] == []


PHRASES = sorted({" ".join(words) for words in phrases_of(_RULES)})


@given(
    st.sampled_from(PHRASES),
    st.sampled_from(
        ["{}", "{}nya sekarang", "TOLONG {} anak saya di dalam", "{}!!! masih ada orang"]
    ),
    st.sampled_from([str, str.upper, str.title]),
)
def test_nor_any_phrase_however_it_is_written(phrase: str, around: str, case: Any) -> None:
    text = clean(case(around.format(phrase)))
    assert may_tell_danger(text) or find_danger(words_of(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12 34",
        "lampu jalan mati sudah 3 hari di jl kemuning no 5 kel kebon jeruk",
        "min sampah menumpuk di depan pasar, tolong diangkut",
    ],
)
def test_what_is_ordinary_is_seen_at_once(text: str) -> None:
    assert not may_tell_danger(text)
