"""What a phone sends: it is stored, reported to the account's webhook, and the answer is obeyed."""

from collections.abc import Sequence
from functools import partial

from channels.sms import measure
from gateway.demo.provider.account import OptOut, Sender
from gateway.demo.provider.answers import WebhookAnswer, read_answer
from gateway.demo.provider.courier import Courier
from gateway.demo.provider.forms import inbound_form
from gateway.demo.provider.journey import Journeys
from gateway.demo.provider.lane import Lane
from gateway.demo.provider.messages import (
    Channel,
    Direction,
    HandOver,
    Media,
    Message,
    Status,
)
from gateway.demo.provider.orders import Accepted, Order, judge
from gateway.demo.provider.refusals import Refusal
from gateway.demo.provider.resources import folder
from gateway.demo.provider.script import On
from gateway.demo.provider.state import State
from gateway.demo.provider.stopwords import ANSWERS, OptOutType, meaning
from gateway.demo.provider.writing import NotPossible, Writing, split


class Handsets:
    """The phones' way in."""

    def __init__(self, state: State, courier: Courier, journeys: Journeys) -> None:
        self._state = state
        self._courier = courier
        self._journeys = journeys

    async def write(self, number: str, ours: str, writing: Writing) -> tuple[Message, ...]:
        """Send *writing* from a phone to our address *ours*; returns when every webhook is done.

        Raises:
            NotPossible: The phone is off, the address is nobody's, or the channel cannot carry it.
        """
        channel = Channel.of(ours)
        if not self._state.phone(number).switched_on:
            raise NotPossible("the phone is switched off")
        sender = self._state.account.sender(ours)
        if sender is None:
            raise NotPossible("no sender of the account has that address")
        sent = [self._store(number, ours, part) for part in split(writing, channel)]
        lane = Lane(self._journeys.spawn)
        for message in sent:
            opt_out_type = self._obey_stop_word(message)
            job = partial(self._hand_over, message, sender, opt_out_type)
            lane.add(job, self._state.faults.postings(On.WEBHOOK, message.sender))
        await lane.finish()
        return tuple(self._state.ledger.find(message.sid) or message for message in sent)

    def _store(self, number: str, ours: str, part: Writing) -> Message:
        state, now = self._state, self._state.clock()
        sid = state.new_sid("MM" if part.files else "SM")
        media = tuple(
            Media(state.new_sid("ME"), sid, file, state.new_sid(""), now) for file in part.files
        )
        message = Message(
            sid=sid,
            direction=Direction.INBOUND,
            sender=Channel.of(ours).address(number),
            recipient=ours,
            status=Status.RECEIVED,
            created_at=now,
            updated_at=now,
            sent_at=now,
            body=part.text,
            segments=measure(part.text).segments,
            media=tuple(item.sid for item in media),
            location=part.location,
            quotes=part.quotes,
            button=part.button,
            hand_over=HandOver.PENDING,
        )
        state.ledger.add(message, media)
        state.wrote(number, ours)
        state.publish(message)
        return message

    def _obey_stop_word(self, message: Message) -> str:
        state = self._state
        listens = state.account.opt_out is not OptOut.OFF and message.channel is Channel.SMS
        # Long codes only: short codes and names are configured by their owners.
        word = meaning(message.body) if listens and message.ours.startswith("+") else None
        if word is None:
            return ""
        pair = (message.ours, message.number)
        if word is OptOutType.STOP:
            state.opted_out.add(pair)
        elif word is OptOutType.START:
            state.opted_out.discard(pair)
        # The provider's own answer goes out in spite of the opt-out that it confirms: no `judge`.
        order = Order(to=message.sender, sender=message.ours, body=ANSWERS[word])
        accepted = Accepted(order, message.ours, order.body)
        self._journeys.begin(accepted, Direction.OUTBOUND_REPLY)
        return word.value if state.account.opt_out is OptOut.ADVANCED else ""

    async def _hand_over(self, message: Message, sender: Sender, opt_out_type: str) -> None:
        state = self._state
        quoted = state.ledger.find(message.quotes)
        form = inbound_form(
            message,
            state.phone(message.number),
            state.account,
            self._addresses(message),
            opt_out_type=opt_out_type,
            quoted_sender=quoted.sender if quoted else "",
        )
        answer, url = WebhookAnswer(), ""
        for url in filter(None, (sender.webhook_url, sender.fallback_url)):
            answer = await self._courier.post(url, form)
            if answer.ok:
                break
        accepted = HandOver.ACCEPTED if answer.ok else HandOver.FAILED
        state.change(message.sid, hand_over=accepted)
        self._obey(message, answer, url)

    def _obey(self, message: Message, answer: WebhookAnswer, url: str) -> None:
        state = self._state
        instructions = read_answer(answer)
        if instructions.error and url:
            state.alert(instructions.error, message.sid, url)
        for reply in instructions.replies:
            order = Order(
                to=reply.to or message.sender,
                sender=message.ours,
                body=reply.body,
                media_urls=reply.media_urls,
            )
            verdict = judge(order, state.account, state.opted_out)
            if isinstance(verdict, Refusal):
                state.alert(verdict.code, message.sid, url)
            else:
                self._journeys.begin(verdict, Direction.OUTBOUND_REPLY)

    def _addresses(self, message: Message) -> Sequence[tuple[str, str]]:
        state = self._state
        media = [item for sid in message.media if (item := state.ledger.find_media(sid))]
        path = state.base_url + folder(state.account.sid)
        return [
            (f"{path}/{item.message_sid}/Media/{item.sid}", item.file.media_type) for item in media
        ]
