"""The rules of a rotation, and what a key file lacks: from facts to the next step."""

from datetime import UTC, datetime

import pytest

from gateway.sealing.holders import Holder
from gateway.sealing.keyfile import fresh_name
from gateway.sealing.known import KnownKey, problems
from gateway.sealing.rotation import Next, Situation, Step, hindrances, next_step

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def known(name: str, *, used: bool = True, dropped: bool = False, mark: bytes = b"1") -> KnownKey:
    return KnownKey(name, mark, NOW, NOW if used else None, NOW if dropped else None)


def holder(name: str, seals: str, *opens: str) -> Holder:
    return Holder(name, seals, frozenset({seals, *opens}), NOW)


K1, K2 = known("k1"), known("k2")
WAITING = known("k2", used=False)

STEPS: list[tuple[str, Situation, Step, str, str]] = [
    ("one key", Situation(("k1",), [K1]), Step.DONE, "k1", ""),
    ("a fresh key and no process", Situation(("k1", "k2"), [K1, WAITING]), Step.USE, "k2", ""),
    ("a fresh key that one lacks",
     Situation(("k1", "k2"), [K1, WAITING], [holder("a", "k1", "k2"), holder("worker b", "k1")]),
     Step.WAIT, "k2", "worker b does not hold 'k2' yet"),
    ("a fresh key that all have",
     Situation(("k1", "k2"), [K1, WAITING], [holder("a", "k1", "k2")]), Step.USE, "k2", ""),
    ("one seals with the old key",
     Situation(("k2", "k1"), [K1, K2], [holder("a", "k2", "k1"), holder("b", "k1", "k2")]),
     Step.WAIT, "k2", "b still seals with 'k1'"),
    ("rows under the old key",
     Situation(("k2", "k1"), [K1, K2], rows={"k1": 3, "k2": 1}), Step.RESEAL, "k2", ""),
    ("rows under a lost key only",
     Situation(("k2",), [K1, K2], rows={"k1": 3, "k2": 1}), Step.DONE, "k2", ""),
    ("nothing under the old key",
     Situation(("k2", "k1"), [K1, K2], rows={"k2": 4}), Step.DROP, "k1", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "step", "key", "said"), [c[1:] for c in STEPS], ids=[c[0] for c in STEPS]
)
def test_the_next_step(now: Situation, step: Step, key: str, said: str) -> None:
    found = next_step(now)
    assert (found.step, found.key) == (step, key)
    assert (found == Next(step, key)) if not said else said in "; ".join(found.because)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (Situation(("k1",), [K1]), "'k1' seals"),
        (Situation(("k2", "k1"), rows={"k1": 2}), "2 rows are sealed with 'k1': `kanal keys rot"),
        (Situation(("k2",), rows={"k1": 2}), "which is not in the key file: put it back"),
        (Situation(("k2", "k1"), spooled={"k1": 5}), "5 messages in the spool"),
        (Situation(("k2", "k1"), holders=[holder("b", "k1", "k2")]), "b still seals with 'k1'"),
        (Situation(("k2", "k1"), [K1], [holder("b", "k2", "k1")], {"k2": 9}, {"k2": 1}), ""),
    ],
)
def test_what_keeps_a_key(now: Situation, said: str) -> None:
    found = "; ".join(hindrances(now, "k1"))
    assert (said in found) if said else found == ""


@pytest.mark.parametrize(
    ("keys", "marks", "said"),
    [
        ([K1], {"k1": b"1"}, ""),
        ([K1], {"k1": b"other"}, "'k1' in the key file is not the one"),
        ([K1, K2], {"k2": b"1"}, "'k1', in use since 2026-11-21, is not in the key file"),
        ([K1, WAITING], {"k1": b"1"}, ""),
        ([known("k1", dropped=True), K2], {"k2": b"1"}, ""),
        ([known("k1", dropped=True), K2], {"k2": b"1", "k1": b"1"}, ""),
        ([known("k1", dropped=True), K2], {"k1": b"1", "k2": b"1"}, "'k1', was dropped on 2026"),
    ],
)
def test_what_a_key_file_lacks(keys: list[KnownKey], marks: dict[str, bytes], said: str) -> None:
    found = problems(keys, marks)
    assert len(found) == bool(said)
    assert said in "".join(found)


def test_a_name_is_never_given_twice() -> None:
    assert fresh_name([]) == "k1"
    assert fresh_name(["k1", "k9", "2027", "kk"]) == "k10"
