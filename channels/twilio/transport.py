"""Twilio's own HTTP client, made fit for a city: silent, with a deadline, honest about failure.

What twilio 9.13.0 does by itself, and why this is here (all seen against a local server):

- it has no deadline (a `timeout` in its constructor is ignored) and, with `max_retries`, posts the
  same message again on every 5xx;
- it logs addresses and recipients at INFO and keeps the last request, text included, in memory;
- its async client posts a body of JSON as a form, which fails on anything nested, and its objects
  write null for everything that they could hold and do not;
- its exceptions hold the recipient's number and no ``Retry-After``, and take an RFC 9457 status
  from the body instead of the answer;
- its BasicAuth is deprecated in aiohttp 3.14 and gone in 4.0.
"""

import asyncio
import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientSSLError,
    TraceConfig,
    encode_basic_auth,
)
from twilio.base.exceptions import TwilioException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from channels.twilio.settings import TwilioSettings

UNREADABLE = (
    TwilioException,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    OverflowError,
    RecursionError,
)
"""What the library raises over a 2xx answer that has not the form it expects."""

# The first that fits, so the special before the general.
_REASONS: Mapping[type[Exception], str] = {
    TimeoutError: "timeout",
    ClientConnectorDNSError: "no_such_host",
    ClientSSLError: "tls_failed",
    ClientConnectorError: "no_connection",
    UnicodeError: "unreadable_answer",
    ClientError: "connection_lost",
    OSError: "connection_lost",
}


class Refused(Exception):
    """Twilio answered, and not with 2xx. *retry_after* is in seconds."""

    def __init__(self, status: int, code: str, retry_after: float | None) -> None:
        super().__init__(f"HTTP {status}, code {code}")
        self.status = status
        self.code = code
        self.retry_after = retry_after


class Unanswered(Exception):
    """No usable answer came. *departed* is False only if certainly no byte of the request left."""

    def __init__(self, reason: str, *, departed: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.departed = departed


@dataclass(slots=True)
class _Journey:
    departed: bool = False


_journey: ContextVar[_Journey] = ContextVar("_journey")


class Transport(AsyncTwilioHttpClient):
    """Make one inside a running loop, close it in the same one.

    Every call raises `Refused` or `Unanswered`, which name no person, instead of the library's and
    aiohttp's exceptions, which do.
    """

    def __init__(self, deadline_s: float) -> None:
        trace = TraceConfig()
        # aiohttp calls this after it has connected and before it writes the first byte.
        trace.on_request_headers_sent.append(_note_departure)
        super().__init__(trace_configs=[trace])
        self._deadline_s = deadline_s

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Write nothing: *kwargs* hold the recipient."""

    def log_response(self, status_code: int, response: object) -> None:
        """Write nothing: the gateway logs the outcome, by our own ids."""

    async def request(  # type: ignore[override]  # so does the library
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature; ours is fixed
        allow_redirects: bool = False,
    ) -> Response:
        """One attempt, within the deadline."""
        if auth is not None:
            headers = {**(headers or {}), "Authorization": encode_basic_auth(*auth)}
        body: Any = data
        if (headers or {}).get("Content-Type") == "application/json":
            body = json.dumps(_without_nothing(data))
        journey = _Journey()
        token = _journey.set(journey)
        try:
            async with asyncio.timeout(self._deadline_s):
                response = await super().request(
                    method, url, params, body, headers, None, timeout, allow_redirects
                )
        except (ClientError, OSError, ValueError) as error:
            # ValueError: an answer in no known encoding. "from None": *error* holds the request.
            raise Unanswered(_reason(error), departed=journey.departed) from None
        finally:
            _journey.reset(token)
            self._test_only_last_request = self._test_only_last_response = None
        if not 200 <= response.status_code < 300:
            raise Refused(
                response.status_code,
                _code(response.text) or f"http_{response.status_code}",
                _seconds((response.headers or {}).get("Retry-After", "")),
            )
        return response


def connect(settings: TwilioSettings) -> tuple[Client, Transport]:
    """Twilio's client on a `Transport`; closing the transport closes both."""
    transport = Transport(settings.send_timeout_s)
    user, secret = settings.login
    client = Client(
        user,
        secret,
        settings.account_sid,
        http_client=transport,
        # An empty mapping would count as none; then TWILIO_REGION or TWILIO_EDGE in the
        # environment would rewrite our base address.
        environment={"kanal": ""},
    )
    client.api.base_url = settings.api_base_url
    client.content.base_url = settings.content_url
    return client, transport


async def _note_departure(_session: ClientSession, _context: object, _params: object) -> None:
    _journey.get().departed = True


def _without_nothing(value: object) -> object:
    if isinstance(value, dict):
        return {k: _without_nothing(v) for k, v in value.items() if v is not None}
    return [_without_nothing(v) for v in value] if isinstance(value, list) else value


def _reason(error: Exception) -> str:
    return next((word for kind, word in _REASONS.items() if isinstance(error, kind)), "unexpected")


def _code(answer: str) -> str:
    """The error code in either of Twilio's two forms of error, if there is one."""
    try:
        body: Any = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    code = str(body.get("code", "")) if isinstance(body, dict) else ""
    return code if code.isascii() and code.isdigit() and len(code) <= 6 else ""


def _seconds(value: str) -> float | None:
    """``Retry-After`` in its form of seconds; at most a day is believed."""
    return min(float(value), 86_400.0) if value.isascii() and value.isdigit() else None
