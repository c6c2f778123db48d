"""Templates at Twilio: the Content API, and WhatsApp's approval behind it.

https://www.twilio.com/docs/content/content-api-resources: a content is created, then submitted to
WhatsApp under a name; what became of it stands beside it in the list ``ContentAndApprovals``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList
from twilio.rest.content.v1.content_and_approvals import ContentAndApprovalsInstance

from channels.errors import ChannelError
from channels.templates import KeptTemplate, TemplateStanding, WantedTemplate
from channels.text import clean
from channels.twilio.settings import TwilioSettings
from channels.twilio.transport import UNREADABLE, Refused, Unanswered

PAGE_SIZE = 100
MAX_PAGES = 50
"""An account has at most 6,000 WhatsApp templates (Meta), most have ten."""

CATEGORY = "UTILITY"
"""News about something that its reader has begun; never advertising."""

BUTTON = "lihat"
"""What comes back as ButtonPayload; the words of the button are what counts."""

_TYPE = "twilio/quick-reply"

# "WhatsApp message template approvals and statuses" (Twilio). What is missing here is waited for.
_STANDINGS: Mapping[str, TemplateStanding] = {
    "approved": TemplateStanding.APPROVED,
    "rejected": TemplateStanding.REFUSED,
    "paused": TemplateStanding.STOPPED,
    "disabled": TemplateStanding.STOPPED,
    "unsubmitted": TemplateStanding.UNSUBMITTED,
    "": TemplateStanding.UNSUBMITTED,
}


async def listed(client: Client, settings: TwilioSettings) -> Sequence[KeptTemplate]:
    """Every content of the account with what WhatsApp says about it.

    Raises:
        ChannelError: Twilio could not be asked, or there are more than can be.
    """
    found: list[KeptTemplate] = []
    try:
        page: Any = await client.content.v1.content_and_approvals.page_async(page_size=PAGE_SIZE)
        for _ in range(MAX_PAGES):
            found += [_kept(item) for item in page]
            following = page.next_page_url
            if not following:
                return found
            # Our login goes with it: nowhere else.
            if not str(following).startswith(f"{settings.content_url}/"):
                raise ChannelError("Twilio's list of templates goes on at another address")
            page = await page.next_page_async()
    except (Refused, Unanswered) as error:
        raise _said(error) from None
    except UNREADABLE as error:
        raise ChannelError(f"Twilio's list is unreadable: {type(error).__name__}") from None
    raise ChannelError(f"the account has more than {PAGE_SIZE * MAX_PAGES} templates")


async def created(client: Client, wanted: WantedTemplate) -> str:
    """Keep *wanted*; its Content SID.

    Raises:
        ChannelError: Twilio could not be asked, or refuses it.
    """
    buttons = [{"title": wanted.button, "id": BUTTON}]
    request = ContentList.ContentCreateRequest(
        {
            "friendly_name": wanted.name,
            "language": wanted.language,
            "variables": dict(wanted.samples),
            "types": {_TYPE: {"body": wanted.body, "actions": buttons}},
        }
    )
    try:
        made = await client.content.v1.contents.create_async(request)
    except (Refused, Unanswered) as error:
        raise _said(error) from None
    except UNREADABLE as error:
        raise ChannelError(f"Twilio's answer is unreadable: {type(error).__name__}") from None
    if not made.sid:
        raise ChannelError("Twilio's answer is unreadable: no sid")
    return str(made.sid)


async def submitted(client: Client, sid: str, name: str) -> None:
    """Have WhatsApp look at it.

    Raises:
        ChannelError: Twilio could not be asked, or refuses it.
    """
    request = ApprovalCreateList.ContentApprovalRequest({"name": name, "category": CATEGORY})
    try:
        await client.content.v1.contents(sid).approval_create.create_async(request)
    except (Refused, Unanswered) as error:
        raise _said(error) from None
    except UNREADABLE as error:
        raise ChannelError(f"Twilio's answer is unreadable: {type(error).__name__}") from None


def _kept(item: ContentAndApprovalsInstance) -> KeptTemplate:
    asked: Mapping[str, Any] = item.approval_requests or {}
    types: Mapping[str, Any] = item.types or {}
    content: Any = next(iter(types.values()), {}) or {}
    standing = _STANDINGS.get(str(asked.get("status") or "").lower(), TemplateStanding.WAITING)
    return KeptTemplate(
        id=str(item.sid or ""),
        name=str(item.friendly_name or ""),
        language=str(item.language or ""),
        body=str(content.get("body") or ""),
        standing=standing,
        reason=clean(str(asked.get("rejection_reason") or ""))[:300],
    )


def _said(error: Refused | Unanswered) -> ChannelError:
    page = ""
    if isinstance(error, Refused) and error.code.isdigit():
        page = f", see https://www.twilio.com/docs/errors/{error.code}"
    return ChannelError(f"Twilio: {error}{page}")
