"""Nothing of a citizen and no secret appears in any log line, at DEBUG, on any path."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from channels.contract import NotSent, Unknown
from core.messages import Reaction
from gateway.inbound import drain as drain_module
from gateway.ops import logs
from gateway.outbound.reconcile import Reconciliation
from tests.house import House

NUMBER = "+6281777666555"
WORDS = "ZEBRAUNGU lampu jalan mati di jl panjang depan sdn 01"
MARKS = ("81777666555", "ZEBRAUNGU", "fake-secret")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, at the lowest level there is."""
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    logs.configure("DEBUG", stream)
    yield stream
    root.handlers[:], root.level = before
    for name in (*logs.OURS, "uvicorn", "uvicorn.error", "uvicorn.access", "twilio", "aiohttp"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.getLogger("uvicorn.access").disabled = False


async def test_a_marked_message_leaves_no_mark(
    house: House, lines: io.StringIO, monkeypatch: Any
) -> None:
    channel = house.channel()
    channel.provider.script = [
        NotSent(Reaction.RETRY, "30001"),
        Unknown("timeout"),
        RuntimeError(f"a connector that says {NUMBER} {WORDS}"),
    ]
    await house.say(NUMBER, WORDS, media=[{"source": "gone", "type": "image/jpeg"}])
    await house.pause()
    for _ in range(4):
        house.clock.forward(minutes=2)
        await house.settle()
        await Reconciliation(
            house.parts.database, house.parts.keys, house.parts.lines, house.clock
        ).once()
    await house.deliver([{"id": "x", "type": "message", "from": NUMBER, "text": WORDS + " lagi"}])

    def broken(*_arguments: Any) -> None:
        raise ValueError(WORDS)

    monkeypatch.setattr(drain_module, "decide", broken)
    await house.settle()
    number = (await house.complaints())[0].complaint.number
    await house.act(number, "process", text=WORDS, note=NUMBER)
    written = lines.getvalue()
    assert "event parked" in written, "there was something to log"
    code = house.parts.keys.code((await house.complaints())[0].complaint.id)
    for mark in (*MARKS, code):
        assert mark not in written, mark


def test_every_line_is_json_and_exceptions_say_where_not_what(lines: io.StringIO) -> None:
    log = logging.getLogger("gateway.test")
    try:
        raise ValueError(WORDS)
    except ValueError as error:
        log.error("something failed", extra={"inbound": 7}, exc_info=error)
    logging.getLogger("sqlalchemy.engine").warning("insert %s", WORDS)
    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert (first["event"], first["inbound"]) == ("something failed", 7)
    assert first["exception"][-1] == "ValueError"
    assert "test_logs.py" in first["exception"][0]
    assert WORDS not in lines.getvalue(), "others' messages are left out"
    assert second["logger"] == "sqlalchemy.engine"


def test_others_speak_from_warning_on(lines: io.StringIO) -> None:
    for name in ("twilio.http_client", "aiohttp.client", "httpx", "uvicorn.access"):
        logging.getLogger(name).info("to=%s", NUMBER)
    assert lines.getvalue() == ""


async def test_an_exception_nobody_caught_is_placed_too(lines: io.StringIO) -> None:
    async def fails() -> None:
        raise RuntimeError(WORDS)

    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    del task
    assert WORDS not in lines.getvalue()
