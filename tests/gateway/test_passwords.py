"""Passwords are stored slowly, compared truly, and not taken when they can be guessed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.users import passwords
from gateway.users.passwords import COST, Cost, PasswordRefused

CHEAP = Cost(2, 1, 1)


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_password_matches_itself_and_no_other(one: str, other: str) -> None:
    stored = passwords.hashed(one, CHEAP)
    assert passwords.matches(one, stored)
    assert passwords.matches(other, stored) == (one == other)


def test_the_same_password_is_stored_differently_each_time() -> None:
    assert passwords.hashed("x", CHEAP) != passwords.hashed("x", CHEAP)


def test_the_cost_stands_in_front_and_can_be_raised() -> None:
    stored = passwords.hashed("x", CHEAP)
    assert stored.startswith("scrypt$2$1$1$")
    assert passwords.matches("x", stored)
    assert (COST.log_n, COST.r, COST.p) == (15, 8, 3)
    assert passwords.matches("rahasia", passwords.hashed("rahasia"))


@pytest.mark.parametrize("password", ["short", "x" * 201, "aaaaaaaaaaaa", "Rina.S 12345678"])
def test_what_can_be_guessed_is_refused_without_being_repeated(password: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        passwords.require_good(password, "rina.s")
    assert password not in str(refused.value)


def test_a_one_time_password_can_be_read_out() -> None:
    made = {passwords.one_time() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        assert re.fullmatch(r"([a-z2-9]{4}-){4}[a-z2-9]{4}", password)
        assert not set(password) & set("il01o")
        passwords.require_good(password, "rina.s")
