"""What a create call asks for, and whether the provider takes it. Pure."""

import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gateway.demo.provider.account import Account
from gateway.demo.provider.messages import Channel, number_of
from gateway.demo.provider.refusals import Refusal, refusal

MAX_CHARS = 1600
"""Error 21617; "How long can a message be?", 2025-12-09."""

MAX_VALIDITY_S = 36_000
"""Ten hours: error page 90007."""

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
# "Business-scoped user ids", Meta, 2026-05-28. Whether create takes them is not documented.
_USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +&_-]{1,11}")
_SHORT_CODE = re.compile(r"\d{3,8}")
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Order:
    """The fields of a create call that the stand-in understands; others are accepted unread."""

    to: str
    sender: str = ""
    service_sid: str = ""
    body: str = field(default="", repr=False)
    media_urls: tuple[str, ...] = ()
    callback_url: str = ""
    validity: str = ""
    content_sid: str = ""
    content_variables: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An order that will be tried: who sends, and the words that travel."""

    order: Order
    sender: str
    body: str = field(repr=False)


def read_order(pairs: Sequence[tuple[str, str]]) -> Order:
    """The order in a form; where a single field is repeated the last one counts."""
    form = dict(pairs)
    return Order(
        to=form.get("To", ""),
        sender=form.get("From", ""),
        service_sid=form.get("MessagingServiceSid", ""),
        body=form.get("Body", ""),
        media_urls=tuple(value for name, value in pairs if name == "MediaUrl" and value),
        callback_url=form.get("StatusCallback", ""),
        validity=form.get("ValidityPeriod", ""),
        content_sid=form.get("ContentSid", ""),
        content_variables=form.get("ContentVariables", ""),
    )


def judge(
    order: Order,
    account: Account,
    opted_out: Set[tuple[str, str]] = frozenset(),
    templates: Mapping[str, str] | None = None,
) -> Accepted | Refusal:
    """Take *order* or refuse it. *opted_out* holds pairs (our address, phone number); *templates*
    the texts by their sid, where there are others than the account's."""
    if not order.to:
        return refusal(21604)
    if not _reachable(order.to):
        return refusal(21211, order.to)
    sender = _sender(order, account)
    if isinstance(sender, Refusal):
        return sender
    body = _words(order, account.templates if templates is None else templates)
    if isinstance(body, Refusal):
        return body
    if not body and not order.media_urls:
        return refusal(21602)
    if len(body) > MAX_CHARS:
        return refusal(21617)
    if order.callback_url and not _is_web(order.callback_url):
        return refusal(21609, order.callback_url)
    if order.validity and not _valid_seconds(order.validity):
        return refusal(21624)
    if (sender, number_of(order.to)) in opted_out:
        return refusal(21610)
    return Accepted(order, sender, body)


def _reachable(address: str) -> bool:
    number = number_of(address)
    if _NUMBER.fullmatch(number):
        return True
    return Channel.of(address) is Channel.WHATSAPP and bool(_USER_ID.fullmatch(number))


def _sender(order: Order, account: Account) -> str | Refusal:
    channel = Channel.of(order.to)
    if order.service_sid and not order.sender:
        pool = account.services.get(order.service_sid)
        if pool is None:
            return refusal(21701)
        return next((a for a in pool if Channel.of(a) is channel), None) or refusal(21703)
    if not order.sender:
        return refusal(21603)
    if account.sender(order.sender) is None:
        return _unknown_sender(order.sender)
    if Channel.of(order.sender) is not channel:
        return refusal(21910)
    return order.sender


def _unknown_sender(address: str) -> Refusal:
    if Channel.of(address) is Channel.WHATSAPP:
        return refusal(63007)
    known_form = any(form.fullmatch(address) for form in (_NUMBER, _ALPHANUMERIC, _SHORT_CODE))
    return refusal(21606 if known_form else 21212, address)


def _words(order: Order, templates: Mapping[str, str]) -> str | Refusal:
    if not order.content_sid:
        return refusal(21654) if order.content_variables else order.body
    template = templates.get(order.content_sid)
    if template is None:
        return refusal(21655)
    try:
        values = json.loads(order.content_variables or "{}")
    except ValueError:
        return refusal(21656)
    # An empty value is refused as well: error page 21656.
    if not isinstance(values, dict) or not all(isinstance(v, str) and v for v in values.values()):
        return refusal(21656)
    return _PLACEHOLDER.sub(lambda m: values.get(m[1], m[0]), template)


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that is no number
        return False


def _valid_seconds(value: str) -> bool:
    return value.isdecimal() and 1 <= int(value) <= MAX_VALIDITY_S
