"""How Twilio writes an address, and how we do: the two directions beside each other."""

import re

from core.messages import Address

WHATSAPP = "whatsapp:"

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
"""A full number, ITU-T E.164: at most fifteen digits."""

_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &._+-]{1,11}")

# Two letters of a country, then Meta's opaque part; a parent id has ``.ENT`` between them (Meta,
# business-scoped user IDs, 2026-05-28). Not narrowed further: the id is theirs.
_USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,160}")

SMS_KINDS = frozenset({"tel:e164"})
WHATSAPP_KINDS = frozenset({"wa:phone", "wa:user"})
ONE_WAY_KINDS = frozenset({"tel:short", "tel:alnum"})
"""Senders that nobody can answer: banks, operators, advertisers."""


def read(text: str) -> Address | None:
    """The address in *text*; None where it has no form that we know."""
    if text.startswith(WHATSAPP):
        return _read_whatsapp(text.removeprefix(WHATSAPP))
    if E164.fullmatch(text):
        return Address("tel:e164", text)
    if _SHORT_CODE.fullmatch(text):
        return Address("tel:short", text)
    if _ALPHANUMERIC.fullmatch(text):
        return Address("tel:alnum", text)
    return None


def write(address: Address) -> str:
    """*address* for the ``To`` of a message."""
    prefix = WHATSAPP if address.kind in WHATSAPP_KINDS else ""
    return prefix + address.value


def is_sender_id(text: str) -> bool:
    """Whether *text* can stand as the sender of an SMS: number, short code or up to 11 signs."""
    return any(form.fullmatch(text) for form in (E164, _SHORT_CODE, _ALPHANUMERIC))


def _read_whatsapp(value: str) -> Address | None:
    # A person with a user name has no number for us; only what begins with + is one.
    if E164.fullmatch(value):
        return Address("wa:phone", value)
    return Address("wa:user", value) if _USER_ID.fullmatch(value) else None
