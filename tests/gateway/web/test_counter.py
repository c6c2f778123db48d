"""Counters over the REST API: one visit, several complaints, one receipt, and who is told how."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from core.access import OfficerRole
from core.complaint import ClockKind
from core.counter import ENTERERS
from core.tables import complaint
from gateway.access_tables import audit
from gateway.app import create_app
from gateway.tables import address, attachment, conversation, message
from tests.gateway.web.conftest import Web
from tests.house import House, open_house
from tests.pictures import photo

VISITS = "/api/v1/visits"
BUREAU = "biro-pembangunan-dan-lingkungan-hidup"
DRAIN = {"text": "got mampet di gang manggis rt 3 rw 5 kel tegal parang, sudah seminggu"}
LAMP = {"text": "lampu jalan mati di jl panjang depan sdn 01 kel kebon jeruk"}
ACCOUNTS = [
    {"id": "loket", "connector": "counter", "name": "Pendopo Balai Kota", "pendopo": True},
    {"id": "rahasia", "connector": "counter", "name": "Inspektorat", "confidential": True,
     "owner": "inspektorat"},
    {"id": "sms", "connector": "fake", "name": "SMS", "settings": {"alphabet": "gsm7"}},
    {"id": "wa", "connector": "fake", "name": "WhatsApp",
     "settings": {"reply_window_hours": 24, "templates": ["status/id", "result/id"]}},
    {"id": "x", "connector": "fake", "name": "X", "settings": {"public": True}},
]  # fmt: skip


@pytest.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[Web]:
    async with open_house(tmp_path, database_url, accounts=ACCOUNTS) as house:
        house.clock.at = house.clock.at.replace(hour=3)  # ten in the morning
        app = create_app(house.parts)
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        base = "https://lapor.example.go.id"
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=base) as client,
        ):
            yield Web(house, app, client)


async def enter(web: Web, *matters: dict[str, Any], **more: Any) -> Any:
    headers = more.pop("headers", None) or await web.token(OfficerRole.COUNTER_OFFICER)
    body = {"account": "loket", "complaints": list(matters), **more}
    return await web.client.post(VISITS, json=body, headers=headers)


async def count(house: House, table: Any) -> int:
    async with house.parts.database.read() as conn:
        return int(await conn.scalar(select(func.count()).select_from(table)) or 0)


async def test_one_visit_several_complaints_one_receipt(web: Web) -> None:
    came = web.house.clock() - timedelta(hours=2)
    answer = await enter(web, DRAIN, LAMP, at=came.isoformat(), way="return")
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["account_name"] == "Pendopo Balai Kota"
    first, second = receipt["complaints"]
    assert re.fullmatch(r"JK26111\d{5}", first["number"])
    assert first["number"] != second["number"]
    assert (first["category_name"], first["unit"]["id"]) == ("got mampet", "biro-pemerintahan")
    assert first["next"]["due"] is not None
    shown = await web.client.get(f"/api/v1/complaints/{first['number']}", headers=await web.token())
    full = shown.json()
    assert full["place"]["kelurahan_name"] == "Tegal Parang"
    assert "gang manggis" in full["brief"]
    assert full["received_at"] < full["filed_at"], "both times are kept"
    completion = next(c for c in full["clocks"] if c["kind"] == "completion")
    assert completion["began_at"] == full["filed_at"], "S2: from the entry"
    page = await web.client.post(f"/lacak/{first['number']}", data={"kode": first["code"]})
    assert page.status_code == 200
    assert "gang manggis" in page.text
    await web.house.settle()
    assert await web.house.ledger() == [], "nobody is written to"


async def test_the_bureau_and_the_counter_owe_the_news(web: Web) -> None:
    visit = (await enter(web, DRAIN, way="phone", name="Ibu Sumi", reach="0812 000 111")).json()
    number = visit["complaints"][0]["number"]
    await web.house.act(number, "forward", "dinas-bina-marga")
    await web.house.act(number, "finish", text="Sudah dikeruk.")
    counter = await web.token(OfficerRole.COUNTER_OFFICER)
    (mine,) = (await web.client.get("/api/v1/by-hand", headers=counter)).json()["tellings"]
    assert (mine["number"], mine["way"]) == (number, "phone")
    assert (mine["name"], mine["reach"]) == ("Ibu Sumi", "0812 000 111")
    bureau = await web.token(OfficerRole.COORDINATOR, BUREAU)
    (other,) = (await web.client.get("/api/v1/by-hand", headers=bureau)).json()["tellings"]
    assert (other["name"], other["reach"]) == ("", ""), "who wrote it down knows the person"
    agency = await web.token(OfficerRole.AGENCY_ADMIN, "dinas-bina-marga")
    text = (await web.client.get(f"/api/v1/complaints/{number}", headers=agency)).text
    assert "Sumi" not in text
    assert "0812" not in text
    async with web.house.parts.database.read() as conn:
        rows = (await conn.execute(select(address))).all()
    assert not any(b"Sumi" in bytes(row.name_sealed or b"") for row in rows)


async def test_who_leaves_a_number_is_told_there_and_answers_there(web: Web) -> None:
    contact = {"account": "sms", "address": "ani"}
    (entered,) = (await enter(web, LAMP, contact=contact)).json()["complaints"]
    number = entered["number"]
    await web.house.settle()
    (told,) = web.house.heard("ani", "sms")
    assert told.startswith("Laporan Anda di Pendopo Balai Kota tercatat: ")
    assert number in told
    assert entered["code"] not in told, "the code stands on the paper only"
    await web.house.act(number, "forward", "dinas-bina-marga")
    await web.house.act(number, "finish", text="Lampu menyala.")
    await web.house.settle()
    assert "SUDAH atau BELUM" in web.house.heard("ani", "sms")[-1]
    await web.house.say("ani", "BELUM", "sms")
    await web.house.settle()
    (found,) = await web.house.complaints()
    assert found.complaint.objected
    counter = await web.token(OfficerRole.COUNTER_OFFICER)
    assert (await web.client.get("/api/v1/by-hand", headers=counter)).json()["tellings"] == []


async def test_the_figures_of_the_counter_hold_for_what_comes_by_another_channel(web: Web) -> None:
    matter, contact = {"text": "parkir liar ganggu jalan"}, {"account": "sms", "address": "ani"}
    (entered,) = (await enter(web, matter, contact=contact)).json()["complaints"]
    number = entered["number"]
    await web.house.act(number, "forward", "dinas-perhubungan")
    question = "Di depan bangunan apa?"
    await web.house.act(
        number, "file-ticket", "dinas-perhubungan", note=question, kind="tidak-jelas"
    )
    await web.house.act(number, "ask", text=question)
    await web.house.settle()
    await web.house.say("ani", "depan indomaret jl pesanggrahan", "sms")
    await web.house.pause()
    (found,) = await web.house.complaints()
    completion = found.complaint.clock(ClockKind.COMPLETION)
    assert completion is not None
    assert completion.paused, "the time of the question was given back"
    days = completion.due_at - completion.began_at
    assert days < timedelta(days=3, hours=1), "S2: three days for what came in at the Pendopo"


async def test_where_only_a_template_may_leave_it_says_so(web: Web) -> None:
    contact = {"account": "wa", "address": "ani"}
    (entered,) = (await enter(web, LAMP, contact=contact)).json()["complaints"]
    await web.house.settle()
    (told,) = web.house.heard("ani", "wa")
    assert told.startswith(
        f"Ada kabar tentang laporan Anda {entered['number']}: dicatat di Pendopo"
    )
    await web.house.act(entered["number"], "forward", "dinas-bina-marga")
    await web.house.settle()
    (told,) = web.house.heard("ani", "wa")
    assert "diteruskan ke Dinas Bina Marga" in told, "by the template of the thread's own account"


async def test_what_accuses_is_confidential_and_told_to_nobody(web: Web) -> None:
    accusing = {"text": "lurah minta 130rb per orang buat tes urin pjlp, kalo ga bayar dipecat"}
    contact = {"account": "sms", "address": "ani"}
    (entered,) = (await enter(web, accusing, contact=contact)).json()["complaints"]
    assert (entered["confidential"], entered["unit"]) == (True, None)
    await web.house.settle()
    assert web.house.heard("ani", "sms") == []
    counter = await web.token(OfficerRole.COUNTER_OFFICER)
    path = f"/api/v1/complaints/{entered['number']}"
    assert (await web.client.get(path, headers=counter)).status_code == 404
    assert (await web.client.get(f"/lacak/{entered['number']}")).status_code == 404
    opened = await web.client.post(f"/lacak/{entered['number']}", data={"kode": entered["code"]})
    assert opened.status_code == 200


async def test_the_counter_of_the_inspektorat_is_its_own(web: Web) -> None:
    inspector = await web.token(OfficerRole.INSPEKTORAT, "inspektorat")
    answer = await enter(web, LAMP, account="rahasia", headers=inspector)
    assert answer.json()["complaints"][0]["confidential"]
    assert (await enter(web, LAMP, account="rahasia")).status_code == 403
    assert (await enter(web, LAMP, headers=inspector)).status_code == 403


@pytest.mark.parametrize(
    "role",
    [r for r in OfficerRole if r not in ENTERERS],
)
async def test_nobody_else_enters(web: Web, role: OfficerRole) -> None:
    answer = await enter(web, LAMP, headers=await web.token(role))
    assert answer.status_code == 403
    assert await web.house.complaints() == []


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"account": "sms"}, "account"),
    ({"complaints": []}, "complaints"),
    ({"complaints": [LAMP] * 11}, "complaints"),
    ({"complaints": [{"text": "  \n"}]}, "text"),
    ({"complaints": [LAMP, {"text": "\0 \u200b ..."}]}, "text"),
    ({"complaints": [LAMP | {"category": "sihir"}]}, "category"),
    ({"complaints": [LAMP | {"kelurahan": "99.99"}]}, "kelurahan"),
    ({"complaints": [LAMP | {"point": {"lat": 91, "lon": 0}}]}, "lat"),
    ({"complaints": [LAMP | {"anonymous": "ya"}]}, "anonymous"),
    ({"at": "2026-12-31T08:00:00+07:00"}, "at"),
    ({"at": "2026-01-01T08:00:00+07:00"}, "at"),
    ({"at": "2026-11-19T08:00:00"}, "at"),
    ({"contact": {"account": "loket", "address": "ani"}}, "account"),
    ({"contact": {"account": "nirgendwo", "address": "ani"}}, "account"),
    ({"contact": {"account": "x", "address": "ani"}}, "address"),
    ({"contact": {"account": "sms", "address": "ani"}, "way": "phone"}, "way"),
    ({"way": "merpati"}, "way"),
    ({"kode": "1"}, "kode"),
]


async def test_what_cannot_be_is_refused_by_its_field(web: Web) -> None:
    headers = await web.token()
    for changed, field in WRONG:
        body = {"account": "loket", "complaints": [LAMP]} | changed
        answer = await web.client.post(VISITS, json=body, headers=headers)
        assert (answer.status_code, answer.json().get("field")) == (422, field), answer.text
    assert await web.house.complaints() == []
    for table in (message, conversation, address):
        assert await count(web.house, table) == 0, "all or nothing"


async def test_a_weak_line_files_nothing_twice(web: Web) -> None:
    headers = await web.token(OfficerRole.COUNTER_OFFICER) | {"Idempotency-Key": "kunjungan-7"}
    first = await enter(web, DRAIN, LAMP, headers=headers)
    again = await enter(web, DRAIN, LAMP, headers=headers)
    assert again.json() == first.json()
    assert await count(web.house, complaint) == 2


async def test_what_the_officer_knows_goes_before_what_is_read(web: Web) -> None:
    matter = LAMP | {
        "category": "saluran-mampet", "place": "Gang Manggis", "kelurahan": "31.74.01.1001",
        "anonymous": True,
    }  # fmt: skip
    (entered,) = (await enter(web, matter)).json()["complaints"]
    assert (entered["category_name"], entered["place"]) == ("got mampet", "Gang Manggis")
    shown = (
        await web.client.get(f"/api/v1/complaints/{entered['number']}", headers=await web.token())
    ).json()
    assert shown["place"]["kelurahan"] == "31.74.01.1001"
    assert not shown["place"]["approximate"]
    assert (shown["anonymous"], shown["visibility"]) == (True, "hidden")


async def test_what_no_database_and_no_page_can_take_is_left_out(web: Web) -> None:
    matter = {
        "text": "lampu mati di gang man\0ggis kel tegal parang",
        "place": "Gang\0Buntu\u202e\n3",
    }
    (entered,) = (await enter(web, matter, name="Bu\0Ani")).json()["complaints"]
    assert entered["place"] == "Gang Buntu 3"
    (other,) = (await enter(web, matter | {"place": ""})).json()["complaints"]
    assert "\0" not in other["place"]


async def test_no_number_of_ours_is_a_persons(web: Web) -> None:
    web.house.channel("wa").own_addresses = frozenset({"+6221"})
    for account in ("wa", "sms"):
        answer = await enter(web, LAMP, contact={"account": account, "address": "+6221"})
        assert (answer.status_code, answer.json()["field"]) == (422, "address")


async def test_danger_at_the_counter_calls_as_any_other(web: Web) -> None:
    matter = {"text": "TOLONG KEBAKARAN DI GANG MANGGIS RT 5 RW 3 TEBET ADA ANAK DI DALEM"}
    (entered,) = (await enter(web, matter)).json()["complaints"]
    inbox = (await web.client.get("/api/v1/inbox", headers=await web.token())).json()["entries"]
    assert [(e["why"], e["number"]) for e in inbox] == [("emergency", entered["number"])]


async def test_papers_are_kept_by_who_entered_the_visit(web: Web) -> None:
    headers = await web.token(OfficerRole.COUNTER_OFFICER)
    visit = (await enter(web, DRAIN, LAMP, headers=headers)).json()
    number, other = (c["number"] for c in visit["complaints"])
    path = f"{VISITS}/{visit['id']}/complaints/{number}/papers"
    first = await web.client.post(path, content=photo(), headers=headers)
    assert first.status_code == 201, first.text
    again = await web.client.post(path, content=photo(), headers=headers)
    assert again.json() == first.json(), "the same file again is the same paper"
    shown = await web.client.get(f"/api/v1/complaints/{number}", headers=await web.token())
    (paper,) = shown.json()["photos"]
    assert paper == {"id": first.json()["id"], "kind": "photo", "ready": True}
    picture = f"/api/v1/complaints/{number}/photos/{paper['id']}"
    assert (await web.client.get(picture, headers=headers)).status_code == 200
    assert (await web.client.post(path, content=b"<svg/>", headers=headers)).status_code == 422
    stranger = await web.token(OfficerRole.COUNTER_OFFICER)
    assert (await web.client.post(path, content=photo(), headers=stranger)).status_code == 404
    elsewhere = f"{VISITS}/1/complaints/{number}/papers"
    assert (await web.client.post(elsewhere, content=photo(), headers=headers)).status_code == 404
    web.house.clock.forward(hours=25)
    late = f"{VISITS}/{visit['id']}/complaints/{other}/papers"
    assert (await web.client.post(late, content=photo(), headers=headers)).status_code == 404
    assert await count(web.house, attachment) == 1
    async with web.house.parts.database.read() as conn:
        done = (await conn.scalars(select(audit.c.action).order_by(audit.c.id))).all()
    assert done.count("complaint.file") == 2
    assert done.count("paper.add") == 1


async def test_papers_of_what_is_confidential_are_taken_too(web: Web) -> None:
    headers = await web.token(OfficerRole.COUNTER_OFFICER)
    visit = (await enter(web, LAMP | {"confidential": True}, headers=headers)).json()
    number = visit["complaints"][0]["number"]
    path = f"{VISITS}/{visit['id']}/complaints/{number}/papers"
    assert (await web.client.post(path, content=photo(), headers=headers)).status_code == 201


async def test_twenty_papers_and_no_more(web: Web) -> None:
    headers = await web.token(OfficerRole.COUNTER_OFFICER)
    visit = (await enter(web, LAMP, headers=headers)).json()
    number = visit["complaints"][0]["number"]
    path = f"{VISITS}/{visit['id']}/complaints/{number}/papers"
    for sheet in range(21):
        answer = await web.client.post(path, content=b"%PDF-1.7" + bytes([sheet]), headers=headers)
        assert answer.status_code == (201 if sheet < 20 else 422)
    assert answer.json()["field"] == "paper"


async def test_what_one_visit_says_twice_is_merged_and_no_others(web: Web) -> None:
    owner = await web.token(OfficerRole.CHANNEL_ADMIN)
    twice = (await enter(web, LAMP, LAMP)).json()["complaints"]
    first, second = (c["number"] for c in twice)
    (stranger,) = (await enter(web, LAMP)).json()["complaints"]
    path = f"/api/v1/complaints/{second}/actions"
    for other, status in ((stranger["number"], 409), (first, 200)):
        body = {"action": "merge", "other": other}
        answer = await web.client.post(path, json=body, headers=owner)
        assert answer.status_code == status, answer.text
    page = await web.client.post(f"/lacak/{second}", data={"kode": twice[1]["code"]})
    assert first in page.text, "the paper with its number still answers"


async def test_each_visit_is_one_reporter_in_the_books(web: Web) -> None:
    await enter(web, DRAIN, LAMP)
    await enter(web, LAMP)
    path = "/api/v1/reports/monthly?month=2026-11"
    report = (await web.client.get(path, headers=await web.token())).json()
    table = next(t for t in report["tables"] if t["key"] == "pengaduan-per-kanal")
    (line,) = (row for row in table["rows"] if "loket" in row.values())
    assert (line["filed"], line["reporters"], line["difference"]) == (3, 2, 0)


async def test_many_counters_at_once_get_different_numbers(web: Web) -> None:
    headers = await web.token(OfficerRole.COUNTER_OFFICER)
    answers = await asyncio.gather(*(enter(web, LAMP, DRAIN, headers=headers) for _ in range(15)))
    assert {a.status_code for a in answers} == {201}
    numbers = [c["number"] for a in answers for c in a.json()["complaints"]]
    assert len(set(numbers)) == 30


async def test_who_has_ended_messages_is_not_told_there_but_by_hand(web: Web) -> None:
    await web.house.say("+6281234567890", "STOP", account="sms")
    await web.house.settle()
    before = await count(web.house, complaint)
    contact = {"account": "sms", "address": "+6281234567890"}
    refused = await enter(web, DRAIN, contact=contact)
    assert (refused.status_code, refused.json()["field"]) == (422, "address")
    assert "told by hand" in refused.json()["detail"]
    assert await count(web.house, complaint) == before
    assert (await enter(web, DRAIN, way="phone")).status_code == 201
