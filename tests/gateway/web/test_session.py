"""People sign in, are out again, and cannot be guessed; a page of somebody else acts for nobody."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from core.access import Interface, OfficerRole
from gateway.access_tables import audit, user_session
from gateway.app import create_app
from gateway.audit.entry import SYSTEM
from gateway.users import accounts, passwords
from gateway.users.accounts import Act, UserRefused
from gateway.users.passwords import Cost
from gateway.users.sessions import SignIn
from tests.gateway.web.conftest import Web
from tests.house import House

CHEAP = Cost(4, 1, 1)
PASSWORD = "kuda besi lewat monas"
HERE = {"Origin": "https://lapor.example.go.id"}


@pytest.fixture
async def both(house: House) -> Any:
    """The application on either database; passwords are compared quickly."""
    app = create_app(house.parts)
    app.state.sign_in = SignIn(house.parts, CHEAP)
    transport, base = httpx.ASGITransport(app), "https://lapor.example.go.id"
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=base, headers=HERE) as client,
    ):
        yield Web(house, app, client)


def act(web: Web) -> Act:
    parts = web.house.parts
    return Act(SYSTEM, parts.clock(), parts.new_id)


async def known(
    web: Web, login: str = "rina", *, is_one_time: bool = False, role: str = "system-admin",
    limits: tuple[str, ...] = (),
) -> int:  # fmt: skip
    async with web.house.parts.database.write() as conn:
        return await accounts.add(
            conn, web.house.parts.settings, act(web), login=login, unit_id="biro-pemerintahan",
            role=OfficerRole(role), accounts=limits, is_one_time=is_one_time,
            password_hash=passwords.hashed(PASSWORD, CHEAP),
        )  # fmt: skip


async def sign_in(web: Web, login: str = "rina", password: str = PASSWORD) -> httpx.Response:
    body = {"login": login, "password": password}
    return await web.client.post("/api/v1/session", json=body)


async def me(web: Web) -> httpx.Response:
    return await web.client.get("/api/v1/me")


async def recorded(web: Web) -> list[tuple[str, str]]:
    async with web.house.parts.database.read() as conn:
        query = select(audit.c.action, audit.c.actor).order_by(audit.c.id)
        return [tuple(row) for row in (await conn.execute(query)).all()]


async def test_whoever_signs_in_acts_under_their_own_id(both: Web) -> None:
    user = await known(both)
    answer = await sign_in(both, " Rina ")
    assert answer.status_code == 200, answer.text
    cookie = answer.headers["set-cookie"]
    for part in ("__Host-kanal=", "HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    found = (await me(both)).json()
    assert (found["id"], found["login"], found["role"]) == (f"user:{user}", "rina", "system-admin")
    assert "forward" in found["actions"]
    number = await both.filed()
    body = {"action": "forward", "unit": "dinas-bina-marga"}
    done = await both.client.post(f"/api/v1/complaints/{number}/actions", json=body)
    assert done.status_code == 200
    trail = await recorded(both)
    assert ("session.begin", f"user:{user}") in trail
    assert trail[-1] == ("complaint.forward", f"user:{user}")
    assert (await both.client.delete("/api/v1/session")).status_code == 204
    assert (await me(both)).status_code == 401
    assert (await recorded(both))[-1] == ("session.end", f"user:{user}")


async def test_a_token_is_nobody_who_could_sign_out(both: Web) -> None:
    headers = await both.token()
    found = (await both.client.get("/api/v1/me", headers=headers)).json()
    assert found["id"].startswith("token:")
    assert found["login"] is found["session_until"] is None
    assert (await both.client.delete("/api/v1/session", headers=headers)).status_code == 403


async def test_every_way_not_to_get_in_looks_the_same(both: Web) -> None:
    await known(both)
    await known(both, "dedi")
    async with both.house.parts.database.write() as conn:
        await accounts.disable(conn, act(both), "dedi")
    answers = [await sign_in(both, *pair) for pair in (
        ("rina", "salah salah salah"), ("siapa", PASSWORD), ("dedi", PASSWORD),
    )]  # fmt: skip
    assert {a.status_code for a in answers} == {401}
    assert len({a.content for a in answers}) == 1
    assert [a for a, _ in await recorded(both)].count("session.refused") == 2, "of two who exist"


async def test_guessing_ends_after_a_few_tries_also_at_once(both: Web) -> None:
    await known(both)
    wrong = await asyncio.gather(*(sign_in(both, password="x" * 12) for _ in range(12)))
    assert sorted(a.status_code for a in wrong) == [401] * 5 + [429] * 7
    assert wrong[-1].headers["content-type"] == "application/problem+json"
    assert (await sign_in(both)).status_code == 429, "also the right one"
    assert (await sign_in(both, "dedi")).status_code == 401, "another name"
    both.house.clock.forward(hours=1, seconds=1)
    for _ in range(8):
        assert (await sign_in(both)).status_code == 200, "a right one is no try"


async def test_a_session_ends_when_it_rests_and_in_any_case(both: Web) -> None:
    await known(both)
    await sign_in(both)
    both.house.clock.forward(minutes=29)
    assert (await me(both)).status_code == 200
    both.house.clock.forward(minutes=29)
    assert (await me(both)).status_code == 200, "it was used meanwhile"
    both.house.clock.forward(minutes=31)
    ended = await me(both)
    assert (ended.status_code, "has ended" in ended.text) == (401, True)
    await sign_in(both)
    for _ in range(20):
        assert (await me(both)).status_code == 200
        both.house.clock.forward(minutes=29, seconds=59)
    both.house.clock.forward(minutes=1)
    assert (await me(both)).status_code == 401, "ten hours are the longest"
    both.house.clock.forward(days=30)
    await both.house.worker.tidy.once()
    async with both.house.parts.database.read() as conn:
        assert (await conn.execute(select(user_session))).all() == []


async def test_whoever_is_disabled_or_gets_a_new_password_is_out_at_once(both: Web) -> None:
    await known(both)
    await sign_in(both)
    async with both.house.parts.database.write() as conn:
        await accounts.disable(conn, act(both), "rina")
    assert (await me(both)).status_code == 401
    async with both.house.parts.database.write() as conn:
        await accounts.enable(conn, act(both), "rina")
    assert (await me(both)).status_code == 401, "the old session stays ended"
    await sign_in(both)
    fresh = passwords.hashed("lain sama sekali 1", CHEAP)
    async with both.house.parts.database.write() as conn:
        await accounts.set_password(conn, act(both), "rina", fresh, is_one_time=False)
    assert (await me(both)).status_code == 401


async def change(web: Web, login: str = "rina", **changes: Any) -> accounts.User:
    parts = web.house.parts
    async with parts.database.write() as conn:
        return await accounts.change(conn, parts.settings, act(web), login, **changes)


async def test_who_gets_another_unit_or_role_is_out_and_comes_back_as_that(both: Web) -> None:
    user = await known(both, limits=("chat", "sms"))
    await sign_in(both)
    with pytest.raises(UserRefused, match="--account"):
        await change(both, unit_id="dinas-bina-marga")
    assert (await both.client.get("/api/v1/me")).status_code == 200, "nothing was changed"

    changed = await change(
        both, unit_id="dinas-bina-marga", role=OfficerRole.AGENCY_ADMIN, accounts=()
    )
    assert (changed.id, changed.accounts) == (user, ())
    assert (await both.client.get("/api/v1/me")).status_code == 401
    await sign_in(both)
    me = (await both.client.get("/api/v1/me")).json()
    assert (me["unit"]["id"], me["role"]) == ("dinas-bina-marga", "agency-admin")
    assert "validate" not in me["actions"]
    async with both.house.parts.database.read() as conn:
        done = (await conn.scalars(select(audit.c.action).order_by(audit.c.id))).all()
    assert "user.change" in done


async def test_the_channels_that_a_person_answers_for_can_be_changed(both: Web) -> None:
    await known(both, limits=("chat",))
    assert (await change(both, accounts=("sms",))).accounts == ("sms",)
    await sign_in(both)
    assert (await both.client.get("/api/v1/me")).json()["accounts"] == ["sms"]
    assert (await change(both, accounts=())).accounts == ()
    await sign_in(both)
    assert len((await both.client.get("/api/v1/me")).json()["accounts"]) > 1


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({}, "nothing would change"),
        ({"role": OfficerRole.SYSTEM_ADMIN}, "nothing would change"),
        ({"unit_id": "dinas-antariksa"}, "there is no unit"),
        ({"accounts": ("wa",)}, "is no channel"),
        ({"login": "siapa", "accounts": ()}, "there is no user"),
    ],
)
async def test_what_cannot_be_changed_is_named(web: Web, wanted: dict[str, Any], said: str) -> None:
    await known(web)
    with pytest.raises(UserRefused, match=said):
        await change(web, **wanted)


async def test_a_one_time_password_is_good_for_replacing_it_only(both: Web) -> None:
    await known(both, is_one_time=True)
    assert (await sign_in(both)).json()["must_replace_password"]
    assert (await me(both)).status_code == 200
    listed = await both.client.get("/api/v1/complaints")
    assert (listed.status_code, "me/password" in listed.text) == (401, True)
    path = "/api/v1/me/password"
    for old, new, status in (
        ("salah salah 12", "tiga ekor sapi ompong", 403), (PASSWORD, "rina rina rina", 422),
        (PASSWORD, "aaaaaaaaaaaaaa", 422), (PASSWORD, "tiga ekor sapi ompong", 204),
    ):  # fmt: skip
        answer = await both.client.post(path, json={"old": old, "new": new})
        assert answer.status_code == status, answer.text
    assert (await both.client.get("/api/v1/complaints")).status_code == 200
    assert (await sign_in(both)).status_code == 401
    assert (await sign_in(both, password="tiga ekor sapi ompong")).status_code == 200


async def test_a_one_time_password_ends_after_three_days(both: Web) -> None:
    await known(both, is_one_time=True)
    both.house.clock.forward(hours=72)
    assert (await sign_in(both)).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 404),
        ({"Origin": "https://evil.example"}, 401),
        ({"Origin": "https://lain.lapor.example.go.id"}, 401),
        ({"Origin": ""}, 401),
        ({"Sec-Fetch-Site": "cross-site"}, 401),
        ({"Sec-Fetch-Site": "same-site"}, 401),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 404),
    ],
)
async def test_a_session_changes_something_from_our_own_pages_only(
    web: Web, headers: dict[str, str], status: int
) -> None:
    web.app.state.sign_in = SignIn(web.house.parts, CHEAP)
    await known(web)
    await sign_in(web)
    answer = await web.client.post(
        "/api/v1/complaints/JK2611190009/actions", json={"action": "process"},
        headers=HERE | headers,
    )  # fmt: skip
    assert answer.status_code == status, answer.text


async def test_a_person_may_answer_for_some_of_the_units_channels(web: Web) -> None:
    web.app.state.sign_in = SignIn(web.house.parts, CHEAP)
    await known(web, role="channel-admin", limits=("sms",))
    await known(web, "dedi", role="channel-admin")
    await sign_in(web)
    assert (await me(web)).json()["accounts"] == ["sms"]
    assert (await web.client.get("/api/v1/complaints")).json()["complaints"] == []
    await sign_in(web, "dedi")
    assert "chat" in (await me(web)).json()["accounts"]
    for bad, said in (
        ({"login": "Rina S"}, "is no name"), ({"login": "rina"}, "already"),
        ({"login": "x1", "limits": ("pos",)}, "owns: chat"),
    ):  # fmt: skip
        with pytest.raises(UserRefused, match=said):
            await known(web, **bad)  # type: ignore[arg-type]


async def test_the_origin_of_a_sign_in_is_kept_as_a_hash(web: Web) -> None:
    web.app.state.sign_in = SignIn(web.house.parts, CHEAP)
    await known(web)
    await sign_in(web)
    async with web.house.parts.database.read() as conn:
        query = select(audit.c.asker, audit.c.via).where(audit.c.action == "session.begin")
        row = (await conn.execute(query)).one()
    assert row.via == Interface.API
    assert row.asker == web.house.parts.keys.asker("127.0.0.1")


async def test_an_address_names_everything_that_can_be_done_there(web: Web) -> None:
    answer = await web.client.put("/api/v1/session")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, POST")
