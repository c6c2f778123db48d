"""`CounterChannel`: an account without a provider."""

from pydantic import BaseModel, ConfigDict

from channels.contract import Capabilities, Context, NotSent, SendResult
from core.messages import OutboundMessage, Reaction


class CounterSettings(BaseModel):
    """There is nothing to set."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CounterChannel:
    """It gives the official channel its name, owner and rules, and says that nothing leaves."""

    name = "counter"
    secrets: frozenset[str] = frozenset()
    own_addresses: frozenset[str] = frozenset()
    capabilities = Capabilities(title="Loket", icon="counter", may_write_first=False)

    def __init__(self, context: Context, settings: CounterSettings) -> None:
        """Opens nothing."""

    async def send(self, message: OutboundMessage) -> SendResult:  # noqa: ARG002 - the contract's
        """Nobody can be written to at a counter."""
        return NotSent(Reaction.RECIPIENT_GONE, "no_way_out")

    async def close(self) -> None:
        """Nothing is open."""
