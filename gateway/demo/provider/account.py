"""What is configured at the provider: credentials, senders and their webhooks, opt-out, pace."""

import base64
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class OptOut(enum.StrEnum):
    """Who listens to STOP, START and HELP on our SMS numbers."""

    OFF = "off"
    """Nobody but the program behind the webhook."""
    STANDARD = "standard"
    """The provider: it blocks and answers; the words still reach the webhook."""
    ADVANCED = "advanced"
    """As before, and the webhook is told the meaning in OptOutType."""


@dataclass(frozen=True, slots=True)
class Sender:
    """An address that may send for the account, and where its incoming messages are reported.

    A webhook URL may end in connection overrides (``#rc=2&rp=all``); the fallback is called when
    the webhook fails.
    """

    address: str
    webhook_url: str = ""
    fallback_url: str = ""


@dataclass(frozen=True, slots=True)
class SharedKey:
    """A key that signs webhooks in place of the auth token ("Sign webhooks with shared keys",
    2026-09-07)."""

    key_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds between a message's steps. *read_s* None: it is read when the chat is opened."""

    sent_s: float = 0.02
    delivered_s: float = 0.05
    read_s: float | None = 0.2


@dataclass(frozen=True, slots=True)
class Account:
    """One provider account.

    *api_keys* maps a key's sid to its secret; *services* a messaging service's sid to its sender
    addresses; *templates* a content sid to a text with ``{{1}}`` placeholders. *media_auth* is the
    setting "HTTP basic authentication for media access".
    """

    sid: str
    auth_token: str = field(repr=False)
    senders: tuple[Sender, ...] = ()
    api_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    services: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    opt_out: OptOut = OptOut.OFF
    media_auth: bool = True
    shared_key: SharedKey | None = None

    def sender(self, address: str) -> Sender | None:
        """The sender with that address, if it is the account's."""
        return next((s for s in self.senders if s.address == address), None)

    def service_of(self, address: str) -> str:
        """The messaging service that holds *address*, or nothing."""
        return next((sid for sid, pool in self.services.items() if address in pool), "")

    def credentials(self) -> frozenset[str]:
        """Every Authorization header that opens this account."""
        pairs = {self.sid: self.auth_token, **self.api_keys}
        return frozenset(
            f"Basic {base64.b64encode(f'{user}:{secret}'.encode()).decode()}"
            for user, secret in pairs.items()
        )
