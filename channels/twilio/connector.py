"""`TwilioChannel`: the contract kept with Twilio's Messages API, for SMS and for WhatsApp.

Reading is in `payloads`, checking in `signature`, listing in `reconcile`, the way out in
`transport`; this module only puts them together. Pages of Twilio: see README.md.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from twilio.rest import Client

from channels.contract import (
    Alphabet,
    Capabilities,
    Context,
    FoundSent,
    NotSent,
    Raw,
    RawRequest,
    RawResponse,
    SendResult,
    Sent,
    SentQuery,
    Unknown,
)
from channels.templates import KeptTemplate, WantedTemplate
from channels.text import clean
from channels.twilio import addresses, codes, content, payloads, reconcile
from channels.twilio.settings import SmsSettings, TwilioSettings, WhatsappSettings
from channels.twilio.signature import Verifier
from channels.twilio.transport import UNREADABLE, Refused, Transport, Unanswered, connect
from core.messages import Address, Attachment, Event, OutboundMessage, ProviderId, Reaction

MAX_CHARS = 1600
"""Of one message, SMS and WhatsApp alike (error 21617)."""


FAILED_AT_ONCE = frozenset({"failed", "undelivered", "canceled"})
"""Twilio sends no callback for the status that it answers with (status page, 2026-07-21)."""


class TwilioChannel:
    """One account of either kind; `sms` and `whatsapp` make it."""

    # Empty TwiML: "answer nothing". Text would be sent to the citizen, JSON raises alert 12300.
    accepted = RawResponse(status=200, media_type="text/xml", body=b"<Response/>")

    def __init__(
        self,
        name: str,
        context: Context,
        settings: TwilioSettings,
        capabilities: Capabilities,
        recipients: frozenset[str],
    ) -> None:
        """Write to addresses of the kinds in *recipients* only. Opens nothing yet."""
        self.name = name
        self.capabilities = capabilities
        self.secrets = settings.secrets
        self.own_addresses = settings.numbers
        self._context = context
        self._settings = settings
        self._recipients = recipients
        self._verifier = Verifier(settings.tokens, settings.webhook_keys)
        self._connection: tuple[Client, Transport] | None = None

    # --- what comes in

    def handshake(self, request: RawRequest) -> RawResponse | None:  # noqa: ARG002 - the contract's
        """Twilio never asks whether we are there."""
        return None

    def address(self, text: str) -> Address | None:
        """A full number, ``+62812...``."""
        prefix = addresses.WHATSAPP if "wa:phone" in self._recipients else ""
        found = addresses.read(prefix + text.strip())
        return found if found is not None and found.kind in self._recipients else None

    def verify(self, request: RawRequest) -> None:
        """See `Verifier.verify`."""
        self._verifier.verify(request)

    def dedup_key(self, raw: Raw) -> str:
        """The bytes as they came, with the query that names the delivery.

        A repetition that differs by a byte (Twilio adds ``ErrorCode`` when it turns to a fallback
        address) is stored again, and its events are recognised by their keys.
        """
        head = f"{raw.via}\n{raw.query}\n".encode("utf-8", "surrogatepass")
        return hashlib.sha256(head + raw.body).hexdigest()

    def parse(self, raw: Raw) -> Sequence[Event]:
        """See `payloads.parse`."""
        return payloads.parse(raw, self._settings.numbers)

    async def fetch(self, attachment: Attachment, max_bytes: int) -> tuple[str, bytes]:
        """Get the file; Twilio wants our login and then redirects to a store that must not see it.

        Raises:
            MediaUnavailable: Says whether trying again helps.
        """
        return await self._context.fetcher.get(
            attachment.source,
            max_bytes=max_bytes,
            trusted_origin=self._settings.api_base_url,
            auth=self._settings.login,
        )

    # --- what goes out

    async def send(self, message: OutboundMessage) -> SendResult:
        """Post *message* once; what Twilio may have taken is `Unknown`, never tried again here."""
        if message.to.kind not in self._recipients:
            return _wrong_kind(message.to)
        template = message.template
        if template is not None and template.name not in self._settings.template_sids:
            return NotSent(Reaction.REJECTED, "no_template")
        try:
            created = await self._client().messages.create_async(
                to=addresses.write(message.to),
                **self._content(message),
                validity_period=self._settings.validity_period_s,
                **self._sender(),
                **({"status_callback": message.callback_url} if message.callback_url else {}),
            )
        except Refused as refusal:
            if refusal.status >= 500:
                return Unknown(f"http_{refusal.status}")
            reaction = codes.of_refusal(refusal.status, refusal.code)
            return NotSent(reaction, refusal.code, refusal.retry_after)
        except Unanswered as silence:
            if silence.departed:
                return Unknown(silence.reason)
            return NotSent(Reaction.RETRY, silence.reason)
        except UNREADABLE:
            return Unknown("unreadable_answer")
        if not created.sid:
            return Unknown("unreadable_answer")
        if str(created.status) in FAILED_AT_ONCE:  # the library types it as a class, it is a string
            code = str(created.error_code or created.status)
            return NotSent(codes.of_failure(code), code)
        return Sent(ProviderId(str(created.sid)), _segments(created.num_segments))

    async def find_sent(self, query: SentQuery) -> FoundSent:
        """See `reconcile.find_sent`."""
        return await reconcile.find_sent(self._client(), self._settings, query)

    async def list_inbound(self, since: datetime, until: datetime) -> Sequence[Raw]:
        """See `reconcile.list_inbound`."""
        return await reconcile.list_inbound(self._client(), self._settings, since, until)

    # --- what may leave at any time

    @property
    def template_ids(self) -> Mapping[str, str]:
        """See `TwilioSettings.template_sids`."""
        return self._settings.template_sids

    async def templates(self) -> Sequence[KeptTemplate]:
        """See `content.listed`."""
        return await content.listed(self._client(), self._settings)

    async def create_template(self, wanted: WantedTemplate) -> str:
        """See `content.created`."""
        return await content.created(self._client(), wanted)

    async def request_approval(self, template: str, name: str) -> None:
        """See `content.submitted`."""
        await content.submitted(self._client(), template, name)

    async def close(self) -> None:
        """Close the connections, if any were opened."""
        if self._connection is not None:
            _, transport = self._connection
            self._connection = None
            await transport.close()  # type: ignore[no-untyped-call]  # twilio's, inherited

    def _client(self) -> Client:
        # Made at first use: the library's session belongs to the loop that runs then.
        if self._connection is None:
            self._connection = connect(self._settings)
        return self._connection[0]

    def _content(self, message: OutboundMessage) -> dict[str, Any]:
        """Free text with its picture, or an approved template with its values and no text of ours
        (63016)."""
        if message.template is None:
            pictures = {"media_url": list(message.media)} if message.media else {}
            return {"body": clean(message.text), **pictures}
        return {
            "content_sid": self._settings.template_sids[message.template.name],
            "content_variables": json.dumps(dict(message.template.values)),
        }

    def _sender(self) -> dict[str, str]:
        """A number of the service's pool may be named beside the service."""
        found = {}
        if self._settings.sender is not None:
            found["from_"] = self._settings.prefix + self._settings.sender
        if self._settings.messaging_service_sid is not None:
            found["messaging_service_sid"] = self._settings.messaging_service_sid
        return found


def sms(context: Context, settings: SmsSettings) -> TwilioChannel:
    """An account for SMS (and MMS, which comes in only, where a country has it)."""
    capabilities = Capabilities(
        title="SMS",
        icon="sms",
        max_chars=MAX_CHARS,
        alphabet=Alphabet.GSM7,
        media_in=True,
        receipts=True,
        rate=settings.rate,
        price_micros=settings.price_micros,
        currency=settings.currency,
    )
    return TwilioChannel("twilio-sms", context, settings, capabilities, addresses.SMS_KINDS)


def whatsapp(context: Context, settings: WhatsappSettings) -> TwilioChannel:
    """An account for WhatsApp."""
    capabilities = Capabilities(
        title="WhatsApp",
        icon="whatsapp",
        max_chars=MAX_CHARS,
        media_in=True,
        media_out=True,
        location=True,
        reply_window=timedelta(hours=24),
        templates=frozenset(settings.template_sids),
        receipts=True,
        read_receipts=True,
        rate=settings.rate,
        price_micros=settings.price_micros,
        currency=settings.currency,
        bold="*",
    )
    return TwilioChannel(
        "twilio-whatsapp", context, settings, capabilities, addresses.WHATSAPP_KINDS
    )


def _wrong_kind(to: Address) -> NotSent:
    one_way = to.kind in addresses.ONE_WAY_KINDS
    reaction = Reaction.RECIPIENT_GONE if one_way else Reaction.REJECTED
    return NotSent(reaction, "one_way_sender" if one_way else "other_channel")


def _segments(value: str | None) -> int:
    """A messaging service says 0: it counts later, when it has chosen the sender."""
    text = str(value or "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 4 else 1
