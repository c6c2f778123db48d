"""The Content API, driven by the official client library."""

import asyncio
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from gateway.demo.provider import Status
from tests.gateway.demo.test_provider_rest import CITIZEN, WHATSAPP

BODY = "Laporan {{1}} telah selesai."


@pytest.fixture
def content(provider: str, account: Any) -> Any:
    """The library's synchronous client, which posts JSON as it is; used in threads."""
    client = Client(account.sid, account.auth_token)
    client.content.base_url = provider
    return client.content.v1


def request(**more: Any) -> ContentList.ContentCreateRequest:
    said = {
        "friendly_name": "selesai",
        "language": "id",
        "variables": {"1": "JK2611190041"},
        "types": {
            "twilio/quick-reply": {"body": BODY, "actions": [{"title": "Lihat", "id": "lihat"}]}
        },
        **more,
    }
    return ContentList.ContentCreateRequest(said)


def approval(name: str = "selesai_v1", category: str = "UTILITY") -> Any:
    said = {"name": name, "category": category}
    return ApprovalCreateList.ContentApprovalRequest(said)


async def test_a_text_is_created_submitted_and_listed(content, network, clock):
    made = await asyncio.to_thread(content.contents.create, request())
    assert made.sid.startswith("HX")
    assert len(made.sid) == 34
    assert (made.friendly_name, made.language) == ("selesai", "id")
    assert made.types["twilio/quick-reply"]["body"] == BODY
    assert made.variables == {"1": "JK2611190041"}
    (listed,) = await asyncio.to_thread(content.content_and_approvals.list)
    assert listed.approval_requests["status"] == "unsubmitted"
    asked = await asyncio.to_thread(content.contents(made.sid).approval_create.create, approval())
    assert (asked.name, asked.category, asked.status) == ("selesai_v1", "UTILITY", "received")
    network.contents.decide(made.sid, "rejected", "INCORRECT_CATEGORY")
    shown = await asyncio.to_thread(content.contents(made.sid).approval_fetch().fetch)
    assert shown.whatsapp["status"] == "rejected"
    assert shown.whatsapp["rejection_reason"] == "INCORRECT_CATEGORY"
    assert shown.whatsapp["type"] == "whatsapp"


async def test_the_list_has_pages(content):
    for _ in range(5):
        await asyncio.to_thread(content.contents.create, request())
    listed = await asyncio.to_thread(content.content_and_approvals.list, page_size=2)
    assert len({item.sid for item in listed}) == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"types": {}},
        {"types": {"twilio/unheard-of": {"body": "a"}}},
        {"types": {"twilio/text": {"body": ""}}},
        {"language": ""},
        {"variables": {}},
    ],
)
async def test_what_is_no_text_is_refused(content, wrong):
    with pytest.raises(TwilioRestException) as refused:
        await asyncio.to_thread(content.contents.create, request(**wrong))
    assert refused.value.status == 400


async def test_what_whatsapp_does_not_take_is_refused(content):
    made = await asyncio.to_thread(content.contents.create, request())
    ask = content.contents(made.sid).approval_create.create
    for wrong in (approval("Selesai V1"), approval(category="NEWS"), approval(name="")):
        with pytest.raises(TwilioRestException):
            await asyncio.to_thread(ask, wrong)
    await asyncio.to_thread(ask, approval())
    with pytest.raises(TwilioRestException):
        await asyncio.to_thread(ask, approval("selesai_v2"))
    other = await asyncio.to_thread(content.contents.create, request())
    with pytest.raises(TwilioRestException):
        await asyncio.to_thread(content.contents(other.sid).approval_create.create, approval())
    nothing = content.contents("HX" + 32 * "0").approval_create.create
    with pytest.raises(TwilioRestException) as missing:
        await asyncio.to_thread(nothing, approval())
    assert missing.value.status == 404


async def test_strangers_get_nothing(provider, account):
    client = Client(account.sid, "wrong")
    client.content.base_url = provider
    with pytest.raises(TwilioRestException) as refused:
        await asyncio.to_thread(client.content.v1.contents.create, request())
    assert (refused.value.status, refused.value.code) == (401, 20003)


@pytest.mark.filterwarnings("ignore:(BasicAuth|The 'auth' parameter) is deprecated")
async def test_only_an_approved_text_leaves_outside_the_window(client, content, network):
    made = await asyncio.to_thread(content.contents.create, request())
    order = {"to": f"whatsapp:{CITIZEN}", "from_": WHATSAPP, "content_sid": made.sid}
    early = await client.messages.create_async(**order, content_variables='{"1": "JK1"}')
    await asyncio.to_thread(content.contents(made.sid).approval_create.create, approval())
    network.contents.decide(made.sid)
    late = await client.messages.create_async(**order, content_variables='{"1": "JK2"}')
    await network.settle()
    found = [network.ledger.find(sent.sid) for sent in (early, late)]
    assert [m.error_code for m in found] == [63016, None]
    assert found[1].status is Status.READ
    assert found[1].body == "Laporan JK2 telah selesai."
