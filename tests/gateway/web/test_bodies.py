"""A body that is too long is refused, and not read further than that takes."""

from collections.abc import AsyncIterator

import pytest

from gateway.web.bodies import MOST_BYTES
from tests.gateway.web.conftest import Web

PIECE = 100_000


def paths(number: str) -> list[str]:
    return [f"/api/v1/complaints/{number}/actions", "/api/v1/session"]


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}], ids=["plain", "once"])
@pytest.mark.parametrize("at", range(2))
@pytest.mark.parametrize("length", [str(MOST_BYTES + 1), "9" * 5000], ids=["more", "endless"])
async def test_what_says_that_it_is_too_long_is_not_read(
    web: Web, at: int, key: dict[str, str], length: str
) -> None:
    path, headers = paths(await web.filed())[at], await web.token()
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield b"x"

    declared = {"Content-Length": length, "Content-Type": "application/json"}
    answer = await web.client.post(path, content=body(), headers=headers | declared | key)
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert str(MOST_BYTES) in answer.json()["detail"]
    assert read == 0


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k"}], ids=["plain", "once"])
@pytest.mark.parametrize("at", range(2))
async def test_what_does_not_end_is_cut_off(web: Web, at: int, key: dict[str, str]) -> None:
    path, headers = paths(await web.filed())[at], await web.token()
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += PIECE
            yield bytes(PIECE)

    sent = headers | key | {"Content-Type": "application/json"}
    answer = await web.client.post(path, content=endless(), headers=sent)
    assert answer.status_code == 413
    assert read <= MOST_BYTES + 2 * PIECE


async def test_what_is_just_short_enough_is_read(web: Web) -> None:
    number, headers = await web.filed(), await web.token()
    text = b'{"action": "comment", "text": "Menunggu suku cadang."}'
    for length, status in ((MOST_BYTES, 200), (MOST_BYTES + 1, 413)):
        answer = await web.client.post(
            f"/api/v1/complaints/{number}/actions",
            content=text.ljust(length),
            headers=headers | {"Content-Type": "application/json"},
        )
        assert answer.status_code == status
