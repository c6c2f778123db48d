"""What whoever asks is told while the database is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from core.complaint import ComplaintId
from gateway.photos.showing import link
from gateway.storage.database import Database
from gateway.web.away import Away
from tests.gateway.web.conftest import Web


@asynccontextmanager
async def database_away(web: Web) -> AsyncIterator[None]:
    parts = web.house.parts
    known, parts.database = parts.database, Database("postgresql://127.0.0.1:9/away")
    try:
        yield
    finally:
        await parts.database.close()
        parts.database = known


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", "", {}),
        ("POST", "/actions", {}),
        ("POST", "/actions", {"Idempotency-Key": "one-and-the-same"}),
    ],
)
async def test_the_api_says_so_as_a_problem(
    web: Web, method: str, path: str, more: dict[str, str]
) -> None:
    number, token = await web.filed(), await web.token()
    json = {"action": "process", "text": "Regu berangkat"} if method == "POST" else None
    async with database_away(web):
        answer = await web.client.request(
            method, f"/api/v1/complaints/{number}{path}", headers=token | more, json=json
        )
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "10"
    assert answer.json()["status"] == 503


async def test_a_citizen_reads_it_in_her_words(web: Web) -> None:
    number = await web.filed()
    async with database_away(web):
        answer = await web.client.get(f"/lacak/{number}")
        english = await web.client.get(f"/lacak/{number}?lang=en")
    assert (answer.status_code, english.status_code) == (503, 503)
    assert "Laporan Anda tetap tersimpan" in answer.text
    assert "Your report is safe" in english.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert (await web.client.get(f"/lacak/{number}")).status_code == 200


async def test_a_page_does_not_wait_for_a_database_that_says_nothing(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr("gateway.web.away._PATIENCE_S", 0.2)
    monkeypatch.setattr("gateway.web.tracker.store.find_public", silent)
    async with asyncio.timeout(20):
        answer = await web.client.get("/lacak/JK2611190041")
    assert answer.status_code == 503
    assert "Laporan Anda tetap tersimpan" in answer.text


async def test_nor_does_who_fetches_a_photo(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(*_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr("gateway.web.away._PATIENCE_S", 0.2)
    monkeypatch.setattr("gateway.web.result_photo.servable", silent)
    address = link(web.house.parts.keys, ComplaintId(5), 7, web.house.clock())
    async with asyncio.timeout(20):
        answer = await web.client.get(address)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")


@pytest.mark.parametrize(
    ("method", "said"), [("GET", "try again soon"), ("POST", "Idempotency-Key")]
)
async def test_a_program_does_not_wait_for_ever_either(
    web: Web, monkeypatch: pytest.MonkeyPatch, method: str, said: str
) -> None:
    number, token = await web.filed(), await web.token()

    async def silent(*_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr("gateway.web.away._API_PATIENCE_S", 0.2)
    monkeypatch.setattr("gateway.web.access.find_officer", silent)
    path = f"/api/v1/complaints/{number}{'/actions' if method == 'POST' else ''}"
    async with asyncio.timeout(20):
        answer = await web.client.request(method, path, headers=token, json={"action": "process"})
    assert answer.status_code == 503
    assert said in answer.json()["detail"]


async def test_a_slow_line_is_not_a_silent_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifteen pieces of 0.1 s take longer than the patience, and none of them alone."""
    monkeypatch.setattr("gateway.web.away._API_PATIENCE_S", 1.0)
    heard, said = 0, []

    async def receive() -> Message:
        await asyncio.sleep(0.1)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def app(_: Scope, receive: Receive, send: Send) -> None:
        nonlocal heard
        for _piece in range(15):
            heard += len((await receive())["body"])
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def send(message: Message) -> None:
        said.append(message["status"])

    async def page(_: Request) -> Response:
        raise AssertionError("no page")

    scope = {"type": "http", "method": "POST", "path": "/api/v1/units", "headers": []}
    await Away(app, page)(scope, receive, send)
    assert (heard, said) == (15, [204])


async def test_a_mistake_of_ours_is_not_called_the_databases(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr("gateway.web.tracker.store.find_public", broken)
    with pytest.raises(KeyError):
        await web.client.get("/lacak/JK2611190041")
