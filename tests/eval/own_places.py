"""Sentences of our own that name a kelurahan, and such as only seem to name one."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from normalizer.gazetteer import name_of
from normalizer.reading import Reading
from normalizer.understand import understand
from tests.eval.measures import SURE, Count

_SENTENCES = Path(__file__).with_name("own_places.toml")


def counted() -> dict[str, Count]:
    """By round: the kelurahan named is the surest found, and none is taken where none is named."""
    rounds: Mapping[str, Mapping[str, Sequence[Any]]] = tomllib.loads(
        _SENTENCES.read_text(encoding="utf-8")
    )
    counts: dict[str, Count] = {}
    for number, said in rounds.items():
        for name, text in said["named"]:
            found = surest(understand(text))
            _add(counts, f"kelurahan of our own sentences: {number}", found == name, found, text)
        for text in said["none"]:
            place = understand(text).place
            taken = name_of(place.kelurahan) if place else ""
            _add(counts, f"none taken where none is named: {number}", not taken, taken, text)
    return counts


def surest(reading: Reading) -> str:
    """The name of the surest kelurahan, if it counts as found."""
    first = next(iter(reading.place.candidates if reading.place else ()), None)
    return name_of(first.code) if first and first.finding.confidence >= SURE else ""


def _add(counts: dict[str, Count], measure: str, right: bool, found: str, text: str) -> None:
    counts.setdefault(measure, Count()).add(right, f"{measure}: {found or '–'} <- {text}")
