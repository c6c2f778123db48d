"""Channels at a Twilio on this machine."""

import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from channels import registry
from channels.contract import Context
from core.messages import AccountId
from tests.channels.twilio.server import ACCOUNT, OUR_NUMBER, TOKEN, FakeTwilio


@pytest.fixture
async def twilio() -> AsyncIterator[FakeTwilio]:
    fake = FakeTwilio()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", fake.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    fake.url = f"http://{host}:{port}"
    yield fake
    await runner.cleanup()


@dataclass
class RecordingFetcher:
    """The gateway's way out, which only notes what it was asked."""

    asked: list[dict[str, Any]] = field(default_factory=list)

    async def get(self, url: str, **options: Any) -> tuple[str, bytes]:
        self.asked.append({"url": url, **options})
        return "image/jpeg", b"\xff\xd8"


@dataclass
class Workshop:
    """Makes channels at the fake Twilio and closes them after the test."""

    fetcher: RecordingFetcher = field(default_factory=RecordingFetcher)
    made: list[Any] = field(default_factory=list)

    def __call__(self, url: str, connector: str = "twilio-sms", **settings: Any) -> Any:
        loaded = registry.load(connector)
        given = {
            "account_sid": ACCOUNT,
            "auth_token": TOKEN,
            "from": OUR_NUMBER,
            "api_base_url": url,
            **settings,
        }
        given = {name: value for name, value in given.items() if value is not None}
        context = Context(AccountId("sms"), "https://lapor.example/webhooks/sms", self.fetcher)
        channel = loaded.create(context, loaded.settings.model_validate(given))
        self.made.append(channel)
        return channel


@pytest.fixture
async def make() -> AsyncIterator[Workshop]:
    workshop = Workshop()
    yield workshop
    for channel in workshop.made:
        await channel.close()


@pytest.fixture
def closed_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
