"""What is answered while the database is away: 503 in the form of whoever asks, never a bare 500.

Outermost, because what is wrapped around the application reads the database too. Webhooks have
their spool and never come here for that.
"""

import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.database import is_transient
from gateway.ops.bounded import soon
from gateway.web.problems import problem

_log = logging.getLogger(__name__)

_AGAIN = {"Retry-After": "10"}
_PAGES = "/lacak"
_PATIENCE_S = 10.0
"""A person does not look longer at an empty page, and a database that stands still says nothing."""
_WHAT = "the database does not answer: try again soon"


class Away:
    """Wraps the application; *page* is what a citizen sees."""

    def __init__(self, app: ASGIApp, page: Callable[[Request], Awaitable[Response]]) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        has_begun = has_ended = False

        async def noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            if not has_ended:
                await send(message)

        async def work() -> None:
            await self._app(scope, receive, noting)

        is_page = scope["type"] == "http" and str(scope["path"]).startswith(_PAGES)
        try:
            await (soon(_PATIENCE_S, work()) if is_page else work())
        except Exception as error:
            if scope["type"] != "http" or has_begun or not is_transient(error):
                raise
            has_ended = True
            _log.warning("database away for a request", extra={"error": type(error).__name__})
            answer = await self._answer(Request(scope))
            await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.url.path.startswith("/api/"):
            return problem(503, "Not available now", _WHAT, _AGAIN)
        if request.url.path.startswith(_PAGES):
            return await self._page(request)
        return PlainTextResponse(_WHAT, 503, _AGAIN)
