"""What whoever asks is told while the database is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.database import Database
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


async def test_a_mistake_of_ours_is_not_called_the_databases(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr("gateway.web.tracker.store.find_public", broken)
    with pytest.raises(KeyError):
        await web.client.get("/lacak/JK2611190041")
