"""A send is never blindly repeated and never overtakes (promise 5): failures and refusals."""

from dataclasses import replace

import pytest
from sqlalchemy import select, true

from channels.contract import NotSent, SendResult, Sent, Unknown
from core.messages import ProviderId, Reaction
from gateway.ops import switch
from gateway.outbound.claim import claim, due_notices
from gateway.outbound.compose import Composer
from gateway.outbound.facts import DueNotice, gather
from gateway.outbound.plan import Outgoing, Plan
from gateway.outbound.settle import Finished, settle
from gateway.tables import address, conversation
from tests.databases import ON_SQLITE
from tests.gateway.sending import ask_for_help, deliveries, receipt
from tests.house import START, House

REPORT = "lampu jalan mati di jl panjang depan sdn 01"


async def test_a_temporary_failure_is_tried_again_later(house: House) -> None:
    house.channel().provider.script = [NotSent(Reaction.RETRY, "30001")]
    await ask_for_help(house)
    assert house.heard("ani") == []
    (one,) = await deliveries(house)
    assert (one.state, one.tries, one.problem) == ("pending", 1, "30001")
    house.clock.forward(seconds=31)
    await house.settle()
    assert len(house.heard("ani")) == 1
    (one,) = await deliveries(house)
    assert (one.state, one.tries) == ("sent", 2)
    assert await house.ledger() == [("help", "told", "")]


async def test_a_provider_that_repeats_a_name_stops_nobody(house: House) -> None:
    for who in ("ani", "budi", "cici"):
        await ask_for_help(house, who)
        house.channel().provider.sent.clear()
    rows = await deliveries(house)
    assert [(row.state, row.provider_id) for row in rows] == [
        ("sent", "out-1"), ("sent", None), ("sent", None)
    ]  # fmt: skip
    await ask_for_help(house, "didi")
    house.clock.forward(seconds=60)
    await house.worker.reconciliation.once()
    assert [kind for kind, state, _ in await house.ledger() if state == "told"] == ["help"] * 4


async def test_a_throttled_account_rests_as_long_as_it_was_told(house: House) -> None:
    house.channel().provider.script = [NotSent(Reaction.THROTTLED, "20429", retry_after=60)]
    await ask_for_help(house)
    await ask_for_help(house, "budi")
    assert house.heard("budi") == [], "everybody on this account waits"
    house.clock.forward(seconds=61)
    await house.settle()
    assert len(house.heard("ani")) == len(house.heard("budi")) == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("reaction", "state", "reason"),
    [
        (Reaction.REJECTED, "failed", "rejected"),
        (Reaction.RECIPIENT_GONE, "failed", "unreachable"),
        (Reaction.OPTED_OUT, "held", "provider_stop"),
        (Reaction.BLOCKED, "held", "blocked_by_user"),
        (Reaction.WINDOW_CLOSED, "held", "window_closed"),
    ],
)
async def test_a_refusal_is_settled_by_its_reaction(
    house: House, reaction: Reaction, state: str, reason: str
) -> None:
    house.channel().provider.script = [NotSent(reaction, "code")]
    await ask_for_help(house)
    assert await house.ledger() == [("help", state, reason)]
    assert [d.state for d in await deliveries(house)] == ["failed"]


@ON_SQLITE
async def test_an_address_that_cannot_receive_is_not_tried_until_somebody_writes(
    house: House,
) -> None:
    await house.say("ani", "lampu jalan mati di jl panjang depan sdn 01")
    house.channel().provider.script = [NotSent(Reaction.RECIPIENT_GONE, "30005")]
    await house.pause()
    (brief,) = await house.complaints()
    await house.act(brief.complaint.number, "forward", "dinas-bina-marga")
    await house.settle()
    assert house.heard("ani") == []
    assert ("forwarded", "cancelled", "unreachable") in await house.ledger()
    async with house.parts.database.read() as conn:
        assert await conn.scalar(select(address.c.state)) == "unusable"
    await house.say("ani", "STATUS")
    await house.settle()
    assert len(house.heard("ani")) == 1, "whoever writes can be reached"


@ON_SQLITE
async def test_a_retried_answer_does_not_count_against_itself(house: House) -> None:
    for _ in range(4):
        await ask_for_help(house)
        house.clock.forward(minutes=11)  # else the same words would not be said again
    assert len(house.heard("ani")) == 4
    house.channel().provider.script = [NotSent(Reaction.RETRY, "30001")] * 2
    await ask_for_help(house)
    for _ in range(2):
        house.clock.forward(seconds=90)
        await house.settle()
    assert len(house.heard("ani")) == 1
    assert [d.tries for d in await deliveries(house)] == [1, 1, 1, 1, 3]


async def test_news_that_was_undone_at_night_is_not_told_in_the_morning(house: House) -> None:
    await house.say("ani", "lampu jalan mati di jl panjang depan sdn 01")
    await house.pause()
    (brief,) = await house.complaints()
    number = brief.complaint.number
    await house.act(number, "forward", "dinas-bina-marga")
    await house.settle()
    house.clock.at = START.replace(hour=16)  # 23.00 in Jakarta
    await house.act(number, "finish", text="Lampu sudah menyala.")
    await house.settle()
    house.heard("ani")
    await house.say("ani", "BELUM")
    await house.settle()
    assert len(house.heard("ani")) == 1
    house.clock.forward(hours=8)
    await house.settle()
    assert house.heard("ani") == []
    assert ("finished", "superseded", "newer_news") in await house.ledger()


async def test_an_officers_long_words_are_shortened_to_what_the_channel_takes(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    await house.say("ani", "lampu jalan mati di jl panjang depan sdn 01")
    await house.pause()
    (brief,) = await house.complaints()
    house.heard("ani")
    most = house.channel().capabilities.max_chars
    long = "Regu memeriksa kabel di gardu. " * (most // 20)
    await house.act(brief.complaint.number, "process", text=long[:4000])
    await house.settle()
    (told,) = house.heard("ani")
    assert most * 0.9 < len(told) <= most
    assert "gardu..." in told


async def test_one_receipt_that_cannot_be_stops_no_other(house: House) -> None:
    await ask_for_help(house)
    await ask_for_help(house, "budi")
    first, second = await deliveries(house)
    await receipt(house, second.client_token, "delivered", provider_id=first.provider_id)
    await receipt(house, first.client_token, "delivered", provider_id=first.provider_id)
    await house.settle()
    assert [d.state for d in await deliveries(house)] == ["delivered", "delivered"]
    assert [d.provider_id for d in await deliveries(house)] == [
        first.provider_id,
        second.provider_id,
    ]


@ON_SQLITE
async def test_the_providers_stop_is_lifted_by_its_start_only(house: House) -> None:
    house.channel().provider.script = [NotSent(Reaction.OPTED_OUT, "21610")]
    await ask_for_help(house)
    await house.say("ani", "STATUS")
    await house.settle()
    assert house.heard("ani") == [], "writing to us does not lift the provider's stop"
    await house.deliver([{"id": "s", "type": "preference", "from": "ani", "stopped": False}])
    await house.settle()
    assert len(house.heard("ani")) == 2
    assert {state for _, state, _ in await house.ledger()} == {"told"}


@ON_SQLITE
async def test_whoever_writes_has_not_blocked_us_any_more(house: House) -> None:
    house.channel().provider.script = [NotSent(Reaction.BLOCKED, "63014")]
    await ask_for_help(house)
    await house.say("ani", "STATUS")
    await house.settle()
    assert len(house.heard("ani")) == 2


async def test_outside_the_window_only_the_latest_state_is_told_when_it_opens(
    house: House,
) -> None:
    await house.say("ani", REPORT, "window")
    await house.pause()
    house.heard("ani", "window")
    house.clock.forward(hours=30)
    (brief,) = await house.complaints()
    number = brief.complaint.number
    await house.act(number, "forward", "dinas-bina-marga")
    await house.act(number, "process")
    await house.settle()
    assert house.heard("ani", "window") == []
    assert [r for k, s, r in await house.ledger() if s == "held"] == ["window_closed"]
    await house.say("ani", "STATUS", "window")
    await house.settle()
    heard = house.heard("ani", "window")
    assert len(heard) == 2, heard
    assert "dikerjakan Dinas Bina Marga" in heard[0] + heard[1]
    told = [(k, s) for k, s, _ in await house.ledger() if k in {"forwarded", "processing"}]
    assert told == [("forwarded", "superseded"), ("processing", "told")]


async def test_a_window_that_turns_out_closed_later_holds_the_notice_again(house: House) -> None:
    await ask_for_help(house)
    (one,) = await deliveries(house)
    await receipt(house, one.client_token, "sent")
    await receipt(
        house, one.client_token, "failed", code="63016", reaction=Reaction.WINDOW_CLOSED.value
    )
    await house.settle()
    assert [d.state for d in await deliveries(house)] == ["failed"]
    assert await house.ledger() == [("help", "held", "window_closed")]


@ON_SQLITE
async def test_a_phone_that_is_off_gets_one_more_try_after_hours(house: House) -> None:
    house.clock.forward(hours=14)  # the morning, so that no quiet hours come between
    await ask_for_help(house)
    house.heard("ani")
    (one,) = await deliveries(house)
    off = {"code": "30003", "reaction": Reaction.RETRY_LATER.value}
    await receipt(house, one.client_token, "failed", **off)
    await house.settle()
    assert house.heard("ani") == []
    house.clock.forward(hours=4, minutes=1)
    await house.settle()
    assert len(house.heard("ani")) == 1
    second = (await deliveries(house))[1]
    await receipt(house, second.client_token, "failed", **off)
    await house.settle()
    house.clock.forward(hours=12)
    await house.settle()
    assert house.heard("ani") == []
    assert await house.ledger() == [("help", "failed", "given_up")]


async def test_paused_sending_holds_everything_and_resuming_tells_the_latest_once(
    house: House,
) -> None:
    await house.say("ani", REPORT)
    await house.pause()
    house.heard("ani")
    async with house.parts.database.write() as conn:
        await switch.stop(conn, None, "uji templat", house.clock(), house.parts.new_id)
    (brief,) = await house.complaints()
    await house.act(brief.complaint.number, "forward", "dinas-bina-marga")
    await house.settle()
    await house.act(brief.complaint.number, "process")
    await house.settle()
    assert house.heard("ani") == []
    held = [(k, r) for k, s, r in await house.ledger() if s == "held"]
    assert held == [("forwarded", "paused"), ("processing", "paused")]
    async with house.parts.database.write() as conn:
        await switch.go_on(conn, None, switch.Held.LATEST, house.clock())
    await house.settle()
    (told,) = house.heard("ani")
    assert "dikerjakan" in told


@ON_SQLITE
async def test_what_was_held_can_be_discarded(house: House) -> None:
    async with house.parts.database.write() as conn:
        await switch.stop(conn, "chat", "latihan", house.clock(), house.parts.new_id)
    await ask_for_help(house)
    async with house.parts.database.write() as conn:
        assert await switch.go_on(conn, "chat", switch.Held.DISCARD, house.clock()) == 1
        assert await switch.pauses(conn) == []
    await house.settle()
    assert house.heard("ani") == []
    assert await house.ledger() == [("help", "cancelled", "discarded")]


async def test_more_than_five_answers_an_hour_are_not_given(house: House) -> None:
    for word in ("BANTUAN", "STATUS", "PETUGAS", "MULAI", "BERHENTI", "BANTUAN"):
        await house.say("ani", word)
        await house.settle()
        house.clock.forward(minutes=2)
    assert len(house.heard("ani")) == 5
    assert (await house.ledger())[-1] == ("help", "cancelled", "answer_limit")


@ON_SQLITE
async def test_a_delivery_knows_its_segments_and_who_claimed_it(house: House) -> None:
    house.channel().provider.script = [Sent(ProviderId("x"), segments=2)]
    await ask_for_help(house)
    (one,) = await deliveries(house)
    assert (one.segments, one.claimed_by, one.automatic) == (1, "test", True)


async def test_a_slept_claim_is_not_sent(house: House) -> None:
    await house.say("ani", "BANTUAN")
    await house.worker.drain.once()
    await house.worker.sender.once()  # claims; the task has not run yet
    house.clock.forward(seconds=11)
    await house.worker.sender.finish(5)
    assert house.heard("ani") == []
    (one,) = await deliveries(house)
    assert (one.state, one.problem) == ("unknown", "this process slept")


@pytest.mark.parametrize(
    "late", [NotSent(Reaction.REJECTED, "30007"), NotSent(Reaction.RETRY, "x"), Unknown("x")]
)
async def test_a_process_that_slept_through_its_send_does_not_undo_what_another_did(
    sqlite_house: House, late: SendResult
) -> None:
    house = sqlite_house
    house.channel().provider.script = [NotSent(Reaction.RETRY, "x")]
    await ask_for_help(house)
    (tried,) = await deliveries(house)
    house.clock.forward(minutes=2)
    await house.worker.drain.once()
    await house.worker.sender.once()  # the second try is on its way
    slept = Finished(tried.id, tried.message_id, 1, late)
    async with house.parts.database.write() as conn:
        await settle(conn, [slept], house.clock(), 0.5)
    (second,) = await deliveries(house)
    assert (second.state, second.tries) == ("sending", 2), (
        "the answer to the first try says nothing"
    )
    await house.settle()
    async with house.parts.database.write() as conn:
        await settle(conn, [slept, replace(slept, tries=2)], house.clock(), 0.5)
    (done,) = await deliveries(house)
    assert done.state == "sent"
    assert {state for _, state, _ in await house.ledger()} == {"told"}
    assert len(house.heard("ani")) == 1


async def test_conversations_keep_what_the_provider_said(house: House) -> None:
    house.channel().provider.script = [NotSent(Reaction.OPTED_OUT, "21610")]
    await ask_for_help(house)
    async with house.parts.database.read() as conn:
        assert await conn.scalar(select(conversation.c.blocked_reason)) == "provider_stop"


async def test_in_a_rush_everybody_is_answered_before_anybody_gets_the_small_print(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    slots = house.parts.settings.limits.sending_slots
    for account in ("sms", "chat"):
        for k in range(2 * slots):
            await house.say(f"{account}-{k}", f"{REPORT} no {k}", account=account)
    while await house.worker.drain.once():
        pass
    house.clock.forward(seconds=4)
    await house.settle()
    sms = [m.text for _, m in house.channel("sms").provider.sent]
    assert len(sms) == 4 * slots
    assert all("diterima" in text for text in sms[: 2 * slots])
    assert all("pesan otomatis" in text for text in sms[2 * slots :])
    chat = [m.text for _, m in house.channel("chat").provider.sent]
    assert len(chat) == 2 * slots, "where there is room it is the foot of the receipt"
    assert all("diterima" in text and "pesan otomatis" in text for text in chat)


async def test_what_was_to_leave_with_what_another_worker_took_stays_due(house: House) -> None:
    await house.say("ani", REPORT, "chat")
    while await house.worker.drain.once():
        pass
    house.clock.forward(seconds=4)
    now, new_id = house.clock(), house.parts.new_id
    async with house.parts.database.read() as conn:
        due = await due_notices(conn, now, 9, (), true())
        book = await gather(conn, house.parts.keys, due, now)
    listener = book.listeners[due[0].conversation]
    assert [n.kind for n in due] == ["receipt", "introduction"]
    async with house.parts.database.write() as conn:
        alone = Plan([Outgoing(listener, tuple(due[:1]), "diterima")])
        assert len(await claim(conn, alone, "one", now, new_id)) == 1
    async with house.parts.database.write() as conn:
        both = Plan([Outgoing(listener, tuple(due), "diterima, pesan otomatis")])
        assert await claim(conn, both, "two", now, new_id) == []
    assert await house.ledger() == [("receipt", "assigned", ""), ("introduction", "due", "")]


async def test_a_text_that_cannot_be_made_stops_nobody_elses(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = sqlite_house
    write = Composer.write

    def broken(self: Composer, notice: DueNotice) -> str:
        if self.listener.address.value == "ani":
            raise KeyError("place")
        return write(self, notice)

    monkeypatch.setattr(Composer, "write", broken)
    await ask_for_help(house, "ani")
    await ask_for_help(house, "budi")
    assert len(house.heard("budi")) == 1
    assert house.heard("ani") == []
    assert await house.ledger() == [("help", "due", "unwritable"), ("help", "told", "")]
    monkeypatch.undo()
    house.clock.forward(minutes=11)
    await house.settle()
    assert len(house.heard("ani")) == 1
