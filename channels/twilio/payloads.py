"""Twilio's forms to our events. Pure and bounded; knows no key, no network and no clock.

One form is one message of a person or one status of a message of ours. Fields:
https://www.twilio.com/docs/messaging/guides/webhook-request (2026-03-09) and
https://www.twilio.com/docs/messaging/guides/track-outbound-message-status. Twilio adds fields
without notice; only those named here are looked at.

A message that the reconciler lists (``via="list"``) is a JSON object, written by `listed` and read
here as if it had come as a form: same keys, same events, but no location, quote or choice, which
the REST API does not tell.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from channels.contract import Raw
from channels.errors import PayloadInvalid
from channels.text import clean
from channels.twilio import addresses, codes, form
from channels.twilio.form import Form
from core.messages import (
    Address,
    Attachment,
    Event,
    EventKey,
    Ignored,
    InboundMessage,
    Location,
    Preference,
    ProviderId,
    Receipt,
    ReceiptStatus,
)

MAX_MEDIA = 10
"""Twilio's limit for one message; WhatsApp has one each."""

_SID = re.compile(r"[A-Za-z0-9]{4,64}")
_WORD = re.compile(r"[a-z_-]{1,30}")

_REACHED: Mapping[str, ReceiptStatus] = {
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.READ,
    "failed": ReceiptStatus.FAILED,
    "undelivered": ReceiptStatus.FAILED,
    "canceled": ReceiptStatus.FAILED,
}
_UNDERWAY = frozenset({"accepted", "scheduled", "queued", "sending", "partially_delivered"})
_INBOUND = frozenset({"", "receiving", "received"})


def parse(raw: Raw, own_numbers: frozenset[str]) -> list[Event]:
    """The events in *raw*; a message of one of *own_numbers* is marked automatic.

    Raises:
        PayloadInvalid: Neither a message nor a status, or its sender has no known form.
    """
    fields = _listed(raw.body) if raw.via == "list" else _posted(raw.body)
    sid = fields.text("MessageSid") or fields.text("SmsSid")
    if not _SID.fullmatch(sid):
        raise PayloadInvalid("no MessageSid: neither a message nor a status of Twilio")
    status = _status(fields)
    if status in _INBOUND or (status not in _REACHED and status not in _UNDERWAY and _body(fields)):
        return _message(fields, sid, raw, own_numbers)
    return [_receipt(fields, sid, status, raw)]


def listed(message: Mapping[str, Any], media: Iterable[tuple[str, str]]) -> bytes:
    """The raw form of a *message* of the REST API and its *media* (address, claimed type).

    It holds only what never changes, so that every listing of a message has the same bytes.
    """
    kept = {
        name: message[name]
        for name in ("sid", "account_sid", "messaging_service_sid", "direction", "from", "to")
    }
    files = [{"url": url, "content_type": kind} for url, kind in media]
    whole = {**kept, "body": message["body"] or "", "media": files}
    # ASCII, so that a lone surrogate passes; whoever reads it cleans it.
    return json.dumps(whole, separators=(",", ":")).encode()


def _posted(body: bytes) -> Form:
    try:
        return form.read(body)
    except ValueError:
        raise PayloadInvalid(f"a form of more than {form.MAX_FIELDS} fields") from None


def _listed(body: bytes) -> Form:
    """What `listed` wrote, under the names of the form."""
    try:
        message = json.loads(body)
        if message["direction"] != "inbound":
            raise ValueError("not from a person")
        names = {"MessageSid": "sid", "AccountSid": "account_sid", "From": "from", "Body": "body"}
        fields = Form({name: [str(message[key] or "")] for name, key in names.items()})
        for n, file in enumerate(message["media"][:MAX_MEDIA]):
            fields[f"MediaUrl{n}"] = [str(file["url"])]
            fields[f"MediaContentType{n}"] = [str(file["content_type"])]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PayloadInvalid("not a message of a person as the reconciler lists it") from None
    return fields


_START_WORDS = frozenset({"START", "YES", "UNSTOP"})
"""https://help.twilio.com/articles/223134027 (STOP and START keywords), 2026-03."""

# --- a message of a person ---------------------------------------------------------------------


def _message(fields: Form, sid: str, raw: Raw, own_numbers: frozenset[str]) -> list[Event]:
    # Any AccountSid is taken. What is signed with our key and sent to our address is ours: with
    # subaccounts the sid differs rightly, and a wrong setting must not cost a citizen's message.
    sender = addresses.read(fields.text("From"))
    if sender is None:
        raise PayloadInvalid("From is missing or of no known form")
    message = InboundMessage(
        event_key=EventKey(sid),
        sender=sender,
        # Twilio says no time: neither when it was typed nor when it was taken.
        sent_at=raw.received_at,
        text=_body(fields),
        provider_id=ProviderId(sid),
        attachments=_attachments(fields),
        location=_location(fields),
        quotes=_quotes(fields),
        choice=_first(fields, "ButtonPayload", "ListId", "ButtonText", "ListTitle"),
        automatic=sender.kind in addresses.ONE_WAY_KINDS or sender.value in own_numbers,
    )
    events: list[Event] = [message]
    if not (message.text.strip() or message.attachments or message.location or message.choice):
        events = [Ignored(EventKey(sid), f"empty:{_word(fields.text('MessageType'))}")]
    return events + _preference(fields, sid, sender, raw)


def _preference(fields: Form, sid: str, sender: Address, raw: Raw) -> list[Event]:
    """What the provider has made of the words; HELP changes nothing.

    Advanced Opt-Out says it. Without it Twilio takes START words by themselves and says nothing;
    that it took a STOP we learn from the refusal of the next message (21610).
    """
    wish = {"STOP": True, "START": False}.get(fields.text("OptOutType"))
    if wish is None and _body(fields).strip().upper() in _START_WORDS:
        wish = False
    if wish is None:
        return []
    return [Preference(EventKey(f"{sid}:opt-out"), sender, stopped=wish, at=raw.received_at)]


def _body(fields: Form) -> str:
    return _first(fields, "Body", "ButtonText", "ListTitle")


def _attachments(fields: Form) -> tuple[Attachment, ...]:
    # NumMedia is not asked: it says nothing that the addresses do not, and may be any number.
    return tuple(
        Attachment(url, fields.text(f"MediaContentType{n}")[:100])
        for n in range(MAX_MEDIA)
        if (url := fields.text(f"MediaUrl{n}"))
    )


def _location(fields: Form) -> Location | None:
    lat = _degrees(fields.text("Latitude"), 90)
    lon = _degrees(fields.text("Longitude"), 180)
    if lat is None or lon is None:
        return None
    # "Label" is the name of the place, "Address" its street; often both are the same.
    names = dict.fromkeys(filter(None, (fields.text("Label"), fields.text("Address"))))
    return Location(lat, lon, ", ".join(names))


def _degrees(text: str, limit: int) -> float | None:
    try:
        degrees = float(text)
    except ValueError:
        return None
    return degrees if abs(degrees) <= limit else None  # NaN is not


def _quotes(fields: Form) -> ProviderId | None:
    sid = fields.text("OriginalRepliedMessageSid")
    return ProviderId(sid) if _SID.fullmatch(sid) else None


# --- a status of a message of ours -------------------------------------------------------------


def _status(fields: Form) -> str:
    # A read receipt is an event after the last status; what names it is EventType.
    if fields.text("EventType").upper() == "READ":
        return "read"
    return (fields.text("MessageStatus") or fields.text("SmsStatus")).lower()


def _receipt(fields: Form, sid: str, status: str, raw: Raw) -> Event:
    key = EventKey(f"{sid}:{_word(status)}")
    reached = _REACHED.get(status)
    if reached is None:
        return Ignored(key, f"status:{_word(status)}")
    failed = reached is ReceiptStatus.FAILED
    code = (_number(fields.text("ErrorCode")) or status) if failed else ""
    return Receipt(
        event_key=key,
        status=reached,
        # Not RawDlrDoneDate: the carrier's clock in a zone that nobody names, "even within the
        # same carrier" (Twilio changelog, 2023-02-14). Read as UTC it can be hours off.
        at=raw.received_at,
        token=_token(raw.query),
        provider_id=ProviderId(sid),
        code=code,
        reaction=codes.of_failure(code) if failed else None,
    )


def _token(query: str) -> str:
    """Our own name of the delivery, which we have put into the callback address as ``t``."""
    try:
        pairs = parse_qsl(query, max_num_fields=form.MAX_FIELDS)
    except ValueError:
        return ""
    return next((clean(value)[:200] for name, value in pairs if name == "t"), "")


# --- small words -------------------------------------------------------------------------------


def _first(fields: Form, *names: str) -> str:
    return next((text for name in names if (text := fields.text(name))), "")


def _word(text: str) -> str:
    """*text* if it is a plain word of Twilio's: reasons and keys go into logs."""
    return text if _WORD.fullmatch(text) else "unknown"


def _number(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) <= 6 else ""
