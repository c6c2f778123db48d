"""What the recorded payloads do not show: bounds and odd values."""

from datetime import UTC, datetime
from typing import Any

import pytest

from channels.contract import Raw
from channels.errors import PayloadInvalid
from channels.twilio import payloads
from channels.twilio.form import MAX_FIELDS
from core.messages import (
    Address,
    Event,
    Ignored,
    InboundMessage,
    Preference,
    Receipt,
    ReceiptStatus,
)
from tests.channels.twilio.signing import encode

NOW = datetime(2026, 11, 20, 3, 19, 42, tzinfo=UTC)
MESSAGE = {"MessageSid": "SM1234", "From": "whatsapp:+6281200000001", "Body": "halo"}
STATUS = {"MessageSid": "SM1234", "MessageStatus": "delivered", "To": "+6281200000001"}


def parse(form: dict[str, str], query: str = "") -> list[Event]:
    return payloads.parse(Raw("webhook", encode(list(form.items())), NOW, query), frozenset())


def message(**more: str) -> Any:
    (event,) = parse({**MESSAGE, **more})
    return event


@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [
        ("-6.2", "106.8", (-6.2, 106.8)),
        ("-90", "180", (-90.0, 180.0)),
        ("0", "0", (0.0, 0.0)),
        ("90.01", "0", None),
        ("0", "-180.01", None),
        ("nan", "106.8", None),
        ("-6.2", "inf", None),
        ("-6.2", "1e999", None),
        ("-6,2", "106,8", None),
        ("-6.2", "", None),
        ("", "", None),
    ],
)
def test_a_point_is_taken_where_there_is_one(lat: str, lon: str, expected: Any) -> None:
    location = message(Latitude=lat, Longitude=lon).location
    assert (location and (location.lat, location.lon)) == expected


@pytest.mark.parametrize(
    ("names", "label"),
    [
        ({"Label": "Monas"}, "Monas"),
        ({"Address": "Gambir"}, "Gambir"),
        ({"Label": "Monas", "Address": "Gambir"}, "Monas, Gambir"),
        ({"Label": "Gambir", "Address": "Gambir"}, "Gambir"),
    ],
)
def test_a_place_is_called_by_its_name_and_street(names: dict[str, str], label: str) -> None:
    assert message(Latitude="-6.2", Longitude="106.8", **names).location.label == label


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("+6281200000001", Address("tel:e164", "+6281200000001")),
        ("whatsapp:+6281200000001", Address("wa:phone", "+6281200000001")),
        ("whatsapp:ID.1349120865530274", Address("wa:user", "ID.1349120865530274")),
        ("whatsapp:US.ENT.11815799212886844830", Address("wa:user", "US.ENT.11815799212886844830")),
        ("199", Address("tel:short", "199")),
        ("BPJS-KES", Address("tel:alnum", "BPJS-KES")),
    ],
)
def test_a_sender_is_read_as_what_it_is(sender: str, address: Address) -> None:
    (event,) = parse({**MESSAGE, "From": sender})
    assert isinstance(event, InboundMessage)
    assert event.sender == address


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "+",
        "+0812",
        "+1234567890123456",
        "whatsapp:",
        "whatsapp:budi",
        "whatsapp:+62 812",
        "rcs:brand_agent",
        "messenger:1234",
        "+6281200000001\n",
        "１２３４",
        "x" * 12,
    ],
)
def test_a_sender_of_no_known_form_is_left_to_a_person(sender: str) -> None:
    with pytest.raises(PayloadInvalid):
        parse({**MESSAGE, "From": sender})


def test_no_more_media_are_taken_than_twilio_sends() -> None:
    media = {f"MediaUrl{n}": f"https://api.twilio.com/{n}" for n in range(30)}
    assert len(message(**media).attachments) == 10


def test_a_claimed_type_is_kept_short() -> None:
    found = message(MediaUrl0="https://api.twilio.com/1", MediaContentType0="x" * 5000)
    assert len(found.attachments[0].claimed_type) == 100


@pytest.mark.parametrize(
    ("fields", "choice", "text"),
    [
        ({"ButtonText": "Sudah", "ButtonPayload": "yes"}, "yes", "Sudah"),
        ({"ButtonText": "Sudah"}, "Sudah", "Sudah"),
        ({"ListId": "7", "ListTitle": "Dishub"}, "7", "Dishub"),
        ({"ButtonText": "Sudah", "Body": "sudah pak"}, "Sudah", "sudah pak"),
        ({"ButtonPayload": "yes"}, "yes", ""),
    ],
)
def test_a_choice_is_named_and_shown(fields: dict[str, str], choice: str, text: str) -> None:
    found = message(**{"Body": "", **fields})
    assert (found.choice, found.text) == (choice, text)


@pytest.mark.parametrize("sid", ["", "SM", "SM 1", "SM1\x00", "x" * 65, "<script>"])
def test_a_quote_that_is_no_sid_is_none(sid: str) -> None:
    assert message(OriginalRepliedMessageSid=sid).quotes is None


def test_an_unknown_kind_of_message_is_not_named_by_strangers_words() -> None:
    (event,) = parse({**MESSAGE, "Body": "", "MessageType": "Budi +6281200000001"})
    assert event == Ignored(event.event_key, "empty:unknown")


def test_too_many_fields_are_no_form() -> None:
    with pytest.raises(PayloadInvalid):
        parse({**MESSAGE, **{f"F{n}": "" for n in range(MAX_FIELDS)}})


# --- receipts ----------------------------------------------------------------------------------


def receipt(query: str = "t=d-1", **more: str) -> Any:
    (event,) = parse({**STATUS, **more}, query)
    return event


def test_a_read_receipt_is_one_whatever_status_stands_beside_it() -> None:
    event = receipt(EventType="READ")
    assert (event.status, event.event_key) == (ReceiptStatus.READ, "SM1234:read")


@pytest.mark.parametrize(
    ("query", "token"),
    [
        ("t=d-1", "d-1"),
        ("x=1&t=d%2D1&bodySHA256=00", "d-1"),
        ("t=d-1&t=d-2", "d-1"),
        ("t=", ""),
        ("", ""),
        ("T=d-1", ""),
        ("t=a%00b%ed%a0%bd", "a b\ufffd\ufffd\ufffd"),
        ("t=" + "x" * 999, "x" * 200),
        ("&".join(f"a{n}=1" for n in range(MAX_FIELDS)) + "&t=d-1", ""),
    ],
)
def test_the_token_of_the_delivery_is_in_the_query(query: str, token: str) -> None:
    assert receipt(query).token == token


def test_a_receipt_comes_at_our_time_and_not_at_the_carriers() -> None:
    assert receipt(RawDlrDoneDate="2611201019").at == NOW


def test_a_code_is_a_number_or_the_status_itself() -> None:
    assert receipt(MessageStatus="failed", ErrorCode="30003").code == "30003"
    assert receipt(MessageStatus="failed", ErrorCode="Budi").code == "failed"
    assert receipt(MessageStatus="delivered", ErrorCode="30003").code == ""


def test_a_status_without_words_of_a_person_is_never_a_message() -> None:
    assert isinstance(receipt(MessageStatus="teleported"), Ignored)
    assert isinstance(receipt(MessageStatus="DELIVERED"), Receipt)
    (event,) = parse({**MESSAGE, "SmsStatus": "teleported"})
    assert isinstance(event, InboundMessage)


@pytest.mark.parametrize(
    ("body", "typed", "stopped"),
    [
        ("START", "", [False]),
        (" unstop ", "", [False]),
        ("mulai", "", []),
        ("START lagi dong", "", []),
        ("STOP", "", []),
        ("STOP", "STOP", [True]),
        ("START", "START", [False]),
        ("HELP", "HELP", []),
    ],
)
def test_what_the_provider_makes_of_stop_and_start(
    body: str, typed: str, stopped: list[bool]
) -> None:
    more = {"OptOutType": typed} if typed else {}
    events = parse({**MESSAGE, "Body": body, **more})
    assert [e.stopped for e in events if isinstance(e, Preference)] == stopped
