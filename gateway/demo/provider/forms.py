"""The forms that the provider posts: an incoming message, and a message's new status. Pure.

Fields after "Twilio's request to your incoming message Webhook URL" (2026-03-09) and "Outbound
message status in status callbacks" (2026-07-21); WhatsApp's own after the inbound event schema
(2025-10). More may come without notice, so a receiver must live with any.
"""

import functools
import hashlib
import json
from collections.abc import Sequence

import phonenumbers

from gateway.demo.provider.account import Account
from gateway.demo.provider.messages import Channel, MediaKind, Message, Phone, Status, number_of
from gateway.demo.provider.refusals import words

API_VERSION = "2010-04-01"

Fields = dict[str, str]


def inbound_form(
    message: Message,
    phone: Phone,
    account: Account,
    files: Sequence[tuple[str, str]],
    *,
    opt_out_type: str = "",
    quoted_sender: str = "",
) -> Fields:
    """What the webhook is told of a phone's message; *files* are (URL, media type) in order."""
    form = {
        "SmsMessageSid": message.sid,
        "NumMedia": str(len(files)),
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "Body": message.body,
        "To": message.recipient,
        "NumSegments": str(message.segments),
        "MessageSid": message.sid,
        "AccountSid": account.sid,
        "From": message.sender,
        "ApiVersion": API_VERSION,
    }
    if service := account.service_of(message.recipient):
        form["MessagingServiceSid"] = service
    for index, (url, media_type) in enumerate(files):
        form[f"MediaUrl{index}"] = url
        form[f"MediaContentType{index}"] = media_type
    if message.channel is Channel.WHATSAPP:
        if message.quotes:
            form["OriginalRepliedMessageSid"] = message.quotes
            form["OriginalRepliedMessageSender"] = quoted_sender
        return form | _whatsapp_fields(message, phone, files)
    if opt_out_type:
        form["OptOutType"] = opt_out_type
    return form | _geography("From", message.sender) | _geography("To", message.recipient)


def status_form(message: Message, account: Account) -> Fields:
    """What a status callback says of an outbound message's present status."""
    form = {
        "SmsSid": message.sid,
        "SmsStatus": message.status.value,
        "MessageStatus": message.status.value,
        "To": message.recipient,
        "MessageSid": message.sid,
        "AccountSid": account.sid,
        "From": message.sender,
        "ApiVersion": API_VERSION,
    }
    if message.service_sid:
        form["MessagingServiceSid"] = message.service_sid
    if message.error_code is not None:
        form["ErrorCode"] = str(message.error_code)
        form["ErrorMessage"] = words(message.error_code)
    if message.channel is Channel.WHATSAPP:
        form["ChannelPrefix"] = "whatsapp"
        form["ChannelToAddress"] = number_of(message.recipient)
        form["ChannelInstallSid"] = _install_sid(message.sender)
        if message.status in (Status.DELIVERED, Status.READ):
            form["EventType"] = message.status.value.upper()
    elif message.status is Status.DELIVERED and message.delivered_at:
        form["RawDlrDoneDate"] = message.delivered_at.strftime("%y%m%d%H%M")
    return form


def _whatsapp_fields(message: Message, phone: Phone, files: Sequence[tuple[str, str]]) -> Fields:
    number = number_of(message.sender)
    context = {"ProfileName": phone.name}
    if number.startswith("+"):
        context["WaId"] = number.removeprefix("+")
    metadata = {"type": "whatsapp", "data": {"context": context}}
    form = {
        "ProfileName": phone.name,
        "MessageType": _message_type(message, files),
        "ReferralNumMedia": "0",
        "ChannelMetadata": json.dumps(metadata, separators=(",", ":"), ensure_ascii=False),
    }
    if "WaId" in context:
        form["WaId"] = context["WaId"]
    else:
        # No phone number for who hides it ("Business-scoped user ids", Meta, 2026-05-28).
        form["ExternalUserIdentifier"] = number
    if point := message.location:
        form |= {"Latitude": repr(point.lat), "Longitude": repr(point.lon)}
        form |= {k: v for k, v in (("Address", point.address), ("Label", point.label)) if v}
    if message.button:
        form["ButtonText"] = message.button.text
        form["ButtonPayload"] = message.button.payload
    return form


def _message_type(message: Message, files: Sequence[tuple[str, str]]) -> str:
    if message.location:
        return "location"
    if message.button:
        return "button"
    return MediaKind.of(files[0][1]).value if files else "text"


def _geography(side: str, address: str) -> Fields:
    # Only North American numbers have a city; the fields are there, blank, for everybody else.
    blank = {f"{side}{part}": "" for part in ("City", "State", "Zip")}
    return {f"{side}Country": _country(address), **blank}


@functools.lru_cache(maxsize=10_000)
def _country(address: str) -> str:
    try:
        number = phonenumbers.parse(address)
    except phonenumbers.NumberParseException:
        return ""  # a short code or a name
    return phonenumbers.region_code_for_country_code(number.country_code or 0)


@functools.lru_cache(maxsize=100)
def _install_sid(sender: str) -> str:
    return f"XE{hashlib.sha256(sender.encode()).hexdigest()[:32]}"
