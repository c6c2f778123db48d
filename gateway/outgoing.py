"""The one guarded way out to addresses that somebody else has written (media, webhooks, links).

An address may resolve to anything, also to this machine or the city's own network. So the guard
sits where names become addresses: a private one is never connected to, whatever the name was, and
each redirect is looked at anew. Only the origin that an operator has configured may be private.
"""

import base64
import ipaddress
import socket
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

from channels.errors import MediaUnavailable

_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10, sock_read=20)
_MOST_REDIRECTS = 4
_CHUNK = 65_536
_FINAL = {401, 403, 404, 410, 451}


class _PublicOnly(AbstractResolver):
    """Resolves names, and forgets every address that is not public."""

    def __init__(self) -> None:
        self._inner = DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        public = [item for item in found if _is_public(item["host"])]
        if found and not public:
            raise MediaUnavailable("forbidden_host", retryable=False)
        return public

    async def close(self) -> None:
        await self._inner.close()


class GuardedFetcher:
    """Implements `channels.contract.Fetcher`. Close it when the program ends."""

    def __init__(self) -> None:
        self._guarded: aiohttp.ClientSession | None = None
        self._trusted: aiohttp.ClientSession | None = None

    async def get(
        self, url: str, *, max_bytes: int, trusted_origin: str, auth: tuple[str, str] | None
    ) -> tuple[str, bytes]:
        """See the protocol."""
        for _ in range(_MOST_REDIRECTS + 1):
            trusted = _origin(url) == _origin(trusted_origin)
            headers = {"Authorization": _basic(*auth)} if auth and trusted else {}
            try:
                async with self._session(url, trusted=trusted).get(
                    url, headers=headers, allow_redirects=False
                ) as response:
                    if response.status in {301, 302, 303, 307, 308}:
                        url = urljoin(url, response.headers.get("Location", ""))
                        continue
                    return response.content_type, await _body(response, max_bytes)
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                raise _unavailable(error) from error
        raise MediaUnavailable("too_many_redirects", retryable=False)

    async def close(self) -> None:
        """Let go of connections."""
        for session in (self._guarded, self._trusted):
            if session:
                await session.close()

    def _session(self, url: str, *, trusted: bool) -> aiohttp.ClientSession:
        """The trusted origin is the operator's word; everything else goes through the guard."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise MediaUnavailable("not_http", retryable=False)
        if trusted:
            self._trusted = self._trusted or aiohttp.ClientSession(timeout=_TIMEOUT)
            return self._trusted
        if _is_literal(parts.hostname) and not _is_public(parts.hostname):
            raise MediaUnavailable("forbidden_host", retryable=False)
        if self._guarded is None:
            connector = aiohttp.TCPConnector(resolver=_PublicOnly())
            self._guarded = aiohttp.ClientSession(timeout=_TIMEOUT, connector=connector)
        return self._guarded


async def _body(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    if response.status != 200:
        final = response.status in _FINAL
        raise MediaUnavailable(f"http_{response.status}", retryable=not final)
    if (response.content_length or 0) > max_bytes:
        raise MediaUnavailable("too_large", retryable=False)
    parts: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_chunked(_CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise MediaUnavailable("too_large", retryable=False)
        parts.append(chunk)
    return b"".join(parts)


def _unavailable(error: Exception) -> MediaUnavailable:
    """What a failed connection means; the guard's own refusal may come wrapped."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, MediaUnavailable):
            return cause
        cause = cause.__cause__ or cause.__context__
    retryable = not isinstance(error, aiohttp.InvalidURL)
    return MediaUnavailable("unreachable" if retryable else "not_http", retryable=retryable)


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or default


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(host: str) -> bool:
    address = ipaddress.ip_address(host)
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_global and not (mapped or address).is_multicast
