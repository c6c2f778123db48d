"""Who has sent it: both schemes, several keys, and every trap of the library."""

import hashlib
import logging
from dataclasses import replace

import pytest

from channels.contract import RawRequest
from channels.errors import SignatureInvalid
from channels.twilio.form import MAX_FIELDS
from channels.twilio.signature import Verifier
from tests.channels.twilio import signing

URL = "https://lapor.example/webhooks/sms?t=d-1"
FIELDS = [
    ["MessageSid", "SM1"],
    ["From", "+6281200000001"],
    ["Body", "Jl. Melati 3 & 4: rusak – 50% 🌊"],
    ["NumMedia", "0"],
]
VERIFIER = Verifier(["primary", "previous"], {"webhooks_sharedkey_1": "one", "key2": "two"})
SHARED_KEY_1 = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"


def request(
    signature: str,
    fields: signing.Fields = FIELDS,
    url: str = URL,
    settings: str | None = None,
) -> RawRequest:
    more = {} if settings is None else {"x_twilio_webhooks_signature_settings": settings}
    return RawRequest(
        "POST",
        url,
        url.partition("?")[2],
        signing.headers(signature, **more),
        signing.encode(fields),
    )


def refused(attempt: RawRequest, verifier: Verifier = VERIFIER) -> str:
    with pytest.raises(SignatureInvalid) as caught:
        verifier.verify(attempt)
    return str(caught.value)


def test_the_example_of_twilios_own_page_is_accepted() -> None:
    """https://www.twilio.com/docs/usage/webhooks/webhooks-security"""
    verifier = Verifier(["12345"], {})
    fields = [
        ["CallSid", "CA1234567890ABCDE"],
        ["Caller", "+14158675309"],
        ["Digits", "1234"],
        ["From", "+14158675309"],
        ["To", "+18005551212"],
    ]
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    verifier.verify(request("RSOYDt4T1cUTdK1PDd93/VVr8B8=", fields, url))


@pytest.mark.parametrize("token", ["primary", "previous"])
def test_each_token_of_a_rotation_is_accepted(token: str) -> None:
    VERIFIER.verify(request(signing.sign(token, URL, FIELDS)))


@pytest.mark.parametrize(
    ("secret", "settings"),
    [
        ("one", SHARED_KEY_1),
        ("two", "algorithm=HMAC_SHA256,key=key2"),
        ("two", " key = key2 , algorithm = hmac_sha256 "),
        ("one", "algorithm=HMAC_SHA256"),
        ("two", "algorithm=HMAC_SHA256"),
    ],
)
def test_each_shared_key_is_accepted_under_its_name(secret: str, settings: str) -> None:
    signature = signing.sign(secret, URL, FIELDS, "sha256")
    VERIFIER.verify(request(signature, settings=settings))


def test_an_empty_settings_header_means_the_auth_token() -> None:
    VERIFIER.verify(request(signing.sign("primary", URL, FIELDS), settings=""))


@pytest.mark.parametrize(
    ("secret", "algorithm", "settings"),
    [
        ("stranger", "sha1", None),
        ("one", "sha1", None),
        ("primary", "sha256", SHARED_KEY_1),
        ("two", "sha256", SHARED_KEY_1),
        ("one", "sha1", SHARED_KEY_1),
        ("one", "sha256", "key=unknown,algorithm=HMAC_SHA256"),
        ("one", "sha256", "key=webhooks_sharedkey_1"),
        ("primary", "sha1", "algorithm=HMAC_MD5"),
        ("primary", "sha1", "algorithm=\r\nforged log line"),
        ("", "sha1", None),
    ],
)
def test_any_other_pair_of_key_and_scheme_is_refused(
    secret: str, algorithm: str, settings: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    refused(request(signing.sign(secret, URL, FIELDS, algorithm), settings=settings))
    assert caplog.text == ""


def test_without_any_shared_key_the_new_scheme_is_refused() -> None:
    signature = signing.sign("", URL, FIELDS, "sha256")
    attempt = request(signature, settings="algorithm=HMAC_SHA256")
    assert "not configured" in refused(attempt, Verifier(["primary"], {}))


@pytest.mark.parametrize(
    ("signed", "seen"),
    [
        ("https://lapor.example:443/webhooks/sms", "https://lapor.example/webhooks/sms"),
        ("https://lapor.example/webhooks/sms", "https://lapor.example:443/webhooks/sms"),
        ("https://lapor.example:8443/webhooks/sms", "https://lapor.example:8443/webhooks/sms"),
    ],
)
def test_a_port_may_be_there_or_not(signed: str, seen: str) -> None:
    VERIFIER.verify(request(signing.sign("primary", signed, FIELDS), url=seen))


@pytest.mark.parametrize(
    "seen",
    [
        "http://lapor.example/webhooks/sms?t=d-1",
        "https://lapor.example/webhooks/sms/?t=d-1",
        "https://lapor.example/webhooks/sms",
        "https://lapor.example/webhooks/sms?t=d-2",
        "https://lapor.example:port/webhooks/sms?t=d-1",
        "https://[broken/webhooks/sms?t=d-1",
        "https://lapor.example/webhooks/\ud800?t=d-1",
        "",
    ],
)
def test_another_address_is_refused(seen: str) -> None:
    refused(request(signing.sign("primary", URL, FIELDS), url=seen))


def test_blank_values_count() -> None:
    photo = [*FIELDS[:2], ["Body", ""], ["MediaUrl0", "https://api.twilio.com/m"], ["ToZip", ""]]
    signature = signing.sign("primary", URL, photo)
    VERIFIER.verify(request(signature, photo))
    refused(request(signature, [field for field in photo if field[0] != "ToZip"]))


def test_a_name_may_come_more_than_once() -> None:
    fields = [*FIELDS, ["Tag", "b"], ["Tag", "a"], ["Tag", "b"]]
    VERIFIER.verify(request(signing.sign("primary", URL, fields), fields))


def test_a_form_without_fields_is_signed_by_its_address() -> None:
    VERIFIER.verify(request(signing.sign("primary", URL, []), []))


def test_too_many_fields_are_refused_unread() -> None:
    fields = [[f"F{n}", ""] for n in range(MAX_FIELDS + 1)]
    refused(request(signing.sign("primary", URL, fields), fields))


# --- bodies that are no form -------------------------------------------------------------------

JSON = b'[{"type": "com.twilio.messaging.inbound-message.received", "text": "\xc3\xa9"}]'
HASH = hashlib.sha256(JSON).hexdigest()


def json_request(url: str, body: bytes, signed: str | None = None) -> RawRequest:
    headers = {
        "content-type": "application/json",
        "x-twilio-signature": signing.sign("primary", signed or url, []),
    }
    return RawRequest("POST", url, url.partition("?")[2], headers, body)


@pytest.mark.parametrize("digest", [HASH, HASH.upper()])
def test_json_is_accepted_with_the_hash_of_its_body_in_the_address(digest: str) -> None:
    VERIFIER.verify(json_request(f"{URL}&bodySHA256={digest}", JSON))


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (URL, JSON),
        (f"{URL}&bodySHA256=", JSON),
        (f"{URL}&bodySHA256={HASH}", JSON + b" "),
        (f"{URL}&bodySHA256={HASH}", b""),
        (f"{URL}&bodySHA256={HASH}&bodySHA256=00", JSON),
        (f"{URL}&bodySHA256={HASH}", b"\xff\xfe"),
    ],
)
def test_json_that_nothing_vouches_for_is_refused(url: str, body: bytes) -> None:
    refused(json_request(url, body))


def test_the_hash_must_be_signed_too() -> None:
    refused(json_request(f"{URL}&bodySHA256={HASH}", JSON, signed=URL))


def test_a_signed_address_does_not_vouch_for_another_body_by_calling_it_a_form() -> None:
    genuine = json_request(f"{URL}&bodySHA256={HASH}", JSON)
    as_form = {**genuine.headers, "content-type": "application/x-www-form-urlencoded"}
    refused(replace(genuine, headers=as_form, body=b""))
    refused(replace(genuine, headers=as_form, body=b"MessageSid=SM1"))


@pytest.mark.parametrize("name", ["x-twilio-signature", "content-type"])
def test_a_missing_header_is_refused(name: str) -> None:
    genuine = request(signing.sign("primary", URL, FIELDS))
    headers = {key: value for key, value in genuine.headers.items() if key != name}
    refused(replace(genuine, headers=headers))


def test_a_refusal_repeats_neither_key_nor_words() -> None:
    said = refused(request("AAAA")) + refused(request("", settings="algorithm=x"))
    assert not any(private in said for private in ("primary", "one", "Melati", "+62812"))
