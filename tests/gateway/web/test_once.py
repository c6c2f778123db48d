"""A write with an `Idempotency-Key` is carried out once, whatever happens on the way."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from core.access import OfficerRole
from gateway.access_tables import audit, idempotency_key
from gateway.app import create_app
from tests.gateway.web.conftest import Web
from tests.house import House

COMMENT = {"action": "comment", "text": "Menunggu suku cadang."}


@pytest.fixture
async def both(house: House) -> Any:
    """The application on either database."""
    app = create_app(house.parts)
    transport = httpx.ASGITransport(app)
    base = "https://lapor.example.go.id"
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=base) as client,
    ):
        yield Web(house, app, client)


async def press(web: Web, number: str, headers: dict[str, str], key: str, **body: str) -> Any:
    return await web.client.post(
        f"/api/v1/complaints/{number}/actions",
        json=body or COMMENT,
        headers=headers | {"Idempotency-Key": key},
    )


async def comments(web: Web, number: str, headers: dict[str, str]) -> int:
    found = (await web.client.get(f"/api/v1/complaints/{number}", headers=headers)).json()
    return [line["action"] for line in found["history"]].count("comment")


async def test_the_same_request_gets_the_same_answer(both: Web) -> None:
    number, headers = await both.filed(), await both.token()
    first = await press(both, number, headers, "k1")
    again = await press(both, number, headers, "k1")
    assert first.status_code == again.status_code == 200
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await comments(both, number, headers) == 1
    assert (await press(both, number, headers, "k2")).json()["version"] == 3
    assert await comments(both, number, headers) == 2


async def test_of_many_at_once_one_is_carried_out(both: Web) -> None:
    number, headers = await both.filed(), await both.token()
    answers = await asyncio.gather(*(press(both, number, headers, "k") for _ in range(8)))
    assert await comments(both, number, headers) == 1
    done = [a for a in answers if a.status_code == 200]
    assert done
    assert len({a.content for a in done}) == 1
    others = [a for a in answers if a.status_code != 200]
    assert {(a.status_code, a.json()["title"]) for a in others} <= {(409, "Still running")}
    assert (await press(both, number, headers, "k")).content == done[0].content


async def test_a_key_belongs_to_one_body_and_to_one_caller(both: Web) -> None:
    number, headers = await both.filed(), await both.token()
    await press(both, number, headers, "k")
    other = await press(both, number, headers, "k", action="process")
    assert (other.status_code, other.json()["field"]) == (422, "idempotency-key")
    colleague = await press(both, number, await both.token(), "k", action="process")
    assert colleague.status_code == 200
    assert await comments(both, number, headers) == 1


async def test_what_was_refused_leaves_the_key_free(both: Web) -> None:
    number, headers = await both.filed(), await both.token()
    assert (await press(both, number, headers, "k", action="validate")).status_code == 409
    assert (await press(both, number, headers, "k")).status_code == 200


async def test_after_a_crash_it_is_known_that_it_was_carried_out(both: Web) -> None:
    number, headers = await both.filed(), await both.token()
    await press(both, number, headers, "k")
    async with both.house.parts.database.write() as conn:
        await conn.execute(update(idempotency_key).values(answer_sealed=None))
    running = await press(both, number, headers, "k")
    assert (running.status_code, running.json()["title"]) == (409, "Still running")
    both.house.clock.forward(minutes=2)
    lost = await press(both, number, headers, "k")
    assert (lost.status_code, lost.json()["title"]) == (409, "Carried out")
    assert await comments(both, number, headers) == 1


async def test_after_a_crash_it_is_known_that_it_did_nothing(both: Web) -> None:
    number, headers = await both.filed(), await both.token()
    await press(both, number, headers, "k")
    async with both.house.parts.database.write() as conn:
        nothing_done = {"answer_sealed": None, "request": both.house.parts.new_id()}
        await conn.execute(update(idempotency_key).values(nothing_done))
    both.house.clock.forward(minutes=2)
    answers = await asyncio.gather(*(press(both, number, headers, "k") for _ in range(4)))
    assert {a.status_code for a in answers} <= {200, 409}
    assert await comments(both, number, headers) == 2, "of those who take it up one does it"


async def test_a_day_later_a_key_is_new(both: Web) -> None:
    number, headers = await both.filed(), await both.token()
    await press(both, number, headers, "k")
    both.house.clock.forward(hours=24)
    await press(both, number, headers, "k")
    assert await comments(both, number, headers) == 2
    both.house.clock.forward(hours=24)
    await both.house.worker.tidy.once()
    async with both.house.parts.database.read() as conn:
        assert (await conn.execute(select(idempotency_key))).all() == []


async def test_what_was_answered_lies_sealed_and_is_a_look_when_repeated(both: Web) -> None:
    number, headers = await both.filed(), await both.token()
    await press(both, number, headers, "k")
    await press(both, number, headers, "k")
    async with both.house.parts.database.read() as conn:
        (row,) = (await conn.execute(select(idempotency_key))).all()
        actions = (await conn.scalars(select(audit.c.action).order_by(audit.c.id))).all()
        requests = (await conn.scalars(select(audit.c.request).order_by(audit.c.id))).all()
    assert b"suku cadang" not in row.answer_sealed
    assert list(actions[-2:]) == ["complaint.comment", "look.again"]
    assert requests[-2] == row.request


LURAH = "kelurahan-kebon-jeruk"


async def test_what_is_out_of_sight_by_now_is_not_shown_again(both: Web) -> None:
    number, agency = await both.filed(), await both.token(OfficerRole.AGENCY_ADMIN, LURAH)
    await both.house.act(number, "forward", LURAH)
    first = await press(both, number, agency, "k")
    assert first.status_code == 200
    await both.house.act(number, "accuse", LURAH)
    again = await press(both, number, agency, "k")
    assert again.status_code == 404
    assert number not in again.text
    found = await both.client.get(f"/api/v1/complaints/{number}", headers=agency)
    assert found.status_code == 404, "as every other read"
    await both.house.act(number, "clear", LURAH)
    await both.house.act(number, "make-confidential")
    assert (await press(both, number, agency, "k")).status_code == 404


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 256])
async def test_a_key_that_is_none_is_named(web: Web, key: str) -> None:
    number, headers = await web.filed(), await web.token()
    answer = await web.client.post(
        f"/api/v1/complaints/{number}/actions",
        json=COMMENT,
        headers=[*headers.items(), (b"Idempotency-Key", key.encode())],  # type: ignore[arg-type]
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "idempotency-key")


async def test_without_a_token_nothing_is_reserved(web: Web) -> None:
    number = await web.filed()
    assert (await press(web, number, {}, "k")).status_code == 401
    reader = await web.token(OfficerRole.SUPERVISOR)
    assert (await press(web, number, reader, "k")).status_code in {403, 404}
    async with web.house.parts.database.read() as conn:
        assert (await conn.execute(select(idempotency_key))).all() == []
