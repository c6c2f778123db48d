"""How the provider signs what it sends to a webhook. Written from the documented algorithm.

"Secure webhooks" (2026-08-13): HMAC over the URL, then every parameter's name and value, sorted by
name. "Sign webhooks with shared keys" (2026-09-07): SHA-256 with a key of its own, named in a
second header. Blank parameters count, values of a repeated name are taken once and sorted.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from gateway.demo.provider.account import Account

SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"

Form = Iterable[tuple[str, str]]


def signed_text(url: str, form: Form) -> str:
    """What is hashed: *url* exactly as configured, without its fragment, then the parameters."""
    return url + "".join(name + value for name, value in sorted(set(form)))


def signature_headers(account: Account, url: str, form: Form) -> dict[str, str]:
    """The headers that prove to the webhook who calls: by shared key where there is one."""
    text = signed_text(url, form).encode()
    key = account.shared_key
    if key is None:
        return {SIGNATURE: _mac(account.auth_token, text, "sha1")}
    return {
        SIGNATURE: _mac(key.secret, text, "sha256"),
        SETTINGS: f"key={key.key_id},algorithm=HMAC_SHA256",
    }


def _mac(secret: str, text: bytes, algorithm: str) -> str:
    digest = hmac.new(secret.encode(), text, getattr(hashlib, algorithm)).digest()
    return base64.b64encode(digest).decode()
