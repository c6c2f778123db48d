"""A stand-in with two senders, a webhook that remembers, and the official client library."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator, get_signature_algorithm
from twilio.rest import Client

from gateway.demo.provider import Account, Network, Sender, Timing, serve_provider

ACCOUNT_SID = "AC" + "0" * 31 + "1"
TOKEN = "test-token"
SMS = "+12025550100"
WHATSAPP = "whatsapp:+12025550100"
CITIZEN = "+6281234567890"


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = datetime(2026, 11, 20, 3, 0, 0, 250_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass(frozen=True)
class Post:
    """One request at the webhook."""

    url: str
    headers: dict[str, str]
    form: dict[str, str]

    def is_signed(self, secret: str = TOKEN) -> bool:
        algorithm = get_signature_algorithm(
            self.headers.get("X-Twilio-Webhooks-Signature-Settings", "")
        )
        signature = self.headers["X-Twilio-Signature"]
        return bool(RequestValidator(secret).validate(self.url, self.form, signature, algorithm))


@dataclass
class Hook:
    """The account's webhook: remembers what comes and answers as told, 204 else; *pace_s* slow.

    *most_at_once* is how many requests it ever had to answer at the same time.
    """

    base: str = ""
    posts: list[Post] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    pace_s: float = 0
    most_at_once: int = 0
    _busy: int = 0
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, request: web.Request) -> web.Response:
        form = parse_qsl((await request.read()).decode(), keep_blank_values=True)
        self.posts.append(Post(self.base + request.raw_path, dict(request.headers), dict(form)))
        self._arrived.set()
        self._busy += 1
        self.most_at_once = max(self.most_at_once, self._busy)
        await asyncio.sleep(self.pace_s)
        self._busy -= 1
        return self.answers.pop(0) if self.answers else web.Response(status=204)

    async def wait_for(self, count: int) -> list[Post]:
        async with asyncio.timeout(30):
            while len(self.posts) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return self.posts

    def statuses(self) -> list[str]:
        return [post.form["MessageStatus"] for post in self.posts]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    application = web.Application()
    application.router.add_post("/{path:.*}", hook.receive)
    async with TestServer(application) as server:
        hook.base = str(server.make_url("")).rstrip("/")
        yield hook


@pytest.fixture
def account(hook: Hook) -> Account:
    return Account(
        sid=ACCOUNT_SID,
        auth_token=TOKEN,
        senders=(Sender(SMS, f"{hook.base}/sms"), Sender(WHATSAPP, f"{hook.base}/wa?account=wa")),
        api_keys={"SK1": "key-secret"},
        services={"MG1": (SMS, WHATSAPP)},
        templates={"HX1": "Laporan {{1}} telah selesai."},
    )


@pytest.fixture
def network(account: Account, clock: Clock) -> Network:
    return Network(account, timing=Timing(0, 0, 0), clock=clock)


@pytest.fixture
async def provider(network: Network) -> AsyncIterator[str]:
    async with serve_provider(network) as base:
        yield base


@pytest.fixture
async def client(provider: str) -> AsyncIterator[Client]:
    async with official_client(provider) as client:
        yield client


@asynccontextmanager
async def official_client(
    base: str, user: str = ACCOUNT_SID, secret: str = TOKEN
) -> AsyncIterator[Client]:
    async with AsyncTwilioHttpClient() as http:
        client = Client(user, secret, ACCOUNT_SID, http_client=http)
        client.api.base_url = base
        yield client


@pytest.fixture
def log_in():
    """The official client with other credentials."""
    return official_client


@pytest.fixture
def reconfigure(network: Network):
    """Change the account's settings."""

    def change(**fields: object) -> None:
        network.account = replace(network.account, **fields)

    return change
