"""How long a body sent to the REST API may be: refused by what it declares, cut off while read.

Around everything else, so that nothing behind it keeps more of a body than it can use. Webhooks
and the tracker bound what they read themselves.
"""

import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.web.problems import problem

MOST_BYTES = 1_000_000
"""Ten times the longest thing that the API can be asked for in words."""
MOST_OF_A_PHOTO = 10_000_000

_PHOTO = re.compile(r"^/api/v1/(complaints/[^/]+/photos|visits/[^/]+/complaints/[^/]+/papers)$")
_CLOSE = {"Connection": "close"}
"""What is not read any more would be taken for the next request."""


class Bounded:
    """Wraps the application: a body that is too long is answered with 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or not str(scope["path"]).startswith("/api/"):
            await self._app(scope, receive, send)
            return
        most = most_bytes(scope["path"])
        if _declared(scope) > most:
            await _too_large(most)(scope, receive, send)
            return
        try:
            await self._app(scope, _counted(receive, most), send)
        except BodyTooLarge:
            # Only from what reads a body before the application does; that has not answered yet.
            await _too_large(most)(scope, receive, send)


class BodyTooLarge(HTTPException):
    """More was sent than may be; the application's own handler makes 413 of it."""

    def __init__(self, most: int) -> None:
        super().__init__(413, _said(most), headers=_CLOSE)


def most_bytes(path: str) -> int:
    """How long a body sent to *path* may be."""
    return MOST_OF_A_PHOTO if _PHOTO.match(path) else MOST_BYTES


def _declared(scope: Scope) -> int:
    length: bytes = next((v for k, v in scope["headers"] if k == b"content-length"), b"")
    # Python refuses to read a number of thousands of digits; all so long are too large alike.
    return int(length[:20]) if length.isdigit() else 0


def _counted(receive: Receive, most: int) -> Receive:
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
            if size > most:
                raise BodyTooLarge(most)
        return message

    return counted


def _too_large(most: int) -> ASGIApp:
    return problem(413, "Too large", _said(most), _CLOSE)


def _said(most: int) -> str:
    return f"the body has at most {most} bytes here: send less"
