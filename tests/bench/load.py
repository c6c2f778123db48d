"""A load generator in a process of its own: signed Twilio forms over a few raw connections.

Requests are built beforehand, so that what is measured is the server and not the signing.
"""

import argparse
import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvloop

from normalizer.gazetteer import kelurahan

FORM = {
    "ToCountry": "ID", "ToState": "", "SmsMessageSid": "", "NumMedia": "0", "ToCity": "",
    "FromZip": "", "SmsSid": "", "FromState": "", "SmsStatus": "received", "FromCity": "",
    "Body": "", "FromCountry": "ID", "To": "+62811000112", "ToZip": "", "NumSegments": "1",
    "MessageSid": "", "AccountSid": "AC00000000000000000000000000000000", "From": "",
    "ApiVersion": "2010-04-01",
}  # fmt: skip
"""All 19 fields of an incoming SMS (Twilio's webhook page of 2026-03-09)."""


@cache
def _kelurahan() -> tuple[str, ...]:
    """All over the city, as reports come: what is alike is looked for among the near ones."""
    return tuple(row.name for row in kelurahan().values())


def sender(number: int, senders: int) -> str:
    """The telephone number that sends request *number*."""
    return f"+62812{number % senders:08d}"


def request(path: str, url: str, token: str, number: int, run: str, senders: int) -> bytes:
    """One signed request, as bytes for the wire."""
    sid = f"SM{run}{number:020x}"
    names = _kelurahan()
    where = f"Jl Kemuning No {number} kel {names[number % len(names)]}"
    text = f"Lampu jalan mati sudah {number % 9 + 1} hari di {where}"
    form = FORM | {
        "MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "Body": text,
        "From": sender(number, senders),
    }  # fmt: skip
    signed = url + "".join(k + form[k] for k in sorted(form))
    mac = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
        f"X-Twilio-Signature: {base64.b64encode(mac).decode()}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass
class Sent:
    """One request: when it was due to go and when it was answered, in seconds of the monotonic
    clock. A request that had to wait for its turn was late, and counts from when it was due."""

    number: int
    due: float = 0.0
    answered: float = 0.0


class Connection(asyncio.Protocol):
    """Sends its requests one after the other, each when it is due."""

    def __init__(self, requests: Iterable[tuple[Sent, bytes]], done: asyncio.Future[None]) -> None:
        self._requests = iter(requests)
        self._done = done
        self._buffer = b""
        self.refused = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not inherit from asyncio's.
        self._transport: Any = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, mark, rest = self._buffer.partition(b"\r\n\r\n")
        if not mark:
            return
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line[15:])
        if len(rest) < length:
            return
        self._buffer = b""
        self.refused += not head.startswith(b"HTTP/1.1 2")
        self._sent.answered = time.monotonic()
        self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)

    def _next(self) -> None:
        self._sent, wanted = next(self._requests, (Sent(-1), b""))
        if not wanted:
            self._transport.close()
            return
        now = time.monotonic()
        if self._sent.due > now:
            asyncio.get_running_loop().call_later(
                self._sent.due - now, self._transport.write, wanted
            )
            return
        self._sent.due = self._sent.due or now
        self._transport.write(wanted)


async def run(
    ports: list[int], requests: list[bytes], connections: int, per_second: float
) -> tuple[list[Sent], int]:
    """Send *requests* over *connections*, spread over *ports*, at *per_second* or (0) as fast as
    they are answered.

    Gives what was sent, and how many were refused.
    """
    loop = asyncio.get_running_loop()
    began = time.monotonic() + 0.1
    sent = [Sent(n, began + n / per_second if per_second else 0.0) for n in range(len(requests))]
    opened: list[Connection] = []
    ends = []
    for index in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        mine = zip(sent[index::connections], requests[index::connections], strict=True)
        connection = Connection(list(mine), done)
        port = ports[index % len(ports)]
        await loop.create_connection(lambda c=connection: c, "127.0.0.1", port)  # type: ignore[misc]
        opened.append(connection)
        ends.append(done)
    await asyncio.gather(*ends)
    return sent, sum(c.refused for c in opened)


def figures(sent: list[Sent], refused: int) -> dict[str, float]:
    """Rate per second and latencies in milliseconds."""
    times = sorted(s.answered - s.due for s in sent)
    took = max(s.answered for s in sent) - min(s.due for s in sent)
    return {
        "answers": len(times),
        "refused": refused,
        "per_second": len(times) / took,
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[int(len(times) * 0.99)] * 1000,
    }


def main() -> None:
    """Command line: prints one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, action="append", required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--senders", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0, help="number of the first request")
    parser.add_argument("--per-second", type=float, default=0.0)
    parser.add_argument("--due-to", type=Path, help="write there when each was due")
    parser.add_argument("--run", default=f"{time.time_ns() & 0xFFFFFFFFFF:010x}")
    wanted = parser.parse_args()
    requests = [
        request(wanted.path, wanted.url, wanted.token, n, wanted.run, wanted.senders)
        for n in range(wanted.first, wanted.first + wanted.count)
    ]
    sent, refused = uvloop.run(run(wanted.port, requests, wanted.connections, wanted.per_second))
    if wanted.due_to:
        due = {sender(wanted.first + s.number, wanted.senders): s.due for s in sent}
        wanted.due_to.write_text(json.dumps(due))
    print(json.dumps(figures(sent, refused)), flush=True)


if __name__ == "__main__":
    main()
