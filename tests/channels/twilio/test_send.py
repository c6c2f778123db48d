"""Sending, against a real server: each answer, and each way of not getting one."""

import asyncio
import json
import logging
import socket
from dataclasses import replace
from typing import Any

import pytest

from channels.contract import NotSent, Sent, Unknown
from core.messages import Address, Attachment, OutboundMessage, ProviderId, Reaction, Template
from tests.channels.twilio.server import (
    ACCOUNT,
    CITIZEN,
    OUR_NUMBER,
    TOKEN,
    FakeTwilio,
    answer,
    cut_before_answer,
    cut_within_answer,
    late,
)

MESSAGE = OutboundMessage(
    to=Address("tel:e164", CITIZEN),
    text="Laporan JK2611200112 sedang diproses.",
    token="d-1",
    callback_url="https://lapor.example/webhooks/sms?t=d-1",
)


async def test_a_message_is_posted_once_and_named_by_twilio(twilio: FakeTwilio, make: Any) -> None:
    result = await make(twilio.url).send(MESSAGE)
    assert result == Sent(ProviderId(f"SM{1:032x}"), segments=1)
    (post,) = twilio.requests
    assert post.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert post.login == (ACCOUNT, TOKEN)
    assert post.form == {
        "To": CITIZEN,
        "From": OUR_NUMBER,
        "Body": MESSAGE.text,
        "StatusCallback": MESSAGE.callback_url,
        "ValidityPeriod": "14400",
    }


SID = "HX" + "0a" * 16


async def test_a_template_is_sent_by_its_sid_and_without_text(
    twilio: FakeTwilio, make: Any
) -> None:
    templates = {"question": {"id": SID}}
    channel = make(twilio.url, connector="twilio-whatsapp", templates=templates)
    assert channel.capabilities.templates == {"question/id"}
    to = Address("wa:phone", CITIZEN)
    invited = Template("question/id", {"1": "JK2611200112"})
    await channel.send(replace(MESSAGE, to=to, template=invited))
    (post,) = twilio.posts
    assert (post.form["ContentSid"], "Body" in post.form) == (SID, False)
    assert json.loads(post.form["ContentVariables"]) == {"1": "JK2611200112"}
    unknown = replace(MESSAGE, to=to, template=Template("question/en", {}))
    assert await channel.send(unknown) == NotSent(Reaction.REJECTED, "no_template")
    assert len(twilio.posts) == 1


async def test_a_picture_goes_along_by_its_address(twilio: FakeTwilio, make: Any) -> None:
    channel = make(twilio.url, connector="twilio-whatsapp")
    assert channel.capabilities.media_out
    assert not make(twilio.url).capabilities.media_out, "MMS does not exist in Indonesia"
    to, address = Address("wa:phone", CITIZEN), "https://lapor.example/foto/1-2-3-4"
    await channel.send(replace(MESSAGE, to=to, media=(address,)))
    (post,) = twilio.posts
    assert (post.form["MediaUrl"], post.form["Body"]) == (address, MESSAGE.text)
    assert address not in repr(replace(MESSAGE, media=(address,)))


async def test_without_a_callback_address_none_is_given(twilio: FakeTwilio, make: Any) -> None:
    await make(twilio.url).send(replace(MESSAGE, callback_url=None))
    assert "StatusCallback" not in twilio.posts[0].form


async def test_the_number_of_segments_is_twilios(twilio: FakeTwilio, make: Any) -> None:
    twilio.script = [answer(201, {"sid": "SM1", "num_segments": n}) for n in ("3", "0", None, "x")]
    channel = make(twilio.url)
    assert [(await channel.send(MESSAGE)).segments for _ in range(4)] == [3, 1, 1, 1]


async def test_a_messaging_service_may_choose_the_sender(twilio: FakeTwilio, make: Any) -> None:
    await make(twilio.url, messaging_service_sid="MG1", **{"from": None}).send(MESSAGE)
    assert twilio.posts[0].form["MessagingServiceSid"] == "MG1"
    assert "From" not in twilio.posts[0].form


async def test_an_api_key_signs_instead_of_the_token(twilio: FakeTwilio, make: Any) -> None:
    await make(twilio.url, api_key_sid="SK1", api_key_secret="shh").send(MESSAGE)
    assert twilio.posts[0].login == ("SK1", "shh")
    assert ACCOUNT in twilio.posts[0].path


@pytest.mark.parametrize(
    ("address", "written"),
    [
        (Address("wa:phone", CITIZEN), f"whatsapp:{CITIZEN}"),
        (Address("wa:user", "ID.1349120865530274"), "whatsapp:ID.1349120865530274"),
    ],
)
async def test_whatsapp_addresses_carry_their_prefix(
    twilio: FakeTwilio, make: Any, address: Address, written: str
) -> None:
    await make(twilio.url, "twilio-whatsapp").send(replace(MESSAGE, to=address))
    assert twilio.posts[0].form["To"] == written
    assert twilio.posts[0].form["From"] == f"whatsapp:{OUR_NUMBER}"


@pytest.mark.parametrize(
    ("connector", "kind", "result"),
    [
        ("twilio-sms", "tel:short", NotSent(Reaction.RECIPIENT_GONE, "one_way_sender")),
        ("twilio-sms", "tel:alnum", NotSent(Reaction.RECIPIENT_GONE, "one_way_sender")),
        ("twilio-sms", "wa:phone", NotSent(Reaction.REJECTED, "other_channel")),
        ("twilio-whatsapp", "tel:e164", NotSent(Reaction.REJECTED, "other_channel")),
    ],
)
async def test_an_address_that_cannot_be_written_to_is_not_tried(
    twilio: FakeTwilio, make: Any, connector: str, kind: str, result: NotSent
) -> None:
    message = replace(MESSAGE, to=Address(kind, CITIZEN))
    assert await make(twilio.url, connector).send(message) == result
    assert twilio.requests == []


async def test_a_text_that_utf8_cannot_hold_is_sent_as_far_as_it_can(
    twilio: FakeTwilio, make: Any
) -> None:
    await make(twilio.url).send(replace(MESSAGE, text="banjir \0\ud83c!"))
    assert twilio.posts[0].form["Body"] == "banjir \ufffd!"


# --- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "reaction"),
    [
        (400, 21610, Reaction.OPTED_OUT),
        (400, 21211, Reaction.RECIPIENT_GONE),
        (400, 21408, Reaction.REJECTED),
        (400, 21609, Reaction.ACCOUNT_BLOCKED),
        (400, 29999, Reaction.REJECTED),
        (401, 20003, Reaction.ACCOUNT_BLOCKED),
        (403, 29999, Reaction.ACCOUNT_BLOCKED),
        (404, 20404, Reaction.ACCOUNT_BLOCKED),
        (429, 20429, Reaction.THROTTLED),
        (429, 29999, Reaction.THROTTLED),
    ],
)
async def test_a_refusal_says_what_to_do(
    twilio: FakeTwilio, make: Any, status: int, code: int, reaction: Reaction
) -> None:
    twilio.script = [answer(status, {"code": code, "message": f"{CITIZEN} no", "status": status})]
    assert await make(twilio.url).send(MESSAGE) == NotSent(reaction, str(code))
    assert len(twilio.posts) == 1


async def test_the_newer_form_of_errors_is_read_and_its_own_status_not_believed(
    twilio: FakeTwilio, make: Any
) -> None:
    problem = {"type": "https://…", "title": "Bad", "status": 500, "code": 21610, "detail": "x"}
    twilio.script = [answer(400, problem)]
    assert await make(twilio.url).send(MESSAGE) == NotSent(Reaction.OPTED_OUT, "21610")


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("999999", 86400.0), ("Fri, 20 Nov 2026", None), ("", None)]
)
async def test_a_throttled_message_may_come_back_when_twilio_says(
    twilio: FakeTwilio, make: Any, header: str, seconds: float | None
) -> None:
    twilio.script = [answer(429, {"code": 20429}, Retry_After=header)]
    assert await make(twilio.url).send(MESSAGE) == NotSent(Reaction.THROTTLED, "20429", seconds)


@pytest.mark.parametrize("body", ["<html>", "[]", '{"code": "rm -rf"}', '{"code": []}', "[" * 9999])
async def test_a_refusal_without_readable_code_goes_by_its_status(
    twilio: FakeTwilio, make: Any, body: str
) -> None:
    twilio.script = [answer(400, body), answer(401, body), answer(408, body), answer(307, body)]
    channel = make(twilio.url)
    assert [await channel.send(MESSAGE) for _ in range(4)] == [
        NotSent(Reaction.REJECTED, "http_400"),
        NotSent(Reaction.ACCOUNT_BLOCKED, "http_401"),
        NotSent(Reaction.RETRY, "http_408"),
        NotSent(Reaction.ACCOUNT_BLOCKED, "http_307"),
    ]


@pytest.mark.parametrize(
    ("status", "error_code", "result"),
    [
        ("failed", 30001, NotSent(Reaction.RETRY, "30001")),
        ("undelivered", None, NotSent(Reaction.RETRY_LATER, "undelivered")),
        ("accepted", None, Sent(ProviderId("SM1"))),
    ],
)
async def test_a_message_that_failed_at_once_is_no_success(
    twilio: FakeTwilio, make: Any, status: str, error_code: int | None, result: Any
) -> None:
    twilio.script = [answer(201, {"sid": "SM1", "status": status, "error_code": error_code})]
    assert await make(twilio.url).send(MESSAGE) == result


# --- nobody knows ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_after_a_server_error_nobody_knows_and_nothing_is_repeated(
    twilio: FakeTwilio, make: Any, status: int
) -> None:
    twilio.script = [answer(status, {"code": 20500})]
    assert await make(twilio.url).send(MESSAGE) == Unknown(f"http_{status}")
    assert len(twilio.posts) == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        b"\xff{",
        "<html>",
        "[" * 99_999,
        "null",
        "[1]",
        "{}",
        '{"sid": null}',
        '{"sid": "SM1", "date_sent": 5}',
        '{"sid": "SM1", "date_created": "Thu, 99 Nov 2026 05:01:45 +0000"}',
    ],
)
async def test_an_unreadable_yes_is_no_yes(
    twilio: FakeTwilio, make: Any, body: str | bytes
) -> None:
    twilio.script = [answer(201, body)]
    assert await make(twilio.url).send(MESSAGE) == Unknown("unreadable_answer")
    assert len(twilio.posts) == 1


async def test_a_late_answer_is_not_waited_for(twilio: FakeTwilio, make: Any) -> None:
    twilio.script = [late(1.5)]
    assert await make(twilio.url, send_timeout_s=0.5).send(MESSAGE) == Unknown("timeout")
    assert len(twilio.posts) == 1


async def test_a_connection_cut_before_the_answer_leaves_it_open(
    twilio: FakeTwilio, make: Any
) -> None:
    twilio.script = [cut_before_answer]
    assert await make(twilio.url).send(MESSAGE) == Unknown("connection_lost")
    assert len(twilio.posts) == 1


async def test_a_connection_cut_within_the_answer_leaves_it_open(
    twilio: FakeTwilio, make: Any
) -> None:
    twilio.script = [cut_within_answer]
    assert await make(twilio.url).send(MESSAGE) == Unknown("connection_lost")
    assert len(twilio.posts) == 1


async def test_a_kept_connection_that_dies_does_not_double_the_message(
    twilio: FakeTwilio, make: Any
) -> None:
    channel = make(twilio.url)
    await channel.send(MESSAGE)
    twilio.script = [cut_before_answer]
    assert await channel.send(MESSAGE) == Unknown("connection_lost")
    assert len(twilio.posts) == 2


async def test_whoever_cancels_the_send_gets_to_know(twilio: FakeTwilio, make: Any) -> None:
    twilio.script = [late(0.2)]
    task = asyncio.create_task(make(twilio.url).send(MESSAGE))
    await twilio.arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# --- certainly not sent ------------------------------------------------------------------------


async def test_a_refused_connection_has_taken_nothing(make: Any, closed_port: int) -> None:
    result = await make(f"http://127.0.0.1:{closed_port}").send(MESSAGE)
    assert result == NotSent(Reaction.RETRY, "no_connection")


async def test_a_name_that_does_not_resolve_has_taken_nothing(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_options: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    result = await make("http://api.twilio.invalid").send(MESSAGE)
    assert result == NotSent(Reaction.RETRY, "no_such_host")


async def test_a_deadline_that_passes_before_anything_left_leaves_no_doubt(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        asyncio.get_running_loop(), "getaddrinfo", lambda *_a, **_k: asyncio.sleep(0.3)
    )
    result = await make("http://api.twilio.invalid", send_timeout_s=0.05).send(MESSAGE)
    assert result == NotSent(Reaction.RETRY, "timeout")


async def test_a_failed_handshake_has_taken_nothing(twilio: FakeTwilio, make: Any) -> None:
    result = await make(twilio.url.replace("http:", "https:")).send(MESSAGE)
    assert result == NotSent(Reaction.RETRY, "tls_failed")
    assert twilio.requests == []


# --- the client --------------------------------------------------------------------------------


async def test_many_messages_at_once_share_one_client(twilio: FakeTwilio, make: Any) -> None:
    channel = make(twilio.url)
    texts = [f"kabar {n}" for n in range(20)]
    results = await asyncio.gather(*(channel.send(replace(MESSAGE, text=t)) for t in texts))
    assert len({result.provider_id for result in results}) == 20
    assert sorted(post.form["Body"] for post in twilio.posts) == sorted(texts)


async def test_a_closed_channel_opens_again_when_needed(twilio: FakeTwilio, make: Any) -> None:
    channel = make(twilio.url)
    await channel.close()
    await channel.send(MESSAGE)
    await channel.close()
    await channel.close()
    assert isinstance(await channel.send(MESSAGE), Sent)


async def test_the_environment_does_not_turn_requests_elsewhere(
    twilio: FakeTwilio, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "ACother")
    assert isinstance(await make(twilio.url).send(MESSAGE), Sent)
    assert ACCOUNT in twilio.posts[0].path


async def test_nobody_is_named_in_logs_or_kept_in_memory(
    twilio: FakeTwilio, make: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    twilio.script = [answer(400, {"code": 21211, "message": f"'To' {CITIZEN} is not valid"})]
    channel = make(twilio.url)
    results = [await channel.send(MESSAGE), await channel.send(MESSAGE)]
    said = caplog.text + repr(results) + repr(vars(channel._connection[1]))
    assert not any(private in said for private in (CITIZEN, MESSAGE.text, TOKEN))


async def test_media_is_fetched_with_our_login_for_twilio_only(make: Any) -> None:
    message = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
    channel = make("https://api.twilio.com/", api_key_sid="SK1", api_key_secret="shh")
    assert await channel.fetch(Attachment(message, "image/jpeg"), 5_000) == (
        "image/jpeg",
        b"\xff\xd8",
    )
    assert make.fetcher.asked == [
        {
            "url": message,
            "max_bytes": 5_000,
            "trusted_origin": "https://api.twilio.com",
            "auth": ("SK1", "shh"),
        }
    ]
