"""The contract between a connector and the gateway: small protocols, of which it takes what fits.

Every connector is a `Channel`. Where the provider calls us it is also a `WebhookReceiver`; where
we ask the provider, a `Poller`; where media must be fetched with credentials, a `MediaSource`;
where the provider can be asked what it sent or received, a `Reconciler`.
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import BaseModel

from core.messages import (
    AccountId,
    Address,
    Attachment,
    Event,
    OutboundMessage,
    ProviderId,
    Reaction,
)

CONTRACT = 1
"""Checked when a connector is loaded: one written for another version is refused."""


# --- what the gateway hands in -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request of the provider, untouched. Header names are lower case.

    *url* is the address as the provider sees it: the configured public base, then the raw path and
    query. It is never derived from the connection, which a proxy has changed.
    """

    method: str
    url: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RawResponse:
    """What the provider is answered."""

    status: int = 200
    media_type: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Raw:
    """An authentic message of the provider as it is stored: enough to parse it again years later.

    *via* says how it came: by ``webhook``, ``poll`` or ``list`` (the reconciler).
    """

    via: Literal["webhook", "poll", "list"]
    body: bytes = field(repr=False)
    received_at: datetime
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Fetcher(Protocol):
    """The gateway's one guarded way out to addresses that somebody else has written."""

    async def get(
        self, url: str, *, max_bytes: int, trusted_origin: str, auth: tuple[str, str] | None
    ) -> tuple[str, bytes]:
        """Claimed type and body of *url*.

        *auth* (user, password) is sent to *trusted_origin* only, and never across a redirect to
        another one. Only *trusted_origin* may be a private address.

        Raises:
            MediaUnavailable: See there.
        """
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What a connector learns about where it runs."""

    account: AccountId
    webhook_url: str
    fetcher: Fetcher


# --- what a connector says about itself --------------------------------------------------------


class Choices(enum.StrEnum):
    """How a question with fixed answers can be shown."""

    BUTTONS = "buttons"
    LIST = "list"
    NUMBERED = "numbered"


class Alphabet(enum.StrEnum):
    """What the length of a text is counted in."""

    GSM7 = "gsm7"
    UNICODE = "unicode"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the channel can do, as data: the planner and the console decide by it.

    *reply_window*: free text is allowed for so long after the person last wrote; None: always.
    *templates* are the texts that may leave at any time, by purpose and language (``question/id``).
    *price_micros* is per unit sent (segment or message), in millionths of *currency*. *rate* is
    messages per second that the provider takes from this account. *media_out*: one picture can go
    along with a text of at most *max_caption* characters; where it says so, no more than one does.
    """

    title: str
    icon: str
    public: bool = False
    max_chars: int = 4096
    alphabet: Alphabet = Alphabet.UNICODE
    choices: Choices = Choices.NUMBERED
    media_in: bool = False
    media_out: bool = False
    max_caption: int = 1024
    location: bool = False
    reply_window: timedelta | None = None
    reply_only: bool = False
    templates: frozenset[str] = frozenset()
    receipts: bool = False
    read_receipts: bool = False
    quiet_sending: bool = False
    may_write_first: bool = True
    rate: float = 10.0
    body_limit: int = 262_144
    price_micros: int = 0
    currency: str = "USD"
    bold: str = ""


# --- what a connector answers ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it over and named it."""

    provider_id: ProviderId | None
    segments: int = 1


@dataclass(frozen=True, slots=True)
class NotSent:
    """The provider certainly did not take it over. *retry_after* is in seconds."""

    reaction: Reaction
    code: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have gone out, or not: time-outs, broken connections, 5xx after the request left."""

    reason: str


SendResult = Sent | NotSent | Unknown


class Listing(enum.StrEnum):
    """What a provider's list of sent messages says about one of ours."""

    FOUND = "found"
    ABSENT = "absent"
    """The list is complete for that time and does not hold it: it never went out."""
    UNCLEAR = "unclear"
    """The provider could not be asked, or its list does not reach that far."""


@dataclass(frozen=True, slots=True)
class FoundSent:
    """Answer of `Reconciler.find_sent`; *provider_id* where it was found."""

    listing: Listing
    provider_id: ProviderId | None = None


@dataclass(frozen=True, slots=True)
class SentQuery:
    """One of our messages with an unknown fate: *text* as sent, *since* before it left.

    *known* are the provider's ids that other deliveries own: the same text sent twice is two
    messages.
    """

    to: Address
    text: str = field(repr=False)
    since: datetime
    known: frozenset[ProviderId] = frozenset()


# --- the protocols -----------------------------------------------------------------------------


class Channel(Protocol):
    """Every connector."""

    name: str
    capabilities: Capabilities
    secrets: frozenset[str]
    """What must never be logged."""
    own_addresses: frozenset[str]
    """Address values that are ours: answering one of them would be a loop."""

    async def send(self, message: OutboundMessage) -> SendResult:
        """Hand *message* to the provider once. Never repeats it, never raises for a failure."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@runtime_checkable
class Parser(Protocol):
    """Whatever brings messages in can read them: pure, synchronous, bounded in time."""

    def dedup_key(self, raw: Raw) -> str:
        """Names this raw message: the same delivery repeated gives the same key.

        What can be read is known again by its events' keys; this one tells a mere repetition, of
        which nothing is kept, from a second form of the same, and knows what cannot be read.
        """
        ...

    def parse(self, raw: Raw) -> Sequence[Event]:
        """The events in *raw*, in their order.

        Raises:
            PayloadInvalid: Authentic, but not of a form we know; it is kept and can be replayed.
        """
        ...


@runtime_checkable
class WebhookReceiver(Parser, Protocol):
    """The provider calls us."""

    accepted: RawResponse

    def handshake(self, request: RawRequest) -> RawResponse | None:
        """The answer where the provider only checks that we are there; else None."""
        ...

    def verify(self, request: RawRequest) -> None:
        """Pass if the provider itself has sent *request*.

        Raises:
            SignatureInvalid: It has not, or a secret of ours is wrong.
        """
        ...


@runtime_checkable
class Poller(Parser, Protocol):
    """We ask the provider. Only the cursor passed in may be confirmed to it."""

    async def poll(self, cursor: str, limit: int) -> tuple[Sequence[Raw], str]:
        """At most *limit* messages after *cursor*, and the cursor behind them."""
        ...

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 - providers time out, not we
        """Return when there may be something new, or after *timeout* seconds."""
        ...


@runtime_checkable
class MediaSource(Protocol):
    """Media that the provider keeps for us."""

    async def fetch(self, attachment: Attachment, max_bytes: int) -> tuple[str, bytes]:
        """Claimed type and content.

        Raises:
            MediaUnavailable: Says whether trying again helps.
        """
        ...


@runtime_checkable
class AddressBook(Protocol):
    """People can be entered by hand, e.g. the officers who are told of their work."""

    def address(self, text: str) -> Address | None:
        """The address that a person wrote down as *text* (``+62812...``); None where this channel
        could not write to it."""
        ...


@runtime_checkable
class Reconciler(Protocol):
    """The provider can be asked what it knows."""

    async def find_sent(self, query: SentQuery) -> FoundSent:
        """Whether a message of ours with an unknown fate went out."""
        ...

    async def list_inbound(self, since: datetime, until: datetime) -> Sequence[Raw]:
        """What people sent between the two moments, oldest first; perhaps less than a webhook.

        Raises:
            ChannelError: The provider could not be asked now; asking later helps.
        """
        ...


# --- registration ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Connector:
    """What a connector's folder exports and the registry finds.

    *create* gets the context and the account's settings, already read by *settings*.
    """

    name: str
    settings: type[BaseModel]
    create: Callable[[Context, Any], Channel]
    contract: int = CONTRACT
