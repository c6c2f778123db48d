"""A complaint is kept from the unit that it accuses, and from all that is part of it."""

from itertools import count
from typing import Any

import pytest

from core.access import INSPEKTORAT, Officer, OfficerRole, in_scope, require
from core.commands import act_as_officer
from core.complaint import Change, Complaint, State, UnitId
from core.errors import Impossible, NotAllowed, NotFound
from core.units import Hierarchy, Unit
from core.workflow import Action
from tests.core.test_workflow import NOW, OWNER, filed

KOTA, LURAH, DINAS = UnitId("kota"), UnitId("kelurahan"), UnitId("dinas")
UNITS = Hierarchy([Unit(OWNER), Unit(KOTA), Unit(LURAH, KOTA), Unit(DINAS), Unit(INSPEKTORAT)])
ADMIN = Officer("t", OWNER, OfficerRole.CHANNEL_ADMIN, frozenset({"sms"}), line=UNITS.line(OWNER))
READER = Officer("r", OWNER, OfficerRole.CONFIDENTIAL_READER, frozenset({"sms"}))

_ids = count(9000)


def press(complaint: Complaint, action: Action, unit: UnitId | None = None, **more: Any) -> Change:
    return act_as_officer(
        complaint, action, more.get("by", ADMIN), unit=unit, text=more.get("text", ""), note="",
        now=NOW, new_id=lambda: next(_ids), units=UNITS, owner=OWNER,
    )  # fmt: skip


def officer(role: OfficerRole, unit: UnitId) -> Officer:
    return Officer("o", unit, role, frozenset({"sms"}), UNITS.below(unit), line=UNITS.line(unit))


@pytest.mark.parametrize("role", OfficerRole)
@pytest.mark.parametrize("unit", [LURAH, KOTA])
def test_nobody_of_the_accused_unit_has_it_in_scope_whatever_the_role(
    role: OfficerRole, unit: UnitId
) -> None:
    accused = press(filed(), Action.ACCUSE, KOTA).after
    mine = officer(role, unit)
    assert not in_scope(mine, accused, frozenset({unit, OWNER}))
    for action in Action:
        with pytest.raises(NotFound):
            require(mine, action, accused)


def test_the_part_accuses_not_the_whole() -> None:
    accused = press(filed(), Action.ACCUSE, LURAH).after
    above = officer(OfficerRole.VALIDATOR, KOTA)
    assert in_scope(above, accused, frozenset({OWNER})), "the walikota may know about the lurah"


@pytest.mark.parametrize("action", [Action.FORWARD, Action.DISPOSE, Action.COORDINATE])
@pytest.mark.parametrize("unit", [KOTA, LURAH])
def test_it_cannot_go_where_it_points(action: Action, unit: UnitId) -> None:
    accused = press(filed(), Action.ACCUSE, KOTA).after
    with pytest.raises(Impossible, match="cannot go there"):
        press(accused, action, unit)
    press(accused, action, DINAS)


def test_who_has_it_already_loses_it_and_it_waits_at_the_owner() -> None:
    with_lurah = press(filed(), Action.FORWARD, LURAH).after
    helped = press(with_lurah, Action.COORDINATE, DINAS).after
    change = press(helped, Action.ACCUSE, KOTA)
    after = change.after
    assert (after.state, after.lead_unit) == (State.MENUNGGU, OWNER)
    assert {a.unit for a in after.assignments} == {OWNER, DINAS}
    assert [a.unit for a in change.assignments if a.ended_at] == [LURAH]
    (fact,) = change.events
    assert "kota" not in fact.to_json(), "events leave the house"


def test_a_helper_that_is_accused_goes_and_the_lead_stays() -> None:
    helped = press(filed(), Action.COORDINATE, LURAH).after
    after = press(helped, Action.ACCUSE, LURAH).after
    assert [a.unit for a in after.assignments] == [OWNER]
    assert after.state is State.KOORDINASI


def test_where_the_owner_itself_is_accused_the_inspektorat_leads_and_reads_it() -> None:
    inspector = officer(OfficerRole.INSPEKTORAT, INSPEKTORAT)
    with pytest.raises(Impossible, match="the owner of its channel") as refused:
        press(filed(), Action.ACCUSE, OWNER)
    assert refused.value.allowed == ("make-confidential",)
    secret = press(filed(), Action.MAKE_CONFIDENTIAL).after
    after = press(secret, Action.ACCUSE, OWNER, by=READER).after
    assert after.lead_unit == INSPEKTORAT
    assert in_scope(inspector, after, frozenset({OWNER, INSPEKTORAT}))
    assert not in_scope(READER, after, frozenset({OWNER, INSPEKTORAT}))
    with pytest.raises(Impossible, match="nobody could act on it") as kept:
        press(after, Action.LIFT_CONFIDENTIAL, by=inspector)
    assert kept.value.allowed == ("clear",)
    cleared = press(after, Action.CLEAR, OWNER, by=inspector).after
    lifted = press(cleared, Action.LIFT_CONFIDENTIAL, by=inspector).after
    assert press(lifted, Action.FORWARD, DINAS).after.lead_unit == DINAS


def test_of_the_owner_and_the_inspektorat_one_leads() -> None:
    both = press(filed(), Action.ACCUSE, INSPEKTORAT).after
    assert both.lead_unit == OWNER
    secret = press(both, Action.MAKE_CONFIDENTIAL).after
    with pytest.raises(Impossible, match="with nobody"):
        press(secret, Action.ACCUSE, OWNER, by=READER)


def test_a_cleared_unit_may_have_it_again() -> None:
    accused = press(filed(), Action.ACCUSE, LURAH).after
    with pytest.raises(Impossible, match="already accuse"):
        press(accused, Action.ACCUSE, LURAH)
    cleared = press(accused, Action.CLEAR, LURAH).after
    assert cleared.accused == frozenset()
    assert press(cleared, Action.FORWARD, LURAH).after.lead_unit == LURAH
    with pytest.raises(Impossible, match="not accuse"):
        press(cleared, Action.CLEAR, LURAH)


def test_the_provisional_reader_hands_it_to_the_inspektorat_or_lifts_it() -> None:
    secret = press(filed(), Action.MAKE_CONFIDENTIAL).after
    assert in_scope(READER, secret, frozenset({OWNER}))
    with pytest.raises(NotFound):
        require(ADMIN, Action.COMMENT, secret)
    with pytest.raises(NotAllowed, match="goes to inspektorat only"):
        press(secret, Action.FORWARD, DINAS, by=READER)
    handed = press(secret, Action.FORWARD, INSPEKTORAT, by=READER).after
    assert not in_scope(READER, handed, frozenset({OWNER, INSPEKTORAT}))
    lifted = press(secret, Action.LIFT_CONFIDENTIAL, by=READER).after
    assert in_scope(ADMIN, lifted, frozenset({OWNER}))
    assert not in_scope(READER, lifted, frozenset({OWNER}))
