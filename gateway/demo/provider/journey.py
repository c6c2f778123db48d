"""The way of an outbound message from the account to the phone, and the receipts it leaves."""

import asyncio
from collections.abc import Coroutine
from functools import partial

from channels.sms import measure
from gateway.demo.provider.account import Timing
from gateway.demo.provider.courier import Courier
from gateway.demo.provider.forms import status_form
from gateway.demo.provider.lane import Lane
from gateway.demo.provider.messages import Channel, Direction, Message, Phone, Status
from gateway.demo.provider.orders import Accepted
from gateway.demo.provider.script import On
from gateway.demo.provider.state import State


def obstacle(
    message: Message, phone: Phone, *, window_open: bool, approved: bool = False
) -> int | None:
    """The code with which *message* cannot arrive, or None; *approved*: it is a template that
    WhatsApp has approved. Pure."""
    blocked = message.sender in phone.blocked
    if message.channel is Channel.SMS:
        return 30004 if blocked else None
    if not phone.has_whatsapp:
        return 63024
    if blocked:
        return 63014
    # Since 2025-04-01 a template's text in Body counts as free text too: error page 63016.
    return None if window_open or approved else 63016


class Journeys:
    """Every message under way. A message moves at the account's pace; its receipts are posted in
    order, and a slow webhook holds up receipts only, never the message."""

    def __init__(self, state: State, courier: Courier) -> None:
        self._state = state
        self._courier = courier
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, accepted: Accepted, direction: Direction = Direction.OUTBOUND_API) -> Message:
        """Take a message over; it goes its way while the caller goes on."""
        state, order = self._state, accepted.order
        now = state.clock()
        message = Message(
            sid=state.new_sid("MM" if order.media_urls else "SM"),
            direction=direction,
            sender=accepted.sender,
            recipient=order.to,
            # "Outbound message status in status callbacks", 2026-07-21.
            status=Status.ACCEPTED if order.service_sid else Status.QUEUED,
            created_at=now,
            updated_at=now,
            body=accepted.body,
            segments=measure(accepted.body).segments,
            media_urls=order.media_urls,
            service_sid=order.service_sid,
            content_sid=order.content_sid,
            callback_url=order.callback_url,
        )
        state.ledger.add(message)
        state.publish(message)
        if state.timing is not None:
            self.spawn(self._travel(message, state.timing))
        return message

    def move(self, sid: str, status: Status, error_code: int | None = None) -> None:
        """Put a message where a test wants it, and post the receipt."""
        lane = Lane(self.spawn)
        self._arrive(lane, sid, status, error_code)
        self.spawn(lane.finish())

    def spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Run *work* beside everything else until it ends or the stand-in closes."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def settle(self) -> None:
        """Return when nothing is under way any more."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def close(self) -> None:
        """Stop everything that is under way."""
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _travel(self, message: Message, timing: Timing) -> None:
        lane = Lane(self.spawn)
        await self._to_phone(lane, message, timing)
        await lane.finish()

    async def _to_phone(self, lane: Lane, message: Message, timing: Timing) -> None:
        state, sid, number = self._state, message.sid, message.number
        await asyncio.sleep(timing.sent_s)
        window_open = state.window_open(number, message.sender)
        approved = state.may_always_leave(message.content_sid)
        phone = state.phone(number)
        code = obstacle(message, phone, window_open=window_open, approved=approved)
        if code is not None:
            # Known before anything left: failed. What a network reports later: undelivered.
            stage = Status.UNDELIVERED if message.channel is Channel.SMS else Status.FAILED
            self._arrive(lane, sid, stage, code)
            return
        self._arrive(lane, sid, Status.SENT)
        await asyncio.sleep(timing.delivered_s)
        if (code := state.faults.undeliverable(message.recipient)) is not None:
            self._arrive(lane, sid, Status.UNDELIVERED, code)
            return
        await state.until_on(number)
        self._arrive(lane, sid, Status.DELIVERED)
        if timing.read_s is not None and _can_be_read(message, state.phone(number)):
            await asyncio.sleep(timing.read_s)
            current = state.ledger.find(sid)
            if current is not None and current.status is Status.DELIVERED:
                self._arrive(lane, sid, Status.READ)

    def open_chat(self, number: str) -> None:
        """The person looks at the WhatsApp chat: what has arrived is read."""
        phone = self._state.phone(number)
        for message in self._state.ledger.conversation(number, Channel.WHATSAPP):
            if message.status is Status.DELIVERED and _can_be_read(message, phone):
                self.move(message.sid, Status.READ)

    def _arrive(self, lane: Lane, sid: str, status: Status, code: int | None = None) -> None:
        state = self._state
        moments = {Status.SENT: "sent_at", Status.DELIVERED: "delivered_at", Status.READ: "read_at"}
        times = {moments[status]: state.clock()} if status in moments else {}
        message = state.change(sid, status=status, error_code=code, **times)
        if message is not None and message.callback_url:
            job = partial(self._report, message)
            lane.add(job, state.faults.postings(On.CALLBACK, message.recipient))

    async def _report(self, message: Message) -> None:
        form = status_form(message, self._state.account)
        answer = await self._courier.post(message.callback_url, form)
        if not answer.ok:
            self._state.alert(answer.error or 11200, message.sid, message.callback_url)


def _can_be_read(message: Message, phone: Phone) -> bool:
    return message.channel is Channel.WHATSAPP and phone.read_receipts
