"""The API, driven by the official client library."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from gateway.demo.provider import Channel, File, Status

SMS = "+12025550100"
WHATSAPP = "whatsapp:+12025550100"
CITIZEN = "+6281234567890"


# The client library still uses what aiohttp 3.14 calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:(BasicAuth|The 'auth' parameter) is deprecated")


async def refused_with(call) -> int:
    with pytest.raises(TwilioRestException) as caught:
        await call
    return caught.value.code


async def test_a_created_message_is_printed_as_the_api_prints_it(client, network, clock):
    network.timing = None
    made = await client.messages.create_async(to=CITIZEN, from_=SMS, body="Laporan diterima")
    assert made.sid.startswith("SM")
    assert len(made.sid) == 34
    assert (made.status, made.direction) == ("queued", "outbound-api")
    assert (made.num_segments, made.num_media) == ("1", "0")
    assert (made.error_code, made.error_message, made.price) == (None, None, None)
    assert made.date_created == clock.now.replace(microsecond=0)
    assert made.date_sent is None
    assert made.api_version == "2010-04-01"
    assert made.uri.endswith(f"/Messages/{made.sid}.json")
    assert made.subresource_uris["media"].endswith(f"/Messages/{made.sid}/Media.json")


async def test_segments_are_counted_as_the_networks_count(client):
    plain = await client.messages.create_async(to=CITIZEN, from_=SMS, body="a" * 161)
    emoji = await client.messages.create_async(to=CITIZEN, from_=SMS, body="🙏" * 36)
    assert (plain.num_segments, emoji.num_segments) == ("2", "2")


async def test_a_messaging_service_accepts_first_and_picks_the_sender_later(client, network):
    network.timing = None
    made = await client.messages.create_async(to=CITIZEN, messaging_service_sid="MG1", body="Halo")
    assert (made.status, made.from_, made.num_segments) == ("accepted", None, "0")
    network.move(made.sid, Status.SENT)
    sent = await client.messages(made.sid).fetch_async()
    assert (sent.status, sent.from_, sent.messaging_service_sid) == ("sent", SMS, "MG1")


async def test_the_synchronous_client_works_as_well(provider, account):
    client = Client(account.sid, account.auth_token)
    client.api.base_url = provider
    made = await asyncio.to_thread(client.messages.create, to=CITIZEN, from_=SMS, body="Halo")
    client.http_client.session.close()
    assert made.status == "queued"


async def test_an_api_key_opens_the_account_and_a_wrong_secret_does_not(provider, log_in):
    async with log_in(provider, "SK1", "key-secret") as client:
        assert (await client.messages.create_async(to=CITIZEN, from_=SMS, body="Halo")).sid
    async with log_in(provider, secret="wrong") as client:
        with pytest.raises(TwilioRestException) as caught:
            await client.messages.create_async(to=CITIZEN, from_=SMS, body="Halo")
    assert (caught.value.status, caught.value.code) == (401, 20003)


async def test_the_error_has_the_four_fields_of_the_real_one(provider, account):
    url = f"{provider}/2010-04-01/Accounts/{account.sid}/Messages.json"
    async with aiohttp.ClientSession() as session, session.post(url) as response:
        body = await response.json()
    assert response.status == 401
    assert body == {
        "code": 20003,
        "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }


async def test_a_refused_order_leaves_no_trace(client, network):
    call = client.messages.create_async(to="0812", from_=SMS, body="Halo")
    assert await refused_with(call) == 21211
    assert len(network.ledger) == 0


async def test_the_list_is_newest_first_and_leads_from_page_to_page(client, clock):
    sids = []
    for number in range(5):
        made = await client.messages.create_async(to=CITIZEN, from_=SMS, body=f"Pesan {number}")
        sids.insert(0, made.sid)
        clock.forward(seconds=1)
    first = await client.messages.page_async(to=CITIZEN, page_size=2)
    assert [m.sid for m in first] == sids[:2]
    # What is new does not push the following page.
    await client.messages.create_async(to=CITIZEN, from_=SMS, body="Sesudahnya")
    second = await first.next_page_async()
    assert [m.sid for m in second] == sids[2:4]
    third = await second.next_page_async()
    assert [m.sid for m in third] == sids[4:]
    assert third.next_page_url is None


async def test_the_list_keeps_its_filters_over_pages(client, clock, network):
    await client.messages.create_async(to="+6289999999999", from_=SMS, body="lain")
    start = clock.now
    for number in range(3):
        await client.messages.create_async(to=CITIZEN, from_=SMS, body=f"Pesan {number}")
    await network.write(CITIZEN, "dari warga", to=SMS)
    clock.forward(minutes=5)
    await client.messages.create_async(to=CITIZEN, from_=SMS, body="terlambat")
    found = await client.messages.list_async(
        to=CITIZEN,
        from_=SMS,
        date_sent_after=start,
        date_sent_before=start + timedelta(minutes=1),
        page_size=1,
    )
    assert [m.body for m in found] == ["Pesan 2", "Pesan 1", "Pesan 0"]


async def test_what_phones_wrote_is_found_by_our_number(client, network):
    await network.write(CITIZEN, "Ada banjir di RW 05", to=SMS)
    await client.messages.create_async(to=CITIZEN, from_=SMS, body="Diterima")
    (found,) = await client.messages.list_async(to=SMS)
    assert (found.direction, found.status, found.body) == (
        "inbound",
        "received",
        "Ada banjir di RW 05",
    )


async def test_a_page_token_of_a_forgotten_message_is_refused(client, provider, account):
    headers = {"Authorization": aiohttp.encode_basic_auth(account.sid, account.auth_token)}
    url = f"{provider}/2010-04-01/Accounts/{account.sid}/Messages.json"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(url, params={"PageToken": "PASM404"}) as response,
    ):
        assert response.status == 400


async def test_an_unknown_message_is_404(client):
    assert await refused_with(client.messages("SM404").fetch_async()) == 20404


async def test_media_is_listed_fetched_over_a_redirect_and_deleted(client, provider, network):
    photo = File("image/jpeg", b"\xff\xd8jpeg")
    (message,) = await network.write(CITIZEN, "Foto", to=SMS, files=[photo, photo])
    first, _ = listed = await client.messages(message.sid).media.list_async()
    assert [item.content_type for item in listed] == ["image/jpeg", "image/jpeg"]
    url = provider + first.uri.removesuffix(".json")
    auth = aiohttp.encode_basic_auth(network.account.sid, network.account.auth_token)
    headers = {"Authorization": auth}
    async with aiohttp.ClientSession() as session:
        async with session.get(url, allow_redirects=False) as denied:
            assert denied.status == 401
        async with session.get(url, headers=headers, allow_redirects=False) as redirect:
            assert redirect.status == 307
        # Storage asks for nothing.
        async with session.get(redirect.headers["Location"]) as stored:
            assert stored.content_type == "image/jpeg"
            assert await stored.read() == photo.content
        assert await client.messages(message.sid).media(first.sid).delete_async()
        async with session.get(url, headers=headers) as gone:
            assert gone.status == 404
        async with session.get(redirect.headers["Location"]) as gone:
            assert gone.status == 404
    assert len(await client.messages(message.sid).media.list_async()) == 1


async def test_only_so_many_messages_are_kept(network, provider, log_in):
    network.ledger._keep_last = 3
    await network.write(CITIZEN, "", to=SMS, files=[File("image/png", b"png")])
    async with log_in(provider) as client:
        for number in range(3):
            await client.messages.create_async(to=CITIZEN, from_=SMS, body=str(number))
        assert [m.body for m in await client.messages.list_async()] == ["2", "1", "0"]
    assert [m.body for m in network.conversation(CITIZEN, Channel.SMS)] == ["0", "1", "2"]
    assert network.ledger._media == network.ledger._stored == {}
