"""Receipts, and sends of which nobody knows whether they went out."""

from typing import Any

from sqlalchemy import update

from channels.contract import FoundSent, Listing, SentQuery, Unknown
from core.messages import Reaction
from gateway.outbound.notices import Class
from gateway.outbound.reconcile import Reconciliation, policy
from gateway.tables import delivery
from tests.gateway.sending import ask_for_help, deliveries, receipt
from tests.house import START, House

REPORT = "lampu jalan mati di jl panjang depan sdn 01"


async def test_receipts_move_forward_only(house: House) -> None:
    await ask_for_help(house)
    (one,) = await deliveries(house)
    for status in ("read", "sent", "delivered", "read"):
        await receipt(house, one.client_token, status, id=f"{status}-{house.parts.new_id()}")
        await house.settle()
    late = {"reaction": Reaction.REJECTED.value, "code": "30004"}
    await receipt(house, one.client_token, "failed", **late)
    await house.settle()
    (one,) = await deliveries(house)
    assert one.state == "read", "what was read did not fail"


async def test_a_receipt_before_our_own_commit_names_its_delivery(house: House) -> None:
    house.channel().provider.script = [Unknown("cut")]
    await ask_for_help(house)
    (one,) = await deliveries(house)
    assert one.state == "unknown"
    await receipt(house, one.client_token, "sent", provider_id="late-name")
    await house.settle()
    (one,) = await deliveries(house)
    assert (one.state, one.provider_id) == ("sent", "late-name")
    assert await house.ledger() == [("help", "told", "")]


async def test_a_receipt_for_nothing_of_ours_is_kept_with_a_word(house: House) -> None:
    await receipt(house, "nobody", "sent")
    await house.settle()
    assert await house.outcomes() == ["receipt"]


def reconciliation(house: House) -> Reconciliation:
    p = house.parts
    return Reconciliation(p.database, p.keys, p.lines, p.clock)


async def test_an_unknown_send_that_the_provider_lists_was_sent(house: House) -> None:
    provider = house.channel().provider
    await ask_for_help(house)
    (sent,) = await deliveries(house)
    async with house.parts.database.write() as conn:
        await conn.execute(
            update(delivery).values(state="sending", provider_id=None, settle_by=house.clock())
        )
    house.clock.forward(seconds=21)
    assert await house.worker.sender.recover() == 1
    assert await reconciliation(house).once() == 1
    (one,) = await deliveries(house)
    assert (one.state, one.provider_id) == ("sent", provider.sent[0][0])
    assert len(provider.sent) == 1, "nothing was repeated"
    assert sent.client_token == one.client_token


async def test_an_unknown_send_that_the_provider_does_not_list_goes_out_once_more(
    house: House,
) -> None:
    house.channel().provider.script = [Unknown("timeout")]
    await ask_for_help(house)
    house.clock.forward(seconds=6)
    await reconciliation(house).once()
    (one,) = await deliveries(house)
    assert one.state == "unknown", "a list may show it late"
    house.clock.forward(seconds=30)
    await reconciliation(house).once()
    await house.settle()
    assert len(house.heard("ani")) == 1
    (one,) = await deliveries(house)
    assert (one.state, one.tries) == ("sent", 2)


async def test_an_answer_about_an_earlier_try_says_nothing_of_the_next(
    house: House, monkeypatch: Any
) -> None:
    channel = house.channel()
    channel.provider.script = [Unknown("timeout"), Unknown("timeout")]
    await ask_for_help(house)
    house.clock.forward(seconds=30)
    find_sent = channel.find_sent

    async def slow(query: SentQuery) -> FoundSent:
        absent = await find_sent(query)
        monkeypatch.undo()
        assert await reconciliation(house).once() == 1, "another worker is faster"
        await house.settle()
        return absent

    monkeypatch.setattr(channel, "find_sent", slow)
    await reconciliation(house).once()
    (one,) = await deliveries(house)
    assert (one.state, one.tries) == ("unknown", 2), "it would have been sent a third time"


async def test_the_same_words_sent_before_are_not_taken_for_the_unknown_send(
    house: House,
) -> None:
    await ask_for_help(house)
    house.clock.forward(minutes=11)
    house.channel().provider.script = [Unknown("timeout")]
    await ask_for_help(house)
    house.clock.forward(seconds=36)
    await reconciliation(house).once()
    await house.settle()
    assert len(house.heard("ani")) == 2, "the first one's entry in the list is its own"


async def test_a_provider_that_cannot_be_asked_is_asked_again_then_the_policy_decides(
    house: House, monkeypatch: Any
) -> None:
    await house.say("ani", REPORT)
    await house.pause()
    house.heard("ani")
    channel = house.channel()
    channel.provider.script = [Unknown("timeout")]

    async def unclear(query: object) -> FoundSent:
        return FoundSent(Listing.UNCLEAR)

    monkeypatch.setattr(channel, "find_sent", unclear)
    (brief,) = await house.complaints()
    await house.act(brief.complaint.number, "process")
    await house.settle()
    for _ in range(60):
        house.clock.forward(hours=2)
        await reconciliation(house).once()
    assert ("processing", "held", "unsettled") in await house.ledger()
    assert house.heard("ani") == [], "news is never told twice"


def test_what_nobody_can_tell_about_is_repeated_only_where_silence_is_worse() -> None:
    assert policy(int(Class.EMERGENCY), START).again_at == START
    assert policy(int(Class.ANSWER), START).again_at == START
    assert policy(int(Class.NEWS), START).notices == "held"


async def test_while_one_is_in_flight_or_unknown_the_next_one_waits(house: House) -> None:
    house.channel().provider.script = [Unknown("timeout")]
    await ask_for_help(house)
    await house.say("ani", "STATUS")
    await house.settle()
    assert house.heard("ani") == []
    (one,) = await deliveries(house)
    await receipt(house, one.client_token, "sent", provider_id="x")
    await house.settle()
    assert len(house.heard("ani")) == 1
    states = [s for _, s, _ in await house.ledger()]
    assert states == ["told", "told"]


async def test_an_emergency_does_not_wait_behind_an_unknown_send(house: House) -> None:
    house.channel().provider.script = [Unknown("timeout")]
    await ask_for_help(house)
    await house.say("ani", "TOLONG rumah saya kebakaran sekarang ada anak di dalam")
    await house.settle()
    assert "112 SEKARANG" in house.heard("ani")[0]
