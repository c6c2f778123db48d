"""No trap that is known, and no reference conversation, goes without a case."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from normalizer import wordlists
from normalizer.gazetteer import Kelurahan, is_ordinary, kecamatan_named, kelurahan, name_of
from normalizer.understand import understand

_CASES = Path(__file__).parent / "cases"

TRAPS = {
    "another spelling": 14,
    "kelurahan and kecamatan of one name": 6,
    "a shorter name inside a longer one": 18,
    "a name that is an everyday word": 19,
    "a name that holds a weekday": 4,
    "beyond the border": 6,
    "inside, though the name is known for outside": 3,
    "a street that bears a date or a name": 4,
    "RT and RW in every spelling": 7,
    "a tail of names": 1,
    "a point in every form": 7,
    "a short map link": 2,
    "a postal code narrows": 1,
    "object and act decide the unit": 20,
    "an earlier number": 2,
    "a wish to stay unknown": 3,
    "spelling of transport and of haste": 6,
    "words of time that programs misread": 14,
    "known hard reports": 7,
}
"""Trap -> how many ways it has, each a case."""

CONVERSATIONS = {
    "T1": ("complete at once, by SMS", 2),
    "T2": ("the place is missing", 4),
    "T3": ("photo first", 1),
    "T4": ("two complaints in one thread, angry", 7),
    "T5": ("status without a number", 4),
    "T6": ("an unclear report is asked about", 3),
    "T7": ("emergencies, and what only sounds like one", 10),
    "T8": ("stop and return", 6),
    "T9": ("rating and objection", 4),
    "T10": ("a neighbour has reported the same", 2),
    "T11": ("hidden, anonymous, confidential", 5),
    "T12": ("an English speaker", 3),
    "T13": ("a public post", 4),
    "T14": ("e-mail from another address", 1),
}
"""Conversation -> what it is about, and how many messages of the citizen it has."""


def _counted(key: str) -> Counter[str]:
    cases = (
        case
        for path in _CASES.glob("*.toml")
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    )
    return Counter(case[key] for case in cases if key in case)


def test_each_trap_has_its_cases() -> None:
    counted = _counted("trap")
    assert set(counted) == set(TRAPS)
    assert {trap: n for trap, n in TRAPS.items() if counted[trap] < n} == {}


def test_each_conversation_has_its_messages() -> None:
    counted = _counted("conversation")
    assert set(counted) == set(CONVERSATIONS)
    assert {c: counted[c] for c, (_, n) in CONVERSATIONS.items() if counted[c] < n} == {}


_BOTH = [row for row in kelurahan().values() if kecamatan_named(row.name)]


def test_so_many_names_are_those_of_a_kecamatan_too() -> None:
    named = {row.name for row in _BOTH} | {"Setia Budi", "Pulo Gadung", "Palmerah"}
    assert len(named) == 27


@pytest.mark.parametrize(
    "row", [row for row in _BOTH if not is_ordinary(row.code)], ids=lambda row: str(row.name)
)
def test_a_name_of_both_levels_is_not_taken_for_one_of_them(row: Kelurahan) -> None:
    place = understand(f"got mampet di {row.name.lower()}").place
    assert place is not None
    assert row.code in {c.code for c in place.candidates}
    assert place.kelurahan == ""


@pytest.mark.parametrize("name", wordlists.read_toml("places")["ordinary"]["names"].split("|"))
def test_an_everyday_word_is_a_kelurahan_behind_its_mark_only(name: str) -> None:
    plain = name.strip()
    [code] = [code for code, row in kelurahan().items() if row.name == plain]
    assert is_ordinary(code)
    bare = understand(f"barang {plain.lower()} rusak semua").place
    assert not any(c.finding.confidence >= 0.5 for c in (bare.candidates if bare else ()))
    marked = understand(f"got mampet di kel. {plain.lower()}, tolong").place
    assert marked is not None
    assert name_of(marked.kelurahan) == plain
