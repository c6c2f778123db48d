import pytest

from channels.twilio.codes import REACTIONS, of_failure, of_refusal
from core.messages import Reaction

ASKED_FOR = {
    Reaction.ACCOUNT_BLOCKED: "20003 21609 63001 63007 63020",
    Reaction.THROTTLED: "20429 21611 63018",
    Reaction.RETRY: "30001 63012",
    Reaction.RETRY_LATER: "30003 30008",
    Reaction.RECIPIENT_GONE: "21211 21614 30005 30006 63003 63024",
    Reaction.OPTED_OUT: "21610",
    Reaction.BLOCKED: "63014 63033",
    Reaction.WINDOW_CLOSED: "63015 63016",
    Reaction.MEDIA_REFUSED: "12300 21620 21623 63019",
    Reaction.REJECTED: "21408 21612 21617 30004 30007 30034 30035 63013 63021 63032 63049",
}


@pytest.mark.parametrize(
    ("code", "reaction"),
    [(code, reaction) for reaction, codes in ASKED_FOR.items() for code in codes.split()],
)
def test_a_code_asks_the_same_of_us_however_it_comes(code: str, reaction: Reaction) -> None:
    assert of_refusal(400, code) is reaction
    assert of_failure(code) is reaction


@pytest.mark.parametrize(
    ("status", "reaction"),
    [
        (302, Reaction.ACCOUNT_BLOCKED),
        (400, Reaction.REJECTED),
        (401, Reaction.ACCOUNT_BLOCKED),
        (403, Reaction.ACCOUNT_BLOCKED),
        (404, Reaction.ACCOUNT_BLOCKED),
        (408, Reaction.RETRY),
        (422, Reaction.REJECTED),
        (429, Reaction.THROTTLED),
    ],
)
def test_an_unknown_code_goes_by_the_status(status: int, reaction: Reaction) -> None:
    assert of_refusal(status, "29999") is reaction


def test_an_unknown_failure_is_not_repeated() -> None:
    assert of_failure("39999") is Reaction.REJECTED


@pytest.mark.parametrize("code", ["21408", "21606", "21612", "30018", "30034"])
def test_what_one_destination_refuses_does_not_stop_the_account(code: str) -> None:
    assert REACTIONS[code] is Reaction.REJECTED


def test_every_reaction_occurs_and_every_code_is_a_code() -> None:
    assert set(REACTIONS.values()) == set(Reaction)
    words = {"undelivered", "failed", "canceled"}
    assert all(code.isdigit() and len(code) == 5 for code in REACTIONS.keys() - words)
