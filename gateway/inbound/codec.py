"""Events to and from the bytes that are sealed into ``inbound.parsed_sealed``."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

from core.messages import (
    Address,
    Edited,
    Event,
    Ignored,
    InboundMessage,
    Preference,
    ReadUpTo,
    Receipt,
    Withdrawn,
)

_KINDS: Mapping[str, type] = {
    "message": InboundMessage,
    "edited": Edited,
    "withdrawn": Withdrawn,
    "receipt": Receipt,
    "read": ReadUpTo,
    "preference": Preference,
    "ignored": Ignored,
}
_ADAPTERS: Mapping[str, TypeAdapter[Event]] = {k: TypeAdapter(t) for k, t in _KINDS.items()}
_MESSAGE: TypeAdapter[InboundMessage] = TypeAdapter(InboundMessage)
_NAMES = {t: k for k, t in _KINDS.items()}


COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Completed:
    """A message that is here already, once more, by a way that tells more of it."""

    message: InboundMessage

    @property
    def sender(self) -> Address:
        """Who wrote it."""
        return self.message.sender


def kind_of(event: Event) -> str:
    """The name of the event's type in the *kind* column."""
    return _NAMES[type(event)]


def encode(event: Event) -> bytes:
    """*event* as JSON."""
    return _ADAPTERS[kind_of(event)].dump_json(event)


def decode(kind: str, data: bytes) -> Event | Completed:
    """The reverse; a field added since then has its default."""
    if kind == COMPLETED:
        return Completed(_MESSAGE.validate_json(data))
    return _ADAPTERS[kind].validate_json(data)
