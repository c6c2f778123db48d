"""Transcripts as data: what is said, and what is understood of it.

A case names only the fields it is about. What would do harm if it came uncalled for is compared in
every case: a command, a danger, spam.
"""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from normalizer.completeness import missing
from normalizer.gazetteer import name_of
from normalizer.reading import Reading
from normalizer.understand import understand

_NONE = "none"
_LIKELY = 0.5
_HARMFUL = {"command": _NONE, "danger": _NONE, "spam": False}


def _category(reading: Reading) -> str:
    return reading.problem.category if reading.problem else _NONE


def _of_problem(name: str) -> Callable[[Reading], Any]:
    return lambda r: getattr(r.problem, name) if r.problem else _NONE


def _of_place(name: str) -> Callable[[Reading], str]:
    return lambda r: getattr(r.place, name) if r.place else ""


def _of_address(name: str) -> Callable[[Reading], Any]:
    def seen(reading: Reading) -> Any:
        value = getattr(reading.place.address, name) if reading.place else ""
        return list(value) if isinstance(value, tuple) else value

    return seen


def _candidates(reading: Reading) -> list[str]:
    return [name_of(c.code) for c in reading.place.candidates] if reading.place else []


def _likely(reading: Reading) -> list[str]:
    found = reading.place.candidates if reading.place else ()
    return [name_of(c.code) for c in found if c.finding.confidence >= _LIKELY]


def _location(reading: Reading) -> list[float]:
    point = reading.place.location if reading.place else None
    return [point.lat, point.lon] if point else []


_SEEN: dict[str, Callable[[Reading], Any]] = {
    "language": lambda r: r.language,
    "command": lambda r: r.command.name if r.command else _NONE,
    "number": lambda r: r.command.number if r.command else _NONE,
    "numbers": lambda r: list(r.numbers),
    "social": lambda r: r.social or _NONE,
    "code": lambda r: r.code,
    "rating": lambda r: r.rating or 0,
    "comment": lambda r: r.notes.get("comment", ""),
    "choice": lambda r: r.choice or 0,
    "problem": _category,
    "kind": _of_problem("kind"),
    "label": _of_problem("label"),
    "label_en": _of_problem("label_en"),
    "unit": _of_problem("unit"),
    "also": lambda r: [p.category for p in r.notes.get("also", ())],
    "accuses": lambda r: r.notes.get("accuses", False),
    "message": lambda r: r.kind.value,
    "missing": lambda r: [m.value for m in missing(r)],
    "candidates": _candidates,
    "likely": _likely,
    "street": _of_address("street"),
    "house": _of_address("number"),
    "rt": _of_address("rt"),
    "rw": _of_address("rw"),
    "kilometre": _of_address("kilometre"),
    "postal_code": _of_address("postal_code"),
    "when": lambda r: r.moment.kind.value if r.moment else _NONE,
    "when_words": lambda r: list(r.moment.finding.words) if r.moment else [],
    "every": lambda r: r.moment.every if r.moment else "",
    "erasure": lambda r: r.wants_erasure,
    "quiet": lambda r: r.wants_quiet,
    "placed": lambda r: r.place is not None,
    "place": _of_place("words"),
    "area": _of_place("area"),
    "kelurahan": _of_place("kelurahan"),
    "location": _location,
    "outside": lambda r: r.notes.get("outside", ""),
    "unresolved_link": lambda r: r.notes.get("unresolved_link", False),
    "danger": lambda r: r.danger.danger if r.danger else _NONE,
    "angry": lambda r: r.angry,
    "asks_status": lambda r: r.asks_status,
    "fixed": lambda r: r.says_fixed,
    "not_fixed": lambda r: r.says_not_fixed,
    "corrects": lambda r: r.corrects,
    "denies": lambda r: r.denies,
    "evades": lambda r: r.evades,
    "privacy": lambda r: r.wants_privacy,
    "person": lambda r: r.wants_person,
    "asks": lambda r: r.asks,
    "identity": lambda r: r.holds_identity_number,
    "spam": lambda r: r.spam,
    "empty": lambda r: r.empty,
}


def _sureness(reading: Reading, what: str) -> float:
    found = getattr(reading, what)
    return found.finding.confidence if found else 0.0


def _cases() -> Iterator[Any]:
    for path in sorted((Path(__file__).parent / "cases").glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            yield pytest.param(case, id=f"{path.stem}: {case['say'][:50]}")


CASES = list(_cases())


@pytest.mark.parametrize("case", CASES)
def test_a_message_is_understood(case: dict[str, Any]) -> None:
    reading = understand(case["say"])
    expected = _HARMFUL | {name: value for name, value in case.items() if name in _SEEN}
    assert {name: _SEEN[name](reading) for name in expected} == expected
    for name, limit in case.items():
        what, _, bound = name.partition("_")
        if bound == "surer_than":
            assert _sureness(reading, what) > limit
        elif bound == "less_sure_than":
            assert _sureness(reading, what) < limit


@pytest.mark.parametrize("case", CASES)
def test_a_case_names_only_fields_that_exist(case: dict[str, Any]) -> None:
    bounds = {f"{w}_{b}" for w in ("problem", "place") for b in ("surer_than", "less_sure_than")}
    assert set(case) <= set(_SEEN) | bounds | {"say", "trap", "conversation"}
