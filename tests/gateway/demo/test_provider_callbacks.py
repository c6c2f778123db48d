"""Outbound messages on their way: statuses, receipts and what keeps a message from arriving."""

import asyncio
from dataclasses import replace

import pytest

from gateway.demo.provider import Channel, Message, Network, Order, Phone, SharedKey, Status, Timing

SMS = "+12025550100"
WHATSAPP = "whatsapp:+12025550100"
CITIZEN = "+6281234567890"
ON_WHATSAPP = f"whatsapp:{CITIZEN}"


@pytest.fixture
async def network(network):
    yield network
    await network.close()


@pytest.fixture
def send(network, hook):
    """Order a message as the API does."""

    def order(body: str = "Laporan diterima", to: str = CITIZEN, **fields) -> Message:
        sender = WHATSAPP if to.startswith("whatsapp:") else SMS
        url = f"{hook.base}/status/token-1?a=%2B1&b="
        made = network.order(Order(to=to, sender=sender, body=body, callback_url=url, **fields))
        assert isinstance(made, Message)
        return made

    return order


async def test_an_sms_is_sent_then_delivered_and_never_read(send, hook, network):
    made = send()
    await network.settle()
    assert hook.statuses() == ["sent", "delivered"]
    delivered = network.ledger.find(made.sid)
    assert (delivered.status, delivered.on_phone) == (Status.DELIVERED, True)


async def test_a_receipt_is_signed_over_the_exact_address_and_every_field(send, hook, network):
    made = send()
    sent, delivered = await hook.wait_for(2)
    assert sent.url == f"{hook.base}/status/token-1?a=%2B1&b="
    assert sent.is_signed()
    assert not sent.is_signed("another token")
    assert sent.form == {
        "SmsSid": made.sid,
        "SmsStatus": "sent",
        "MessageStatus": "sent",
        "To": CITIZEN,
        "MessageSid": made.sid,
        "AccountSid": network.account.sid,
        "From": SMS,
        "ApiVersion": "2010-04-01",
    }
    assert delivered.form["RawDlrDoneDate"] == "2611200300"


async def test_a_shared_key_signs_in_place_of_the_token(send, hook, reconfigure):
    reconfigure(shared_key=SharedKey("webhooks_sharedkey_1", "shared secret"))
    send()
    (post, *_) = await hook.wait_for(1)
    assert post.headers["X-Twilio-Webhooks-Signature-Settings"] == (
        "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    )
    assert post.is_signed("shared secret")
    assert not post.is_signed()


async def test_whatsapp_is_read_where_the_phone_says_so(send, hook, network):
    await network.write(CITIZEN, "Halo", to=WHATSAPP)
    hook.posts.clear()
    send(to=ON_WHATSAPP)
    await network.settle()
    assert hook.statuses() == ["sent", "delivered", "read"]
    assert hook.posts[-1].form["EventType"] == "READ"
    network.set_phone(Phone(CITIZEN, read_receipts=False))
    send(to=ON_WHATSAPP)
    await network.settle()
    assert hook.statuses()[3:] == ["sent", "delivered"]


async def test_without_a_reading_pace_opening_the_chat_reads(send, hook, network):
    network.timing = Timing(0, 0, None)
    await network.write(CITIZEN, "Halo", to=WHATSAPP)
    hook.posts.clear()
    send(to=ON_WHATSAPP)
    await network.settle()
    assert hook.statuses() == ["sent", "delivered"]
    network.open_chat(CITIZEN)
    network.open_chat(CITIZEN)
    await network.settle()
    assert hook.statuses() == ["sent", "delivered", "read"]


async def test_free_text_outside_the_window_fails_after_it_was_accepted(send, hook, network, clock):
    await network.write(CITIZEN, "Halo", to=WHATSAPP)
    clock.forward(hours=24)
    hook.posts.clear()
    made = send(to=ON_WHATSAPP)
    assert made.status is Status.QUEUED
    await network.settle()
    (failed,) = hook.posts
    assert (failed.form["MessageStatus"], failed.form["ErrorCode"]) == ("failed", "63016")
    assert not network.ledger.find(made.sid).on_phone
    send("", to=ON_WHATSAPP, content_sid="HX1", content_variables='{"1": "JK1"}')
    await network.settle()
    assert hook.statuses() == ["failed", "sent", "delivered", "read"]


async def test_the_window_is_open_for_24_hours_and_per_sender(network, clock):
    await network.write(CITIZEN, "Halo", to=WHATSAPP)
    clock.forward(hours=23, minutes=59)
    assert network.window_open(CITIZEN, WHATSAPP)
    assert not network.window_open(CITIZEN, "whatsapp:+6221")


@pytest.mark.parametrize(
    ("phone", "to", "status", "code"),
    [
        (Phone(CITIZEN, blocked=frozenset({WHATSAPP})), ON_WHATSAPP, "failed", "63014"),
        (Phone(CITIZEN, has_whatsapp=False), ON_WHATSAPP, "failed", "63024"),
        (Phone(CITIZEN, blocked=frozenset({SMS})), CITIZEN, "undelivered", "30004"),
    ],
)
async def test_a_phone_that_cannot_be_reached_says_why(
    send, hook, network, phone, to, status, code
):
    await network.write(CITIZEN, "Halo", to=WHATSAPP)
    network.set_phone(phone)
    hook.posts.clear()
    send(to=to)
    await network.settle()
    assert [(p.form["MessageStatus"], p.form["ErrorCode"]) for p in hook.posts] == [(status, code)]


async def test_a_phone_that_is_off_gets_it_when_it_is_on_again(send, hook, network):
    network.set_phone(Phone(CITIZEN, switched_on=False))
    made = send()
    await hook.wait_for(1)
    await asyncio.sleep(0.02)
    assert network.ledger.find(made.sid).status is Status.SENT
    network.set_phone(replace(network.phone(CITIZEN), switched_on=True))
    await network.settle()
    assert hook.statuses() == ["sent", "delivered"]


async def test_a_slow_webhook_holds_up_receipts_but_no_message(account, hook):
    hook.pace_s = 0.03
    network = Network(account, timing=Timing(0, 0, 0), concurrency=2)
    callback = f"{hook.base}/status"
    for _ in range(4):
        network.order(Order(to=CITIZEN, sender=SMS, body="Halo", callback_url=callback))
    await hook.wait_for(2)
    assert {m.status for m in network.conversation(CITIZEN, Channel.SMS)} == {Status.DELIVERED}
    await network.settle()
    assert (len(hook.posts), hook.most_at_once) == (8, 2)
    await network.close()


async def test_without_a_callback_address_the_message_travels_all_the_same(network, hook):
    network.order(Order(to=CITIZEN, sender=SMS, body="Halo"))
    await network.settle()
    (message,) = network.conversation(CITIZEN, Channel.SMS)
    assert message.status is Status.DELIVERED
    assert hook.posts == []


async def test_a_receipt_that_nobody_takes_is_an_alert(network):
    nobody = "http://127.0.0.1:9/status"
    made = network.order(Order(to=CITIZEN, sender=SMS, body="Halo", callback_url=nobody))
    await network.settle()
    assert [(a.code, a.message_sid, a.url) for a in network.alerts] == [
        (11205, made.sid, nobody)
    ] * 2
