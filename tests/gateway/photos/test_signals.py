"""What is odd about a photo, and in which words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.complaint import Assignment, AssignmentId, ComplaintId, Kind, Role, UnitId
from core.errors import Refused
from gateway.photos.policy import PhotoPolicy, check_photos
from gateway.photos.signals import Capture, Facts, SignalKind, Twin, signals
from tests.core.test_workflow import filed

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ASSIGNED = NOW - timedelta(hours=30)
OURS, OTHER = ComplaintId(1), ComplaintId(2)
PLAIN = Capture(described=True)


def facts(capture: Capture = PLAIN, **more: Any) -> Facts:
    return Facts(OURS, ASSIGNED, NOW, capture, **more)


def taken(**span: float) -> Facts:
    return facts(replace(PLAIN, taken_at=NOW + timedelta(**span)))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (facts(), []),
        (facts(twins=(Twin(True, None),)), ["reuse: foto sama dengan foto kiriman pelapor"]),
        (
            facts(twins=(Twin(False, OTHER),)),
            ["reuse: foto hampir sama dengan foto hasil laporan lain"],
        ),
        (
            facts(twins=(Twin(True, OURS),)),
            ["reuse: foto sama dengan foto hasil laporan ini dari penugasan lain"],
        ),
        (taken(hours=-29), []),
        (taken(minutes=4), []),
        (taken(minutes=-1820), ["time: menurut datanya diambil 20 menit sebelum penugasan"]),
        (taken(hours=-35), ["time: menurut datanya diambil 5 jam sebelum penugasan"]),
        (taken(days=-10), ["time: menurut datanya diambil 8 hari sebelum penugasan"]),
        (taken(hours=3), ["time: menurut datanya diambil 3 jam setelah diunggah"]),
        (facts(away_m=300.0), []),
        (facts(away_m=301.0), ["place: menurut datanya diambil 301 m dari titik laporan"]),
        (facts(away_m=1240.0), ["place: menurut datanya diambil 1,2 km dari titik laporan"]),
        (facts(away_m=20.0, inside=False), []),
        (facts(inside=True), []),
        (facts(inside=False), ["place: menurut datanya diambil di luar kelurahan laporan"]),
        (
            facts(replace(PLAIN, software="Adobe Photoshop 25.1 (Windows)")),
            ["editing: disimpan dengan penyunting foto: Photoshop"],
        ),
        (facts(replace(PLAIN, software="HDR+ 1.0.585")), []),
        (facts(replace(PLAIN, generated=True)), ["editing: menurut datanya dibuat dengan AI"]),
        (facts(Capture()), ["metadata: tanpa data kamera"]),
    ],
)  # fmt: skip
def test_each_signal_says_its_reason(given: Facts, said: list[str]) -> None:
    assert [f"{s.kind}: {s.reason}" for s in signals(given)] == said


def test_several_stand_side_by_side_and_absence_is_no_suspicion() -> None:
    found = signals(facts(Capture(), twins=(Twin(True, OTHER),)))
    assert [(s.kind, s.is_suspicion, s.other) for s in found] == [
        (SignalKind.REUSE, True, OTHER),
        (SignalKind.METADATA, False, None),
    ]


LEAD, HELPER = UnitId("dinas-bina-marga"), UnitId("pln")
COMPLAINT = replace(
    filed(),
    kind=Kind.PUBLIC_SPACE,
    assignments=(
        Assignment(AssignmentId(1), LEAD, Role.LEAD, ASSIGNED),
        Assignment(AssignmentId(2), HELPER, Role.COORDINATED, NOW),
    ),
)
UPLOADED = {7: ASSIGNED, 8: ASSIGNED - timedelta(seconds=1), 9: NOW}


@pytest.mark.parametrize(
    ("unit", "wanted", "said"),
    [
        (LEAD, [7, 9], ""),
        (LEAD, [5], "has no result photo 5"),
        (LEAD, [7, 8], "photo 8 was uploaded before dinas-bina-marga was given"),
        (HELPER, [9], ""),
        (HELPER, [7], "photo 7 was uploaded before pln was given"),
        (UnitId("biro-pemerintahan"), [7], ""),
    ],
)
def test_a_result_is_proved_with_photos_of_this_work(
    unit: UnitId, wanted: list[int], said: str
) -> None:
    if not said:
        check_photos(COMPLAINT, unit, wanted, UPLOADED, PhotoPolicy.OPTIONAL)
        return
    with pytest.raises(Refused, match=said) as refused:
        check_photos(COMPLAINT, unit, wanted, UPLOADED, PhotoPolicy.OPTIONAL)
    assert refused.value.field == "photos"


@pytest.mark.parametrize(
    ("changed", "unit", "owed"),
    [
        ({}, LEAD, True),
        ({"kind": Kind.OTHER}, LEAD, True),
        ({}, HELPER, False),
        ({"kind": Kind.PERSONAL}, LEAD, False),
        ({"kind": Kind.VIOLENCE}, LEAD, False),
        ({"confidential": True}, LEAD, False),
    ],
)
def test_where_the_policy_asks_the_lead_owes_a_photo_of_what_can_be_seen(
    changed: dict[str, Any], unit: UnitId, owed: bool
) -> None:
    complaint = replace(COMPLAINT, **changed)
    check_photos(complaint, unit, [], {}, PhotoPolicy.OPTIONAL)
    check_photos(complaint, unit, [9], UPLOADED, PhotoPolicy.REQUIRED)
    if not owed:
        check_photos(complaint, unit, [], {}, PhotoPolicy.REQUIRED)
        return
    with pytest.raises(Refused, match="needs a photo") as refused:
        check_photos(complaint, unit, [], {}, PhotoPolicy.REQUIRED)
    assert refused.value.field == "photos"
