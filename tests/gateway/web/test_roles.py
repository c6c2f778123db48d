"""Which complaints a role finds, and which fields of them it sees."""

import pytest

from core.access import FIELDS, Field, OfficerRole
from tests.gateway.web.conftest import Web

READERS = sorted(set(FIELDS) - {OfficerRole.INSPEKTORAT, OfficerRole.CONFIDENTIAL_READER})


@pytest.mark.parametrize("role", READERS)
async def test_a_role_sees_the_fields_of_its_row_and_no_others(web: Web, role: OfficerRole) -> None:
    number, admin = await web.filed(), await web.token()
    body = {"action": "comment", "text": "Sebentar.", "note": "mandor"}
    path = f"/api/v1/complaints/{number}"
    await web.client.post(f"{path}/actions", json=body, headers=admin)
    answer = await web.client.get(path, headers=await web.token(role))
    assert answer.status_code == 200
    shown = answer.json()
    assert bool(shown["brief"]) == (Field.BRIEF in FIELDS[role])
    assert bool(shown["reporter"]) == (Field.MASKED_ADDRESS in FIELDS[role])
    assert bool(shown["history"][-1]["note"]) == (Field.NOTES in FIELDS[role])
    assert "081234567890" not in answer.text
    assert "6281234567890" not in answer.text


async def seen(web: Web, role: OfficerRole, unit: str) -> list[str]:
    """Numbers in the list, each of which must also open; and the other way round."""
    headers = await web.token(role, unit)
    page = (await web.client.get("/api/v1/complaints", headers=headers)).json()
    listed = [c["number"] for c in page["complaints"]]
    for brief in await web.house.complaints():
        number = brief.complaint.number
        found = await web.client.get(f"/api/v1/complaints/{number}", headers=headers)
        assert (found.status_code == 200) == (number in listed)
    return listed


async def test_coordinators_and_supervisors_see_their_field_and_their_area(web: Web) -> None:
    lamp = await web.filed()
    await web.house.act(lamp, "forward", "dinas-bina-marga")
    bus = await web.filed("halte busway rusak di jl sudirman", "+628120000002")
    await web.house.act(bus, "forward", "transjakarta")
    here = (await web.house.complaints())[0].complaint.place.kelurahan
    assert here.startswith("31.73"), "Jakarta Barat"

    field, super_ = OfficerRole.COORDINATOR, OfficerRole.SUPERVISOR
    assert await seen(web, field, "biro-pembangunan-dan-lingkungan-hidup") == [lamp]
    assert await seen(web, field, "bp-bumd") == [bus]
    assert await seen(web, field, "biro-kesejahteraan-sosial") == []
    assert await seen(web, super_, "kota-jakarta-barat") == [lamp]
    assert await seen(web, super_, "kota-jakarta-utara") == []
    assert await seen(web, super_, "asisten-perekonomian-dan-keuangan") == [bus]
    assert await seen(web, super_, "sekretariat-daerah") == [bus, lamp]


async def test_a_counter_sees_its_own_accounts_only(web: Web) -> None:
    number = await web.filed()
    await web.house.act(number, "forward", "dinas-sosial")
    assert await seen(web, OfficerRole.COUNTER_OFFICER, "dinas-sosial") == []
    assert await seen(web, OfficerRole.COUNTER_OFFICER, "biro-pemerintahan") == [number]


async def test_the_units_are_listed_with_what_is_above_them(web: Web) -> None:
    answer = await web.client.get("/api/v1/units", headers=await web.token())
    units = {u["id"]: u for u in answer.json()["units"]}
    assert units["dinas-bina-marga"]["coordinator"] == "biro-pembangunan-dan-lingkungan-hidup"
    assert "perhubungan" in units["biro-perekonomian-dan-keuangan"]["fields"]
    assert units["kelurahan-kebon-jeruk"]["parent"] == "kecamatan-kebon-jeruk"
    assert (await web.client.get("/api/v1/units")).status_code == 401
