"""Asking Twilio what it sent and received. Lists come newest first and cannot be turned round.

(twilio-python issue 581, 2021.) The library's `list` and `stream` hide whether they stopped at a
bound or at the end; the difference decides here, so pages are turned by hand.
https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance, MessagePage

from channels.contract import FoundSent, Listing, Raw, SentQuery
from channels.errors import ChannelError, ListTooLong
from channels.text import clean
from channels.twilio import addresses, payloads
from channels.twilio.settings import TwilioSettings
from channels.twilio.transport import UNREADABLE, Refused, Unanswered
from core.messages import ProviderId

PAGE_SIZE = 200
MAX_PAGES = 25

DAY = timedelta(days=1)

CLOCK_SKEW = timedelta(minutes=2)
"""How far Twilio's clock and ours may be apart."""


async def find_sent(client: Client, settings: TwilioSettings, query: SentQuery) -> FoundSent:
    """Whether *query* went out. Twilio shows a message some seconds after it has taken it.

    Of several with the same text the oldest, for whoever asks asks about its oldest first.
    """
    since = query.since.astimezone(UTC) - CLOCK_SKEW
    text = clean(query.text)
    unreadable = False
    found: ProviderId | None = None
    try:
        # No filter by date: Twilio filters by DateSent, which a queued message has not yet.
        async for page in _pages(client, to=addresses.write(query.to), **_sender(settings)):
            messages = list(page)
            for message in messages:
                if not _could_be(message, since, query):
                    continue
                if message.body == text:
                    found = ProviderId(str(message.sid))
                # Message redaction and content retention empty the body: it may be ours.
                unreadable = unreadable or not message.body
            if not page.next_page_url or all(_created(m) < since for m in messages):
                if found is not None:
                    return FoundSent(Listing.FOUND, found)
                return FoundSent(Listing.UNCLEAR if unreadable else Listing.ABSENT)
    except (Refused, Unanswered, *UNREADABLE):
        pass
    return FoundSent(Listing.UNCLEAR)


async def list_inbound(
    client: Client, settings: TwilioSettings, since: datetime, until: datetime
) -> list[Raw]:
    """What people sent to our numbers between the two moments, oldest first.

    `Raw.received_at` is the moment when Twilio called, or wanted to call, our webhook.

    Raises:
        ListTooLong: It has more than fits. Nothing is returned, for a list with holes would look
            like a whole one; a shorter span helps.
        ChannelError: Twilio could not be asked. Trying again helps.
    """
    found: dict[str, Raw] = {}
    try:
        for filters, service in _inboxes(settings):
            async for message in _inbound(client, filters, service, since, until):
                media = await _media(client, settings, message)
                raw = Raw("list", payloads.listed(_resource(message), media), _moment(message))
                found[str(message.sid)] = raw
    except (Refused, Unanswered) as error:
        raise ChannelError(f"Twilio's list was not to be had: {error}") from None
    except UNREADABLE as error:
        raise ChannelError(f"Twilio's list is unreadable: {type(error).__name__}") from None
    return sorted(found.values(), key=lambda raw: (raw.received_at, raw.body))


async def _pages(client: Client, **filters: Any) -> AsyncIterator[MessagePage]:
    """At most `MAX_PAGES` pages; whether there would be more, the last one knows."""
    page: Any = await client.messages.page_async(page_size=PAGE_SIZE, **filters)
    for _ in range(MAX_PAGES):
        if page is None:
            return
        yield page
        page = await page.next_page_async()


async def _inbound(
    client: Client,
    filters: Mapping[str, Any],
    service: str | None,
    since: datetime,
    until: datetime,
) -> AsyncIterator[MessageInstance]:
    page: MessagePage | None = None
    # The library writes a time as it stands and calls it UTC. The page promises whole days only:
    # asked for too much, then cut here.
    span = {
        "date_sent_after": since.astimezone(UTC),
        "date_sent_before": until.astimezone(UTC) + DAY,
    }
    async for page in _pages(client, **filters, **span):
        for message in page:
            wanted = service is None or message.messaging_service_sid == service
            if message.direction == "inbound" and wanted and since <= _moment(message) <= until:
                yield message
    if page is not None and page.next_page_url:
        raise ListTooLong(f"more than {PAGE_SIZE * MAX_PAGES} messages: ask for a shorter span")


async def _media(
    client: Client, settings: TwilioSettings, message: MessageInstance
) -> list[tuple[str, str]]:
    if str(message.num_media or "0") == "0":
        return []
    try:
        files = await client.messages(str(message.sid)).media.list_async(limit=payloads.MAX_MEDIA)
    except Refused as refusal:
        if refusal.status == 404:  # deleted since
            return []
        raise
    # The webhook gives the same address without the ending.
    return [
        (settings.api_base_url + str(file.uri).removesuffix(".json"), str(file.content_type or ""))
        for file in files
    ]


def _sender(settings: TwilioSettings) -> dict[str, str]:
    """A messaging service may take any number of its pool; without one the sender is known."""
    if settings.messaging_service_sid is not None or settings.sender is None:
        return {}
    return {"from_": settings.prefix + settings.sender}


def _inboxes(settings: TwilioSettings) -> Iterator[tuple[Mapping[str, str], str | None]]:
    """Where people can write to: our numbers, else whatever the messaging service holds.

    A sender that is only a name receives nothing.
    """
    if settings.numbers:
        for number in sorted(settings.numbers):
            yield {"to": settings.prefix + number}, None
    elif settings.messaging_service_sid is not None:
        yield {}, settings.messaging_service_sid


def _could_be(message: MessageInstance, since: datetime, query: SentQuery) -> bool:
    ours = str(message.direction or "").startswith("outbound")
    return ours and _created(message) >= since and message.sid not in query.known


def _created(message: MessageInstance) -> datetime:
    if not isinstance(message.date_created, datetime):
        raise ValueError("a message without a date")
    return message.date_created


def _moment(message: MessageInstance) -> datetime:
    return message.date_sent if isinstance(message.date_sent, datetime) else _created(message)


def _resource(message: MessageInstance) -> dict[str, Any]:
    names = ("sid", "account_sid", "messaging_service_sid", "direction", "to", "body")
    return {name: getattr(message, name) for name in names} | {"from": message.from_}
