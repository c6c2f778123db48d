"""The list of who has still to be told by hand: whose it is, its pages, and that they were told."""

from typing import Any

import pytest
from sqlalchemy import select

from core.access import OfficerRole
from gateway.access_tables import audit
from gateway.by_hand.tables import hand_telling
from tests.gateway.counter import at_the_counter
from tests.gateway.web.conftest import Web

LIST = "/api/v1/by-hand"
BUREAU = "biro-pembangunan-dan-lingkungan-hidup"


async def told_of(web: Web, serial: int = 1, unit: str = "dinas-bina-marga") -> str:
    """A complaint without an address whose result is there; its number."""
    number = await at_the_counter(web.house, serial)
    await web.house.act(number, "forward", unit)
    await web.house.act(number, "finish", text="Saluran sudah dikeruk.")
    return number


async def waiting(web: Web, role: OfficerRole, unit: str) -> list[dict[str, Any]]:
    answer = await web.client.get(LIST, headers=await web.token(role, unit))
    assert answer.status_code == 200
    return list(answer.json()["tellings"])


async def test_the_bureau_of_the_field_sees_what_to_say_and_not_to_whom(web: Web) -> None:
    number = await told_of(web)
    (item,) = await waiting(web, OfficerRole.COORDINATOR, BUREAU)
    assert (item["number"], item["why"], item["way"]) == (number, "finished", None)
    assert item["stands"].startswith(f"{number} (")
    assert "Dinas Bina Marga" in item["stands"]
    assert item["text"] == "Saluran sudah dikeruk."
    assert item["due"] > item["since"]
    assert await waiting(web, OfficerRole.COORDINATOR, "biro-kesejahteraan-sosial") == []


async def test_the_list_goes_with_the_complaint_to_another_field(web: Web) -> None:
    number = await at_the_counter(web.house)
    await web.house.act(number, "forward", "dinas-bina-marga")
    await web.house.act(number, "comment", text="Ini halte.")
    await web.house.act(number, "forward", "transjakarta")
    assert await waiting(web, OfficerRole.COORDINATOR, BUREAU) == []
    assert len(await waiting(web, OfficerRole.COORDINATOR, "bp-bumd")) == 1


@pytest.mark.parametrize("role", [OfficerRole.COUNTER_OFFICER, OfficerRole.CHANNEL_ADMIN])
async def test_so_does_whoever_wrote_it_down(web: Web, role: OfficerRole) -> None:
    number = await told_of(web)
    assert [i["number"] for i in await waiting(web, role, "biro-pemerintahan")] == [number]
    assert await waiting(web, role, "dinas-bina-marga") == []


@pytest.mark.parametrize(
    "role", [OfficerRole.AGENCY_ADMIN, OfficerRole.SUPERVISOR, OfficerRole.INSPEKTORAT]
)
async def test_nobody_else(web: Web, role: OfficerRole) -> None:
    await told_of(web)
    answer = await web.client.get(LIST, headers=await web.token(role, "dinas-bina-marga"))
    assert answer.status_code == 403
    assert "coordinator" in answer.json()["detail"]


async def test_of_what_accuses_the_bureau_or_became_confidential_it_lists_nothing(web: Web) -> None:
    accused, secret = await told_of(web, 1), await told_of(web, 2)
    await web.house.act(accused, "accuse", BUREAU)
    await web.house.act(secret, "make-confidential")
    assert await waiting(web, OfficerRole.COORDINATOR, BUREAU) == []
    listed = await waiting(web, OfficerRole.COUNTER_OFFICER, "biro-pemerintahan")
    assert [item["number"] for item in listed] == [accused]


async def test_pages_lead_through_everybody_once(web: Web) -> None:
    numbers = [await told_of(web, serial) for serial in range(1, 6)]
    headers, cursor, seen = await web.token(), "", []
    while cursor is not None:
        page = await web.client.get(LIST, params={"limit": 2, "cursor": cursor}, headers=headers)
        seen += [item["number"] for item in page.json()["tellings"]]
        cursor = page.json()["cursor"]
    assert seen == numbers


async def test_told_is_kept_with_when_how_and_by_whom_and_is_audited(web: Web) -> None:
    await told_of(web)
    headers = await web.token(OfficerRole.COUNTER_OFFICER, "biro-pemerintahan")
    (item,) = (await web.client.get(LIST, headers=headers)).json()["tellings"]
    began = item["since"]
    web.house.clock.forward(hours=3)
    path = f"{LIST}/{item['id']}/told"
    answer = await web.client.post(path, json={"way": "phone", "at": began}, headers=headers)
    assert answer.status_code == 200
    assert (answer.json()["told_at"], answer.json()["told_way"]) == (began, "phone")
    assert (await web.client.get(LIST, headers=headers)).json()["tellings"] == []
    again = await web.client.post(path, json={"way": "phone"}, headers=headers)
    assert again.status_code == 404
    async with web.house.parts.database.read() as conn:
        row = (await conn.execute(select(hand_telling))).one()
        done = (await conn.execute(select(audit).where(audit.c.action == "by-hand.told"))).one()
    assert row.told_by == done.actor
    assert done.actor.startswith("token:")
    assert (row.noted_at, done.role) == (web.house.clock(), "counter-officer")
    assert done.subject == f"complaint:{row.complaint_id}"


async def test_whoever_has_not_heard_all_is_not_told(web: Web) -> None:
    number = await told_of(web)
    headers = await web.token()
    (item,) = (await web.client.get(LIST, headers=headers)).json()["tellings"]
    await web.house.act(number, "reject", text="Masih tersumbat.")
    path, body = f"{LIST}/{item['id']}/told", {"way": "letter"}
    stale = await web.client.post(
        path, json=body, headers=headers | {"If-Match": f'"{item["version"]}"'}
    )
    assert stale.status_code == 412
    (now,) = (await web.client.get(LIST, headers=headers)).json()["tellings"]
    assert (now["why"], now["text"]) == ("rejected", "Masih tersumbat.")
    fresh = await web.client.post(
        path, json=body, headers=headers | {"If-Match": f'"{now["version"]}"'}
    )
    assert fresh.status_code == 200
    await web.house.act(number, "comment", text="Dikeruk lagi besok.")
    assert len((await web.client.get(LIST, headers=headers)).json()["tellings"]) == 1


async def test_a_call_of_before_the_last_of_it_told_nothing_of_that(web: Web) -> None:
    number = await told_of(web)
    called_at = web.house.clock()
    web.house.clock.forward(hours=1)
    await web.house.act(number, "reject", text="Masih tersumbat.")
    headers = await web.token()
    (item,) = (await web.client.get(LIST, headers=headers)).json()["tellings"]
    path, body = f"{LIST}/{item['id']}/told", {"way": "phone", "at": called_at.isoformat()}
    answer = await web.client.post(path, json=body, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "at")
    body["at"] = web.house.clock().isoformat()
    assert (await web.client.post(path, json=body, headers=headers)).status_code == 200


@pytest.mark.parametrize("hours", [-30, 1])
async def test_nobody_is_told_before_or_later_than_now(web: Web, hours: int) -> None:
    await told_of(web)
    headers = await web.token()
    (item,) = (await web.client.get(LIST, headers=headers)).json()["tellings"]
    web.house.clock.forward(hours=hours)
    when = web.house.clock().isoformat()
    web.house.clock.forward(hours=-hours)
    body = {"way": "phone", "at": when}
    answer = await web.client.post(f"{LIST}/{item['id']}/told", json=body, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "at")


async def test_the_way_is_said_and_changed_by_whoever_wrote_it_down(web: Web) -> None:
    number = await told_of(web)
    path = f"/api/v1/complaints/{number}/by-hand"
    counter = await web.token(OfficerRole.COUNTER_OFFICER, "biro-pemerintahan")
    for way in ("phone", "return"):
        answer = await web.client.put(path, json={"way": way}, headers=counter)
        assert answer.status_code == 204
    (item,) = await waiting(web, OfficerRole.COORDINATOR, BUREAU)
    assert item["way"] == "return"
    bureau = await web.token(OfficerRole.COORDINATOR, BUREAU)
    assert (await web.client.put(path, json={"way": "phone"}, headers=bureau)).status_code == 403


async def test_whoever_has_an_address_is_told_there(web: Web) -> None:
    number = await web.filed()
    path, headers = f"/api/v1/complaints/{number}/by-hand", await web.token()
    answer = await web.client.put(path, json={"way": "phone"}, headers=headers)
    assert answer.status_code == 409


async def test_it_is_noted_once_however_often_it_is_sent(web: Web) -> None:
    await told_of(web)
    headers = await web.token() | {"Idempotency-Key": "told-1"}
    (item,) = (await web.client.get(LIST, headers=headers)).json()["tellings"]
    path, body = f"{LIST}/{item['id']}/told", {"way": "phone"}
    first = await web.client.post(path, json=body, headers=headers)
    again = await web.client.post(path, json=body, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
