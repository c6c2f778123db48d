"""Who may do what and see what; whatever is not listed is forbidden."""

from dataclasses import replace

import pytest

from core.access import (
    ACTIONS,
    FIELDS,
    SCOPES,
    Field,
    Officer,
    OfficerRole,
    Scope,
    in_scope,
    may_see,
    reads_confidential,
    require,
    scope_of,
)
from core.complaint import UnitId
from core.errors import NotAllowed, NotFound
from core.workflow import Action
from tests.core.test_workflow import DINAS, OWNER, act, filed

ELSEWHERE = UnitId("elsewhere")


def officer(role: OfficerRole, unit: UnitId = OWNER, *accounts: str) -> Officer:
    return Officer("t", unit, role, frozenset(accounts))


@pytest.mark.parametrize("role", OfficerRole)
@pytest.mark.parametrize("action", Action)
def test_a_role_may_do_what_its_row_says_and_nothing_else(
    role: OfficerRole, action: Action
) -> None:
    complaint = replace(filed(), confidential=reads_confidential(officer(role)))
    if action in ACTIONS.get(role, frozenset()):
        require(officer(role), action, complaint)
        return
    with pytest.raises(NotAllowed, match=role.value):
        require(officer(role), action, complaint)


def test_an_agency_works_only_on_what_it_has_now() -> None:
    agency = officer(OfficerRole.AGENCY_ADMIN, DINAS)
    with pytest.raises(NotAllowed, match="not with dinas now"):
        require(agency, Action.PROCESS, filed())
    require(agency, Action.PROCESS, act(filed(), Action.FORWARD, unit=DINAS))
    require(agency, Action.COMMENT, filed())


def test_who_reported_is_known_to_the_channel_only() -> None:
    knows = {role for role in OfficerRole if may_see(officer(role), Field.REPORTER)}
    assert knows == {OfficerRole.CHANNEL_ADMIN}


@pytest.mark.parametrize("role", OfficerRole)
def test_a_role_that_is_not_listed_sees_nothing(role: OfficerRole) -> None:
    if role not in SCOPES:
        assert scope_of(officer(role)) is Scope.NONE
        assert not in_scope(officer(role), filed(), frozenset({OWNER}))
    if role not in FIELDS:
        assert not any(may_see(officer(role), field) for field in Field)


def test_scope_follows_channel_and_assignment() -> None:
    complaint, had = filed(), frozenset({OWNER, DINAS})
    assert in_scope(officer(OfficerRole.AGENCY_ADMIN, DINAS), complaint, had)
    assert not in_scope(officer(OfficerRole.AGENCY_ADMIN, ELSEWHERE), complaint, had)
    assert in_scope(officer(OfficerRole.CHANNEL_ADMIN, ELSEWHERE, "sms"), complaint, had)
    assert not in_scope(officer(OfficerRole.CHANNEL_ADMIN, ELSEWHERE, "wa"), complaint, had)
    assert in_scope(officer(OfficerRole.VALIDATOR, ELSEWHERE), complaint, had)


@pytest.mark.parametrize(
    "role", sorted(r for r in OfficerRole if not reads_confidential(officer(r)))
)
def test_a_confidential_complaint_does_not_exist_for_others(role: OfficerRole) -> None:
    secret = replace(filed(), confidential=True)
    assert not in_scope(officer(role, OWNER, "sms"), secret, frozenset({OWNER}))
    with pytest.raises(NotFound):
        require(officer(role, OWNER, "sms"), Action.COMMENT, secret)


def test_the_inspektorat_sees_confidential_complaints_and_no_others() -> None:
    reader = officer(OfficerRole.INSPEKTORAT)
    secret = replace(filed(), confidential=True)
    assert in_scope(reader, secret, frozenset())
    require(reader, Action.COMMENT, secret)
    assert not in_scope(reader, filed(), frozenset({OWNER}))
    with pytest.raises(NotFound):
        require(reader, Action.COMMENT, filed())
