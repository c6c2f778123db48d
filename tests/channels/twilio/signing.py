"""Twilio's signature, written from its page and not from the library: the oracle of the tests."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import quote_from_bytes

Fields = Sequence[Sequence[str]]


def encode(fields: Fields) -> bytes:
    """The form as Twilio posts it; a lone surrogate becomes the three bytes it would be."""

    def quoted(text: str) -> str:
        return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="").replace("%20", "+")

    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in fields).encode()


def sign(secret: str, url: str, fields: Fields, algorithm: str = "sha1") -> str:
    """Base64 of the HMAC over *url* and the sorted fields; equal values of a name count once."""
    unique = sorted({(name, value) for name, value in fields})
    text = url + "".join(name + value for name, value in unique)
    digest = hmac.new(secret.encode(), text.encode(), getattr(hashlib, algorithm)).digest()
    return base64.b64encode(digest).decode()


def headers(signature: str, **more: str) -> Mapping[str, str]:
    """The headers of a posted form, lower case as the gateway gives them."""
    return {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "x-twilio-signature": signature,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
