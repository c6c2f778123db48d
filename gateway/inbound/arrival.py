"""A verified request becomes rows, before anything is read from the database. Pure."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import ClassVar, Literal

from pydantic import ConfigDict

from channels.contract import Parser, Raw
from channels.errors import PayloadInvalid
from core.complaint import NewId
from core.messages import AccountId, Event, Ignored, InboundMessage, Receipt
from gateway.inbound import codec
from gateway.sealing.keys import Keys
from normalizer.text import clean, words_of
from normalizer.urgency import find_danger, may_tell_danger

_LONGEST_KEY = 200
_HEARD = 1000
"""Characters that are looked through for danger while the provider waits."""
_BYTES = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")  # for the spool


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event, ready for the table ``inbound``; *outcome* is set where nothing is left to do."""

    __pydantic_config__: ClassVar = _BYTES

    id: int
    event_key: str
    kind: str
    queue_key: str
    parsed: bytes = field(repr=False)
    sent_at: datetime | None
    outcome: str | None = None
    problem: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """One authentic request, ready to be made durable: its raw form and its events. *stored_at* is
    set where it waited in a spool first."""

    __pydantic_config__: ClassVar = _BYTES

    raw_id: int
    account: AccountId
    dedup_key: str
    via: str
    envelope: bytes = field(repr=False)
    body: bytes = field(repr=False)
    key_id: str
    accepted_at: datetime
    state: Literal["parsed", "unparsed", "ignored"]
    problem: str = ""
    events: tuple[EventRow, ...] = ()
    stored_at: datetime | None = None


class Incoming:
    """An authentic request on its way in; *read* makes an arrival of it, once.

    Reading waits until its group is stored: 64 requests read one after the other cost half of what
    they cost between the steps of the web server, each of which finds the processor's caches full
    of another's code (docs/performance.md).
    """

    def __init__(self, read: Callable[[], Arrival]) -> None:
        self._read = read

    @cached_property
    def arrival(self) -> Arrival:
        """What becomes durable."""
        return self._read()


@dataclass(frozen=True, slots=True)
class ArrivalDesk:
    """Makes arrivals; holds what every one of them needs."""

    keys: Keys
    new_id: NewId

    def receive(self, account: AccountId, parser: Parser, raw: Raw) -> Arrival:
        """Parse *raw* and seal it.

        A message that cannot be parsed is an arrival too, *unparsed*: it was authentic, so it is
        kept, listed and can be replayed. Whatever else a connector raises is a bug of its own, and
        no reason to lose a message either.
        """
        key = ""
        try:
            key = parser.dedup_key(raw)
            rows = tuple(self.row(account, event) for event in parser.parse(raw))
            problem = ""
        except PayloadInvalid as error:
            rows, problem = (), str(error)[:200]
        except Exception as error:  # noqa: BLE001 - its bug, our message
            rows, problem = (), f"the connector failed: {type(error).__name__}"
        return Arrival(
            raw_id=self.new_id(),
            account=account,
            dedup_key=_bounded(key or _of_content(raw)),
            via=raw.via,
            envelope=self.keys.seal(
                _envelope(raw.query, tuple(raw.headers.items())), "raw_inbound.envelope"
            ),
            body=self.keys.seal(raw.body, "raw_inbound.body"),
            key_id=self.keys.current,
            accepted_at=raw.received_at,
            state="unparsed" if problem else _state(rows),
            problem=problem,
            events=rows,
        )

    def row(self, account: AccountId, event: Event) -> EventRow:
        """*event* as a row; only our own ids and hashes stay readable."""
        ignored = isinstance(event, Ignored)
        return EventRow(
            id=self.new_id(),
            event_key=_bounded(event.event_key),
            kind=codec.kind_of(event),
            queue_key=self._queue_key(account, event),
            parsed=self.keys.seal(codec.encode(event), "inbound.parsed"),
            sent_at=event.sent_at if isinstance(event, InboundMessage) else None,
            outcome="not_for_us" if ignored else None,
            problem=event.reason[:200] if isinstance(event, Ignored) else "",
            urgent=isinstance(event, InboundMessage) and _sounds_urgent(event.text),
        )

    def _queue_key(self, account: AccountId, event: Event) -> str:
        if isinstance(event, Ignored):
            return ""
        if isinstance(event, Receipt):
            return f"d:{event.token}" if event.token else f"p:{event.provider_id}"
        return self.keys.queue_key(account, event.sender)


def open_raw(
    keys: Keys,
    *,
    via: Literal["webhook", "poll", "list"],
    envelope: bytes,
    body: bytes,
    key_id: str,
    received_at: datetime,
) -> Raw:
    """The raw message back from its sealed columns, to be parsed once more."""
    outside = json.loads(keys.open(envelope, key_id, "raw_inbound.envelope"))
    content = keys.open(body, key_id, "raw_inbound.body")
    return Raw(via, content, received_at, outside["query"], outside["headers"])


def _of_content(raw: Raw) -> str:
    """The key of what its connector cannot name: the same bytes again are the same message."""
    return hashlib.sha256(f"{raw.via}?{raw.query}\n".encode() + raw.body).hexdigest()


@lru_cache(maxsize=32)
def _envelope(query: str, headers: Sequence[tuple[str, str]]) -> bytes:
    """Nearly always the same: it names the content type and the provider's program."""
    return json.dumps({"query": query, "headers": dict(headers)}).encode()


def _state(rows: Sequence[EventRow]) -> Literal["parsed", "ignored"]:
    return "parsed" if any(row.outcome is None for row in rows) else "ignored"


def _sounds_urgent(text: str) -> bool:
    """Whether it is worked off before what came earlier. It only decides the order: what the
    message means is read in full by the worker."""
    heard = clean(text[:_HEARD])
    return may_tell_danger(heard) and find_danger(words_of(heard)) is not None


def _bounded(key: str) -> str:
    """A provider's key as a column can hold it: no NUL, no lone surrogate, not endless."""
    plain = key.replace("\0", "").encode("utf-8", "replace").decode()
    return plain[:_LONGEST_KEY]
