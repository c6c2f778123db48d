"""The public tracker: everybody sees how it stands, only the reporter sees what it says."""

import asyncio
import re

import pytest

from core.access import OfficerRole
from tests.gateway.web.conftest import Web

SECRET_WORDS = "suami saya memukuli saya sekarang anak anak nangis takut"


async def code_of(web: Web, number: str) -> str:
    for brief in await web.house.complaints():
        if brief.complaint.number == number:
            return web.house.parts.keys.code(brief.complaint.id)
    raise AssertionError(number)


async def open_(web: Web, number: str, code: str) -> tuple[int, str]:
    answer = await web.client.post(f"/lacak/{number}", data={"kode": code})
    return answer.status_code, answer.text


async def test_everybody_sees_status_category_area_and_history(web: Web) -> None:
    number = await web.filed()
    await web.house.act(number, "forward", "dinas-bina-marga")
    await web.house.act(
        number, "process", text="Hubungi Pak Joko 081298765432.", note="mandor lupa"
    )
    page = (await web.client.get(f"/lacak/{number.lower()}")).text
    for shown in ("Proses", "lampu jalan mati", "Kebon Jeruk", "Dinas Bina Marga", "menunggu di"):
        assert shown in page, shown
    for hidden in ("depan SDN", "depan sdn", "081298765432", "mandor", "567890"):
        assert hidden not in page, hidden


async def test_the_reporter_sees_the_report_with_the_code(web: Web) -> None:
    number = await web.filed("lampu jalan mati di jl panjang, hubungi saya 081298765432")
    status, page = await open_(web, number, await code_of(web, number))
    assert status == 200
    assert "lampu jalan mati di jl panjang" in page
    assert "081298765432" not in page, "masked everywhere"


async def test_the_page_is_small_works_alone_and_keeps_its_secrets(web: Web) -> None:
    number = await web.filed()
    answer = await web.client.get(f"/lacak/{number}")
    assert len(answer.content) < 10_240
    assert "<script" not in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "@media print" in answer.text
    assert "paling lambat" in answer.text, "when the next news is due"


async def test_a_confidential_number_answers_exactly_like_an_unknown_one(web: Web) -> None:
    house = web.house
    await house.say("ani", SECRET_WORDS)
    await house.pause()
    unknown = await web.client.get("/lacak/JK2611190999")
    secret = await web.client.get("/lacak/JK2611190001")
    assert (await house.outcomes())[-1] == "new"
    assert secret.status_code == unknown.status_code == 404
    assert secret.text.replace("JK2611190001", "X") == unknown.text.replace("JK2611190999", "X")
    assert secret.headers == unknown.headers
    wrong = await open_(web, "JK2611190001", "000000")
    none = await open_(web, "JK2611190999", "000000")
    assert wrong[0] == none[0] == 403
    assert wrong[1].replace("JK2611190001", "X") == none[1].replace("JK2611190999", "X")


async def test_a_hidden_one_shows_that_it_exists_and_nothing_else(web: Web) -> None:
    number = await web.filed()
    await web.house.act(number, "hide")
    page = (await web.client.get(f"/lacak/{number}")).text
    assert "tidak ditampilkan" in page
    assert "lampu" not in page
    assert "Biro Pemerintahan" not in page
    status, own = await open_(web, number, await code_of(web, number))
    assert status == 200
    assert "lampu jalan mati" in own


async def test_wrong_codes_are_limited_per_number(web: Web) -> None:
    number = await web.filed()
    code = await code_of(web, number)
    wrong = "000000" if code != "000000" else "111111"
    assert [(await open_(web, number, wrong))[0] for _ in range(6)] == [403] * 5 + [429]
    assert (await open_(web, number, code))[0] == 429, "also the right one, for an hour"
    web.house.clock.forward(hours=1, seconds=1)
    assert (await open_(web, number, code))[0] == 200


async def test_forty_wrong_codes_at_once_are_limited_like_forty_one_by_one(web: Web) -> None:
    number = await web.filed()
    code = await code_of(web, number)
    wrong = "000000" if code != "000000" else "111111"
    answers = await asyncio.gather(*(open_(web, number, wrong) for _ in range(40)))
    assert sorted(status for status, _ in answers) == [403] * 5 + [429] * 35
    assert (await open_(web, number, code))[0] == 429


async def test_the_right_code_is_no_try(web: Web) -> None:
    number = await web.filed()
    code = await code_of(web, number)
    answers = await asyncio.gather(*(open_(web, number, code) for _ in range(10)))
    assert [status for status, _ in answers] == [200] * 10


async def test_wrong_codes_are_limited_per_asker_too(web: Web) -> None:
    answers = [(await open_(web, f"JK26111910{i:02d}", "123456"))[0] for i in range(21)]
    assert answers == [403] * 20 + [429]


@pytest.mark.parametrize("body", [b"", b"kode=", b"kode=12345", b"x=1&kode=abcdef", b"\xff" * 2000])
async def test_a_broken_form_is_a_wrong_code(web: Web, body: bytes) -> None:
    number = await web.filed()
    assert (await web.client.post(f"/lacak/{number}", content=body)).status_code == 403


@pytest.mark.parametrize("path", ["abc", "JK26", "<script>", "%00", "JK2611190001%00", "x" * 500])
async def test_a_number_that_is_none_gets_a_page_and_no_error(web: Web, path: str) -> None:
    answer = await web.client.get(f"/lacak/{path}")
    assert answer.status_code == 404
    assert "<script>" not in answer.text
    assert "Periksa nomornya" in answer.text


async def test_the_form_leads_to_the_number_as_it_was_typed(web: Web) -> None:
    answer = await web.client.get("/lacak", params={"nomor": " jk 2611190041 "})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/lacak/JK2611190041?lang=id"
    assert "Periksa nomornya" in (await web.client.get("/lacak?nomor=abc")).text


async def test_the_pages_speak_english_when_asked(web: Web) -> None:
    number = await web.filed()
    page = (await web.client.get(f"/lacak/{number}?lang=en")).text
    assert 'lang="en"' in page
    assert "Passed on to an agency by" in page
    assert "street light" in page


async def test_a_withdrawn_report_is_not_called_finished(web: Web) -> None:
    number = await web.filed()
    await web.house.say("+6281234567890", "BATALKAN")
    await web.house.settle()
    page = (await web.client.get(f"/lacak/{number}")).text
    assert re.search(r'class="state selesai">Dibatalkan pelapor<', page)


async def test_agencies_never_see_who_reported(web: Web) -> None:
    number = await web.filed("lampu mati di jl panjang, hubungi 081298765432 an Budi Santoso")
    await web.house.act(number, "forward", "dinas-bina-marga")
    headers = await web.token(OfficerRole.AGENCY_ADMIN, "dinas-bina-marga")
    text = (await web.client.get(f"/api/v1/complaints/{number}", headers=headers)).text
    assert "••••7890" in text
    assert "81234567890" not in text
    assert "081298765432" not in text
