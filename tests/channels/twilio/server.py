"""A Twilio on this machine: a real HTTP server that remembers requests and plays a script."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "token-of-the-account"
OUR_NUMBER = "+12025550100"
CITIZEN = "+6281200000001"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Received:
    """One request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    login: tuple[str, str]


@dataclass
class FakeTwilio:
    """*script* answers the next requests; after it, sends are taken and *messages* are listed.

    *messages* are resources, newest first; *media* lists files by the message's sid.
    """

    url: str = ""
    script: list[Answer] = field(default_factory=list)
    requests: list[Received] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    media: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    page_size: int = 1000
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def posts(self) -> list[Received]:
        return [request for request in self.requests if request.method == "POST"]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        user, _, secret = (
            base64.b64decode(request.headers["Authorization"].removeprefix("Basic "))
            .decode()
            .partition(":")
        )
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.requests.append(
            Received(request.method, request.path, dict(request.query), form, (user, secret))
        )
        self.arrived.set()
        if self.script:
            return await self.script.pop(0)(request)
        if request.method == "POST":
            return web.json_response(created(f"SM{len(self.posts):032x}", form), status=201)
        if request.path.endswith("/Media.json"):
            return self._media(request.path.split("/")[-2])
        return self._page(request)

    def _media(self, sid: str) -> web.Response:
        if sid not in self.media:
            return web.json_response({"code": 20404, "message": "gone"}, status=404)
        return web.json_response({"media_list": self.media[sid], "next_page_uri": None})

    def _page(self, request: web.Request) -> web.Response:
        query = request.query
        found = [
            message
            for message in self.messages
            if message["to"] == query.get("To", message["to"])
            and message["from"] == query.get("From", message["from"])
        ]
        size, page = min(self.page_size, int(query["PageSize"])), int(query.get("Page", "0"))
        more = len(found) > (page + 1) * size
        following = request.rel_url.update_query(Page=str(page + 1))
        return web.json_response(
            {
                "messages": found[page * size : (page + 1) * size],
                "next_page_uri": str(following) if more else None,
                "page": page,
            }
        )


def created(sid: str, form: Mapping[str, str]) -> dict[str, Any]:
    """What Twilio answers to a message it has taken."""
    return resource(sid, form.get("Body", ""), to=form["To"], status="queued", date_sent=None)


def resource(
    sid: str,
    body: str,
    *,
    at: datetime = datetime(2026, 11, 20, 3, 0, tzinfo=UTC),
    direction: str = "outbound-api",
    **more: Any,
) -> dict[str, Any]:
    """A message resource of the REST API, as on Twilio's page."""
    moment = format_datetime(at)
    return {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": body,
        "date_created": moment,
        "date_sent": moment,
        "date_updated": moment,
        "direction": direction,
        "error_code": None,
        "error_message": None,
        "from": OUR_NUMBER if direction != "inbound" else CITIZEN,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": None,
        "sid": sid,
        "status": "delivered" if direction != "inbound" else "received",
        "to": CITIZEN if direction != "inbound" else OUR_NUMBER,
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json",
        **more,
    }


def answer(status: int, body: Any = None, **headers: str) -> Answer:
    """Answer *status* with *body*, as JSON unless it is text or bytes."""

    async def play(_request: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, str):
            return web.Response(status=status, text=body, headers=named)
        if isinstance(body, bytes):
            return web.Response(status=status, body=body, headers=named)
        return web.json_response(body, status=status, headers=named)

    return play


def late(seconds: float) -> Answer:
    """Take the message, and say so after *seconds*."""

    async def play(request: web.Request) -> web.Response:
        await asyncio.sleep(seconds)
        return await answer(201, {"sid": "SM1"})(request)

    return play


async def cut_before_answer(request: web.Request) -> web.StreamResponse:
    """Read everything, then hang up."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def cut_within_answer(request: web.Request) -> web.StreamResponse:
    """Announce more than is sent, then hang up."""
    response = web.StreamResponse(status=201, headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"sid": "SM1"')
    assert request.transport is not None
    request.transport.close()
    return response
