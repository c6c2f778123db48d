"""Templates at Twilio: what is posted, what is read, and what is not trusted."""

from typing import Any

import pytest
from aiohttp import web

from channels.errors import ChannelError
from channels.templates import KeptTemplate, TemplateKeeper, TemplateStanding, WantedTemplate
from channels.twilio.settings import WhatsappSettings
from tests.channels.twilio.server import ACCOUNT, TOKEN, FakeTwilio, answer

SID = "HX" + 32 * "a"
WANTED = WantedTemplate(
    "kanal_status_id_1", "id", "Laporan {{1}}: {{2}}. Balas.", "Lihat keterangan",
    {"1": "JK2611190041", "2": "diteruskan ke Dinas"},
)  # fmt: skip


def content(sid: str, status: str | None = None, **more: Any) -> dict[str, Any]:
    asked = {} if status is None else {"status": status, "rejection_reason": "", **more}
    body = {"twilio/quick-reply": {"body": "Laporan {{1}}.", "actions": []}}
    return {
        "sid": sid, "friendly_name": f"n-{sid}", "language": "id", "types": body,
        "approval_requests": asked,
    }  # fmt: skip


def page(*items: dict[str, Any], following: str | None = None) -> dict[str, Any]:
    return {"contents": list(items), "meta": {"key": "contents", "next_page_url": following}}


def keeper(make: Any, url: str) -> TemplateKeeper:
    made = make(url, connector="twilio-whatsapp")
    assert isinstance(made, TemplateKeeper)
    return made


async def test_a_template_is_created_and_submitted_as_twilio_documents_it(
    twilio: FakeTwilio, make: Any
) -> None:
    posted: list[tuple[str, str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        posted.append((request.path, request.content_type, await request.json()))
        return web.json_response({"sid": SID}, status=201)

    twilio.script = [take, take]
    channel = keeper(make, twilio.url)
    assert await channel.create_template(WANTED) == SID
    await channel.request_approval(SID, WANTED.name)
    actions = [{"title": "Lihat keterangan", "id": "lihat"}]
    assert posted == [
        (
            "/v1/Content",
            "application/json",
            {
                "friendly_name": "kanal_status_id_1",
                "language": "id",
                "variables": dict(WANTED.samples),
                "types": {"twilio/quick-reply": {"body": WANTED.body, "actions": actions}},
            },
        ),
        (
            f"/v1/Content/{SID}/ApprovalRequests/whatsapp",
            "application/json",
            {"name": "kanal_status_id_1", "category": "UTILITY"},
        ),
    ]
    assert {r.login for r in twilio.requests} == {(ACCOUNT, TOKEN)}


async def test_every_standing_is_understood(twilio: FakeTwilio, make: Any) -> None:
    said = {
        "HX1": ("approved", TemplateStanding.APPROVED),
        "HX2": ("pending", TemplateStanding.WAITING),
        "HX3": ("received", TemplateStanding.WAITING),
        "HX4": ("rejected", TemplateStanding.REFUSED),
        "HX5": ("paused", TemplateStanding.STOPPED),
        "HX6": ("unsubmitted", TemplateStanding.UNSUBMITTED),
        "HX7": (None, TemplateStanding.UNSUBMITTED),
        "HX8": ("something new", TemplateStanding.WAITING),
    }
    items = [content(sid, status) for sid, (status, _) in said.items()]
    items[3] = content("HX4", "rejected", rejection_reason="INCORRECT_CATEGORY")
    first = page(*items[:5], following=f"{twilio.url}/v1/ContentAndApprovals?Page=1")
    twilio.script = [answer(200, first), answer(200, page(*items[5:]))]
    found = {kept.id: kept for kept in await keeper(make, twilio.url).templates()}
    assert {sid: kept.standing for sid, kept in found.items()} == {
        sid: standing for sid, (_, standing) in said.items()
    }
    assert found["HX4"].reason == "INCORRECT_CATEGORY"
    assert found["HX1"] == KeptTemplate(
        "HX1", "n-HX1", "id", "Laporan {{1}}.", TemplateStanding.APPROVED
    )


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, {"code": 20003, "message": "Authenticate"}, "code 20003, see https://www.twilio.com"),
        (500, "<html>", "HTTP 500"),
        (200, {"contents": "nothing"}, "unreadable"),
        (200, page(content("HX1"), following="https://evil.example/v1/more"), "another address"),
    ],
)
async def test_what_cannot_be_read_is_said(
    twilio: FakeTwilio, make: Any, status: int, body: Any, said: str
) -> None:
    twilio.script = [answer(status, body)]
    with pytest.raises(ChannelError, match=said):
        await keeper(make, twilio.url).templates()
    assert len(twilio.requests) == 1


async def test_what_is_refused_is_said(twilio: FakeTwilio, make: Any) -> None:
    twilio.script = [answer(400, {"code": 20001}), answer(409, {"code": 20001}), answer(201, {})]
    channel = keeper(make, twilio.url)
    for work in (channel.create_template(WANTED), channel.request_approval(SID, "n")):
        with pytest.raises(ChannelError, match="code 20001"):
            await work
    with pytest.raises(ChannelError, match="no sid"):
        await channel.create_template(WANTED)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, "https://content.twilio.com"),
        ({"api_base_url": "http://127.0.0.1:9"}, "http://127.0.0.1:9"),
        ({"content_base_url": "https://content.example"}, "https://content.example"),
    ],
)
def test_templates_lie_at_an_address_of_their_own(given: dict[str, str], url: str) -> None:
    plain = {"account_sid": ACCOUNT, "auth_token": TOKEN, "from": "+62811000113"}
    assert WhatsappSettings.model_validate(plain | given).content_url == url
