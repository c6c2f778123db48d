"""The dialogue does with each proof exactly what the table says (finding 15)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, product

import pytest

from core.complaint import ComplaintId, Kind, Place
from core.number import ComplaintNumber
from core.proof import Proof, Right, allows
from normalizer.dialogue import (
    Add,
    Case,
    Claim,
    DialogueState,
    File,
    Heard,
    Perform,
    Policy,
    Question,
    QuestionKind,
    Reply,
    Situation,
    Turn,
    step,
)
from normalizer.understand import understand

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LAMP = ComplaintNumber("JK2611190041")
CODE = "482913"
ID = ComplaintId(7)

OPEN = Case(
    ID, LAMP, Kind.PUBLIC_SPACE, "lampu-jalan", Place("Jl Panjang depan SDN 01"),
    is_open=True, last_at=NOW - timedelta(minutes=5), grouped_at=NOW - timedelta(hours=1),
)  # fmt: skip
ENDED = replace(OPEN, is_open=False, finished_at=NOW - timedelta(hours=2))


def does(action: str) -> Callable[[Turn], bool]:
    return lambda turn: any(
        isinstance(i, Perform) and (i.complaint, i.action) == (ID, action) for i in turn.intents
    )


def adds(turn: Turn) -> bool:
    return any(isinstance(i, Add) and i.complaint == ID for i in turn.intents)


def reads(turn: Turn) -> bool:
    return any(
        isinstance(i, Reply) and (i.kind, i.complaint) == ("status_one", ID) for i in turn.intents
    )


def files(turn: Turn) -> bool:
    return any(isinstance(i, File) for i in turn.intents)


TRIED: Mapping[Right, tuple[str, Case, Callable[[Turn], bool]]] = {
    Right.REPORT: ("sampah menumpuk di jl senopati no 5 belum diangkut", OPEN, files),
    Right.READ: ("status", OPEN, reads),
    Right.ADD: ("lampu jalannya mati sampai ujung", OPEN, adds),
    Right.OBJECT: ("belum", ENDED, does("object")),
    Right.CONFIRM: ("sudah", ENDED, does("confirm")),
    Right.RATE: ("5", ENDED, does("rate")),
    Right.HIDE: ("sembunyikan", OPEN, does("hide")),
    Right.WITHDRAW: ("batalkan", OPEN, does("withdraw")),
    Right.LINK: ("beda", OPEN, does("unlink")),
}
"""What is written, about which case, and what shows that it was done."""

BY_THE_DIALOGUE = [p for p in Proof if p is not Proof.TOKEN]
"""A reply token comes with a channel that has one."""


def heard(proof: Proof, text: str, case: Case, right: Right) -> Situation:
    shown = {
        Proof.ADDRESS_AND_CODE: f" {LAMP} {CODE}",
        Proof.CODE: f" {LAMP} {CODE}",
        Proof.NUMBER: f" {LAMP}",
    }
    words = text if right is Right.REPORT else text + shown.get(proof, "")
    own = proof not in {Proof.CODE, Proof.NUMBER, Proof.NOTHING}
    if proof is Proof.SHARED_ADDRESS:
        case = replace(case, confidential=True)
    long_ago = NOW - timedelta(days=61)
    if proof in {Proof.SILENT_ADDRESS, Proof.ADDRESS_AND_CODE}:
        case = replace(case, last_at=long_ago)
    claim = Claim(LAMP, ID, proven=True, case=None if own else case)
    asked = None if case.is_open else Question(QuestionKind.RESULT, NOW, ID)
    ids = count(100)
    return Situation(
        state=DialogueState(question=asked if own else None, introduced=True),
        heard=Heard(1, NOW, understand(words, at=NOW)),
        cases=(case,) if own else (),
        policy=Policy(),
        new_id=lambda: next(ids),
        last_inbound_at=case.last_at,
        claims={LAMP: claim} if CODE in words else {},
    )


@pytest.mark.parametrize(("proof", "right"), list(product(BY_THE_DIALOGUE, TRIED)))
def test_the_dialogue_agrees_with_the_table(proof: Proof, right: Right) -> None:
    text, case, was_done = TRIED[right]
    situation = heard(proof, text, case, right)
    turn = step(situation)
    assert was_done(turn) is allows(proof, right), turn.intents


def test_every_right_is_tried_but_those_of_other_places() -> None:
    # The public view is the tracker's, news the sender's, and testimony comes with e-mail.
    assert set(Right) - set(TRIED) == {Right.LOOK, Right.NEWS, Right.TESTIFY}


@pytest.mark.parametrize("text", ["sembunyikan", "batalkan"])
def test_with_a_code_from_elsewhere_it_is_told_what_that_does_not_allow(text: str) -> None:
    turn = step(heard(Proof.CODE, text, OPEN, Right.HIDE))
    assert [i.kind for i in turn.intents if isinstance(i, Reply)] == ["only_reporter"]


def test_a_late_belum_with_a_code_from_elsewhere_is_kept_as_words() -> None:
    late = replace(ENDED, finished_at=NOW - timedelta(days=8))
    turn = step(heard(Proof.CODE, "belum", late, Right.OBJECT))
    assert adds(turn)
    assert not files(turn), "a repeat is the reporter's to tell of"


def test_number_and_code_answer_what_an_agency_asked() -> None:
    asked = replace(OPEN, wanted=True)
    said = heard(Proof.CODE, "dekat pos satpam, sebelah kiri gerbang,", asked, Right.ADD)
    assert does("clarify")(step(said))
    alone = heard(Proof.CODE, "", asked, Right.ADD)
    assert reads(step(alone)), "alone they ask how it stands"
