"""Problems, merged and split complaints in the REST API and on the tracker."""

from typing import Any

import pytest

from core.access import OfficerRole
from tests.gateway.web.conftest import Web

ANI, BUDI = "+6281234567890", "+6281234567891"
RUBBISH = "sampah menumpuk di jl melati rt 3 kel duri kepa"
MISSING = "JK2611199999"


async def do(web: Web, number: str, **body: Any) -> Any:
    headers = body.pop("headers", None) or await web.token()
    return await web.client.post(f"/api/v1/complaints/{number}/actions", json=body, headers=headers)


async def page(web: Web, number: str, code: str = "") -> str:
    path = f"/lacak/{number}"
    if code:
        return (await web.client.post(path, data={"kode": code})).text
    return (await web.client.get(path)).text


async def test_a_problem_is_read_by_its_id(web: Web) -> None:
    one, two = await web.filed(who=ANI), await web.filed(RUBBISH, who=BUDI)
    linked = (await do(web, two, action="link", other=one)).json()
    assert "unlink" in linked["allowed"]
    (link,) = linked["links"]
    assert (link["kind"], link["number"], link["state"]) == ("alike", one, "linked")
    assert (link["earlier"], link["by"]) == (True, "officer")
    problem = linked["problem"]
    assert (problem["reports"], problem["reporters"], problem["lead"]) == (2, 2, one)
    path = f"/api/v1/problems/{problem['id']}"
    found = await web.client.get(path, headers=await web.token())
    assert found.json() == problem
    assert [c["number"] for c in problem["complaints"]] == [one, two]
    stranger = await web.token(OfficerRole.AGENCY_ADMIN, "dinas-bina-marga")
    for headers, asked in ((stranger, path), (await web.token(), "/api/v1/problems/7")):
        assert (await web.client.get(asked, headers=headers)).status_code == 404
    assert "ditangani bersama 1 laporan lain" in await page(web, one)
    assert two not in await page(web, one)


async def test_the_complaints_of_a_problem_have_pages(web: Web) -> None:
    numbers = [await web.filed(who=f"+62812345678{n:02}") for n in range(5)]
    for number in numbers[1:]:
        await do(web, number, action="link", other=numbers[0])
    await do(web, numbers[0], action="close", reason="bukan-laporan", text="Ujian saja.")
    await do(web, numbers[2], action="make-confidential")
    headers = await web.token()
    shown = await web.client.get(f"/api/v1/complaints/{numbers[1]}", headers=headers)
    path = f"/api/v1/problems/{shown.json()['problem']['id']}"
    pages, cursor = [], ""
    while cursor is not None:
        asked = await web.client.get(f"{path}?limit=2&cursor={cursor}", headers=headers)
        assert asked.json()["lead"] == numbers[1], "of all of them, not of the page"
        pages.append([c["number"] for c in asked.json()["complaints"]])
        cursor = asked.json()["cursor"]
    assert pages == [numbers[:2], numbers[3:]]
    behind = await web.client.get(f"{path}?cursor=8888888888888888888", headers=headers)
    assert (behind.status_code, behind.json()["complaints"]) == (200, [])
    for wrong in ("cursor=a", "limit=0", "limit=201"):
        assert (await web.client.get(f"{path}?{wrong}", headers=headers)).status_code == 422


async def test_an_action_on_the_whole_problem_names_what_it_left_out(web: Web) -> None:
    one, two = await web.filed(who=ANI), await web.filed(RUBBISH, who=BUDI)
    await do(web, two, action="link", other=one)
    await do(web, one, action="process")
    answer = await do(web, two, action="process", whole_problem=True)
    assert answer.status_code == 200
    (skipped,) = answer.json()["skipped"]
    assert skipped["number"] == one
    assert [c["status"] for c in answer.json()["problem"]["complaints"]] == ["proses", "proses"]


async def test_a_ticket_on_the_whole_problem_is_filed_and_refused_for_each(web: Web) -> None:
    one, two = await web.filed(who=ANI), await web.filed(who=BUDI)
    await do(web, two, action="link", other=one)
    handed = await do(
        web, one, action="forward", unit="dinas-bina-marga", text="", whole_problem=True
    )
    assert handed.json()["skipped"] == []
    filed = await do(
        web, one, action="file-ticket", kind="pindah-skpd", text="Bukan lampu jalan.",
        unit="dinas-bina-marga", whole_problem=True,
    )  # fmt: skip
    assert (filed.status_code, filed.json()["skipped"]) == (200, []), filed.text
    (ticket,) = filed.json()["tickets"]
    refused = await do(
        web, one, action="refuse-ticket", ticket=ticket["id"], text="Tetap di Bina Marga.",
        whole_problem=True,
    )  # fmt: skip
    assert (refused.status_code, refused.json()["skipped"]) == (200, []), refused.text
    other = await web.client.get(f"/api/v1/complaints/{two}", headers=await web.token())
    assert [t["outcome"] for t in other.json()["tickets"]] == ["refused"]


async def test_merged_and_split_are_shown_at_both_ends(web: Web) -> None:
    one, two = await web.filed(), await web.filed(RUBBISH)
    merged = (await do(web, two, action="merge", other=one)).json()
    assert (merged["merged_into"], merged["closing_reason"]) == (one, "digabung")
    assert merged["allowed"][-1] == "unmerge"
    headers = await web.token()
    kept = (await web.client.get(f"/api/v1/complaints/{one}", headers=headers)).json()
    assert kept["merged"] == [two]
    assert len(kept["messages"]) == 2
    codes = await web.house.codes()
    public, own = await page(web, two), await page(web, two, codes[two])
    assert "digabung dengan laporan lain dari pelapor yang sama" in public
    assert one not in public
    assert one in own
    assert "sampah menumpuk" in own
    assert "lampu jalan mati" in own
    taken = [m["id"] for m in kept["messages"] if m["words"].startswith("sampah")]
    split = (await do(web, one, action="split", messages=taken)).json()
    (link,) = [k for k in split["links"] if k["kind"] == "split"]
    assert link["earlier"] is False
    assert len(split["messages"]) == 1


async def test_a_hidden_complaint_hides_what_was_merged_into_it(web: Web) -> None:
    one, two = await web.filed(), await web.filed(RUBBISH)
    await do(web, two, action="merge", other=one)
    await do(web, one, action="hide")
    assert "tidak ditampilkan di halaman umum" in await page(web, two)
    await do(web, one, action="make-confidential")
    unknown = await web.client.get(f"/lacak/{MISSING}")
    secret = await web.client.get(f"/lacak/{two}")
    assert (secret.status_code, secret.text.replace(two, MISSING)) == (404, unknown.text)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"action": "link"}, 422, "other"),
        ({"action": "link", "other": "nomor"}, 422, "other"),
        ({"action": "link", "other": MISSING}, 404, None),
        ({"action": "link", "other": "{self}"}, 409, None),
        ({"action": "merge", "other": "{other}"}, 409, None),
        ({"action": "merge", "other": "{self}"}, 409, None),
        ({"action": "unlink"}, 409, None),
        ({"action": "unlink", "other": "{other}"}, 409, None),
        ({"action": "unmerge"}, 409, None),
        ({"action": "split"}, 422, "messages"),
        ({"action": "split", "messages": []}, 422, "messages"),
        ({"action": "split", "messages": ["7"]}, 404, None),
        ({"action": "split", "messages": ["7"], "text": "x"}, 422, "text"),
        ({"action": "process", "whole_problem": True}, 409, None),
        ({"action": "hide", "whole_problem": True}, 422, "whole_problem"),
    ],
)
async def test_a_wrong_wish_says_what_is_wrong(
    web: Web, body: dict[str, Any], status: int, field: str | None
) -> None:
    one, two = await web.filed(who=ANI), await web.filed(RUBBISH, who=BUDI)
    filled = {
        k: v.replace("{self}", one).replace("{other}", two) if isinstance(v, str) else v
        for k, v in body.items()
    }
    answer = await do(web, one, **filled)
    assert answer.status_code == status, answer.text
    assert answer.json().get("field") == field
    assert answer.json()["detail"]


async def test_to_merge_into_what_has_ended_names_the_field(web: Web) -> None:
    one, two = await web.filed(), await web.filed(RUBBISH)
    await do(web, one, action="close", reason="bukan-laporan", text="Ini pertanyaan.")
    answer = await do(web, two, action="merge", other=one)
    assert (answer.status_code, answer.json()["field"]) == (422, "other")


@pytest.mark.parametrize(
    ("role", "action", "status"),
    [
        (OfficerRole.AGENCY_ADMIN, "link", 200),
        (OfficerRole.VALIDATOR, "link", 200),
        (OfficerRole.AGENCY_ADMIN, "merge", 403),
        (OfficerRole.COORDINATOR, "link", 403),
        (OfficerRole.FACILITATOR, "link", 403),
    ],
)
async def test_a_role_without_the_action_is_told_which_has_it(
    web: Web, role: OfficerRole, action: str, status: int
) -> None:
    one, two = await web.filed(who=ANI), await web.filed(RUBBISH, who=ANI)
    headers = await web.token(role, "biro-pemerintahan")
    answer = await do(web, two, headers=headers, action=action, other=one)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert "needs one of the roles" in answer.json()["detail"]
