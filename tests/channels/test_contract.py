"""What every connector keeps, whatever its provider: each built-in one × each recorded payload.

A payload is ``<folder>/payloads/<case>.request.json``: which connector, how it came, where it is
from (`provenance`: captured, documented or guessed; `source`), and the body as a form (pairs), as
JSON, as text or as base64. Beside it ``<case>.expected.json`` holds the events, each with its type
and the fields that differ from their defaults, or the name of the error. To add one: write the
request, run this file, read what it says the events are, and only then write them down.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels import registry
from channels.contract import Context, NotSent, Parser, Raw, RawRequest, WebhookReceiver
from channels.errors import PayloadInvalid, SignatureInvalid
from core.messages import AccountId, Address, Event, OutboundMessage, Reaction
from tests.channels.twilio import signing

HERE = Path(__file__).parent
WEBHOOK = "https://lapor.example/webhooks/account"
RECEIVED_AT = datetime(2026, 11, 20, 3, 19, 42, tzinfo=UTC)


# --- one entry for each connector --------------------------------------------------------------


@dataclass(frozen=True)
class Kit:
    """What the tests must know of one connector: settings, and its provider's way to sign."""

    settings: Mapping[str, Any]
    sign: Callable[[Any, RawRequest], RawRequest]


def _signed_by_fake(channel: Any, request: RawRequest) -> RawRequest:
    return replace(request, headers={"x-fake-signature": channel.sign(request.body)})


def _signed_by_twilio(_channel: Any, request: RawRequest) -> RawRequest:
    headers = dict(request.headers)
    if headers["content-type"].endswith("json"):
        digest = hashlib.sha256(request.body).hexdigest()
        request = replace(request, url=f"{request.url}?bodySHA256={digest}")
        pairs = []
    else:
        pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    headers["x-twilio-signature"] = signing.sign("token-of-the-account", request.url, pairs)
    return replace(request, headers=headers)


KITS = {
    "fake": Kit({}, _signed_by_fake),
    "twilio-sms": Kit(
        {"account_sid": "AC1", "auth_token": "token-of-the-account", "from": "+12025550100"},
        _signed_by_twilio,
    ),
    "twilio-whatsapp": Kit(
        {"account_sid": "AC1", "auth_token": "token-of-the-account", "from": "+6281110000001"},
        _signed_by_twilio,
    ),
}


class NoNetwork:
    """Parsing and verifying may ask nobody."""

    async def get(self, url: str, **_options: Any) -> tuple[str, bytes]:
        raise AssertionError("a request left the machine")


def make(name: str) -> Any:
    connector = registry.load(name)
    context = Context(AccountId("account"), WEBHOOK, NoNetwork())
    return connector.create(context, connector.settings.model_validate(dict(KITS[name].settings)))


# --- the recorded payloads ---------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    path: Path
    connector: str
    raw: Raw
    content_type: str
    expected: Any

    @property
    def invalid(self) -> bool:
        return isinstance(self.expected, Mapping)

    @property
    def request(self) -> RawRequest:
        url = f"{WEBHOOK}?{self.raw.query}" if self.raw.query else WEBHOOK
        headers = {"content-type": self.content_type}
        return RawRequest("POST", url, self.raw.query, headers, self.raw.body)


def _body(request: Mapping[str, Any]) -> bytes:
    if "form" in request:
        return signing.encode(request["form"])
    if "json" in request:
        return json.dumps(request["json"]).encode()
    return base64.b64decode(request.get("body_base64", "")) or request.get("body", "").encode()


def _cases() -> Iterator[Case]:
    for path in sorted(HERE.glob("*/payloads/*.request.json")):
        request = json.loads(path.read_text(encoding="utf-8"))
        expected = path.with_name(path.name.replace(".request.", ".expected."))
        yield Case(
            path=path,
            connector=request["connector"],
            raw=Raw(request["via"], _body(request), RECEIVED_AT, request.get("query", "")),
            content_type=request.get("content_type", "application/x-www-form-urlencoded"),
            expected=json.loads(expected.read_text(encoding="utf-8"))
            if expected.exists()
            else None,
        )


CASES = tuple(_cases())
READABLE_CASES = tuple(case for case in CASES if not case.invalid)
POSTED_CASES = tuple(case for case in CASES if case.raw.via == "webhook")


def _id(case: Case) -> str:
    return f"{case.connector}:{case.path.name.removesuffix('.request.json')}"


def each(cases: Sequence[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=_id)


def readable(value: Any) -> Any:
    """*value* as the expected files hold it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        shown = {"type": type(value).__name__} if isinstance(value, Event) else {}
        for field in fields(value):
            own = getattr(value, field.name)
            if field.default is MISSING or own != field.default:
                shown[field.name] = readable(own)
        return shown
    if isinstance(value, tuple | list):
        return [readable(item) for item in value]
    return value


def strings(value: Any) -> Iterator[str]:
    """Every string in *value*, however deep."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, Mapping):
        yield from strings(list(value.items()))


def times(value: Any) -> Iterator[datetime]:
    for field in fields(value):
        own = getattr(value, field.name)
        if isinstance(own, datetime):
            yield own


# --- the record itself -------------------------------------------------------------------------


def test_every_built_in_connector_that_reads_is_asked() -> None:
    assert {case.connector for case in CASES} == set(KITS)
    context = Context(AccountId("account"), WEBHOOK, NoNetwork())
    for name in set(registry.BUILT_IN) - set(KITS):
        connector = registry.load(name)
        channel = connector.create(context, connector.settings())
        assert not isinstance(channel, Parser | WebhookReceiver), f"{name} reads: it needs a kit"


async def test_what_cannot_be_written_to_says_so_and_sends_nothing() -> None:
    connector = registry.load("counter")
    channel = connector.create(Context(AccountId("loket"), "", NoNetwork()), connector.settings())
    nobody = Address("counter:visit", "1", AccountId("loket"))
    said = await channel.send(OutboundMessage(nobody, "Laporan diterima", "token"))
    assert said == NotSent(Reaction.RECIPIENT_GONE, "no_way_out")


@each(CASES)
def test_a_recorded_payload_says_where_it_comes_from(case: Case) -> None:
    request = json.loads(case.path.read_text(encoding="utf-8"))
    assert request["provenance"] in {"captured", "documented", "guessed"}
    assert request["source"]


# --- reading -----------------------------------------------------------------------------------


@each(CASES)
def test_a_payload_gives_the_expected_events(case: Case) -> None:
    channel = make(case.connector)
    try:
        found: Any = readable(channel.parse(case.raw))
    except PayloadInvalid:
        found = {"raises": "PayloadInvalid"}
    assert found == case.expected, json.dumps(found, indent=2, ensure_ascii=False)


@each(READABLE_CASES)
def test_the_same_payload_twice_has_the_same_keys(case: Case) -> None:
    first, second = make(case.connector), make(case.connector)
    again = replace(case.raw, received_at=RECEIVED_AT + timedelta(minutes=5))
    assert first.dedup_key(case.raw) == second.dedup_key(again)
    keys = [event.event_key for event in first.parse(case.raw)]
    assert keys == [event.event_key for event in second.parse(again)]
    assert len(set(keys)) == len(keys)
    assert all(keys)


def test_different_payloads_have_different_dedup_keys() -> None:
    for name in KITS:
        channel = make(name)
        raws = [case.raw for case in CASES if case.connector == name]
        assert len({channel.dedup_key(raw) for raw in raws}) == len(raws)


@each(READABLE_CASES)
def test_all_times_are_aware_and_utc(case: Case) -> None:
    for event in make(case.connector).parse(case.raw):
        assert all(moment.utcoffset() == timedelta(0) for moment in times(event))


@each(READABLE_CASES)
def test_all_strings_can_be_stored(case: Case) -> None:
    for text in strings(list(make(case.connector).parse(case.raw))):
        assert "\0" not in text
        text.encode("utf-8")


@each(READABLE_CASES)
def test_what_is_printed_names_nobody(case: Case) -> None:
    channel = make(case.connector)
    for event in channel.parse(case.raw):
        shown = repr(event)
        private = [getattr(event, "text", "")]
        private += [event.sender.value] if hasattr(event, "sender") else []
        private += [a.source for a in getattr(event, "attachments", ())]
        assert [text for text in private if text.strip() and text in shown] == []
        assert [secret for secret in channel.secrets if secret in shown] == []


@each([case for case in CASES if case.invalid])
def test_an_error_repeats_nothing_of_the_payload(case: Case) -> None:
    channel = make(case.connector)
    with pytest.raises(PayloadInvalid) as caught:
        channel.parse(case.raw)
    shown = f"{caught.value!r} {caught.value}"
    for _, value in parse_qsl(case.raw.body.decode("utf-8", "replace")):
        assert len(value) < 4 or value not in shown


@pytest.mark.parametrize("via", ["webhook", "poll", "list"])
@pytest.mark.parametrize("name", KITS)
def test_arbitrary_bytes_are_read_or_refused(name: str, via: Any) -> None:
    channel: Parser = make(name)

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(st.binary(max_size=200), st.text(max_size=30))
    def attempt(body: bytes, query: str) -> None:
        _reads_or_refuses(channel, Raw(via, body, RECEIVED_AT, query))

    attempt()


@pytest.mark.parametrize("name", KITS)
def test_a_damaged_payload_is_read_or_refused(name: str) -> None:
    channel: Parser = make(name)
    raws = [case.raw for case in CASES if case.connector == name and len(case.raw.body) < 2000]

    @settings(max_examples=80, deadline=None, derandomize=True, database=None)
    @given(st.sampled_from(raws), st.floats(0, 1), st.binary(max_size=6), st.integers(0, 6))
    def attempt(raw: Raw, place: float, put: bytes, cut: int) -> None:
        at = int(place * len(raw.body))
        body = raw.body[:at] + put + raw.body[at + cut :]
        _reads_or_refuses(channel, replace(raw, body=body))

    attempt()


def _reads_or_refuses(channel: Parser, raw: Raw) -> None:
    assert channel.dedup_key(raw)
    try:
        events = channel.parse(raw)
    except PayloadInvalid:
        return
    assert all(isinstance(event, Event) for event in events)


# --- who has sent it ---------------------------------------------------------------------------


@each(POSTED_CASES)
def test_the_providers_own_signature_is_accepted(case: Case) -> None:
    channel: WebhookReceiver = make(case.connector)
    channel.verify(KITS[case.connector].sign(channel, case.request))


@each(POSTED_CASES)
def test_a_forged_request_is_refused(case: Case) -> None:
    channel: WebhookReceiver = make(case.connector)
    request = KITS[case.connector].sign(channel, case.request)
    signature = next(name for name in request.headers if name.endswith("signature"))
    forgeries = (
        replace(request, body=request.body + b"&Body=other"),
        replace(request, headers={}),
        replace(request, headers={**request.headers, signature: ""}),
        replace(request, headers={**request.headers, signature: "AAAA"}),
        replace(request, headers={**request.headers, signature: "\xff\x00"}),
        replace(request, headers={**request.headers, signature: request.headers[signature][::-1]}),
    )
    for forged in forgeries:
        with pytest.raises(SignatureInvalid) as caught:
            channel.verify(forged)
        assert not any(secret in str(caught.value) for secret in channel.secrets)


@pytest.mark.parametrize("name", KITS)
def test_any_bytes_are_accepted_or_refused_as_a_request(name: str) -> None:
    channel: WebhookReceiver = make(name)
    types = st.sampled_from(["", "application/x-www-form-urlencoded", "application/json", "ü;;;"])

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(st.binary(max_size=100), types, st.text(max_size=20), st.text(max_size=30))
    def attempt(body: bytes, content_type: str, query: str, signature: str) -> None:
        headers = {
            "content-type": content_type,
            "x-twilio-signature": signature,
            "x-twilio-webhooks-signature-settings": query,
            "x-fake-signature": signature,
        }
        with pytest.raises(SignatureInvalid):
            channel.verify(RawRequest("POST", f"{WEBHOOK}?{query}", query, headers, body))

    attempt()
