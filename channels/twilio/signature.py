"""Whether Twilio itself has sent a request. Pure; knows keys and bytes, nothing of messages.

Twilio signs the public address and the decoded form with the account's auth token (HMAC-SHA1) or,
where the account uses webhook keys, with such a shared key (HMAC-SHA256, public beta, page of
2026-09-07). There is no time in what is signed: a request can be replayed, so the gateway
recognises repetitions by event key.
https://www.twilio.com/docs/usage/webhooks/webhooks-security (read November 2026)
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import (
    HMAC_SHA1,
    HMAC_SHA256,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from channels.contract import RawRequest
from channels.errors import SignatureInvalid
from channels.twilio import form

_FORM = "application/x-www-form-urlencoded"
_BODY_HASH = "bodySHA256"


class Verifier:
    """Checks requests against every key that is valid at present, so that keys can be rotated."""

    def __init__(self, auth_tokens: Iterable[str], shared_keys: Mapping[str, str]) -> None:
        """Take *auth_tokens*, the likeliest first, and *shared_keys* by their id."""
        self._by_token = tuple(_validator(token) for token in auth_tokens)
        self._by_key = {key: _validator(secret) for key, secret in shared_keys.items()}

    def verify(self, request: RawRequest) -> None:
        """Pass if one of the keys has signed *request*; the URL is taken as it stands.

        Raises:
            SignatureInvalid: Whatever else arrives; says which part is wrong, repeats none of it.
        """
        given = request.headers.get(SIGNATURE_HEADER.lower(), "")
        if not given:
            raise SignatureInvalid(f"the request has no {SIGNATURE_HEADER}")
        settings = request.headers.get(SIGNATURE_SETTINGS_HEADER.lower(), "")
        algorithm = _algorithm(settings)
        validators = self._validators(algorithm, settings)
        if not validators:
            raise SignatureInvalid("signed with a key or an algorithm that is not configured here")
        try:
            parameters = _signed_parameters(request)
            fits = any(_fits(v, request.url, parameters, given, algorithm) for v in validators)
        except ValueError:
            # An impossible port, too many fields, a surrogate in the URL. Raised anew below and
            # not from here: a UnicodeError would carry the citizen's words along.
            fits = False
        if not fits:
            raise SignatureInvalid("the signature does not fit address and body")

    def _validators(self, algorithm: str, settings: str) -> Sequence[RequestValidator]:
        if algorithm == HMAC_SHA1:
            return self._by_token
        if algorithm != HMAC_SHA256:
            # The library would refuse it too, but writes the stranger's header into the log.
            return ()
        key = _part(settings, "key")
        if not key:
            return tuple(self._by_key.values())
        return (self._by_key[key],) if key in self._by_key else ()


def _validator(secret: str) -> RequestValidator:
    return RequestValidator(secret)


def _fits(
    validator: RequestValidator, url: str, parameters: form.Form, given: str, algorithm: str
) -> bool:
    return bool(validator.validate(url, parameters, given, algorithm))


def _algorithm(settings: str) -> str:
    return str(get_signature_algorithm(settings)).upper()


def _signed_parameters(request: RawRequest) -> form.Form:
    """What is signed beside the URL: the form, or nothing where the URL names the body's hash.

    The library is never handed a body. With twilio 9.13.0 a JSON text whose URL has no hash raises
    TypeError, a body of bytes IndexError, and a form's hash is not looked at.

    Raises:
        ValueError: The body is not the one that was signed.
    """
    query = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    hashes = [value.lower() for name, value in query if name == _BODY_HASH]
    digest = hashlib.sha256(request.body).hexdigest()
    if any(value != digest for value in hashes):
        raise ValueError("another body")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
        return form.read(request.body)
    if request.body and not hashes:
        raise ValueError("a body that nothing vouches for")
    return form.Form()


def _part(header: str, name: str) -> str:
    """The value of *name* in ``key=…,algorithm=…``."""
    for part in header.split(","):
        found, _, value = part.partition("=")
        if found.strip() == name:
            return value.strip()
    return ""
