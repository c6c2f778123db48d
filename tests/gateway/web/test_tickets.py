"""Tickets over the REST API: filed, decided, refused, seen; and what the reporter hears of it."""

from datetime import timedelta
from typing import Any

import pytest

from core.access import OfficerRole
from tests.gateway.web.conftest import Web
from tests.gateway.web.test_api import do

R = OfficerRole
WHO = "+6281234567890"
DINAS = "dinas-bina-marga"


async def handed(web: Web, unit: str = DINAS) -> str:
    """A complaint that *unit* has; what was told of it until then is heard."""
    web.house.clock.forward(hours=13)  # Friday morning
    number = await web.filed()
    await web.house.act(number, "forward", unit)
    await web.house.settle()
    web.house.heard(WHO)
    return number


async def seen(web: Web, number: str, headers: dict[str, str]) -> Any:
    answer = await web.client.get(f"/api/v1/complaints/{number}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def heard(web: Web) -> list[str]:
    await web.house.settle()
    return web.house.heard(WHO)


async def pages(web: Web, number: str) -> list[str]:
    """What the public and the reporter read of it."""
    code = (await web.house.codes())[number]
    path = f"/lacak/{number}"
    both = [await web.client.get(path), await web.client.post(path, data={"kode": code})]
    assert all(number in page.text for page in both)
    return [page.text for page in both]


async def test_officers_consult_each_other_and_nobody_else_reads_it(web: Web) -> None:
    number = await handed(web)
    agency = await web.token(R.AGENCY_ADMIN, DINAS)
    owner = await web.token(R.CHANNEL_ADMIN)
    before = await pages(web, number)
    asked = await do(web, number, agency, action="consult", note="Tiang yang mana?")
    assert asked.status_code == 200, asked.text
    answered = await do(web, number, owner, action="consult", note="Yang di depan SDN 01.")
    assert answered.status_code == 200, answered.text
    lines = (await seen(web, number, agency))["history"][-2:]
    assert [(line["action"], line["note"], line["text"]) for line in lines] == [
        ("consult", "Tiang yang mana?", ""), ("consult", "Yang di depan SDN 01.", ""),
    ]  # fmt: skip
    assert await heard(web) == []
    assert await pages(web, number) == before
    empty = await do(web, number, agency, action="consult", note=" ")
    assert (empty.status_code, empty.json()["field"]) == (422, "note")
    stranger = await do(web, number, await web.token(R.AGENCY_ADMIN, "dinas-sda"), action="consult")
    assert stranger.status_code in {404, 422}


async def test_a_move_is_filed_decided_and_told(web: Web) -> None:
    number = await handed(web)
    agency = await web.token(R.AGENCY_ADMIN, DINAS)
    biro = await web.token(R.VALIDATOR)
    answer = await do(
        web, number, agency, action="file-ticket", kind="pindah-skpd", text="Lampu lalu lintas.",
        suggested="dinas-perhubungan",
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    (ticket,) = answer.json()["tickets"]
    assert (ticket["kind"], ticket["text"], ticket["decides"]) == (
        "pindah-skpd", "Lampu lalu lintas.", False,
    )  # fmt: skip
    assert ticket["suggested"]["id"] == "dinas-perhubungan"
    assert ticket["rule"] == "Keputusan Sekda 99/2022, 3"
    assert answer.json()["next"]["awaited"] == "decision"
    assert await heard(web) == [], "nothing is decided yet"
    assert (await seen(web, number, biro))["tickets"][0]["decides"]
    answer = await do(
        web, number, biro, action="approve-ticket", ticket=ticket["id"], unit="dinas-perhubungan"
    )
    assert answer.status_code == 200, answer.text
    (told,) = await heard(web)
    assert "(lampu jalan mati) dipindahkan ke Dinas Perhubungan, yang berwenang." in told
    assert "Ditanggapi paling lambat hari ini pukul" in told
    after = await seen(web, number, biro)
    (ticket,) = after["tickets"]
    assert (ticket["outcome"], ticket["given_to"]["id"], after["status"]) == (
        "approved", "dinas-perhubungan", "menunggu",
    )  # fmt: skip
    whole = next(c for c in after["clocks"] if c["kind"] == "completion")
    assert [e["grounds"] for e in whole["extended"]] == ["move"]
    assert [(s["unit"]["id"], s["basis"], s["rule"][-1]) for s in after["scores"]] == [
        ("biro-pemerintahan", "received", "1"), (DINAS, "received", "1"),
        ("dinas-perhubungan", "approved", "8"),
    ]  # fmt: skip
    assert (await seen(web, number, agency))["tickets"], "the old unit still reads what it had"


async def test_a_refused_move_is_told_with_its_reason_and_who_has_it(web: Web) -> None:
    number = await handed(web)
    agency = await web.token(R.AGENCY_ADMIN, DINAS)
    biro = await web.token(R.VALIDATOR)
    filed = await do(
        web, number, agency, action="file-ticket", kind="salah-koordinasi", text="Bukan kami."
    )
    ticket = filed.json()["tickets"][0]["id"]
    answer = await do(web, number, biro, action="refuse-ticket", ticket=ticket, text="Jalan kota.")
    assert answer.status_code == 200, answer.text
    (told,) = await heard(web)
    assert "tetap ditangani Dinas Bina Marga. Ditanggapi paling lambat hari ini" in told
    assert '"Jalan kota."' in told


async def test_an_estimate_is_told_with_its_day_and_reason(web: Web) -> None:
    number = await handed(web)
    agency = await web.token(R.AGENCY_ADMIN, DINAS)
    day = (web.house.clock() + timedelta(days=20)).date()
    answer = await do(
        web, number, agency, action="estimate", until=str(day), text="Menunggu suku cadang."
    )
    assert answer.status_code == 200, answer.text
    (told,) = await heard(web)
    assert "Dinas Bina Marga perlu waktu lebih lama, sampai 10 Des pukul 16.00." in told
    assert "Menunggu suku cadang." in told
    whole = next(c for c in answer.json()["clocks"] if c["kind"] == "completion")
    assert whole["extended"][0]["reason"] == "Menunggu suku cadang."
    assert whole["extended"][0]["unit"]["id"] == DINAS


async def test_a_decision_that_is_late_is_told_once(web: Web) -> None:
    number = await handed(web)
    agency = await web.token(R.AGENCY_ADMIN, DINAS)
    await do(web, number, agency, action="file-ticket", kind="pindah-skpd", text="Bukan kami.")
    web.house.clock.forward(hours=73)
    (told,) = await heard(web)
    assert "belum diputuskan sampai batas waktunya. Biro Pemerintahan kami ingatkan." in told
    web.house.clock.forward(hours=2)
    assert await heard(web) == []


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"action": "file-ticket", "kind": "pindah-kelurahan", "text": "x"}, 422, "no kelurahan"),
        ({"action": "file-ticket", "kind": "pindah-skpd"}, 422, "text"),
        ({"action": "file-ticket", "kind": "hilang", "text": "x"}, 422, "kind"),
        (
            {"action": "file-ticket", "kind": "pindah-skpd", "text": "x", "suggested": "kelurahan"},
            422,
            '"field":"suggested"',
        ),
        ({"action": "estimate", "until": "2026-11-01", "text": "x"}, 422, "in the past"),
        ({"action": "estimate", "until": "2026-11-21", "text": "x"}, 422, "later day"),
        ({"action": "estimate", "until": "2028-11-21", "text": "x"}, 422, "90 days"),
        ({"action": "approve-ticket", "ticket": "1", "unit": "dinas-sda"}, 403, "validator"),
        ({"action": "ask", "ticket": "1", "text": "Di mana?"}, 403, "channel-admin"),
    ],
)
async def test_what_is_refused_says_why(
    web: Web, body: dict[str, Any], status: int, says: str
) -> None:
    number = await handed(web)
    answer = await do(web, number, await web.token(R.AGENCY_ADMIN, DINAS), **body)
    assert (answer.status_code, says in answer.text) == (status, True), answer.text


async def test_what_is_not_possible_names_what_is_there(web: Web) -> None:
    number = await handed(web)
    agency = await web.token(R.AGENCY_ADMIN, DINAS)
    filing = {"action": "file-ticket", "kind": "pindah-skpd", "text": "x"}
    filed = await do(web, number, agency, **filing)
    again = await do(web, number, agency, **filing)
    assert again.status_code == 409
    assert "an open ticket 'pindah-skpd'" in again.json()["detail"]
    biro = await web.token(R.VALIDATOR)
    wrong = await do(web, number, biro, action="approve-ticket", ticket="7", unit="dinas-sda")
    assert wrong.status_code == 409
    assert filed.json()["tickets"][0]["id"] in wrong.json()["detail"]


async def test_who_does_not_see_tickets(web: Web) -> None:
    number = await handed(web)
    agency = await web.token(R.AGENCY_ADMIN, DINAS)
    await do(web, number, agency, action="file-ticket", kind="pindah-skpd", text="Bukan kami.")
    supervisor = await web.token(R.SUPERVISOR, "sekretariat-daerah")
    assert (await seen(web, number, supervisor))["tickets"] == []


async def asking(web: Web, question: str, who: str = WHO) -> str:
    """A complaint of *who* whose agency has a question."""
    number = await web.filed(who=who)
    await web.house.act(number, "forward", DINAS)
    await web.house.act(number, "file-ticket", DINAS, note=question, kind="tidak-jelas")
    await web.house.settle()
    return number


async def test_many_questions_are_seen_and_asked_at_once(web: Web) -> None:
    web.house.clock.forward(hours=13)
    first = await asking(web, "Di dekat tiang nomor berapa?")
    second = await asking(web, "mohon koordinasi pelapor", "+6281234567891")
    owner = await web.token(R.CHANNEL_ADMIN)
    listed = (await web.client.get("/api/v1/tickets", headers=owner)).json()["tickets"]
    assert [(t["number"], t["stands"], t["fault"]) for t in listed] == [
        (first, "to-ask", None), (second, "to-ask", "internal"),
    ]  # fmt: skip
    assert "Dinas Bina Marga bertanya: Di dekat tiang nomor berapa?" in listed[0]["message"]
    assert f"({first})" in listed[0]["message"]
    assert listed[1]["proposed"] == "Di mana tepatnya, dan apa yang terlihat di sana?"
    assert listed[1]["proposed"] in listed[1]["message"]
    assert listed[0]["brief"].startswith("lampu jalan mati")
    answer = await web.client.post(
        "/api/v1/tickets/questions", headers=owner,
        json={"questions": [
            {"ticket": listed[0]["ticket"]["id"], "text": "Tiang nomor berapa?"},
            {"ticket": listed[1]["ticket"]["id"]}, {"ticket": "7"},
        ]},
    )  # fmt: skip
    done = answer.json()["questions"]
    assert [(q["number"], q["asked"]) for q in done] == [(first, True), (second, True), ("", False)]
    assert "no such" in done[2]["problem"]
    assert "Tiang nomor berapa?" in (await heard(web))[-1]
    again = (await web.client.get("/api/v1/tickets", headers=owner)).json()["tickets"]
    assert [t["stands"] for t in again] == ["waiting", "waiting"]
    assert (
        await web.client.get("/api/v1/tickets", headers=await web.token(R.VALIDATOR))
    ).json() == {"tickets": [], "cursor": None}


async def test_a_question_of_blanks_asks_what_is_proposed(web: Web) -> None:
    number = await asking(web, "Di dekat tiang nomor berapa?")
    owner = await web.token(R.CHANNEL_ADMIN)
    path = f"/api/v1/complaints/{number}"
    before = (await web.client.get(path, headers=owner)).json()
    (listed,) = (await web.client.get("/api/v1/tickets", headers=owner)).json()["tickets"]
    blank = {"questions": [{"ticket": listed["ticket"]["id"], "text": " \n. "}]}
    answer = await web.client.post("/api/v1/tickets/questions", headers=owner, json=blank)
    assert [q["asked"] for q in answer.json()["questions"]] == [True]
    assert "Di dekat tiang nomor berapa?" in (await heard(web))[-1]
    after = (await web.client.get(path, headers=owner)).json()
    assert "ask" in before["allowed"]
    assert "ask" not in after["allowed"], "they were asked"
    assert {"clarify", "refuse-ticket"} <= set(after["allowed"])


async def test_who_cannot_be_reached_and_who_is_silent_are_told_apart(web: Web) -> None:
    number = await handed(web)
    await web.house.act(number, "file-ticket", DINAS, note="x" * 12, kind="tidak-ditemukan")
    owner = await web.token(R.CHANNEL_ADMIN)
    await web.house.pause(310)
    assert len(web.house.heard(WHO)) == 1
    web.house.clock.forward(hours=18)
    listed = (await web.client.get("/api/v1/tickets", headers=owner)).json()["tickets"]
    assert [t["stands"] for t in listed] == ["silent"]


async def test_what_is_moved_again_and_again_stands_on_top(web: Web) -> None:
    other = await handed(web)
    agency = {"action": "file-ticket", "kind": "pindah-skpd", "text": "Bukan kami."}
    assert (
        await do(web, other, await web.token(R.AGENCY_ADMIN, DINAS), **agency)
    ).status_code == 200
    number = await web.filed(who="+6281234567891")
    await web.house.act(number, "forward", DINAS)
    biro = await web.token(R.VALIDATOR)
    for unit, to in (
        (DINAS, "dinas-sda"),
        ("dinas-sda", "dinas-perhubungan"),
        ("dinas-perhubungan", ""),
    ):
        filed = await do(web, number, await web.token(R.AGENCY_ADMIN, unit), **agency)
        ticket = filed.json()["tickets"][-1]["id"]
        if to:
            await do(web, number, biro, action="approve-ticket", ticket=ticket, unit=to)
    listed = (await web.client.get("/api/v1/tickets", headers=biro)).json()["tickets"]
    assert [(t["number"], t["moves"]) for t in listed] == [(number, 3), (other, 1)]
    assert await paged(web, biro, limit=1) == [[number], [other]]


async def paged(web: Web, headers: dict[str, str], limit: int) -> list[list[str]]:
    """The numbers on every page of the list, followed to its end."""
    pages, cursor = [], ""
    while True:
        query = {"limit": limit, "cursor": cursor}
        answer = await web.client.get("/api/v1/tickets", headers=headers, params=query)
        assert answer.status_code == 200, answer.text
        pages.append([t["number"] for t in answer.json()["tickets"]])
        cursor = answer.json()["cursor"]
        if cursor is None:
            return pages


async def test_the_list_goes_on_to_its_end_and_keeps_back_what_accuses_the_reader(
    web: Web,
) -> None:
    web.house.clock.forward(hours=13)
    numbers = []
    for last in range(5):
        numbers.append(await asking(web, "Tiang nomor berapa?", f"+628123456789{last}"))
        web.house.clock.forward(seconds=7)
    owner = await web.token(R.CHANNEL_ADMIN)
    assert await paged(web, owner, limit=2) == [numbers[:2], numbers[2:4], numbers[4:]]
    assert await paged(web, owner, limit=5) == [numbers]
    await web.house.act(numbers[1], "accuse", "dinas-sosial")
    left = [n for n in numbers if n != numbers[1]]
    accused = await web.token(R.SYSTEM_ADMIN, "dinas-sosial")
    assert await paged(web, accused, limit=2) == [left[:2], left[2:]]
    assert await paged(web, owner, limit=5) == [numbers]
    for wrong in ("x", "1.5", "2.5.7", "0.5.9999999999999999999"):
        answer = await web.client.get(f"/api/v1/tickets?cursor={wrong}", headers=owner)
        assert (answer.status_code, answer.json()["field"]) == (422, "cursor")
