"""`FakeChannel`: verify, parse and send, with a memory for a provider."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr

from channels.contract import (
    Alphabet,
    Capabilities,
    Context,
    FoundSent,
    Listing,
    Raw,
    RawRequest,
    RawResponse,
    SendResult,
    Sent,
    SentQuery,
)
from channels.errors import MediaUnavailable, PayloadInvalid, SignatureInvalid
from channels.templates import KeptTemplate, TemplateStanding, WantedTemplate
from channels.text import clean
from core.messages import (
    Address,
    Attachment,
    Edited,
    Event,
    EventKey,
    Ignored,
    InboundMessage,
    Location,
    OutboundMessage,
    Preference,
    ProviderId,
    Reaction,
    ReadUpTo,
    Receipt,
    ReceiptStatus,
    Withdrawn,
)

SIGNATURE_HEADER = "x-fake-signature"


class FakeSettings(BaseModel):
    """Settings of an account of this connector."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret: SecretStr = SecretStr("fake-secret")
    reply_window_hours: float | None = None
    alphabet: Alphabet = Alphabet.UNICODE
    templates: frozenset[str] = frozenset()
    media_out: bool = True
    public: bool = False


@dataclass
class Provider:
    """The other side: what it was sent, what it will answer next, and the media it keeps."""

    sent: list[tuple[ProviderId, OutboundMessage]] = field(default_factory=list)
    script: list[SendResult | Exception] = field(default_factory=list)
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    inbound: list[Raw] = field(default_factory=list)
    templates: dict[str, KeptTemplate] = field(default_factory=dict)


class FakeChannel:
    """A connector that implements every protocol; its `provider` is there to look into."""

    name = "fake"
    accepted = RawResponse(status=204)

    def __init__(self, context: Context, settings: FakeSettings) -> None:
        hours = settings.reply_window_hours
        self.context = context
        self.provider = Provider()
        self.template_ids: Mapping[str, str] = {name: name for name in settings.templates}
        self._secret = settings.secret.get_secret_value()
        self.secrets = frozenset({self._secret})
        self.own_addresses: frozenset[str] = frozenset()
        self.capabilities = Capabilities(
            title="Fake",
            icon="fake",
            alphabet=settings.alphabet,
            public=settings.public,
            media_in=True,
            media_out=settings.media_out,
            location=True,
            receipts=True,
            read_receipts=True,
            reply_window=None if hours is None else timedelta(hours=hours),
            templates=settings.templates,
            rate=1000.0,
        )

    def sign(self, body: bytes) -> str:
        """The signature the provider would send."""
        return hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()

    def handshake(self, request: RawRequest) -> RawResponse | None:
        """A GET only asks whether we are there."""
        return RawResponse(body=b"here") if request.method == "GET" else None

    def verify(self, request: RawRequest) -> None:
        """Compare the signature over the raw bytes, in constant time."""
        given = request.headers.get(SIGNATURE_HEADER, "")
        if not hmac.compare_digest(self.sign(request.body).encode(), given.encode()):
            raise SignatureInvalid("the signature does not fit the body")

    def dedup_key(self, raw: Raw) -> str:
        """The bytes are the name."""
        return hashlib.sha256(raw.body).hexdigest()

    def parse(self, raw: Raw) -> Sequence[Event]:
        """A JSON object with ``events``, each with ``id``, ``type`` and its fields."""
        try:
            events = json.loads(raw.body)["events"]
            return [_event(item, raw.received_at) for item in events]
        except (ValueError, LookupError, TypeError, OverflowError, OSError) as error:
            raise PayloadInvalid(f"not of the fake form: {type(error).__name__}") from error

    def address(self, text: str) -> Address | None:
        """Any name is one."""
        return Address("fake:user", text)

    async def send(self, message: OutboundMessage) -> SendResult:
        """Remember *message*, or answer what the script says."""
        if self.provider.script:
            answer = self.provider.script.pop(0)
            if isinstance(answer, Exception):
                raise answer
            if not isinstance(answer, Sent):
                return answer
        provider_id = ProviderId(f"out-{len(self.provider.sent) + 1}")
        self.provider.sent.append((provider_id, message))
        return Sent(provider_id)

    async def fetch(self, attachment: Attachment, max_bytes: int) -> tuple[str, bytes]:
        """Media that the test put into the provider."""
        found = self.provider.media.get(attachment.source)
        if found is None:
            raise MediaUnavailable("gone", retryable=False)
        if len(found[1]) > max_bytes:
            raise MediaUnavailable("too_large", retryable=False)
        return found

    async def find_sent(self, query: SentQuery) -> FoundSent:
        """The list is complete by nature."""
        for provider_id, message in self.provider.sent:
            same = message.to == query.to and message.text == query.text
            if same and provider_id not in query.known:
                return FoundSent(Listing.FOUND, provider_id)
        return FoundSent(Listing.ABSENT)

    async def list_inbound(self, since: datetime, until: datetime) -> Sequence[Raw]:
        """What the provider took while we were away."""
        return [raw for raw in self.provider.inbound if since <= raw.received_at <= until]

    async def templates(self) -> Sequence[KeptTemplate]:
        """What was created, and whatever a test has put there."""
        return list(self.provider.templates.values())

    async def create_template(self, wanted: WantedTemplate) -> str:
        """Its name is its id."""
        kept = KeptTemplate(
            wanted.name, wanted.name, wanted.language, wanted.body, TemplateStanding.UNSUBMITTED
        )
        self.provider.templates[wanted.name] = kept
        return wanted.name

    async def request_approval(self, template: str, name: str) -> None:  # noqa: ARG002 - the same
        """It waits for whoever approves."""
        kept = self.provider.templates[template]
        self.provider.templates[template] = replace(kept, standing=TemplateStanding.WAITING)

    async def close(self) -> None:
        """Nothing is open."""


def _event(item: dict[str, Any], received_at: datetime) -> Event:
    key, kind = EventKey(str(item["id"])), item["type"]
    at = datetime.fromtimestamp(item["at"], UTC) if "at" in item else received_at
    if kind == "receipt":
        return Receipt(
            event_key=key,
            status=ReceiptStatus(item["status"]),
            at=at,
            token=str(item.get("token", "")),
            provider_id=item.get("provider_id"),
            code=str(item.get("code", "")),
            reaction=Reaction(item["reaction"]) if "reaction" in item else None,
        )
    if kind not in {"message", "edited", "withdrawn", "read", "preference"}:
        return Ignored(key, f"type:{kind}"[:60])
    sender = Address("fake:user", str(item["from"]))
    if kind == "edited":
        return Edited(key, sender, ProviderId(str(item["of"])), clean(str(item["text"])), at)
    if kind == "withdrawn":
        return Withdrawn(key, sender, ProviderId(str(item["of"])), at)
    if kind == "read":
        return ReadUpTo(key, sender, at)
    if kind == "preference":
        return Preference(key, sender, stopped=bool(item["stopped"]), at=at)
    return _message(item, key, sender, at)


def _message(item: dict[str, Any], key: EventKey, sender: Address, at: datetime) -> InboundMessage:
    where = item.get("location")
    return InboundMessage(
        event_key=key,
        sender=sender,
        sent_at=at,
        text=clean(str(item.get("text", ""))),
        provider_id=ProviderId(str(item["id"])),
        attachments=tuple(
            Attachment(str(m["source"]), str(m.get("type", ""))) for m in item.get("media", ())
        ),
        location=Location(float(where[0]), float(where[1])) if where else None,
        quotes=ProviderId(str(item["quotes"])) if item.get("quotes") else None,
        automatic=bool(item.get("automatic", False)),
    )
