"""Why a report was withdrawn: asked once, beside nothing else, and answered by words only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from core.complaint import ComplaintId, Kind, Place
from core.number import ComplaintNumber
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
ID, OTHER = ComplaintId(7), ComplaintId(8)
LAMP = Case(
    ID, ComplaintNumber("JK2611190041"), Kind.PUBLIC_SPACE, "lampu-jalan",
    Place("Jl Panjang depan SDN 01"), is_open=True, last_at=NOW - timedelta(hours=2),
)  # fmt: skip
GONE = replace(LAMP, is_open=False, finished_at=NOW - timedelta(hours=1))
WHY = Question(QuestionKind.REASON, NOW - timedelta(hours=1), ID)


def said(text: str, *cases: Case, question: Question | None, quotes: int | None = None) -> Turn:
    ids = count(100)
    return step(
        Situation(
            state=DialogueState(question=question, introduced=True),
            heard=Heard(
                1, NOW, understand(text, at=NOW), quotes=ComplaintId(quotes) if quotes else None
            ),
            cases=cases,
            policy=Policy(),
            new_id=lambda: next(ids),
            last_inbound_at=NOW - timedelta(hours=1),
            claims={LAMP.number: Claim(LAMP.number, ID, proven="482913" in text)},
        )
    )


def kept_as_reason(turn: Turn) -> bool:
    return any(isinstance(i, Add) and (i.complaint, i.role) == (ID, "reason") for i in turn.intents)


def withdrawn(turn: Turn) -> bool:
    return any(isinstance(i, Perform) and i.action == "withdraw" for i in turn.intents)


def test_it_is_withdrawn_at_once_and_asked_why() -> None:
    turn = said("batalkan", LAMP, question=None)
    assert withdrawn(turn)
    assert turn.state.question == Question(QuestionKind.REASON, NOW, ID)
    (reply,) = [i for i in turn.intents if isinstance(i, Reply)]
    assert reply.params == {"why": True}


@pytest.mark.parametrize(
    "asked",
    [
        Question(QuestionKind.CLARIFICATION, NOW, OTHER),
        Question(QuestionKind.PLACE, NOW, OTHER),
        Question(QuestionKind.SAFE, NOW, OTHER),
        Question(QuestionKind.WHICH, NOW, None, (ID, OTHER), "addition", message=3),
    ],
    ids=lambda q: q.kind.value,
)
def test_it_takes_no_other_questions_place(asked: Question) -> None:
    turn = said("batalkan JK2611190041", LAMP, replace(LAMP, id=OTHER), question=asked)
    assert withdrawn(turn)
    assert turn.state.question == asked
    assert not any(isinstance(i, Reply) and i.params for i in turn.intents)


def test_a_question_about_what_was_withdrawn_is_over() -> None:
    asked = Question(QuestionKind.PLACE, NOW, ID)
    assert said("batalkan", LAMP, question=asked).state.question.kind is QuestionKind.REASON


def test_chosen_among_several_it_is_asked_too() -> None:
    asked = Question(QuestionKind.WHICH, NOW, None, (OTHER, ID), "withdraw")
    turn = said("2", LAMP, replace(LAMP, id=OTHER), question=asked)
    assert withdrawn(turn)
    assert turn.state.question == Question(QuestionKind.REASON, NOW, ID)


@pytest.mark.parametrize(
    "text",
    [
        "sudah beres", "udah dikerjain pak rt", "salah kirim", "lampunya sudah nyala",
        "kelamaan!! ga becus", "tetangga udah lapor", "lampunya ternyata punya pribadi",
        "fixed already by neighbours", "takut", "lampu sudah dipasang kemarin",
    ],
)  # fmt: skip
@pytest.mark.parametrize("quotes", [None, ID])
def test_words_are_the_reason(text: str, quotes: int | None) -> None:
    turn = said(text, GONE, question=WHY, quotes=quotes)
    assert kept_as_reason(turn)
    assert turn.state.question is None
    assert [i.kind for i in turn.intents if isinstance(i, Reply)] == ["reason_noted"]


@pytest.mark.parametrize(
    "text",
    [
        "status", "bantuan", "berhenti", "makasih", "ok", "👍", "1", "tidak", "petugas",
        "hapus data saya", "laporan saya gimana kabarnya", "siang min",
    ],
)  # fmt: skip
def test_these_are_no_reason(text: str) -> None:
    assert not kept_as_reason(said(text, GONE, question=WHY))


def test_no_ends_the_question_in_silence() -> None:
    turn = said("tidak", GONE, question=WHY)
    assert turn.intents == ()
    assert turn.state.question is None


@pytest.mark.parametrize(
    "text",
    [
        "sampah menumpuk di jl senopati no 5 belum diangkut",
        "lampu jalan mati di jl kramat raya depan masjid",
        "pohon mau roboh",
        "bansos saya belum cair",
    ],
)
def test_a_report_is_a_report(text: str) -> None:
    turn = said(text, GONE, question=WHY)
    assert any(isinstance(i, File) for i in turn.intents)


def test_belum_opens_it_again() -> None:
    turn = said("belum", GONE, question=WHY)
    assert any(isinstance(i, Perform) and i.action == "object" for i in turn.intents)


def test_after_three_days_nothing_is_asked_any_more() -> None:
    old = replace(WHY, asked_at=NOW - timedelta(hours=73))
    assert not kept_as_reason(said("salah kirim", GONE, question=old))


def test_of_what_is_confidential_nobody_asks_why() -> None:
    secret = replace(LAMP, confidential=True)
    turn = said("batalkan JK2611190041 482913", secret, question=None)
    assert withdrawn(turn)
    assert turn.state.question is None
