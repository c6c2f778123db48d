"""The inbox over the REST API."""

import pytest

from core.access import OfficerRole
from gateway.audit import trail
from tests.gateway.web.conftest import Web

INBOX = "/api/v1/inbox"


async def test_what_waits_is_listed_answered_and_handled(web: Web) -> None:
    headers = await web.token(OfficerRole.CHANNEL_ADMIN)
    for who in ("+6281200000001", "+6281200000002"):
        await web.house.say(who, "PETUGAS")
    await web.house.settle()
    first = (await web.client.get(f"{INBOX}?limit=1", headers=headers)).json()
    (entry,) = first["entries"]
    assert entry["why"] == "person"
    assert entry["account"] == {"id": "chat", "name": "Chat"}
    assert (entry["reporter"], entry["brief"]) == ("••••0001", "PETUGAS")
    query = f"{INBOX}?limit=1&cursor={first['cursor']}"
    second = (await web.client.get(query, headers=headers)).json()
    assert second["cursor"] is None
    assert second["entries"][0]["id"] != entry["id"]
    url = f"{INBOX}/{entry['id']}"
    answered = await web.client.post(
        f"{url}/answer", json={"text": "Kami telepon besok."}, headers=headers
    )
    assert answered.status_code == 200
    again = await web.client.post(f"{url}/handled", headers=headers)
    assert again.status_code == 404
    other = f"{INBOX}/{second['entries'][0]['id']}/handled"
    assert (await web.client.post(other, headers=headers)).status_code == 200
    assert (await web.client.get(INBOX, headers=headers)).json()["entries"] == []


@pytest.mark.parametrize("cursor", ["x", "1", "1.", "99999999999999999.1"])
async def test_a_cursor_of_somebody_else_is_refused(web: Web, cursor: str) -> None:
    answer = await web.client.get(f"{INBOX}?cursor={cursor}", headers=await web.token())
    assert answer.status_code == 422


async def test_an_agency_has_no_inbox(web: Web) -> None:
    headers = await web.token(OfficerRole.AGENCY_ADMIN, "dinas-bina-marga")
    refused = await web.client.get(INBOX, headers=headers)
    assert refused.status_code == 403
    assert "channel-admin" in refused.json()["detail"]


async def test_who_answered_and_who_looked_at_what_is_confidential_is_recorded(web: Web) -> None:
    await web.house.say("+6281200000001", "PETUGAS")
    await web.house.say("+6281200000002", "PETUGAS", "rahasia")
    await web.house.settle()
    owner = await web.token(OfficerRole.CHANNEL_ADMIN)
    reader = await web.token(OfficerRole.INSPEKTORAT, "inspektorat")
    (seen,) = (await web.client.get(INBOX, headers=reader)).json()["entries"]
    (entry,) = (await web.client.get(INBOX, headers=owner)).json()["entries"]
    said = {"text": "Kami telepon besok."}
    await web.client.post(f"{INBOX}/{entry['id']}/answer", json=said, headers=owner)
    await web.client.post(f"{INBOX}/{seen['id']}/handled", headers=reader)
    async with web.house.parts.database.read() as conn:
        rows = await trail.entries(conn)
    assert [(row.action, row.subject) for row in rows if "inbox" in row.subject] == [
        ("look.inbox", f"inbox:{seen['id']}"),
        ("inbox.answer", f"inbox:{entry['id']}"),
        ("inbox.handled", f"inbox:{seen['id']}"),
    ]


async def test_an_emergency_is_acknowledged_by_whoever_has_it(web: Web) -> None:
    number = await web.filed("ada kebakaran di rumah tetangga tolong masih ada orang")
    url = f"/api/v1/complaints/{number}/acknowledge"
    stranger = await web.token(OfficerRole.AGENCY_ADMIN, "dinas-bina-marga")
    assert (await web.client.post(url, headers=stranger)).status_code == 404
    validator = await web.token(OfficerRole.VALIDATOR)
    assert (await web.client.post(url, headers=validator)).status_code == 403
    owner = await web.token(OfficerRole.AGENCY_ADMIN)
    assert (await web.client.post(url, headers=owner)).status_code == 204
    again = await web.client.post(url, headers=owner)
    assert again.status_code == 409
    assert (await web.client.get(INBOX, headers=await web.token())).json()["entries"] == []
