"""Rosters over the REST API: each unit's admin keeps its own, and silences nobody with it."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from core.access import ROSTERS, OfficerRole, Scope
from core.messages import AccountId
from gateway.access_tables import audit
from gateway.app import create_app
from gateway.duty.tables import clock_reminder, duty_officer
from gateway.tables import conversation
from tests.gateway.web.conftest import Web
from tests.house import House

R = OfficerRole
DINAS = "dinas-bina-marga"
JOKO = {"name": "Joko", "account": "sms", "address": "joko"}
SRI = {
    "name": "Sri", "account": "sms", "address": "sri", "days": "1-5", "hours": "07:30-16:00",
    "told": ["clock", "new"],
}  # fmt: skip


@pytest.fixture
async def both(house: House) -> Any:
    """The application on either database."""
    app = create_app(house.parts)
    transport, base = httpx.ASGITransport(app), "https://lapor.example.go.id"
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=base) as client,
    ):
        yield Web(house, app, client)


async def admin(web: Web, unit: str = DINAS, role: R = R.AGENCY_ADMIN) -> dict[str, str]:
    return await web.token(role, unit)


async def put(
    web: Web, headers: dict[str, str], *officers: dict[str, Any], unit: str = DINAS
) -> httpx.Response:
    body = {"officers": list(officers)}
    return await web.client.put(f"/api/v1/units/{unit}/roster", json=body, headers=headers)


async def get(web: Web, headers: dict[str, str], unit: str = DINAS) -> httpx.Response:
    return await web.client.get(f"/api/v1/units/{unit}/roster", headers=headers)


async def agreed(web: Web, *who: str) -> None:
    """They say that it is their number."""
    await web.house.settle()
    for one in who:
        (asked,) = web.house.heard(one, "sms")
        assert "Balas SIAP" in asked
        await web.house.say(one, "Siap.", "sms")
    await web.house.pause()
    for one in who:
        assert web.house.heard(one, "sms") == ["Dicatat. Kabar tugas kami kirim ke nomor ini."]


async def test_nobody_is_an_officer_because_a_unit_says_so(both: Web) -> None:
    house = both.house
    house.clock.forward(hours=13)
    headers = await admin(both)
    await put(both, headers, JOKO)
    number = await both.filed()
    await house.act(number, "forward", DINAS)
    await house.settle()
    (asked,) = house.heard("joko", "sms")
    assert "nomor petugas Dinas Bina Marga" in asked, "and nothing of the unit's work"
    assert number not in asked
    await house.say("joko", "sampah menumpuk di jl melati rt 3 kel duri kepa", "sms")
    await house.pause()
    assert len(await house.complaints()) == 2, "what a stranger writes is filed"
    assert "JK" in house.heard("joko", "sms")[0]
    await put(both, headers, SRI, JOKO)
    await house.settle()
    assert house.heard("joko", "sms") == [], "nobody is asked twice"

    operator = await both.token()
    await put(both, operator, JOKO, unit="dinas-sda")
    await put(both, headers, JOKO)
    (joko,) = (await get(both, headers)).json()["officers"]
    assert joko["confirmed"], "whoever is told elsewhere already has agreed"


async def test_who_had_agreed_and_comes_back_is_asked_again(both: Web) -> None:
    both.house.clock.forward(hours=13)
    headers = await admin(both)
    for _ in range(2):
        await put(both, headers, JOKO)
        await agreed(both, "joko")
        await put(both, headers)
        both.house.clock.forward(minutes=1)
    for officers in ([JOKO], [], [JOKO], [SRI, JOKO]):
        await put(both, headers, *officers)
    await agreed(both, "joko")
    assert "Balas SIAP" in both.house.heard("sri", "sms")[0]
    officers = (await get(both, headers)).json()["officers"]
    assert [o["confirmed"] for o in officers] == [False, True]


async def test_who_agrees_is_told_and_reminded_from_then_on(both: Web) -> None:
    house = both.house
    house.clock.forward(hours=13)
    number = await both.filed()
    await house.act(number, "forward", DINAS)
    await put(both, await admin(both), JOKO)
    async with house.parts.database.read() as conn:
        assert await conn.scalar(select(func.count()).select_from(clock_reminder)) == 0
    await agreed(both, "joko")
    async with house.parts.database.read() as conn:
        assert await conn.scalar(select(func.count()).select_from(clock_reminder)) == 4
    house.clock.forward(hours=3, minutes=1)
    await house.settle()
    (told,) = house.heard("joko", "sms")
    assert number in told
    async with house.parts.database.read() as conn:
        rows = (await conn.execute(select(audit).where(audit.c.action == "roster.agree"))).all()
    assert [(row.subject, row.via) for row in rows] == [(f"unit:{DINAS}", "thread")]
    await house.say("joko", "sampah menumpuk di jl melati rt 3 kel duri kepa", "sms")
    await house.pause()
    assert len(await house.complaints()) == 1, "it is an officer's number now"


async def test_who_is_told_first_after_others_did_not_agree_is_reminded_of_what_runs(
    both: Web,
) -> None:
    both.house.clock.forward(hours=13)
    await put(both, await admin(both), JOKO)
    number = await both.filed()
    await both.house.act(number, "forward", DINAS)
    await put(both, await both.token(), SRI)
    both.house.clock.forward(hours=3, minutes=1)
    await both.house.settle()
    (told,) = both.house.heard("sri", "sms")
    assert number in told


async def test_what_was_put_is_read_and_called(both: Web) -> None:
    headers = await admin(both)
    assert (await get(both, headers)).json() == {"unit": DINAS, "officers": []}
    done = await put(both, headers, SRI, JOKO)
    assert done.status_code == 200, done.text
    read = await get(both, headers)
    assert read.json() == done.json()
    assert read.headers["etag"] == done.headers["etag"]
    sri, joko = read.json()["officers"]
    assert sri == SRI | {"days": "1,2,3,4,5", "confirmed": False}
    assert (joko["days"], joko["hours"]) == ("1-7", "")
    assert "confidential" not in joko["told"]
    assert (await put(both, headers, *read.json()["officers"])).json() == read.json()

    both.house.clock.forward(hours=13)  # Friday morning
    await agreed(both, "joko", "sri")
    both.house.clock.forward(minutes=11)  # what follows sooner becomes one message
    number = await both.filed()
    await both.house.act(number, "forward", DINAS)
    await both.house.settle()
    for who in ("joko", "sri"):
        (text,) = both.house.heard(who, "sms")
        assert text.startswith(f"Baru: {number}")
    assert (await put(both, headers)).json()["officers"] == [], "nobody is told"
    async with both.house.parts.database.read() as conn:
        done_by = (
            await conn.execute(select(audit).where(audit.c.subject == f"unit:{DINAS}"))
        ).all()
    replaced = [row.role for row in done_by if row.action == "roster.replace"]
    assert replaced == 3 * ["agency-admin"]


async def test_of_two_at_once_the_second_is_told_so(both: Web) -> None:
    headers = await admin(both)
    seen = (await get(both, headers)).headers["etag"]
    answers = await asyncio.gather(
        *(put(both, headers | {"If-Match": seen}, who) for who in (SRI, JOKO))
    )
    assert sorted(a.status_code for a in answers) == [200, 412]
    (late,) = [a for a in answers if a.status_code == 412]
    (first,) = [a for a in answers if a.status_code == 200]
    assert late.headers["etag"] == first.headers["etag"]
    assert late.json()["version"] == first.headers["etag"].strip('"')
    assert (await put(both, headers | {"If-Match": late.headers["etag"]})).status_code == 200
    assert (await put(both, headers | {"If-Match": "3"})).status_code == 422


async def test_without_a_version_one_of_two_rosters_remains(both: Web) -> None:
    headers = await admin(both)
    await asyncio.gather(put(both, headers, SRI), put(both, headers, JOKO))
    assert len((await get(both, headers)).json()["officers"]) == 1


@pytest.mark.parametrize("role", list(R))
async def test_each_keeps_its_own_roster_and_no_other(web: Web, role: R) -> None:
    headers = await admin(web, role=role)
    scope = ROSTERS.get(role)
    own = 200 if scope else 403
    others = 200 if scope is Scope.ALL else 403
    for unit, expected in ((DINAS, own), ("dinas-sda", others)):
        assert (await get(web, headers, unit)).status_code == expected
        assert (await put(web, headers, JOKO, unit=unit)).status_code == expected
    assert (await get(web, {})).status_code == 401


async def test_an_unknown_unit_and_wrong_lines_are_named(web: Web) -> None:
    headers = await web.token()
    assert (await get(web, headers, "dinas-antariksa")).status_code == 404
    assert (await put(web, headers, JOKO, unit="dinas-antariksa")).status_code == 404
    for wrong, said in (
        ({"account": "telegram"}, "officer 2: there is no account 'telegram'"),
        ({"days": "5-1"}, "officer 2: days: '5-1' runs backwards"),
        ({"hours": "halfday"}, "hours"),
        ({"told": ["weather"]}, "told"),
        ({"phone": "1"}, "phone"),
    ):
        answer = await put(web, headers, SRI, JOKO | wrong)
        assert answer.status_code == 422
        assert said in answer.json()["detail"]
    assert (await get(web, headers)).json()["officers"] == [], "all of it, or nothing"


async def test_our_own_number_is_nobodys(web: Web) -> None:
    channel = web.house.parts.lines[AccountId("sms")].channel
    channel.own_addresses = frozenset({JOKO["address"]})
    answer = await put(web, await web.token(), SRI, JOKO)
    assert (answer.status_code, answer.json()["field"]) == (422, "officers")
    assert "officer 2: the address is that of 'sms' itself" in answer.json()["detail"]


async def test_a_reporter_is_not_silenced_by_a_roster(both: Web) -> None:
    who = "+6281234567890"
    await both.filed(who=who)
    both.house.clock.forward(hours=13)
    await put(both, await admin(both), {"name": "Ani", "account": "chat", "address": who}, JOKO)
    await agreed(both, "joko")
    await both.house.say(who, "siap")
    await both.house.say(who, "sampah menumpuk di jl melati rt 3 kel duri kepa")
    await both.house.pause()
    assert len(await both.house.complaints()) == 2, "she agreed, and is a citizen all the same"
    async with both.house.parts.database.read() as conn:
        officers = await conn.scalar(
            select(func.count()).select_from(conversation).where(conversation.c.officer)
        )
    assert officers == 1, "Joko's only"
    operator = await both.token()
    await put(both, operator, {"name": "Ani", "account": "chat", "address": who})
    await both.house.say(who, "pohon tumbang di jl kemuning raya kel duri kepa")
    await both.house.pause()
    assert len(await both.house.complaints()) == 2, "the operator knows whose number it is"


async def test_who_is_told_of_secrets_is_said_by_others(web: Web) -> None:
    channel = await admin(web, "biro-pemerintahan", R.CHANNEL_ADMIN)
    confidant = JOKO | {"told": ["confidential", "new"]}
    unit = "biro-pemerintahan"
    refused = await put(web, channel, confidant, unit=unit)
    assert refused.status_code == 403
    assert "system admin" in refused.json()["detail"]
    assert (await put(web, await web.token(), confidant, unit=unit)).status_code == 200
    kept = await put(web, channel, SRI, confidant, unit=unit)
    assert kept.status_code == 200, "whoever is told already stays"
    inspektorat = await admin(web, "inspektorat", R.INSPEKTORAT)
    assert (await put(web, inspektorat, confidant, unit="inspektorat")).status_code == 200


async def test_a_first_roster_reminds_of_what_runs(both: Web) -> None:
    both.house.clock.forward(hours=13)
    number = await both.filed()
    await both.house.act(number, "forward", DINAS)
    await put(both, await both.token(), JOKO)
    async with both.house.parts.database.read() as conn:
        reminders = await conn.scalar(select(func.count()).select_from(clock_reminder))
        rows = (await conn.execute(select(duty_officer.c.name_sealed))).all()
    assert reminders == 4, "response and completion, half and four fifths"
    assert b"Joko" not in rows[0].name_sealed
