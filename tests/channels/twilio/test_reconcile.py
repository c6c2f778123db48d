"""Asking Twilio what it sent and received, against a real server."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from channels.contract import FoundSent, Listing, Raw, SentQuery
from channels.errors import ChannelError
from channels.twilio.reconcile import MAX_PAGES
from core.messages import Address, InboundMessage, ProviderId
from tests.channels.twilio.server import (
    ACCOUNT,
    CITIZEN,
    OUR_NUMBER,
    FakeTwilio,
    answer,
    late,
    resource,
)

TEXT = "Laporan JK2611200112 sedang diproses."
LEFT_AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
QUERY = SentQuery(Address("tel:e164", CITIZEN), TEXT, LEFT_AT)

FOUND = FoundSent(Listing.FOUND, ProviderId("SM1"))
ABSENT = FoundSent(Listing.ABSENT)
UNCLEAR = FoundSent(Listing.UNCLEAR)


def sent(sid: str = "SM1", body: str | None = TEXT, minutes: float = 0, **more: Any) -> dict:
    return resource(sid, body or "", at=LEFT_AT + timedelta(minutes=minutes), **more)


# --- find_sent ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("messages", "known", "expected"),
    [
        ([], (), ABSENT),
        ([sent()], (), FOUND),
        ([sent(status="queued", date_sent=None)], (), FOUND),
        ([sent(status="failed", error_code=30003)], (), FOUND),
        ([sent(minutes=-1)], (), FOUND),
        ([sent(minutes=-5)], (), ABSENT),
        ([sent(body=TEXT + " ")], (), ABSENT),
        ([sent("SM2", "Kabar lain"), sent()], (), FOUND),
        ([sent()], ("SM1",), ABSENT),
        ([sent("SM2"), sent()], ("SM2",), FOUND),
        ([sent("SM2", minutes=-60), sent("SM3", minutes=-90)], (), ABSENT),
        ([sent(body=None)], (), UNCLEAR),
        ([sent(body=None)], ("SM1",), ABSENT),
        ([sent("SM2", None), sent()], (), FOUND),
        ([sent(to="+6281200000002")], (), ABSENT),
        ([sent(**{"from": "+12025550199"})], (), ABSENT),
        ([sent(date_created=None)], (), UNCLEAR),
        ([sent(date_created="yesterday")], (), UNCLEAR),
    ],
)
async def test_a_message_is_found_by_recipient_words_and_time(
    twilio: FakeTwilio,
    make: Any,
    messages: list[dict[str, Any]],
    known: Sequence[str],
    expected: FoundSent,
) -> None:
    twilio.messages = messages
    query = SentQuery(QUERY.to, TEXT, LEFT_AT, frozenset(map(ProviderId, known)))
    assert await make(twilio.url).find_sent(query) == expected


async def test_the_question_filters_by_sender_and_recipient_and_never_by_date(
    twilio: FakeTwilio, make: Any
) -> None:
    await make(twilio.url).find_sent(QUERY)
    (asked,) = twilio.requests
    assert asked.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert asked.query == {"To": CITIZEN, "From": OUR_NUMBER, "PageSize": "200"}


async def test_a_messaging_service_may_have_used_any_sender(twilio: FakeTwilio, make: Any) -> None:
    twilio.messages = [sent(**{"from": "+12025550199"})]
    assert await make(twilio.url, messaging_service_sid="MG1").find_sent(QUERY) == FOUND


async def test_a_whatsapp_message_is_found_under_its_prefix(twilio: FakeTwilio, make: Any) -> None:
    there = {"to": f"whatsapp:{CITIZEN}", "from": f"whatsapp:{OUR_NUMBER}"}
    twilio.messages = [sent(**there)]
    query = SentQuery(Address("wa:phone", CITIZEN), TEXT, LEFT_AT)
    assert await make(twilio.url, "twilio-whatsapp").find_sent(query) == FOUND


async def test_the_person_saying_our_words_is_not_us(twilio: FakeTwilio, make: Any) -> None:
    twilio.messages = [sent(direction="inbound", to=CITIZEN, **{"from": OUR_NUMBER})]
    assert await make(twilio.url).find_sent(QUERY) == ABSENT


async def test_pages_are_turned_until_the_list_is_older_than_the_message(
    twilio: FakeTwilio, make: Any
) -> None:
    twilio.page_size = 1
    recent = [sent(f"SM1{n}", "lain", minutes=9 - n) for n in range(4)]
    old = [sent(f"SM2{n}", TEXT, minutes=-60 - n) for n in range(90)]
    twilio.messages = recent + old
    assert await make(twilio.url).find_sent(QUERY) == ABSENT
    assert len(twilio.requests) == 5
    twilio.messages = [*recent, sent(), *old]
    assert await make(twilio.url).find_sent(QUERY) == FOUND


async def test_a_list_that_does_not_reach_far_enough_proves_nothing(
    twilio: FakeTwilio, make: Any
) -> None:
    twilio.page_size = 1
    twilio.messages = [sent(f"SM{n}", "lain", minutes=9) for n in range(MAX_PAGES + 1)]
    assert await make(twilio.url).find_sent(QUERY) == UNCLEAR


@pytest.mark.parametrize(
    "reply",
    [
        answer(500, {"code": 20500}),
        answer(401, {"code": 20003}),
        answer(200, "<html>"),
        answer(200, "[" * 99_999),
        answer(200, {"no": 1, "list": 2}),
        answer(200, {"messages": [5], "next_page_uri": None}),
        answer(200, []),
        late(0.2),
    ],
)
async def test_without_a_readable_list_nothing_is_known(
    twilio: FakeTwilio, make: Any, reply: Any
) -> None:
    twilio.script = [reply]
    assert await make(twilio.url, send_timeout_s=0.1).find_sent(QUERY) == UNCLEAR


async def test_without_a_connection_nothing_is_known(make: Any, closed_port: int) -> None:
    assert await make(f"http://127.0.0.1:{closed_port}").find_sent(QUERY) == UNCLEAR


# --- list_inbound ------------------------------------------------------------------------------

SINCE = LEFT_AT - timedelta(hours=1)
UNTIL = LEFT_AT + timedelta(hours=1)


def came(sid: str, body: str = "halo", minutes: float = 0, **more: Any) -> dict[str, Any]:
    at = LEFT_AT + timedelta(minutes=minutes)
    return resource(sid, body, at=at, direction="inbound", **more)


def read(channel: Any, raws: Sequence[Raw]) -> list[InboundMessage]:
    return [event for raw in raws for event in channel.parse(raw)]


async def test_missed_messages_come_oldest_first_and_read_like_the_webhook(
    twilio: FakeTwilio, make: Any
) -> None:
    twilio.messages = [came("SM0003", "kabar?", 7), came("SM0002", "Jl. Melati", 5)]
    channel = make(twilio.url)
    raws = await channel.list_inbound(SINCE, UNTIL)
    assert [raw.via for raw in raws] == ["list", "list"]
    first, second = read(channel, raws)
    assert (first.event_key, first.text) == ("SM0002", "Jl. Melati")
    assert first.sender == Address("tel:e164", CITIZEN)
    assert first.sent_at == LEFT_AT + timedelta(minutes=5)
    assert second.event_key == "SM0003"


async def test_a_message_listed_again_has_the_same_bytes(twilio: FakeTwilio, make: Any) -> None:
    channel = make(twilio.url)
    twilio.messages = [came("SM0001", status="receiving")]
    (before,) = await channel.list_inbound(SINCE, UNTIL)
    twilio.messages = [came("SM0001", status="received", price="-0.0075", price_unit="USD")]
    (after,) = await channel.list_inbound(SINCE - timedelta(hours=1), UNTIL)
    assert channel.dedup_key(before) == channel.dedup_key(after)


async def test_the_question_is_put_in_utc_for_each_of_our_numbers(
    twilio: FakeTwilio, make: Any
) -> None:
    jakarta = timezone(timedelta(hours=7))
    channel = make(twilio.url, own_numbers=["+12025550199"])
    await channel.list_inbound(SINCE.astimezone(jakarta), UNTIL.astimezone(jakarta))
    assert [request.query["To"] for request in twilio.requests] == [OUR_NUMBER, "+12025550199"]
    assert {request.query["DateSent>"] for request in twilio.requests} == {"2026-11-20T02:00:00Z"}
    assert {request.query["DateSent<"] for request in twilio.requests} == {"2026-11-21T04:00:00Z"}


async def test_only_what_people_sent_in_that_time_is_listed(twilio: FakeTwilio, make: Any) -> None:
    twilio.messages = [
        came("SM0004", minutes=61),
        came("SM0003", minutes=60),
        resource("SM0009", "dari kami", to=OUR_NUMBER),
        came("SM0002", minutes=-60),
        came("SM0001", minutes=-61),
    ]
    channel = make(twilio.url)
    found = read(channel, await channel.list_inbound(SINCE, UNTIL))
    assert [message.event_key for message in found] == ["SM0002", "SM0003"]


async def test_media_are_listed_under_the_address_that_the_webhook_gives(
    twilio: FakeTwilio, make: Any
) -> None:
    uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM0001/Media/ME0001"
    twilio.messages = [came("MM0001", "", num_media="1"), came("MM0002", "foto", num_media="1")]
    twilio.media = {"MM0001": [{"uri": f"{uri}.json", "content_type": "image/jpeg"}]}
    channel = make(twilio.url)
    photo, deleted = read(channel, await channel.list_inbound(SINCE, UNTIL))
    (attachment,) = photo.attachments
    assert attachment.source == twilio.url + uri
    assert attachment.claimed_type == "image/jpeg"
    assert deleted.attachments == ()


async def test_one_odd_message_does_not_spoil_the_list(twilio: FakeTwilio, make: Any) -> None:
    twilio.messages = [came("SM0002", "putus \ud83c\0"), came("SM0001", "🌊")]
    channel = make(twilio.url)
    found = read(channel, await channel.list_inbound(SINCE, UNTIL))
    assert [message.text for message in found] == ["🌊", "putus \ufffd"]


async def test_a_service_without_named_numbers_lists_what_belongs_to_it(
    twilio: FakeTwilio, make: Any
) -> None:
    twilio.messages = [
        came("SM0002", messaging_service_sid="MG1", to="+12025550199"),
        came("SM0001", messaging_service_sid="MG2"),
    ]
    channel = make(twilio.url, messaging_service_sid="MG1", **{"from": None})
    found = read(channel, await channel.list_inbound(SINCE, UNTIL))
    assert [message.event_key for message in found] == ["SM0002"]


async def test_a_sender_that_is_only_a_name_received_nothing(twilio: FakeTwilio, make: Any) -> None:
    assert await make(twilio.url, **{"from": "PemprovDKI"}).list_inbound(SINCE, UNTIL) == []
    assert twilio.requests == []


async def test_whatsapp_is_listed_under_its_prefix(twilio: FakeTwilio, make: Any) -> None:
    there = {"from": "whatsapp:ID.1349120865530274", "to": f"whatsapp:{OUR_NUMBER}"}
    twilio.messages = [came("SM0002", **there), came("SM0001")]
    channel = make(twilio.url, "twilio-whatsapp")
    (message,) = read(channel, await channel.list_inbound(SINCE, UNTIL))
    assert message.sender == Address("wa:user", "ID.1349120865530274")


async def test_a_list_with_holes_is_no_list(twilio: FakeTwilio, make: Any) -> None:
    twilio.page_size = 1
    twilio.messages = [came(f"SM{n:04}") for n in range(MAX_PAGES + 1)]
    with pytest.raises(ChannelError, match="shorter span"):
        await make(twilio.url).list_inbound(SINCE, UNTIL)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ([answer(500, {"code": 20500, "message": CITIZEN})], "HTTP 500, code 20500"),
        ([answer(200, "<html>")], "unreadable"),
        ([answer(200, {"messages": [came("SM1", num_media="1")]}), answer(503)], "HTTP 503"),
        ([late(0.2)], "timeout"),
    ],
)
async def test_a_list_that_was_not_to_be_had_is_an_error_that_names_nobody(
    twilio: FakeTwilio, make: Any, script: list[Any], message: str
) -> None:
    twilio.script = script
    with pytest.raises(ChannelError, match=message) as caught:
        await make(twilio.url, send_timeout_s=0.1).list_inbound(SINCE, UNTIL)
    assert CITIZEN not in f"{caught.value!r}"
