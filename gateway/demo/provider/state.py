"""What the provider knows at this moment, and who is told when it changes. No I/O.

One event loop owns it: no locks.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.demo.provider.account import Account, Sender, Timing
from gateway.demo.provider.content import Contents
from gateway.demo.provider.ledger import Ledger
from gateway.demo.provider.messages import Message, Phone, Update
from gateway.demo.provider.script import FaultScript

WINDOW = timedelta(hours=24)
"""Free text on WhatsApp: error page 63016."""

_QUEUED_UPDATES = 1000

Updates = asyncio.Queue[Update | None]
"""What a subscriber reads; None says that the provider has closed."""


def now() -> datetime:
    """The present moment, aware UTC."""
    return datetime.now(UTC)


def random_sid(prefix: str) -> str:
    """*prefix* and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Alert:
    """What the account's debugger would show: a webhook that failed, a reply that could not go."""

    code: int
    message_sid: str
    url: str
    at: datetime


class State:
    """Account, phones, messages, consent and faults of one stand-in."""

    def __init__(
        self,
        account: Account,
        timing: Timing | None,
        clock: Callable[[], datetime] = now,
        new_sid: Callable[[str], str] = random_sid,
        keep_last: int | None = None,
    ) -> None:
        self.account = account
        self.timing = timing
        self.clock = clock
        self.new_sid = new_sid
        self.base_url = ""
        self.ledger = Ledger(keep_last)
        self.contents = Contents()
        self.faults = FaultScript()
        self.alerts: deque[Alert] = deque(maxlen=1000)
        self.opted_out: set[tuple[str, str]] = set()
        self._phones: dict[str, Phone] = {}
        self._wrote_at: dict[tuple[str, str], datetime] = {}
        self._powered: dict[str, asyncio.Event] = {}
        self._subscribers: dict[Updates, str] = {}

    # --- configuration ---------------------------------------------------------------------------

    def set_sender(self, sender: Sender) -> None:
        """Configure a sender: the one with that address is replaced, else it is added."""
        senders = {known.address: known for known in self.account.senders}
        senders[sender.address] = sender
        self.account = replace(self.account, senders=tuple(senders.values()))

    def templates(self) -> dict[str, str]:
        """The texts that can be sent by their sid, with their places."""
        own = {content.sid: content.body for content in self.contents.all()}
        return {**own, **self.account.templates}

    def may_always_leave(self, content_sid: str) -> bool:
        """Whether this is the sid of an approved text; those of the configuration are."""
        return content_sid in self.account.templates or self.contents.is_approved(content_sid)

    # --- messages --------------------------------------------------------------------------------

    def publish(self, update: Update) -> None:
        """Tell every subscriber; who does not read loses the oldest updates."""
        for queue, number in self._subscribers.items():
            if number in ("", update.number):
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(update)

    def change(self, sid: str, **fields: Any) -> Message | None:
        """The message's new version, or None where it has been forgotten."""
        known = self.ledger.find(sid)
        if known is None:
            return None
        message = replace(known, updated_at=self.clock(), **fields)
        self.ledger.put(message)
        self.publish(message)
        return message

    def wrote(self, number: str, ours: str) -> None:
        """The phone has just written to us: the window is open."""
        self._wrote_at[number, ours] = self.clock()

    def window_open(self, number: str, ours: str) -> bool:
        """Whether free text may reach the phone on WhatsApp."""
        last = self._wrote_at.get((number, ours))
        return last is not None and self.clock() - last < WINDOW

    def alert(self, code: int, message_sid: str, url: str) -> None:
        """Note an error for the account's debugger."""
        self.alerts.append(Alert(code, message_sid, url, self.clock()))

    # --- phones ----------------------------------------------------------------------------------

    def phone(self, number: str) -> Phone:
        """The phone with that number; every number has one."""
        return self._phones.get(number) or Phone(number)

    def phones(self) -> tuple[Phone, ...]:
        """Every phone that was set up or has a conversation."""
        numbers = dict.fromkeys((*self._phones, *self.ledger.numbers()))
        return tuple(self.phone(number) for number in numbers)

    def set_phone(self, phone: Phone) -> None:
        """Set up or change a phone."""
        self._phones[phone.number] = phone
        if phone.switched_on and (waiting := self._powered.pop(phone.number, None)):
            waiting.set()
        self.publish(phone)

    async def until_on(self, number: str) -> None:
        """Return when the phone is switched on."""
        while not self.phone(number).switched_on:
            await self._powered.setdefault(number, asyncio.Event()).wait()

    # --- subscribers -----------------------------------------------------------------------------

    @contextmanager
    def subscribe(self, number: str = "") -> Iterator[Updates]:
        """Updates of one phone, or of all, from now on until the block is left."""
        queue: Updates = asyncio.Queue(_QUEUED_UPDATES)
        self._subscribers[queue] = number
        try:
            yield queue
        finally:
            del self._subscribers[queue]

    def end_subscriptions(self) -> None:
        """Tell every subscriber that nothing more comes."""
        for queue in self._subscribers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(None)
