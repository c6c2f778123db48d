"""Messages and media as the API prints them. Pure."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

from gateway.demo.provider.forms import API_VERSION
from gateway.demo.provider.listing import Page, page_addresses
from gateway.demo.provider.messages import Media, Message, Status
from gateway.demo.provider.refusals import words

Resource = dict[str, object]


def folder(account_sid: str) -> str:
    """Where an account's messages live, without host."""
    return f"/{API_VERSION}/Accounts/{account_sid}/Messages"


def message_resource(message: Message, account_sid: str) -> Resource:
    """One message. Until a messaging service has picked its sender there is none, and no price."""
    path = f"{folder(account_sid)}/{message.sid}"
    waiting = message.status is Status.ACCEPTED
    code = message.error_code
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": _rfc2822(message.created_at),
        "date_sent": _rfc2822(message.sent_at),
        "date_updated": _rfc2822(message.updated_at),
        "direction": message.direction.value,
        "error_code": code,
        "error_message": None if code is None else words(code),
        "from": None if waiting else message.sender,
        "messaging_service_sid": message.service_sid or None,
        "num_media": str(len(message.media) + len(message.media_urls)),
        "num_segments": "0" if waiting else str(message.segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status.value,
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": message.recipient,
        "uri": f"{path}.json",
    }


def message_page(page: Page, account_sid: str, params: Mapping[str, str]) -> Resource:
    """One page of the list."""
    path = f"{folder(account_sid)}.json"
    messages = [message_resource(message, account_sid) for message in page.messages]
    return {**page_addresses(page, path, params), "messages": messages}


def media_resource(media: Media, account_sid: str) -> Resource:
    """One file of a message."""
    return {
        "account_sid": account_sid,
        "content_type": media.file.media_type,
        "date_created": _rfc2822(media.created_at),
        "date_updated": _rfc2822(media.created_at),
        "parent_sid": media.message_sid,
        "sid": media.sid,
        "uri": f"{folder(account_sid)}/{media.message_sid}/Media/{media.sid}.json",
    }


def media_page(message: Message, media: list[Media], account_sid: str) -> Resource:
    """A message's files: always one page, there are ten at most."""
    path = f"{folder(account_sid)}/{message.sid}/Media.json"
    return {
        "end": max(len(media) - 1, 0),
        "first_page_uri": f"{path}?PageSize=50&Page=0",
        "media_list": [media_resource(item, account_sid) for item in media],
        "next_page_uri": None,
        "page": 0,
        "page_size": 50,
        "previous_page_uri": None,
        "start": 0,
        "uri": path,
    }


def _rfc2822(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment)
