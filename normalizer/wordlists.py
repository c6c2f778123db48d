"""The word lists of `data/`, read once. Knows files; knows nothing of messages."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


def read_toml(name: str) -> dict[str, Any]:
    """The content of `data/NAME.toml`."""
    return tomllib.loads(read_text(f"{name}.toml"))


def read_text(name: str) -> str:
    """The content of the file *name* in `data/`."""
    return files("normalizer").joinpath("data", name).read_text(encoding="utf-8")


@cache
def spellings() -> Mapping[str, str]:
    """Spelling as typed -> the word it stands for; both lower case, both single words."""
    return {
        typed: word
        for group in read_toml("spellings").values()
        for word, variants in group.items()
        for typed in variants.split()
    }


@cache
def group(name: str) -> frozenset[str]:
    """The words of one group in `data/words.toml`, in their full spelling."""
    words: str = _groups()[name]
    return frozenset(words.split())


@cache
def _groups() -> Mapping[str, str]:
    return read_toml("words")
