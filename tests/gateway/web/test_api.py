"""The REST API: what officers do, what they are told when it is refused."""

import asyncio
from typing import Any

import pytest

from core.access import OfficerRole
from core.errors import Outdated
from core.workflow import Action
from gateway.desk import officers
from gateway.desk.orders import Order
from gateway.storage.database import Database
from tests.gateway.web.conftest import Web
from tests.house import ADMIN, House

MISSING = "JK2611199999"


async def do(web: Web, number: str, headers: dict[str, str], **body: Any) -> Any:
    return await web.client.post(f"/api/v1/complaints/{number}/actions", json=body, headers=headers)


async def test_a_complaint_is_read_and_worked_on(web: Web) -> None:
    number, headers = await web.filed(), await web.token()
    found = (await web.client.get(f"/api/v1/complaints/{number}", headers=headers)).json()
    assert found["status"] == "menunggu"
    assert found["category_name"] == "lampu jalan mati"
    assert found["brief"].startswith("lampu jalan mati")
    assert found["reporter"] == "••••7890"
    assert found["place"]["kelurahan_name"] == "Kebon Jeruk"
    assert [line["action"] for line in found["history"]] == ["file"]

    answer = await do(web, number, headers, action="process", text="Regu datang.", note="mandor")
    assert answer.status_code == 200
    after = answer.json()
    assert (after["status"], after["version"]) == ("proses", 2)
    assert after["history"][-1]["text"] == "Regu datang."
    assert after["history"][-1]["note"] == "mandor"
    await web.house.settle()
    (told,) = web.house.heard("+6281234567890")
    assert "Regu datang." in told
    assert "mandor" not in told


async def test_every_action_of_the_interface_works(web: Web) -> None:
    number, headers = await web.filed(), await web.token()
    for body in (
        {"action": "forward", "unit": "dinas-bina-marga"},
        {"action": "process"},
        {"action": "coordinate", "unit": "dinas-perhubungan"},
        {"action": "dispose", "unit": "kelurahan-kebon-jeruk"},
        {"action": "comment", "text": "Menunggu suku cadang."},
        {"action": "hide"},
        {"action": "finish", "text": "Sudah menyala."},
    ):
        answer = await do(web, number, headers, **body)
        assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["stage"]) == ("proses", "administrative")
    for body in (
        {"action": "reject", "text": "Belum menyala."},
        {"action": "finish", "text": "Sekarang sudah."},
        {"action": "check-field"},
        {"action": "report-back", "text": "Tiang di sebelahnya miring."},
        {"action": "finish", "text": "Tiang sudah tegak."},
        {"action": "check-field"},
        {"action": "verify", "note": "dilihat di tempat"},
        {"action": "validate", "text": "Sesuai."},
    ):
        answer = await do(web, number, headers, **body)
        assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "selesai"
    assert answer.json()["closing_reason"] == "tuntas"
    assert answer.json()["rejections"] == 1
    assert answer.json()["visibility"] == "hidden"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"action": "dance"}, 422, "action"),
        ({}, 422, "action"),
        ({"action": "process", "texte": "x"}, 422, "texte"),
        ({"action": "forward"}, 422, "unit"),
        ({"action": "forward", "unit": "dinas-antah-berantah"}, 422, "unit"),
        ({"action": "forward", "unit": "Not A Slug"}, 422, "unit"),
        ({"action": "forward", "unit": "biro-pemerintahan"}, 409, None),
        ({"action": "finish", "text": " "}, 422, "text"),
        ({"action": "comment"}, 422, "text"),
        ({"action": "comment", "text": "x" * 5000}, 422, "text"),
        ({"action": "process", "unit": "dinas-bina-marga"}, 409, None),
        ({"action": "validate"}, 409, None),
        ({"action": "auto-finish"}, 409, None),
        ({"action": "close", "text": "x"}, 422, "reason"),
        ({"action": "close", "text": "x", "reason": "tuntas"}, 422, "reason"),
    ],
)
async def test_a_wrong_request_names_the_field(
    web: Web, body: dict[str, Any], status: int, field: str | None
) -> None:
    number, headers = await web.filed(), await web.token()
    answer = await do(web, number, headers, **body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem.get("field") == field
    assert problem["status"] == status
    assert problem["detail"]


async def test_what_is_not_possible_now_says_what_is(web: Web) -> None:
    number, headers = await web.filed(), await web.token()
    await do(web, number, headers, action="finish", text="Sudah.")
    answer = await do(web, number, headers, action="process")
    assert answer.status_code == 409
    assert {"comment", "verify", "reject"} <= set(answer.json()["allowed"])
    assert "proses, administrative" in answer.json()["detail"]


async def test_the_token_decides(web: Web) -> None:
    number = await web.filed()
    path = f"/api/v1/complaints/{number}"
    none = await web.client.get(path)
    assert none.status_code == 401
    assert none.headers["www-authenticate"] == "Bearer"
    assert none.headers["content-type"] == "application/problem+json"
    wrong = await web.client.get(path, headers={"Authorization": "Bearer kanal_wrong"})
    assert wrong.status_code == 401
    agency = await web.token(OfficerRole.AGENCY_ADMIN, "dinas-bina-marga")
    assert (await web.client.get(path, headers=agency)).status_code == 404, "not theirs"
    supervisor = await web.token(OfficerRole.SUPERVISOR)
    assert (await web.client.get(path, headers=supervisor)).status_code == 200
    refused = await do(web, number, supervisor, action="process")
    assert refused.status_code == 403
    assert "system-admin" in refused.json()["detail"], "says what is missing"


async def test_notes_are_for_those_who_may_read_them(web: Web) -> None:
    number, admin = await web.filed(), await web.token()
    await do(web, number, admin, action="process", note="jangan ditunda")
    reader = await web.token(OfficerRole.SUPERVISOR)
    shown = (await web.client.get(f"/api/v1/complaints/{number}", headers=reader)).json()
    assert [line["note"] for line in shown["history"]] == ["", ""]


async def test_the_agency_is_told_that_the_reporter_wants_to_stay_unknown(web: Web) -> None:
    plain = await web.filed()
    said = "mau lapor tp jgn kasih tau siapa yg lapor ya takut sama RT. rumah no 12 rt 4 rw 2 "
    asked = await web.filed(said + "kel cawang bakar sampah tiap malam", who="+6281234567891")
    for number, anonymous in ((plain, False), (asked, True)):
        await web.house.act(number, "forward", "kelurahan-cawang")
        headers = await web.token(OfficerRole.AGENCY_ADMIN, "kelurahan-cawang")
        found = await web.client.get(f"/api/v1/complaints/{number}", headers=headers)
        assert found.json()["anonymous"] is anonymous
        assert "takut sama RT" not in found.json()["brief"]


async def test_the_list_is_paged_filtered_and_scoped(web: Web) -> None:
    numbers = [
        await web.filed(f"lampu jalan mati di jl kemuning no {i}", f"+62812345678{i:02d}")
        for i in range(5)
    ]
    admin = await web.token()
    await do(web, numbers[0], admin, action="forward", unit="dinas-bina-marga")
    await do(web, numbers[1], admin, action="process")

    async def page(headers: dict[str, str], **query: str) -> dict[str, Any]:
        answer = await web.client.get("/api/v1/complaints", params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    first = await page(admin, limit="2")
    second = await page(admin, limit="2", cursor=first["cursor"])
    third = await page(admin, limit="2", cursor=second["cursor"])
    shown = [c["number"] for p in (first, second, third) for c in p["complaints"]]
    assert shown == list(reversed(numbers))
    assert third["cursor"] is None
    working = await page(admin, status="proses")
    assert [c["number"] for c in working["complaints"]] == [numbers[1]]
    unit = await page(admin, unit="dinas-bina-marga", status="")
    assert [c["number"] for c in unit["complaints"]] == [numbers[0]]
    agency = await web.token(OfficerRole.AGENCY_ADMIN, "dinas-bina-marga")
    assert [c["number"] for c in (await page(agency))["complaints"]] == [numbers[0]]


async def test_confidential_complaints_are_in_no_list_and_answer_like_unknown_ones(
    web: Web,
) -> None:
    await web.house.say("ani", "ada pungli di kantor", "rahasia")
    await web.house.pause()
    headers = await web.token()
    assert (await web.client.get("/api/v1/complaints", headers=headers)).json()["complaints"] == []
    secret = await web.client.get("/api/v1/complaints/JK2611190001", headers=headers)
    unknown = await web.client.get(f"/api/v1/complaints/{MISSING}", headers=headers)
    assert secret.status_code == unknown.status_code == 404
    assert secret.text.replace("JK2611190001", "X") == unknown.text.replace(MISSING, "X")
    refused = await do(web, "JK2611190001", headers, action="process")
    assert refused.status_code == 404


async def test_confidential_complaints_have_readers_of_their_own(web: Web) -> None:
    await web.house.say("ani", "oknum lurah minta uang 130 ribu per orang, pungli pak", "chat")
    await web.house.pause()
    assert "kami rahasiakan" in web.house.heard("ani")[0]
    headers = await web.token(OfficerRole.INSPEKTORAT, "inspektorat")
    (secret,) = (await web.client.get("/api/v1/complaints", headers=headers)).json()["complaints"]
    answer = await do(web, secret["number"], headers, action="process", text="Diperiksa.")
    assert answer.status_code == 200
    await web.house.settle()
    assert web.house.heard("ani") == [], "nothing is pushed to a phone that others may hold"


@pytest.mark.parametrize(("text", "status"), [(b"a\\u0000b", 200), (b"a\\ud800b", 422)])
async def test_strange_characters_in_an_officers_text_harm_nobody(
    web: Web, text: bytes, status: int
) -> None:
    number, headers = await web.filed(), await web.token()
    answer = await web.client.post(
        f"/api/v1/complaints/{number}/actions",
        content=b'{"action": "comment", "text": "' + text + b'"}',
        headers=headers | {"Content-Type": "application/json"},
    )
    assert answer.status_code == status
    await web.house.settle()
    assert not any("\0" in told for told in web.house.heard("+6281234567890"))


async def test_whoever_watches_goes_on_seeing_while_the_database_is_away(web: Web) -> None:
    parts, token = web.house.parts, await web.token()
    there = (await web.client.get("/metrics", headers=token)).text
    assert "kanal_database_up 1.0" in there
    assert 'kanal_queue_age_seconds{queue="notices"} 0.0' in there
    known, parts.database = parts.database, Database("postgresql://127.0.0.1:9/away")
    away = (await web.client.get("/metrics", headers=token)).text
    assert "kanal_database_up 0.0" in away
    assert "kanal_spool_bytes" in away
    assert (await web.client.get("/health/ready", headers=token)).json()["database"] == "down"
    stranger = {"Authorization": "Bearer a-guess"}
    assert (await web.client.get("/metrics", headers=stranger)).text == "kanal_up 1\n"
    await parts.database.close()
    parts.database = known


async def test_health_tells_strangers_little(web: Web) -> None:
    assert (await web.client.get("/health/live")).json() == {"status": "ok"}
    assert (await web.client.get("/health/ready")).json() == {"status": "ok"}
    assert (await web.client.get("/metrics")).text == "kanal_up 1\n"
    detail = (await web.client.get("/health/ready", headers=await web.token())).json()
    assert detail["database"] == "up"
    assert set(detail["accounts"]) == {"chat", "window", "sms", "rahasia"}


async def test_an_action_can_be_tied_to_the_version_that_was_seen(web: Web) -> None:
    number, headers = await web.filed(), await web.token()
    path = f"/api/v1/complaints/{number}"
    seen = (await web.client.get(path, headers=headers)).headers["etag"]
    assert seen == '"1"'
    tied = headers | {"If-Match": seen}
    answer = await do(web, number, tied, action="process")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    late = await do(web, number, tied, action="comment", text="Sebentar.")
    assert (late.status_code, late.headers["etag"]) == (412, '"2"')
    assert late.headers["content-type"] == "application/problem+json"
    assert late.json()["version"] == 2
    any_ = await do(web, number, headers | {"If-Match": "*"}, action="hide")
    assert any_.status_code == 200
    for wrong in ('W/"2"', '"x"', '""', '"1", "2"'):
        answer = await do(web, number, headers | {"If-Match": wrong}, action="process")
        assert (answer.status_code, answer.json()["field"]) == (422, "if-match")


async def test_of_two_who_saw_the_same_version_one_is_told(house: House) -> None:
    await house.say("ani", "lampu jalan mati di jl panjang depan sdn 01 kel kebon jeruk")
    await house.pause()
    (brief,) = await house.complaints()

    async def press(action: Action) -> str:
        try:
            await officers.act(
                house.parts, ADMIN, brief.complaint.number,
                Order(action, text="Ya.", seen=1),
            )  # fmt: skip
        except Outdated as error:
            return f"outdated, at {error.version}"
        return "done"

    done = await asyncio.gather(*(press(Action.COMMENT) for _ in range(4)))
    assert sorted(done) == ["done", *["outdated, at 2"] * 3]


async def test_whatever_is_not_possible_now_says_what_is(web: Web) -> None:
    number, headers = await web.filed(), await web.token()
    path = f"/api/v1/complaints/{number}"
    await web.house.act(number, "forward", "dinas-bina-marga")
    impossible: list[dict[str, object]] = [
        {"action": "forward", "unit": "dinas-bina-marga"},
        {"action": "validate"},
        {"action": "unmerge"},
        {"action": "unlink"},
        {"action": "merge", "other": number},
        {"action": "clear", "unit": "dinas-sosial"},
        {"action": "process", "unit": "dinas-sosial"},
        {"action": "comment", "text": "a", "whole_problem": True},
        {"action": "show"},
    ]
    for body in impossible:
        answer = await web.client.post(f"{path}/actions", json=body, headers=headers)
        assert answer.status_code == 409, body
        offered = (await web.client.get(path, headers=headers)).json()["allowed"]
        assert answer.json()["allowed"], body
        assert set(answer.json()["allowed"]) <= set(offered), body
    assert not {"clear", "lift-confidential", "show", "unlink", "unmerge"} & set(offered)
    for status in (200, 409):
        answer = await web.client.post(f"{path}/actions", json={"action": "hide"}, headers=headers)
        assert answer.status_code == status, "once: the reporter is told of it"
    await web.house.act(number, "accuse", "kelurahan-kebon-jeruk")
    offered = (await web.client.get(path, headers=headers)).json()["allowed"]
    assert "clear" in offered
