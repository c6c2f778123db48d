"""Phones writing to us: the webhook's form, its answer, and who is told on the way."""

import json

import pytest
from aiohttp import web

from gateway.demo.provider import (
    Button,
    Channel,
    File,
    HandOver,
    NotPossible,
    OptOut,
    Order,
    Phone,
    Point,
    Refusal,
    Sender,
    Status,
)
from gateway.demo.provider.messages import Message

SMS = "+12025550100"
WHATSAPP = "whatsapp:+12025550100"
CITIZEN = "+6281234567890"


@pytest.fixture
async def network(network):
    network.base_url = "http://provider.test"
    network.timing = None
    yield network
    await network.close()


def texts(network, channel: Channel = Channel.SMS) -> list[str]:
    return [message.body for message in network.conversation(CITIZEN, channel)]


async def test_an_sms_arrives_with_all_fields_of_the_real_form(network, hook):
    (sent,) = await network.write(CITIZEN, "Ada pohon tumbang", to=SMS)
    (post,) = hook.posts
    assert post.url == f"{hook.base}/sms"
    assert post.is_signed()
    assert post.form == {
        "ToCountry": "US",
        "ToState": "",
        "ToCity": "",
        "ToZip": "",
        "FromCountry": "ID",
        "FromState": "",
        "FromCity": "",
        "FromZip": "",
        "SmsMessageSid": sent.sid,
        "SmsSid": sent.sid,
        "MessageSid": sent.sid,
        "SmsStatus": "received",
        "NumMedia": "0",
        "NumSegments": "1",
        "Body": "Ada pohon tumbang",
        "To": SMS,
        "From": CITIZEN,
        "AccountSid": network.account.sid,
        "ApiVersion": "2010-04-01",
        "MessagingServiceSid": "MG1",
    }
    assert sent.hand_over is HandOver.ACCEPTED


async def test_an_mms_without_words_carries_a_blank_body_and_its_files(network, hook):
    files = [File("image/jpeg", b"1"), File("text/vcard", b"2")]
    (sent,) = await network.write(CITIZEN, to=SMS, files=files)
    (post,) = hook.posts
    assert sent.sid.startswith("MM")
    assert (post.form["NumMedia"], post.form["Body"]) == ("2", "")
    assert post.form["MediaContentType1"] == "text/vcard"
    assert post.form["MediaUrl0"] == (
        f"http://provider.test/2010-04-01/Accounts/{network.account.sid}"
        f"/Messages/{sent.sid}/Media/{sent.media[0]}"
    )
    assert post.is_signed()


async def test_whatsapp_says_who_writes(network, hook):
    network.set_phone(Phone(CITIZEN, name="Siti Aminah"))
    await network.write(CITIZEN, "Halo", to=WHATSAPP)
    (post,) = hook.posts
    assert post.url == f"{hook.base}/wa?account=wa"
    assert post.is_signed()
    assert "FromCountry" not in post.form
    assert post.form["From"] == f"whatsapp:{CITIZEN}"
    assert (post.form["ProfileName"], post.form["WaId"]) == ("Siti Aminah", "6281234567890")
    assert post.form["MessageType"] == "text"
    assert json.loads(post.form["ChannelMetadata"])["data"]["context"] == {
        "ProfileName": "Siti Aminah",
        "WaId": "6281234567890",
    }


async def test_who_hides_the_number_is_known_by_an_id_only(network, hook):
    await network.write("ID.13491208655302741918", "Halo", to=WHATSAPP)
    (post,) = hook.posts
    assert post.form["From"] == "whatsapp:ID.13491208655302741918"
    assert post.form["ExternalUserIdentifier"] == "ID.13491208655302741918"
    assert "WaId" not in post.form


async def test_several_photos_are_several_webhooks_in_order(network, hook):
    photos = [File("image/jpeg", bytes([n])) for n in range(3)]
    sent = await network.write(CITIZEN, "Jalan rusak", to=WHATSAPP, files=photos)
    assert [post.form["MessageSid"] for post in hook.posts] == [m.sid for m in sent]
    assert [post.form["Body"] for post in hook.posts] == ["Jalan rusak", "", ""]
    assert {post.form["MessageType"] for post in hook.posts} == {"image"}


async def test_a_location_comes_without_words(network, hook):
    where = Point(-6.1753924, 106.8271528, "Monas", "Jl. Medan Merdeka")
    await network.write(CITIZEN, to=WHATSAPP, location=where)
    (post,) = hook.posts
    assert (post.form["Latitude"], post.form["Longitude"]) == ("-6.1753924", "106.8271528")
    assert (post.form["Label"], post.form["Address"]) == ("Monas", "Jl. Medan Merdeka")
    assert (post.form["Body"], post.form["MessageType"]) == ("", "location")


async def test_a_quote_names_the_message_and_who_sent_it(network, hook):
    made = network.order(Order(to=f"whatsapp:{CITIZEN}", sender=WHATSAPP, body="Di mana?"))
    assert isinstance(made, Message)
    (own,) = await network.write(CITIZEN, "Di Monas", to=WHATSAPP, quotes=made.sid)
    await network.write(CITIZEN, "Maksud saya ini", to=WHATSAPP, quotes=own.sid)
    assert [
        (p.form["OriginalRepliedMessageSid"], p.form["OriginalRepliedMessageSender"])
        for p in hook.posts
    ] == [(made.sid, WHATSAPP), (own.sid, f"whatsapp:{CITIZEN}")]


async def test_a_button_gives_its_text_and_payload(network, hook):
    await network.write(CITIZEN, to=WHATSAPP, button=Button("Sudah selesai", "done:JK1"))
    (post,) = hook.posts
    assert post.form["MessageType"] == "button"
    assert post.form["Body"] == post.form["ButtonText"] == "Sudah selesai"
    assert post.form["ButtonPayload"] == "done:JK1"


async def test_plain_text_in_the_answer_reaches_the_citizen(network, hook):
    hook.answers.append(web.Response(text="OK"))
    await network.write(CITIZEN, "Halo", to=SMS)
    assert texts(network) == ["Halo", "OK"]
    assert network.conversation(CITIZEN, Channel.SMS)[1].direction == "outbound-reply"


async def test_twiml_in_the_answer_is_obeyed(network, hook):
    twiml = (
        "<Response><Message>Terima kasih</Message>"
        "<Message><Body>Nomor JK1</Body></Message></Response>"
    )
    hook.answers.append(web.Response(text=twiml, content_type="text/xml"))
    hook.answers.append(web.Response(text="<Response/>", content_type="text/xml"))
    await network.write(CITIZEN, "Halo", to=WHATSAPP)
    await network.write(CITIZEN, "Lagi", to=WHATSAPP)
    assert texts(network, Channel.WHATSAPP) == ["Halo", "Terima kasih", "Nomor JK1", "Lagi"]


async def test_an_answer_that_cannot_be_used_is_an_alert(network, hook):
    hook.answers.append(web.json_response({"ok": True}))
    hook.answers.append(web.Response(text="x" * 1601))
    for _ in range(2):
        (sent,) = await network.write(CITIZEN, "Halo", to=SMS)
        assert sent.hand_over is HandOver.ACCEPTED
    assert [alert.code for alert in network.alerts] == [12300, 21617]


async def test_an_error_is_not_retried_unless_the_address_asks_for_it(network, hook):
    hook.answers += [web.Response(status=500) for _ in range(4)]
    (sent,) = await network.write(CITIZEN, "Halo", to=SMS)
    assert (len(hook.posts), sent.hand_over) == (1, HandOver.FAILED)
    assert network.alerts[-1].code == 11200
    network.set_sender(Sender(SMS, f"{hook.base}/sms?a=1#rc=3&rp=5xx,ct"))
    (sent,) = await network.write(CITIZEN, "Halo", to=SMS)
    assert (len(hook.posts), sent.hand_over) == (5, HandOver.ACCEPTED)
    again = hook.posts[1:]
    assert len({post.headers["I-Twilio-Idempotency-Token"] for post in again}) == 1
    assert {post.url for post in again} == {f"{hook.base}/sms?a=1"}
    assert all(post.is_signed() for post in again)


async def test_a_webhook_that_is_not_there_is_given_up(network):
    network.set_sender(Sender(SMS, "http://127.0.0.1:9/sms#rc=0"))
    (sent,) = await network.write(CITIZEN, "Halo", to=SMS)
    assert sent.hand_over is HandOver.FAILED
    assert network.alerts[-1].code == 11205


async def test_the_fallback_is_called_when_the_webhook_fails(network, hook):
    network.set_sender(Sender(SMS, "http://127.0.0.1:9/sms", f"{hook.base}/fallback"))
    (sent,) = await network.write(CITIZEN, "Halo", to=SMS)
    assert sent.hand_over is HandOver.ACCEPTED
    assert hook.posts[0].url == f"{hook.base}/fallback"


async def test_stop_words_are_ours_to_read_by_default(network, hook):
    await network.write(CITIZEN, "STOP", to=SMS)
    assert texts(network) == ["STOP"]
    assert "OptOutType" not in hook.posts[0].form
    assert isinstance(network.order(Order(to=CITIZEN, sender=SMS, body="Halo")), Message)


@pytest.mark.parametrize(("mode", "told"), [(OptOut.STANDARD, None), (OptOut.ADVANCED, "STOP")])
async def test_the_provider_stops_until_start(network, hook, reconfigure, mode, told):
    reconfigure(opt_out=mode)
    await network.write(CITIZEN, "Stop ", to=SMS)
    assert hook.posts[0].form.get("OptOutType") == told
    assert len(texts(network)) == 2
    order = Order(to=CITIZEN, sender=SMS, body="Laporan selesai")
    refused = network.order(order)
    assert isinstance(refused, Refusal)
    assert refused.code == 21610
    # A reply in the answer is refused too, and only seen in the debugger.
    hook.answers.append(web.Response(text="Masih di sana?"))
    await network.write(CITIZEN, "Halo", to=SMS)
    assert network.alerts[-1].code == 21610
    await network.write(CITIZEN, "START", to=SMS)
    assert isinstance(network.order(order), Message)


async def test_stop_on_whatsapp_is_a_word_like_any_other(network, hook, reconfigure):
    reconfigure(opt_out=OptOut.ADVANCED)
    await network.write(CITIZEN, "STOP", to=WHATSAPP)
    assert texts(network, Channel.WHATSAPP) == ["STOP"]
    assert "OptOutType" not in hook.posts[0].form


async def test_what_a_phone_cannot_do_is_said(network):
    with pytest.raises(NotPossible, match="no sender"):
        await network.write(CITIZEN, "Halo", to="+6221")
    network.set_phone(Phone(CITIZEN, switched_on=False))
    with pytest.raises(NotPossible, match="switched off"):
        await network.write(CITIZEN, "Halo", to=SMS)


async def test_a_subscriber_hears_of_one_phone(network, hook):
    with network.subscribe(CITIZEN) as updates:
        await network.write("+6289999999999", "lain", to=SMS)
        (sent,) = await network.write(CITIZEN, "Halo", to=SMS)
        network.set_phone(Phone(CITIZEN, name="Siti"))
        seen = [updates.get_nowait() for _ in range(updates.qsize())]
        await network.close()
        assert await updates.get() is None
    assert [getattr(update, "hand_over", None) for update in seen] == [
        HandOver.PENDING,
        HandOver.ACCEPTED,
        None,
    ]
    assert seen[1] == sent
    assert seen[2] == Phone(CITIZEN, name="Siti")


async def test_a_subscriber_who_sleeps_loses_the_oldest(network, hook):
    with network.subscribe() as updates:
        made = network.order(Order(to=CITIZEN, sender=SMS, body="Halo"))
        for _ in range(1500):
            network.change(made.sid, status=Status.SENT)
        assert updates.qsize() == 1000
