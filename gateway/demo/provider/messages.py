"""What passes through the stand-in: addresses, phones, messages and their media. Values only."""

import enum
from dataclasses import dataclass, field
from datetime import datetime

_WHATSAPP = "whatsapp:"


class Channel(enum.StrEnum):
    """How a message travels; the prefix of an address says which."""

    SMS = "sms"
    WHATSAPP = "whatsapp"

    @classmethod
    def of(cls, address: str) -> "Channel":
        """The channel of an address as the API writes it (``+62…``, ``whatsapp:+62…``)."""
        return cls.WHATSAPP if address.startswith(_WHATSAPP) else cls.SMS

    def address(self, number: str) -> str:
        """*number* as the API writes it on this channel."""
        return f"{_WHATSAPP}{number}" if self is Channel.WHATSAPP else number


def number_of(address: str) -> str:
    """The phone's number (or WhatsApp user id) without the channel's prefix."""
    return address.removeprefix(_WHATSAPP)


class Direction(enum.StrEnum):
    """Seen from the account: inbound comes from a phone."""

    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_REPLY = "outbound-reply"


class Status(enum.StrEnum):
    """How far a message got, in the API's own words."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    RECEIVED = "received"


class HandOver(enum.StrEnum):
    """What became of a phone's message at the account's webhook: the phone's own ticks."""

    NONE = "none"
    """Not a phone's message."""
    PENDING = "pending"
    ACCEPTED = "accepted"
    """Answered with 2xx."""
    FAILED = "failed"


class MediaKind(enum.StrEnum):
    """WhatsApp's kinds of files."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"

    @classmethod
    def of(cls, media_type: str) -> "MediaKind":
        """The kind for a MIME type; what is neither seen nor heard is a document."""
        family = media_type.partition("/")[0]
        return cls(family) if family in {"image", "audio", "video"} else cls.DOCUMENT


@dataclass(frozen=True, slots=True)
class Point:
    """A place as WhatsApp shares it, WGS84 degrees."""

    lat: float
    lon: float
    label: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A quick reply: what the person saw and what the program gets."""

    text: str
    payload: str


@dataclass(frozen=True, slots=True)
class File:
    """What a phone attaches. *media_type* is a claim, as in real life."""

    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Media:
    """A file that the provider keeps; *token* names it in storage, where nobody is asked for a
    password."""

    sid: str
    message_sid: str
    file: File
    token: str = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Phone:
    """A citizen's phone. *number* is ``+62…``, or a WhatsApp user id (``ID.134…``) of somebody who
    hides the number; *blocked* holds our sender addresses that the person blocked.
    """

    number: str
    name: str = ""
    switched_on: bool = True
    read_receipts: bool = True
    has_whatsapp: bool = True
    blocked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Message:
    """One message in either direction. *sender* and *recipient* are addresses as the API writes
    them; *quotes* is the sid of the message that this one answers; *media_urls* are the files of an
    outbound message, kept where the caller said; *media* the sids of a phone's files.
    """

    sid: str
    direction: Direction
    sender: str
    recipient: str
    status: Status
    created_at: datetime
    updated_at: datetime
    body: str = field(default="", repr=False)
    segments: int = 1
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    media: tuple[str, ...] = ()
    media_urls: tuple[str, ...] = ()
    location: Point | None = None
    quotes: str = ""
    button: Button | None = None
    hand_over: HandOver = HandOver.NONE
    error_code: int | None = None
    service_sid: str = ""
    content_sid: str = ""
    callback_url: str = ""

    @property
    def channel(self) -> Channel:
        """How it travels."""
        return Channel.of(self.recipient)

    @property
    def inbound(self) -> bool:
        """A phone wrote it."""
        return self.direction is Direction.INBOUND

    @property
    def number(self) -> str:
        """The phone's number, whichever side it is on."""
        return number_of(self.sender if self.inbound else self.recipient)

    @property
    def ours(self) -> str:
        """The account's address in this conversation."""
        return self.recipient if self.inbound else self.sender

    @property
    def on_phone(self) -> bool:
        """The person can see it."""
        return self.inbound or self.status in (Status.DELIVERED, Status.READ)


Update = Message | Phone
"""What a subscriber is told: the new version of a message or of a phone."""
