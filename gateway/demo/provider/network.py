"""The stand-in as one object: the provider's state, and the ways in from both sides."""

from collections.abc import Callable, Sequence
from datetime import datetime

from gateway.demo.provider.account import Account, Timing
from gateway.demo.provider.courier import Courier
from gateway.demo.provider.handset import Handsets
from gateway.demo.provider.journey import Journeys
from gateway.demo.provider.messages import Button, Channel, File, Message, Point, Status
from gateway.demo.provider.orders import Order, judge
from gateway.demo.provider.refusals import Refusal
from gateway.demo.provider.signing import signature_headers
from gateway.demo.provider.state import State, now, random_sid
from gateway.demo.provider.writing import Writing


class Network(State):
    """The provider and every phone behind it. Lives in one event loop; `close` it at the end.

    *timing* None leaves messages where they are until `move`; *keep_last* bounds how many are
    remembered; *concurrency* how many webhooks are posted at once.
    """

    def __init__(
        self,
        account: Account,
        *,
        timing: Timing | None = Timing(),  # noqa: B008 - a frozen value
        clock: Callable[[], datetime] = now,
        new_sid: Callable[[str], str] = random_sid,
        keep_last: int | None = None,
        concurrency: int = 64,
    ) -> None:
        super().__init__(account, timing, clock, new_sid, keep_last)
        self._courier = Courier(
            lambda url, form: signature_headers(self.account, url, form), concurrency
        )
        self._journeys = Journeys(self, self._courier)
        self._handsets = Handsets(self, self._courier, self._journeys)

    # --- the account's side ----------------------------------------------------------------------

    def order(self, order: Order) -> Message | Refusal:
        """What the API does with a create call."""
        verdict = judge(order, self.account, self.opted_out, self.templates())
        return verdict if isinstance(verdict, Refusal) else self._journeys.begin(verdict)

    def move(self, sid: str, status: Status, error_code: int | None = None) -> None:
        """Put an outbound message where a test wants it and post the receipt."""
        self._journeys.move(sid, status, error_code)

    # --- the phones' side ------------------------------------------------------------------------

    async def write(
        self,
        number: str,
        text: str = "",
        *,
        to: str,
        files: Sequence[File] = (),
        location: Point | None = None,
        quotes: str = "",
        button: Button | None = None,
    ) -> tuple[Message, ...]:
        """Send from a phone to our address *to*; *quotes* is the sid of the message answered.

        Returns the messages that it became, when every webhook has answered or been given up.

        Raises:
            NotPossible: The phone is off, the address is nobody's, or the channel cannot carry it.
        """
        writing = Writing(text, tuple(files), location, quotes, button)
        return await self._handsets.write(number, to, writing)

    def open_chat(self, number: str) -> None:
        """The person looks at the WhatsApp chat: what has arrived is read, and told if allowed."""
        self._journeys.open_chat(number)

    def conversation(self, number: str, channel: Channel) -> tuple[Message, ...]:
        """What passed between a phone and the account, oldest first."""
        return self.ledger.conversation(number, channel)

    async def settle(self) -> None:
        """Return when every message has arrived and every receipt is posted: never, while a phone
        that awaits one is switched off."""
        await self._journeys.settle()

    async def close(self) -> None:
        """Stop what is under way, end the subscriptions, let go of connections."""
        self.end_subscriptions()
        await self._journeys.close()
        await self._courier.close()
