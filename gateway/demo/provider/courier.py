"""Posts to webhooks: signed, within the provider's time limits and retries, so many at once.

"Webhooks: Connection Overrides" (read November 2026): one retry, on a failed connection only;
connect 5 s, read 15 s, all attempts together 15 s. The URL's fragment may say otherwise
(``#rc=3&rp=5xx,ct&ct=2000&rt=5000``).
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag, urlencode

import aiohttp
from yarl import URL

from gateway.demo.provider.answers import CONNECTION_FAILED, RETRIEVAL_FAILED, WebhookAnswer

Sign = Callable[[str, list[tuple[str, str]]], dict[str, str]]
"""URL and form to the headers that prove who posts."""

_MAX_ANSWER = 65_536
_NO_ANSWER = WebhookAnswer(error=CONNECTION_FAILED)


@dataclass(frozen=True, slots=True)
class Patience:
    """How hard a post is tried. *policy* names what is retried: 4xx, 5xx, ct (connection), rt
    (read time-out), all."""

    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})
    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = 15.0

    @classmethod
    def of(cls, fragment: str) -> "Patience":
        """What a URL's fragment asks for; what is not understood stays at its default."""
        given = dict(parse_qsl(fragment))
        usual = cls()
        return cls(
            retries=min(_whole(given.get("rc"), usual.retries), 5),
            policy=frozenset(given["rp"].split(",")) if "rp" in given else usual.policy,
            connect_s=_whole(given.get("ct"), 5_000) / 1000,
            read_s=_whole(given.get("rt"), 15_000) / 1000,
            total_s=_whole(given.get("tt"), 15_000) / 1000,
        )

    def again(self, failure: str) -> bool:
        """Whether that failure is worth another attempt."""
        return failure in self.policy or (bool(failure) and "all" in self.policy)


class Courier:
    """One HTTP session for all posts. Made anywhere, used in one event loop, closed at the end."""

    def __init__(self, sign: Sign, concurrency: int = 64) -> None:
        self._sign = sign
        self._concurrency = concurrency
        self._turns = asyncio.Semaphore(concurrency)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, address: str, form: Mapping[str, str]) -> WebhookAnswer:
        """Post *form* to *address*; the last attempt's answer, which may be that there is none."""
        url, fragment = urldefrag(address)
        patience = Patience.of(fragment)
        pairs = list(form.items())
        headers = {
            **self._sign(url, pairs),
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
        }
        body = urlencode(pairs).encode()
        answer = _NO_ANSWER
        async with self._turns:
            try:
                async with asyncio.timeout(patience.total_s):
                    for _ in range(patience.retries + 1):
                        answer, failure = await self._attempt(url, body, headers, patience)
                        if not patience.again(failure):
                            break
            except TimeoutError:
                return WebhookAnswer(error=RETRIEVAL_FAILED)
        return answer

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _attempt(
        self, url: str, body: bytes, headers: dict[str, str], patience: Patience
    ) -> tuple[WebhookAnswer, str]:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._concurrency),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        limits = aiohttp.ClientTimeout(
            total=None, sock_connect=patience.connect_s, sock_read=patience.read_s
        )
        try:
            # encoded=True: the address goes out as it was signed, byte by byte.
            async with self._session.post(
                URL(url, encoded=True),
                data=body,
                headers=headers,
                timeout=limits,
                allow_redirects=False,
            ) as response:
                media_type, status = response.content_type, response.status
                content = await _start_of(response.content)
                return WebhookAnswer(status, media_type, content), _failure(status)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return _NO_ANSWER, "ct"
        except aiohttp.ClientError:
            return WebhookAnswer(error=RETRIEVAL_FAILED), "rt"


async def _start_of(content: aiohttp.StreamReader) -> bytes:
    start = bytearray()
    async for chunk in content.iter_any():
        start += chunk
        if len(start) >= _MAX_ANSWER:
            break
    return bytes(start[:_MAX_ANSWER])


def _failure(status: int) -> str:
    return {4: "4xx", 5: "5xx"}.get(status // 100, "")


def _whole(value: str | None, default: int) -> int:
    return int(value) if value is not None and value.isdecimal() else default
