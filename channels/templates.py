"""Texts that may leave at any time once a provider has approved them, and who keeps them."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


class TemplateStanding(enum.StrEnum):
    """How far the provider is with a template."""

    APPROVED = "approved"
    WAITING = "waiting"
    """Somebody at the provider, or behind it, is looking at it."""
    REFUSED = "refused"
    STOPPED = "stopped"
    """It was approved and may not be sent now, because people complained about it."""
    UNSUBMITTED = "unsubmitted"


@dataclass(frozen=True, slots=True)
class WantedTemplate:
    """A text to be approved, in a *language*: *body* with places ``{{1}}``, by whose *samples*
    whoever approves sees what will stand there, and the title of its only *button*."""

    name: str
    language: str
    body: str
    button: str
    samples: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KeptTemplate:
    """A template as the provider keeps it under its own *id*; *reason* is why it is refused."""

    id: str
    name: str
    language: str
    body: str
    standing: TemplateStanding
    reason: str = ""


@runtime_checkable
class TemplateKeeper(Protocol):
    """The provider approves texts before they may leave at any time."""

    @property
    def template_ids(self) -> Mapping[str, str]:
        """The provider's ids of the account's templates, by purpose and language."""
        ...

    async def templates(self) -> Sequence[KeptTemplate]:
        """Everything that the account has.

        Raises:
            ChannelError: The provider could not be asked, or says no; names why.
        """
        ...

    async def create_template(self, wanted: WantedTemplate) -> str:
        """Keep *wanted* at the provider, not approved yet; its id.

        Raises:
            ChannelError: As above.
        """
        ...

    async def request_approval(self, template: str, name: str) -> None:
        """Have the template with this id approved, as *name*, for news about what its reader has
        asked for.

        Raises:
            ChannelError: As above.
        """
        ...
