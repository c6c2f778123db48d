"""By its point to the kelurahan, else to the channel's owner: who gets what, as a table."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from core.commands import pass_on
from core.complaint import ClockKind, Complaint, ComplaintDraft, Kind, Place, State, UnitId
from core.messages import Location
from core.routing import Channel, first_unit
from core.workflow import Action
from tests.core.test_workflow import NOW, act, filed

OWNER = UnitId("biro-pemerintahan")
KEBON_JERUK, KEDOYA = UnitId("kelurahan-kebon-jeruk"), UnitId("kelurahan-kedoya-utara")
UNITS = {"31.73.05.1001": KEBON_JERUK, "31.73.05.1003": KEDOYA}
JAKI = Channel(OWNER, geo_tagged=True, kelurahan=UNITS)
POINT = Location(-6.19, 106.77)
PINNED = Place("Jl Panjang", "31.73.05.1001", POINT, pinned=True)
LAMP = ComplaintDraft(Kind.PUBLIC_SPACE, "lampu-jalan", PINNED)
_ids = count(1)


@pytest.mark.parametrize(
    ("changes", "channel", "unit"),
    [
        ({}, JAKI, KEBON_JERUK),
        ({"urgent": True}, JAKI, KEBON_JERUK),
        ({"kind": Kind.PERSONAL, "category": ""}, JAKI, KEBON_JERUK),
        ({}, replace(JAKI, geo_tagged=False), OWNER),
        ({"kind": Kind.OTHER, "category": ""}, JAKI, OWNER),
        ({"confidential": True}, JAKI, OWNER),
        ({"place": replace(PINNED, pinned=False, location=None)}, JAKI, OWNER),
        ({"place": replace(PINNED, pinned=False, approximate=True)}, JAKI, OWNER),
        ({"place": replace(PINNED, rival="31.73.05.1003")}, JAKI, KEBON_JERUK),
        ({"place": replace(PINNED, kelurahan="31.99.99.9999")}, JAKI, OWNER),
        ({}, replace(JAKI, confidential=True), UnitId("inspektorat")),
        ({"confidential": True}, Channel(OWNER, confidential=True), UnitId("inspektorat")),
    ],
)  # fmt: skip
def test_a_new_complaint_goes_where_the_decree_sends_it(
    changes: dict[str, Any], channel: Channel, unit: UnitId
) -> None:
    assert first_unit(replace(LAMP, **changes), channel) == unit


def passed(complaint: Complaint, channel: Channel = JAKI) -> Complaint | None:
    change = pass_on(complaint, channel, at=NOW, recorded_at=NOW, new_id=lambda: next(_ids))
    return change.after if change else None


def test_what_becomes_clear_later_is_passed_on_with_the_kelurahans_own_clock() -> None:
    complaint = replace(filed(), place=PINNED, category="lampu-jalan")
    after = passed(complaint)
    assert after is not None
    assert (after.lead_unit, after.state) == (KEBON_JERUK, State.MENUNGGU)
    kinds = {c.kind for c in after.clocks if c.runs and c.unit == KEBON_JERUK}
    assert kinds == {ClockKind.RESPONSE, ClockKind.COMPLETION}


@pytest.mark.parametrize(
    "complaint",
    [
        replace(filed(), place=PINNED, category="lampu-jalan", accused=frozenset({KEBON_JERUK})),
        replace(filed(), place=PINNED, category="lampu-jalan", confidential=True),
        replace(act(filed(), Action.FORWARD, unit=KEDOYA), place=PINNED, category="lampu-jalan"),
        replace(act(filed(), Action.PROCESS), place=PINNED, category="lampu-jalan"),
    ],
    ids=["accuses", "confidential", "moved already", "worked on"],
)
def test_what_people_have_decided_about_is_left_to_people(complaint: Complaint) -> None:
    assert passed(complaint) is None
