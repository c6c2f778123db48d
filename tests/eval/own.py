"""Sentences of our own: emergencies and what only sounds like one, clear and unclear reports."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from normalizer.reading import MessageKind, Reading
from normalizer.understand import understand
from tests.eval.measures import Count

_SENTENCES = Path(__file__).with_name("own.toml")


def counted() -> dict[str, Count]:
    """What is right, in all and by class."""
    lists: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(
        _SENTENCES.read_text(encoding="utf-8")
    )
    counts: dict[str, Count] = {}
    for measure, group, name, reading in _read(lists):
        match group:
            case "danger":
                right = reading.danger is not None
            case "no_danger":
                right = reading.danger is None
            case _:
                right = (reading.kind is MessageKind.UNCLEAR) is (name == "unclear")
        for counted_as in (measure, f"{measure}: {name}"):
            said = f"{reading.danger.danger if reading.danger else reading.kind} <- {reading.text}"
            counts.setdefault(counted_as, Count()).add(right, f"{counted_as}: {said}")
    return counts


_MEASURES = {
    "danger": "emergency, recall",
    "no_danger": "taken for none",
    "problem": "unclear detected",
}


def _read(
    lists: Mapping[str, Mapping[str, Sequence[str]]],
) -> Iterator[tuple[str, str, str, Reading]]:
    for group, classes in lists.items():
        for name, said in classes.items():
            for text in said:
                yield _MEASURES[group], group, name, understand(text)
