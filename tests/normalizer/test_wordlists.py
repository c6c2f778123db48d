"""The lists themselves: complete, consistent, and every phrase one that can be found."""

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from core.complaint import Kind
from normalizer import clocktimes, days, spans, wordlists
from normalizer.lapor import lapor_name
from normalizer.phrases import Phrases
from normalizer.problem import categories
from normalizer.reading import CommandName, Danger
from normalizer.text import fold, fold_word
from normalizer.urgency import danger_category


def test_every_spelling_stands_for_one_word() -> None:
    groups = wordlists.read_toml("spellings").values()
    typed = [
        spelling for words in groups for variants in words.values() for spelling in variants.split()
    ]
    assert sorted(typed) == sorted(set(typed))
    meant = {word for words in groups for word in words}
    assert not meant & set(typed)
    assert len(typed) >= 150


def test_folding_a_folded_word_changes_nothing() -> None:
    for word in {word for words in wordlists.read_toml("spellings").values() for word in words}:
        assert fold_word(word) == word


def test_there_are_categories_enough_and_each_is_complete() -> None:
    assert len(categories()) >= 40
    for category in categories().values():
        assert category.label, category.key
        assert len(category.label) <= 60
        assert category.label_en, category.key
        assert category.jaki or category.kind is not Kind.PUBLIC_SPACE, category.key
    labels = [category.label for category in categories().values()]
    assert sorted(labels) == sorted(set(labels))


def test_every_category_has_one_name_in_lapor() -> None:
    listed = [key for keys in wordlists.read_toml("lapor").values() for key in keys.split()]
    assert sorted(listed) == sorted(categories())
    assert lapor_name("jalan-berlubang").endswith(" / JALAN BERLUBANG")
    assert lapor_name("") == ""


def test_every_unit_is_one_of_the_city() -> None:
    listed = tomllib.loads(
        files("gateway.units").joinpath("agencies.toml").read_text(encoding="utf-8")
    )
    known = {slug for group in listed.values() for slug in group} | {"kelurahan", ""}
    assert {category.unit for category in categories().values()} <= known


def test_every_danger_is_filed_under_a_category() -> None:
    assert {danger_category(danger) for danger in Danger} <= set(categories())


def test_every_command_can_be_said() -> None:
    assert set(wordlists.read_toml("commands")) == {name.value for name in CommandName}


def test_no_way_of_saying_a_command_says_two() -> None:
    said: dict[str, str] = {}
    for name, ways in wordlists.read_toml("commands").items():
        for way in ways.split("|"):
            folded = fold(way)
            assert said.setdefault(folded, name) == name, way


@pytest.mark.parametrize("name", ["categories", "danger", "tone"])
def test_every_listed_phrase_can_be_found(name: str) -> None:
    phrases = [
        phrase for phrase in _strings_in_lists(wordlists.read_toml(name)) if phrase[0] != "@"
    ]
    assert phrases
    Phrases((phrase, phrase) for phrase in phrases)


def _strings_in_lists(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for item in value.values() for found in _strings_in_lists(item)]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def test_no_word_that_opens_a_time_is_left_out_of_the_comparison() -> None:
    """`Words.beginnings` looks them up among the words that are no fillers."""
    opening = days._opening() | clocktimes._OPENING | spans._BEGINNING | spans._AGAIN
    assert wordlists.group("filler").isdisjoint(opening)
