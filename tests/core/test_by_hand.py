"""Who is told by hand, of what, until when, and who sees to it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.access import Officer, OfficerRole, Scope
from core.by_hand import TELLERS, TOLD_BY_HAND, owed, require_to_know, tells
from core.calendar import EVERY_WEEKDAY
from core.complaint import Actor, ActorKind, Change, Complaint, State, UnitId
from core.errors import NotAllowed
from core.number import WIB
from core.workflow import Action
from gateway.outbound.notices import NEWS
from tests.core.test_workflow import act, in_state

FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=WIB)
MONDAY = FRIDAY + timedelta(days=3)


def done(complaint: Complaint, action: Action, **more: Any) -> Change:
    changes: list[Change] = []
    act(complaint, action, write=changes.append, **more)
    return changes[0]


def test_a_result_is_to_be_told_by_the_next_working_day() -> None:
    found = owed(done(in_state(State.PROSES), Action.FINISH), EVERY_WEEKDAY, FRIDAY)
    assert found is not None
    assert (found.why, found.due_at) == ("finished", MONDAY)


def test_what_happens_on_the_way_stands_on_the_tracker() -> None:
    assert owed(done(in_state(State.MENUNGGU), Action.PROCESS), EVERY_WEEKDAY, FRIDAY) is None
    assert owed(done(in_state(State.MENUNGGU), Action.FORWARD), EVERY_WEEKDAY, FRIDAY) is None


def test_nobody_is_told_what_they_did_themselves_or_what_is_confidential() -> None:
    citizen = Actor(ActorKind.CITIZEN, "7")
    own = done(in_state(State.PROSES), Action.WITHDRAW, actor=citizen)
    assert owed(own, EVERY_WEEKDAY, FRIDAY) is None
    result = done(in_state(State.PROSES), Action.FINISH)
    secret = replace(result, after=replace(result.after, confidential=True))
    assert owed(secret, EVERY_WEEKDAY, FRIDAY) is None


def test_only_what_others_are_told_is_told_by_hand() -> None:
    assert set(NEWS) >= TOLD_BY_HAND


@pytest.mark.parametrize("role", OfficerRole)
def test_whose_list_it_is(role: OfficerRole) -> None:
    meant = {
        OfficerRole.SYSTEM_ADMIN: Scope.ALL,
        OfficerRole.CHANNEL_ADMIN: Scope.OWN_ACCOUNTS,
        OfficerRole.COUNTER_OFFICER: Scope.OWN_ACCOUNTS,
        OfficerRole.COORDINATOR: Scope.BELOW,
    }
    officer = Officer("user:1", UnitId("dinas"), role)
    if role in meant:
        assert tells(officer) is meant[role] is TELLERS[role]
    else:
        with pytest.raises(NotAllowed, match="counter-officer"):
            tells(officer)


@pytest.mark.parametrize(
    ("role", "accounts", "may"),
    [
        (OfficerRole.COUNTER_OFFICER, {"pendopo"}, True),
        (OfficerRole.CHANNEL_ADMIN, {"pendopo"}, True),
        (OfficerRole.SYSTEM_ADMIN, set(), True),
        (OfficerRole.COUNTER_OFFICER, {"camat"}, False),
        (OfficerRole.COORDINATOR, {"pendopo"}, False),
        (OfficerRole.AGENCY_ADMIN, {"pendopo"}, False),
    ],
)
def test_the_way_is_said_by_whoever_wrote_it_down(
    role: OfficerRole, accounts: set[str], may: bool
) -> None:
    officer = Officer("user:1", UnitId("dinas"), role, frozenset(accounts))
    if may:
        require_to_know(officer, "pendopo")
    else:
        with pytest.raises(NotAllowed):
            require_to_know(officer, "pendopo")
