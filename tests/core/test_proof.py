"""What each proof allows: every cell as it is meant, and the page that shows the same."""

import re
from itertools import product
from pathlib import Path

import pytest

from core.proof import ALLOWED, Proof, Right, allows, of_other, of_reporter

POLICY = Path(__file__).parents[2] / "docs" / "policy.md"

#            REPORT LOOK READ ADD TESTIFY OBJECT CONFIRM RATE HIDE WITHDRAW LINK NEWS
MEANT = {
    Proof.ADDRESS: "xxxx-xxxxxxx",
    Proof.ADDRESS_AND_CODE: "xxxx-xxxxxxx",
    Proof.SHARED_ADDRESS: "x--x-xxx---x",
    Proof.SILENT_ADDRESS: "x-----------",
    Proof.CODE: "xxxx-x------",
    Proof.TOKEN: "xx--x-------",
    Proof.NUMBER: "xx----------",
    Proof.NOTHING: "x-----------",
}


@pytest.mark.parametrize(("proof", "right"), list(product(Proof, Right)))
def test_every_cell(proof: Proof, right: Right) -> None:
    assert allows(proof, right) is (MEANT[proof][list(Right).index(right)] == "x")


def test_the_best_of_what_is_shown_counts() -> None:
    assert of_other(code=True, token=True, number=True) is Proof.CODE
    assert of_other(token=True, number=True) is Proof.TOKEN
    assert of_other(number=True) is Proof.NUMBER
    assert of_other() is Proof.NOTHING


@pytest.mark.parametrize("confidential", [False, True])
@pytest.mark.parametrize("silent", [False, True])
def test_a_code_lifts_silence_and_secrecy(silent: bool, confidential: bool) -> None:
    shown = {"silent": silent, "confidential": confidential}
    assert of_reporter(**shown, code=True) is Proof.ADDRESS_AND_CODE
    if silent:
        assert of_reporter(**shown, code=False) is Proof.SILENT_ADDRESS


def test_nobody_but_the_reporters_address_is_told_of_news_or_ends_anything() -> None:
    own = {Proof.ADDRESS, Proof.ADDRESS_AND_CODE}
    for right in (Right.HIDE, Right.WITHDRAW, Right.LINK):
        assert {p for p in Proof if allows(p, right)} == own
    assert {p for p in Proof if allows(p, Right.NEWS)} == own | {Proof.SHARED_ADDRESS}


def test_the_policy_shows_the_same_table() -> None:
    rows = re.findall(
        r"^\| `([a-z-]+)` \| [^|]+ \| ([a-z, -]+) \|$", POLICY.read_text(), re.MULTILINE
    )
    shown = {Proof(name): {Right(r) for r in rights.split(", ")} for name, rights in rows}
    assert shown == {proof: set(rights) for proof, rights in ALLOWED.items()}
