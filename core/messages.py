"""What passes between a channel, the normalizer and the gateway. Knows no provider and no storage.

Every value is frozen; every time is aware UTC. Text has been cleaned of NUL and lone surrogates
where it was parsed (the raw message keeps them).
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NewType

AccountId = NewType("AccountId", str)
"""A channel account as named in `kanal.toml`: permanent, e.g. ``sms``."""

EventKey = NewType("EventKey", str)
"""Unique within one account: the same fact always yields the same key."""

ProviderId = NewType("ProviderId", str)
"""The provider's own name of a message, opaque."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person can be reached on one channel.

    *kind* is an open, namespaced string (``tel:e164``, ``wa:phone``, ``wa:user``,
    ``telegram:chat``); *scope* narrows a value that is unique only inside it (a page, a bot), else
    it is empty; *value* is opaque and stays out of `repr`: a stray log line names nobody.
    """

    kind: str
    value: str = field(repr=False)
    scope: str = ""

    @property
    def masked(self) -> str:
        """What an officer may see of it: the last four digits of a number, else nothing."""
        digits = self.value[-4:]
        return f"••••{digits}" if self.value.startswith("+") and digits.isdigit() else "••••"


@dataclass(frozen=True, slots=True)
class Location:
    """A point in WGS84 degrees, as shared by the sender; it may be somebody's home."""

    lat: float = field(repr=False)
    lon: float = field(repr=False)
    label: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that the provider holds for us. *source* is the connector's own way to fetch it."""

    source: str = field(repr=False)
    claimed_type: str = ""


class MediaKind(enum.StrEnum):
    """What a file is to a person, whatever its exact type."""

    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"
    STICKER = "sticker"

    @classmethod
    def of(cls, media_type: str) -> "MediaKind":
        """The kind for a MIME type; anything unknown is a file. Chat programs send photos as JPEG
        and nothing but stickers as WebP."""
        if media_type.partition(";")[0].strip().lower() == "image/webp":
            return cls.STICKER
        families = {"image": cls.PHOTO, "audio": cls.VOICE, "video": cls.VIDEO}
        return families.get(media_type.partition("/")[0], cls.FILE)


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message of a citizen.

    *provider_id* is how later messages quote this one; *quotes* is the provider's id of the message
    that this one answers; *thread_key* says where to answer (mail root, post), empty where the
    conversation itself is the thread. *reply_context* is the connector's own JSON value, handed
    back in `OutboundMessage`; it expires at *reply_by*. *automatic* marks what no person typed
    (out-of-office, a sender nobody can answer).
    """

    event_key: EventKey
    sender: Address
    sent_at: datetime
    text: str = field(default="", repr=False)
    provider_id: ProviderId | None = None
    attachments: tuple[Attachment, ...] = ()
    location: Location | None = None
    quotes: ProviderId | None = None
    choice: str = field(default="", repr=False)
    thread_key: str = ""
    reply_context: Mapping[str, Any] | None = field(default=None, repr=False)
    reply_by: datetime | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """The sender changed the text of an earlier message."""

    event_key: EventKey
    sender: Address
    provider_id: ProviderId
    text: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The sender took an earlier message back."""

    event_key: EventKey
    sender: Address
    provider_id: ProviderId
    at: datetime


class Reaction(enum.StrEnum):
    """What a failed send asks of us: a closed set, whatever the provider's codes are."""

    RETRY = "retry"
    """Temporary: try again later."""
    RETRY_LATER = "retry_later"
    """The phone is off or unreachable: one more try after hours."""
    THROTTLED = "throttled"
    """Too fast for everybody on this account: slow down, then try again. It was not processed."""
    RECIPIENT_GONE = "recipient_gone"
    """This address cannot receive: stop using it."""
    OPTED_OUT = "opted_out"
    """The provider refuses because the person told *it* to stop; nothing can leave until START."""
    BLOCKED = "blocked"
    """The person has blocked us on this channel; whoever writes to us has not, or not any more."""
    WINDOW_CLOSED = "window_closed"
    """Free text is no longer allowed: hold until the person writes again."""
    ACCOUNT_BLOCKED = "account_blocked"
    """Credentials, registration or permission of the account: stop sending, raise an alarm."""
    MEDIA_REFUSED = "media_refused"
    """The provider could not take its pictures over: say it without them."""
    REJECTED = "rejected"
    """This message, as it is, will never be accepted: do not repeat it."""


class ReceiptStatus(enum.StrEnum):
    """How far a message got. Order matters: a receipt only moves forward (`rank`)."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"

    @property
    def rank(self) -> int:
        """*failed* outranks *sent* only: what was delivered did not fail."""
        return {"sent": 1, "failed": 2, "delivered": 3, "read": 4}[self.value]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider's word on a message of ours.

    *token* is our own name of the delivery, as put into the callback address; where the provider
    sends none, *provider_id* must do. *code* and *reaction* say why it failed.
    """

    event_key: EventKey
    status: ReceiptStatus
    at: datetime
    token: str = ""
    provider_id: ProviderId | None = None
    code: str = ""
    reaction: Reaction | None = None


@dataclass(frozen=True, slots=True)
class ReadUpTo:
    """The person has read everything up to *at*."""

    event_key: EventKey
    sender: Address
    at: datetime


@dataclass(frozen=True, slots=True)
class Preference:
    """The *provider* tells us that the person stopped (or restarted) our messages with it.

    The words the person typed come as an `InboundMessage` of their own event.
    """

    event_key: EventKey
    sender: Address
    stopped: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Ignored:
    """Understood, authentic, and nothing for us; kept and counted under *reason*."""

    event_key: EventKey
    reason: str


Event = InboundMessage | Edited | Withdrawn | Receipt | ReadUpTo | Preference | Ignored


@dataclass(frozen=True, slots=True)
class Template:
    """A text that the provider has approved, by its name (``question/id``) among the account's
    templates, with the values of its places by their number (``1``)."""

    name: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message of ours, ready to leave.

    *token* names the delivery in everything the provider sends back; *callback_url* is where
    receipts shall go, or None where the account gets none. With a *template* that is sent, and
    *text* is how it reads. *media* are addresses of pictures that belong to the text: the provider
    fetches them from us within hours; whoever knows one may look.
    """

    to: Address
    text: str = field(repr=False)
    token: str
    callback_url: str | None = None
    thread_key: str = ""
    quotes: ProviderId | None = None
    reply_context: Mapping[str, Any] | None = field(default=None, repr=False)
    template: Template | None = None
    media: tuple[str, ...] = field(default=(), repr=False)
