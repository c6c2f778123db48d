"""POST /webhooks/{account}: what is answered, what is kept."""

import json
import logging
from typing import Any

import pytest
from sqlalchemy import func, select

from channels.fake.connector import SIGNATURE_HEADER
from gateway.inbound.replay import stuck
from gateway.tables import raw_inbound
from tests.gateway.web.conftest import Web


async def post(web: Web, body: bytes, account: str = "chat", **headers: str) -> Any:
    signature = web.house.channel().sign(body)
    return await web.client.post(
        f"/webhooks/{account}", content=body, headers={SIGNATURE_HEADER: signature} | headers
    )


def message(name: str = "m1", text: str = "halo") -> bytes:
    event = {"id": name, "type": "message", "from": "ani", "text": text}
    return json.dumps({"events": [event]}).encode()


async def kept(web: Web) -> int:
    async with web.house.parts.database.read() as conn:
        return int(await conn.scalar(select(func.count()).select_from(raw_inbound)) or 0)


async def test_an_authentic_message_is_kept_before_it_is_answered(web: Web) -> None:
    answer = await post(web, message())
    assert answer.status_code == 204
    assert await kept(web) == 1


async def test_a_slash_at_the_end_of_the_address_is_no_redirect(web: Web) -> None:
    assert (await post(web, message(), "chat/")).status_code == 204
    assert (await post(web, message("m2"), "nobody/")).status_code == 404
    assert await kept(web) == 1


@pytest.mark.parametrize("signature", ["", "forged", "é"])
async def test_a_forged_signature_is_refused_and_nothing_is_kept(web: Web, signature: str) -> None:
    headers = {SIGNATURE_HEADER: signature.encode("latin-1")}
    answer = await web.client.post("/webhooks/chat", content=message(), headers=headers)
    assert answer.status_code == 403
    assert await kept(web) == 0


async def test_an_unknown_account_is_not_found(web: Web) -> None:
    assert (await post(web, message(), "nobody")).status_code == 404


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_over_the_limit_is_refused(web: Web, declared: bool) -> None:
    large = b"x" * 300_000

    async def chunks() -> Any:
        for start in range(0, len(large), 10_000):
            yield large[start : start + 10_000]

    content = large if declared else chunks()
    answer = await web.client.post("/webhooks/chat", content=content)
    assert answer.status_code == 413
    assert await kept(web) == 0


async def test_what_is_authentic_and_unreadable_is_kept_listed_and_answered(web: Web) -> None:
    for body in (b"", b"\xff\xfe\x00", b'{"events": 3}', b"{}" * 1000):
        assert (await post(web, body)).status_code == 204
    assert {s.what for s in await stuck(web.house.parts)} == {"unparsed"}
    assert len(await stuck(web.house.parts)) == 4


async def test_the_provider_may_ask_whether_we_are_there(web: Web) -> None:
    assert (await web.client.get("/webhooks/chat")).text == "here"


async def test_twenty_refusals_in_a_row_raise_one_alarm_that_names_the_address(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "gateway.web.webhooks"):
        for _ in range(25):
            await web.client.post("/webhooks/chat?t=secret-token", content=message())
    (alarm,) = [r for r in caplog.records if "public_base_url" in r.message]
    assert alarm.__dict__["url"] == "https://lapor.example.go.id/webhooks/chat"
    caplog.clear()
    await post(web, message())
    with caplog.at_level(logging.ERROR, "gateway.web.webhooks"):
        for _ in range(19):
            await web.client.post("/webhooks/chat", content=message())
    assert caplog.records == [], "a valid request in between starts the count anew"


async def test_what_becomes_of_requests_is_counted(web: Web) -> None:
    await post(web, message("a"))
    await post(web, message("a"))
    await post(web, b"???")
    await web.client.post("/webhooks/chat", content=b"forged")
    headers = await web.token()
    text = (await web.client.get("/metrics", headers=headers)).text
    assert 'kanal_accepted_total{account="chat",how="stored",state="parsed"} 1.0' in text
    assert 'kanal_accepted_total{account="chat",how="repeated",state="parsed"} 1.0' in text
    assert 'kanal_accepted_total{account="chat",how="stored",state="unparsed"} 1.0' in text
    assert 'kanal_refused_total{account="chat",reason="signature"} 1.0' in text
    assert 'kanal_queue_size{queue="inbound"} 1.0' in text
    assert "kanal_unparsed_raws 1.0" in text
