"""What is answered while the database is away: 503 in the form of whoever asks, never a bare 500.

Outermost, because what is wrapped around the application reads the database too. Webhooks have
their spool and never come here for that.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.ops.bounded import soon
from gateway.photos.showing import PATH
from gateway.storage.database import is_transient
from gateway.web.once import WRITES
from gateway.web.problems import problem

_log = logging.getLogger(__name__)

_AGAIN = {"Retry-After": "10"}
_PAGES = "/lacak"
_REPORTS = "/api/v1/reports"
_PATIENCE_S = 10.0
"""A person does not look longer at an empty page, nor a provider for a photo, and a database that
stands still says nothing."""
_API_PATIENCE_S = 60.0
"""A program waits longer: an `Idempotency-Key` has its own bound, and what became of it, before."""
_REPORT_PATIENCE_S = 900.0
"""A month of a million complaints takes minutes."""
_WHAT = "the database does not answer: try again soon"
_WHAT_WRITTEN = (
    "the database does not answer, and this may have been carried out: send it again with the "
    "Idempotency-Key that it had; without one read the present state first"
)


class Away:
    """Wraps the application; *page* is what a citizen sees."""

    def __init__(self, app: ASGIApp, page: Callable[[Request], Awaitable[Response]]) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        patience_s = _patience(scope)
        line = _Line(receive, send)
        try:
            if patience_s is None:
                await self._app(scope, receive, line.send)
            else:
                work = self._app(scope, line.receive, line.send)
                await soon(patience_s, _ran(work), lambda: line.last)
        except Exception as error:
            if scope["type"] != "http" or line.has_begun or not is_transient(error):
                raise
            line.is_cut = True
            _log.warning("database away for a request", extra={"error": type(error).__name__})
            answer = await self._answer(Request(scope))
            await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.url.path.startswith("/api/"):
            said = _WHAT_WRITTEN if request.method in WRITES else _WHAT
            return problem(503, "Not available now", said, _AGAIN)
        if request.url.path.startswith(_PAGES):
            return await self._page(request)
        return PlainTextResponse(_WHAT, 503, _AGAIN)


class _Line:
    """To and from whoever asks. As long as bytes come or go, it is the line that is slow."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self.has_begun = self.is_cut = False
        self.last = asyncio.get_running_loop().time()

    async def receive(self) -> Message:
        message = await self._receive()
        self.last = asyncio.get_running_loop().time()
        return message

    async def send(self, message: Message) -> None:
        self.has_begun = True
        if not self.is_cut:
            await self._send(message)
        self.last = asyncio.get_running_loop().time()


async def _ran(work: Awaitable[None]) -> None:
    await work


def _patience(scope: Scope) -> float | None:
    """Seconds in which nothing need happen; None: as long as it takes."""
    path = str(scope["path"]) if scope["type"] == "http" else ""
    if path.startswith((_PAGES, PATH)):
        return _PATIENCE_S
    if path.startswith(_REPORTS):
        return _REPORT_PATIENCE_S
    return _API_PATIENCE_S if path.startswith("/api/") else None
