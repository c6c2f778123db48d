"""`Idempotency-Key`: a write of the REST API that is sent again is carried out once.

The same key with the same body gets the same answer again; 409 while the first one runs, 422 with
another body. Keys belong to their caller (`gateway.desk.reservations`).
"""

import asyncio
import hashlib
import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.bootstrap import Parts
from gateway.desk.reservations import LONGEST, Answer, Taken, Wanted, reserve, settle
from gateway.web import access
from gateway.web.problems import problem

HEADER = "idempotency-key"
FORM = "^[!-~]{1,255}$"
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Once:
    """Wraps the application. Requests without a key, and reads, pass as if it were not there."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app = app
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        request = Request(scope, receive) if _is_write(scope) else None
        key = request.headers.get(HEADER) if request else None
        who = await access.caller(request) if request and key is not None else None
        if request is None or key is None or who is None:
            # Without a caller there is nobody whose key it could be: the answer will be 401.
            await self._app(scope, receive, send)
            return
        if not re.fullmatch(FORM, key):
            said = f"{HEADER}: 1 to 255 visible characters of ASCII"
            await problem(422, "The request is wrong", said, field=HEADER)(scope, receive, send)
            return
        body = await request.body()
        wanted = Wanted(who, key, _fingerprint(request, body))
        held = await reserve(self._parts, wanted)
        if not isinstance(held, int):
            await _said(held)(scope, receive, send)
            return
        access.name_request(request, who, held)
        await self._carry_out(wanted, held, scope, _given(body), send)

    async def _carry_out(
        self, wanted: Wanted, held: int, scope: Scope, receive: Receive, send: Send
    ) -> None:
        heard = _Heard(send)
        try:
            async with asyncio.timeout(LONGEST.total_seconds()):
                await self._app(scope, receive, heard)
        except TimeoutError:
            if heard.has_begun:
                raise
            said = f"not done within {LONGEST.seconds} s: send it again with the same key"
            await problem(503, "Too slow", said, {"Retry-After": "5"})(scope, receive, send)
        finally:
            # Also when the caller has hung up: it will ask again.
            await asyncio.shield(settle(self._parts, wanted, held, heard.answer()))


class _Heard:
    """Sends on what the application says, and remembers it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._status = 0
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._is_complete = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = message["headers"]
            self._headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in headers}
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            self._is_complete = not message.get("more_body", False)
        await self._send(message)

    @property
    def has_begun(self) -> bool:
        """Whether the caller has read the status already."""
        return self._status != 0

    def answer(self) -> Answer | None:
        """The whole answer; None if it was not completed."""
        if not self._is_complete:
            return None
        return Answer(self._status, self._headers, bytes(self._body))


def _said(found: Answer | Taken) -> Response:
    match found:
        case Answer(status, headers, body):
            return Response(body, status, {**headers, "idempotency-replayed": "true"})
        case Taken.RUNNING:
            said = "the first request with this key is still running: try again in a moment"
            return problem(409, "Still running", said, {"Retry-After": "1"})
        case Taken.OUT_OF_SIGHT:
            said = "what this key did is none of your business any more"
            return problem(404, "Not found", said)
        case Taken.ANSWER_LOST:
            said = "the first request was carried out, its answer lost: read the present state"
            return problem(409, "Carried out", said)
        case Taken.OTHER_REQUEST:
            said = "this key was used for another request: take a new one"
            return problem(422, "The key is taken", said, field=HEADER)


def _is_write(scope: Scope) -> bool:
    is_api = scope["type"] == "http" and str(scope["path"]).startswith("/api/")
    return is_api and scope["method"] in WRITES


def _fingerprint(request: Request, body: bytes) -> bytes:
    target = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(target + body).digest()


def _given(body: bytes) -> Receive:
    """The body that was read already, once more."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive
