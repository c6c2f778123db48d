"""The phones' JSON endpoints, the event stream and the server itself."""

import base64
import signal

import aiohttp
import pytest

from gateway.demo.provider import Network, Order, Timing, serve_provider

SMS = "+12025550100"
WHATSAPP = "whatsapp:+12025550100"
CITIZEN = "+6281234567890"
CHAT = f"/phones/{CITIZEN}/whatsapp"


@pytest.fixture
async def page(provider):
    async with aiohttp.ClientSession(provider) as session:
        yield session


async def test_a_page_writes_and_reads_the_conversation(page, hook):
    photo = {"media_type": "image/png", "content": base64.b64encode(b"png").decode()}
    wanted = {"text": "Lampu mati", "files": [photo], "location": {"lat": -6.2, "lon": 106.8}}
    async with page.post(f"{CHAT}/messages", json=wanted) as response:
        assert response.status == 201
        first, second = await response.json()
    assert (first["text"], first["hand_over"], first["from_phone"]) == (
        "Lampu mati",
        "accepted",
        True,
    )
    assert second["location"]["lat"] == -6.2
    async with page.get(first["files"][0]["url"]) as response:
        assert (response.content_type, await response.read()) == ("image/png", b"png")
    async with page.get(f"{CHAT}/messages") as response:
        assert await response.json() == [first, second]
    async with page.get("/phones") as response:
        (phone,) = await response.json()
    assert phone["number"] == CITIZEN


async def test_what_cannot_be_sent_is_refused_with_a_reason(page):
    for wanted in (
        {},
        [],
        {"location": {"lat": 1}},
        {"text": "Halo", "to": "+6221"},
        {"files": [{"media_type": "image/png", "content": "!"}]},
    ):
        async with page.post(f"{CHAT}/messages", json=wanted) as response:
            assert response.status == 400, wanted
            assert (await response.json())["error"]


async def test_a_page_changes_a_phone(page, network):
    change = {"name": "Siti", "switched_on": False, "blocked": [SMS]}
    async with page.put(f"/phones/{CITIZEN}", json=change) as response:
        assert response.status == 200
    phone = network.phone(CITIZEN)
    assert (phone.name, phone.switched_on, phone.blocked) == ("Siti", False, {SMS})
    async with page.put(f"/phones/{CITIZEN}", json={"color": "red"}) as response:
        assert response.status == 400


async def test_a_page_opens_the_chat(page, network, hook):
    network.timing = Timing(0, 0, None)
    await network.write(CITIZEN, "Halo", to=WHATSAPP)
    made = network.order(Order(to=f"whatsapp:{CITIZEN}", sender=WHATSAPP, body="Halo"))
    with network.subscribe(CITIZEN) as updates:
        while (await updates.get()).status != "delivered":
            pass
    async with page.post(f"{CHAT}/read") as response:
        assert response.status == 204
    assert network.ledger.find(made.sid).status == "read"


async def test_updates_are_streamed_and_the_stream_ends_with_the_provider(account, hook):
    network = Network(account, timing=None)
    async with aiohttp.ClientSession() as session:
        async with serve_provider(network) as base:
            response = await session.get(f"{base}/phones/{CITIZEN}/events")
            assert await response.content.readline() == b": listening\n"
            await network.write(CITIZEN, "Halo", to=SMS)
        lines = [line.decode() async for line in response.content]
    assert [line for line in lines if line.startswith("event:")] == ["event: message\n"] * 2
    assert '"hand_over": "accepted"' in lines[-2]


async def test_faults_are_set_as_text(page, network):
    script = "create answer status=503 times=2\ncallback drop"
    async with page.put("/faults", data=script) as response:
        assert await response.text() == "2 rules\n"
    assert len(network.faults.rules) == 2
    async with page.put("/faults", data="create drop") as response:
        assert response.status == 400
        assert "line 1" in (await response.json())["error"]
    async with page.get("/faults") as response:
        assert len(await response.json()) == 2
    async with page.delete("/faults") as response:
        assert response.status == 200
    assert network.faults.rules == ()


async def test_the_server_leaves_signals_alone_and_frees_its_port(account):
    before = signal.getsignal(signal.SIGTERM)
    async with serve_provider(Network(account)) as base:
        assert signal.getsignal(signal.SIGTERM) is before
        port = int(base.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            async with serve_provider(Network(account), port=port):
                pass
    async with serve_provider(Network(account), port=port) as again:
        assert again == base
