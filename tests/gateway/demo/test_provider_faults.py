"""A provider that misbehaves, seen by the official client and by the webhook."""

import asyncio

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException

from gateway.demo.provider import Channel, File, On, Rule
from gateway.demo.provider.faults import (
    Answer,
    Cut,
    Delay,
    Double,
    Drop,
    Fault,
    Late,
    Swap,
    Undeliverable,
)

SMS = "+12025550100"
WHATSAPP = "whatsapp:+12025550100"
CITIZEN = "+6281234567890"

# The client library still uses what aiohttp 3.14 calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:(BasicAuth|The 'auth' parameter) is deprecated")


@pytest.fixture
def create(client, hook):
    """Send through the client, with a callback address."""

    def call(body: str = "Halo", to: str = CITIZEN):
        url = f"{hook.base}/status"
        return client.messages.create_async(to=to, from_=SMS, body=body, status_callback=url)

    return call


def bodies(network) -> list[str]:
    return [message.body for message in network.conversation(CITIZEN, Channel.SMS)]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Answer(429, 20429, retry_after=2), 429, 20429),
        (Answer(500, 20500), 500, 20500),
        (Answer(503), 503, 503),
        (Answer(400, 21614), 400, 21614),
    ],
)
async def test_a_call_is_refused_and_not_handled(create, network, fault, status, code):
    network.faults.add(On.CREATE, fault)
    with pytest.raises(TwilioRestException) as caught:
        await create()
    assert (caught.value.status, caught.value.code) == (status, code)
    assert bodies(network) == []
    assert (await create()).status == "queued"


async def test_retry_after_and_garbage_are_on_the_wire(provider, network, account):
    network.faults.set([Rule(On.CREATE, Answer(429, 20429, 2), times=1), Rule(On.CREATE, Answer())])
    url = f"{provider}/2010-04-01/Accounts/{account.sid}/Messages.json"
    headers = {"Authorization": aiohttp.encode_basic_auth(account.sid, account.auth_token)}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.post(url) as response:
            assert response.headers["Retry-After"] == "2"
        async with session.post(url) as response:
            assert response.content_type == "text/html"


async def test_a_refusal_can_concern_one_recipient(create, network):
    network.faults.add(On.CREATE, Answer(400, 21612), to="+6289999999999", times=None)
    assert (await create()).sid
    with pytest.raises(TwilioRestException):
        await create(to="+6289999999999")


@pytest.mark.parametrize(("handled", "kept"), [(False, []), (True, ["Halo"])])
async def test_the_connection_breaks_before_or_after_handling(create, network, handled, kept):
    network.faults.add(On.CREATE, Cut(handled=handled))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await create()
    assert bodies(network) == kept


async def test_a_call_can_be_handled_late(create, network):
    network.faults.add(On.CREATE, Delay(1))
    creating = asyncio.create_task(create())
    await asyncio.sleep(0.05)
    assert bodies(network) == []
    assert (await creating).status == "queued"


async def test_a_call_can_be_handled_at_once_and_answered_late(create, network):
    network.faults.add(On.CREATE, Delay(1, handled=True))
    with network.subscribe() as updates:
        creating = asyncio.create_task(create())
        await updates.get()
    assert not creating.done()
    creating.cancel()
    assert bodies(network) == ["Halo"]


async def test_a_receipt_can_come_before_the_answer(create, network, hook):
    network.faults.add(On.CREATE, Delay(1, handled=True))
    creating = asyncio.create_task(create())
    await hook.wait_for(1)
    assert not creating.done()
    assert hook.posts[0].form["MessageSid"] == (await creating).sid


async def test_the_list_can_be_down_while_sending_works(create, client, network):
    network.faults.add(On.LIST, Answer(), times=None)
    assert (await create()).sid
    with pytest.raises(Exception, match="Unable to fetch page"):
        await client.messages.list_async()


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        (Drop(), ["delivered"]),
        (Double(), ["sent", "sent", "delivered"]),
        (Late(0.6), ["delivered", "sent"]),
        (Swap(), ["delivered", "sent"]),
    ],
)
async def test_receipts_are_lost_doubled_or_out_of_order(create, network, hook, fault, statuses):
    network.faults.add(On.CALLBACK, fault)
    await create()
    await network.settle()
    assert hook.statuses() == statuses
    assert all(post.is_signed() for post in hook.posts)


async def test_a_receipt_that_is_held_back_leaves_at_the_end(create, network, hook):
    network.faults.set([Rule(On.CALLBACK, Swap(), skip=1)])
    await create()
    await network.settle()
    assert hook.statuses() == ["sent", "delivered"]


async def test_a_message_can_fail_late(create, network, hook):
    network.faults.add(On.DELIVERY, Undeliverable(30003))
    await create()
    await network.settle()
    assert hook.statuses() == ["sent", "undelivered"]
    assert hook.posts[1].form["ErrorCode"] == "30003"


@pytest.mark.parametrize(
    ("fault", "order"), [(Drop(), [1, 2]), (Double(), [0, 0, 1, 2]), (Swap(), [1, 0, 2])]
)
async def test_incoming_messages_meet_the_same_faults(network, hook, fault: Fault, order):
    network.faults.add(On.WEBHOOK, fault)
    photos = [File("image/jpeg", bytes([n])) for n in range(3)]
    sent = await network.write(CITIZEN, to=WHATSAPP, files=photos)
    await network.close()
    expected = [sent[index].sid for index in order]
    assert [post.form["MessageSid"] for post in hook.posts] == expected
