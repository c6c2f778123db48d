"""Through no list, page or answer does a unit learn of a complaint that accuses it (finding 1)."""

from typing import Any

import pytest

from core.access import OfficerRole
from tests.gateway.web.conftest import Web

LURAH = "kelurahan-kebon-jeruk"
LEARNS_NOTHING = [
    (role, unit)
    for role in OfficerRole
    for unit in (LURAH,)
]  # fmt: skip


async def accused(web: Web) -> str:
    """Handled by the kelurahan first, then found to accuse it."""
    number = await web.filed()
    for action, unit in (("forward", LURAH), ("accuse", LURAH)):
        body = {"action": action, "unit": unit, "note": "lurah diduga pungli"}
        answer = await do(web, number, await web.token(), **body)
        assert answer.status_code == 200, answer.text
    return number


async def do(web: Web, number: str, headers: dict[str, str], **body: Any) -> Any:
    return await web.client.post(f"/api/v1/complaints/{number}/actions", json=body, headers=headers)


@pytest.mark.parametrize(("role", "unit"), LEARNS_NOTHING)
async def test_the_accused_unit_finds_nothing(web: Web, role: OfficerRole, unit: str) -> None:
    number = await accused(web)
    headers = await web.token(role, unit)
    for query in ({}, {"unit": LURAH}, {"unit": "biro-pemerintahan"}, {"status": "menunggu"}):
        page = await web.client.get("/api/v1/complaints", params=query, headers=headers)
        assert page.json()["complaints"] == []
    unknown = "JK2611199999"
    for path in ("", "/photos/1"):
        url = "/api/v1/complaints/{}" + path
        secret = await web.client.get(url.format(number), headers=headers)
        nothing = await web.client.get(url.format(unknown), headers=headers)
        assert (secret.status_code, secret.text) == (
            404, nothing.text.replace(unknown, number)
        )  # fmt: skip
    refused = await do(web, number, headers, action="process")
    assert refused.status_code == 404


async def test_the_public_page_knows_no_such_number_but_the_reporter_does(web: Web) -> None:
    number = await accused(web)
    page = await web.client.get(f"/lacak/{number}")
    unknown = await web.client.get("/lacak/JK2611199999")
    assert (page.status_code, page.text.replace(number, "X")) == (
        404, unknown.text.replace("JK2611199999", "X")
    )  # fmt: skip
    (brief,) = await web.house.complaints()
    code = web.house.parts.keys.code(brief.complaint.id)
    own = await web.client.post(f"/lacak/{number}", data={"kode": code})
    assert own.status_code == 200
    assert "dijaga dari instansi yang diadukan" in own.text


async def test_after_it_is_cleared_it_does_not_read_that_it_was_accused(web: Web) -> None:
    number = await accused(web)
    admin = await web.token()
    assert (await do(web, number, admin, action="clear", unit=LURAH)).status_code == 200
    agency = await web.token(OfficerRole.AGENCY_ADMIN, LURAH)
    shown = await web.client.get(f"/api/v1/complaints/{number}", headers=agency)
    assert shown.status_code == 200
    assert [line["action"] for line in shown.json()["history"]] == ["file", "forward"]
    assert "dijaga" not in (await web.client.get(f"/lacak/{number}")).text
    full = await web.client.get(f"/api/v1/complaints/{number}", headers=admin)
    assert [x["action"] for x in full.json()["history"]][2:] == ["accuse", "clear"]


async def test_a_complaint_can_be_made_confidential_at_any_time(web: Web) -> None:
    number, admin = await web.filed(), await web.token()
    done = await do(web, number, admin, action="make-confidential")
    assert (done.status_code, done.text) == (204, ""), "the admin's business no more"
    assert (await web.client.get("/api/v1/complaints", headers=admin)).json()["complaints"] == []
    assert (await web.client.get(f"/lacak/{number}")).status_code == 404
    reader = await web.token(OfficerRole.CONFIDENTIAL_READER)
    elsewhere = await web.token(OfficerRole.CONFIDENTIAL_READER, "dinas-sosial")
    assert (
        await web.client.get(f"/api/v1/complaints/{number}", headers=elsewhere)
    ).status_code == 404
    (listed,) = (await web.client.get("/api/v1/complaints", headers=reader)).json()["complaints"]
    assert listed["number"] == number
    refused = await do(web, number, reader, action="forward", unit="dinas-sosial")
    assert refused.status_code == 403
    handed = await do(web, number, reader, action="forward", unit="inspektorat")
    assert handed.status_code == 204
    inspektorat = await web.token(OfficerRole.INSPEKTORAT, "inspektorat")
    found = await web.client.get(f"/api/v1/complaints/{number}", headers=inspektorat)
    assert found.json()["confidential"] is True
    await web.house.settle()
    assert web.house.heard("+6281234567890") == [], "nothing is pushed about it"
