"""The demo's page over a real server: what it serves, what it tells, and that it can be stopped."""

import asyncio
import json
import re
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
import uvicorn

from gateway.app import create_app
from gateway.demo.changes import PACE_S
from gateway.demo.page import DemoPage, read_number
from gateway.demo.provider import Account, File, Network, Sender
from gateway.processes.serve import Server, listen
from tests.house import House

SMS = "+12025550100"
WHATSAPP = "whatsapp:+12025550100"
CITIZEN = "+6281234567890"


@dataclass
class Demo:
    """The page as a browser meets it."""

    http: aiohttp.ClientSession
    port: int
    page: DemoPage
    house: House
    network: Network
    server: Server
    running: asyncio.Task

    async def data(self, lang: str = "id") -> dict:
        """What the page tells its own scripts."""
        async with self.http.get(f"/?lang={lang}") as response:
            text = await response.text()
        (raw,) = re.findall(r'<script type="application/json" id="page-data">(.+?)</script>', text)
        return json.loads(raw)

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[aiohttp.StreamReader]:
        """The stream of hints, from behind its first line."""
        async with self.http.get("/demo/changes") as response:
            assert response.content_type == "text/event-stream"
            assert await response.content.readuntil(b"\n\n") == b"retry: 1000\n\n"
            yield response.content


@pytest.fixture
async def demo(sqlite_house: House) -> AsyncIterator[Demo]:
    house = sqlite_house
    account = Account("AC" + "0" * 32, "token", senders=(Sender(SMS), Sender(WHATSAPP)))
    network = Network(account)
    app = create_app(house.parts)
    page = DemoPage(network, "kanal_demo")
    page.install(app)
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=120)
    server = Server(config, page.hints.end)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            yield Demo(http, port, page, house, network, server, running)
    finally:
        server.should_exit = True
        await running
        await network.close()


async def test_the_page_runs_no_script_but_its_own_files(demo: Demo) -> None:
    async with demo.http.get("/") as response:
        assert response.status == 200
        policy = response.headers["Content-Security-Policy"]
        text = await response.text()
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
    assert not re.search(r'\son\w+="|\sstyle="', text)
    for path in re.findall(r'(?:src|href)="(/demo/static/[^"]+)"', text):
        async with demo.http.get(path) as response:
            assert response.status == 200, path
            assert response.headers["Cache-Control"] == "no-cache"


async def test_every_module_and_picture_that_is_named_is_there(demo: Demo) -> None:
    seen, waiting = set(), ["main.js"]
    while waiting:
        name = waiting.pop()
        seen.add(name)
        async with demo.http.get(f"/demo/static/js/{name}") as response:
            assert response.status == 200, name
            assert "javascript" in response.content_type
            source = await response.text()
        waiting += set(re.findall(r'from "\./([\w-]+\.js)"', source)) - seen
    data = await demo.data()
    for file in {photo["file"] for photo in data["photos"]}:
        async with demo.http.get(f"/demo/static/photos/{file}") as response:
            assert response.content_type == "image/jpeg"
            assert len(await response.read()) <= 40_000


@pytest.mark.parametrize("lang", ["id", "en"])
async def test_samples_are_in_the_language_of_the_page_and_name_what_exists(
    demo: Demo, lang: str
) -> None:
    data = await demo.data(lang)
    assert data["lang"] == lang
    assert len(data["samples"]) >= 14
    places = {place["id"] for place in data["places"]}
    photos = {photo["file"] for photo in data["photos"]}
    for sample in data["samples"]:
        assert isinstance(sample["title"], str)
        assert isinstance(sample["shows"], str)
        assert sample["channel"] in {"sms", "whatsapp"}
        assert f"group_{sample['group']}" in data["words"]["rail"]
        assert read_number(sample["phone"])["number"] == sample["phone"]
        assert sample.get("place", "monas") in places
        assert sample.get("photo", "lampu.jpg") in photos
    assert data["senders"] == {"sms": SMS, "whatsapp": SMS}
    assert len(data["kelurahan"]) == 261, "the islands lie off the map"


async def test_both_languages_have_the_same_words(demo: Demo) -> None:
    indonesian, english = (await demo.data("id"))["words"], (await demo.data("en"))["words"]
    assert {k: set(v) for k, v in indonesian.items()} == {k: set(v) for k, v in english.items()}


async def test_what_a_page_is_told_cannot_end_its_script_block(demo: Demo) -> None:
    demo.network.account = Account("AC1", "t", senders=(Sender("</script><script>"),))
    assert (await demo.data())["senders"] == {"sms": "</script><script>"}


async def test_nothing_beside_the_static_files_is_served(demo: Demo) -> None:
    for path in ("../page.py", "%2e%2e/page.py", "js/../../page.py", "..%2fpage.py", "/etc", "js"):
        # By hand: a client would tidy the path up before it asks.
        reader, writer = await asyncio.open_connection("127.0.0.1", demo.port)
        request = f"GET /demo/static/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        assert answer.startswith(b"HTTP/1.1 404"), path


async def test_of_the_provider_only_the_phones_are_open(demo: Demo) -> None:
    for path in ("faults", "phones/x/events", "2010-04-01/Accounts/A/Messages.json"):
        async with demo.http.get(f"/demo/provider/{path}") as response:
            assert response.status == 404, path


async def test_a_file_of_a_phone_cannot_run_in_our_name(demo: Demo) -> None:
    async with await _stored(demo, "text/html", b"<script>alert(1)</script>") as response:
        assert response.content_type == "application/octet-stream"
        assert "sandbox" in response.headers["Content-Security-Policy"]
    async with await _stored(demo, "image/png", b"png") as response:
        assert response.content_type == "image/png"
        assert await response.read() == b"png"


async def _stored(demo: Demo, media_type: str, content: bytes) -> aiohttp.ClientResponse:
    await demo.network.write(CITIZEN, to=WHATSAPP, files=[File(media_type, content)])
    chat = f"/demo/provider/phones/{CITIZEN}/whatsapp/messages"
    async with demo.http.get(chat) as response:
        url = (await response.json())[-1]["files"][0]["url"]
    return await demo.http.get(f"/demo/provider{url}")


@pytest.mark.parametrize(
    ("typed", "number", "reason"),
    [
        ("0812 3456 7890", "+6281234567890", None),
        ("(0812) 3456-7890", "+6281234567890", None),
        ("+62 812-3456-7890", "+6281234567890", None),
        ("+44 7700 900123", "+447700900123", None),
        ("", None, "not_a_number"),
        ("halo", None, "not_a_number"),
        ("12", None, "too_short"),
        ("0812345678901234", None, "too_long"),
        ("9" * 1000, None, "not_a_number"),
    ],
)
def test_any_number_is_understood_or_refused_with_a_reason(
    typed: str, number: str | None, reason: str | None
) -> None:
    assert read_number(typed) == {"number": number, "reason": reason}


async def test_the_page_asks_for_a_number_and_has_words_for_every_refusal(demo: Demo) -> None:
    words = (await demo.data())["words"]["rail"]
    for typed in ("x", "1", "0" + "8" * 30):
        async with demo.http.get("/demo/number", params={"typed": typed}) as response:
            assert (await response.json())["reason"] in words


async def test_the_units_are_those_that_can_be_handed_a_complaint(demo: Demo) -> None:
    async with demo.http.get("/demo/units") as response:
        units = await response.json()
    assert {"id": "dinas-bina-marga", "name": "Dinas Bina Marga"} in units


async def test_hints_say_where_to_look_again(demo: Demo) -> None:
    async with demo.changes() as stream:
        demo.house.parts.progress.ring()
        assert await _next(stream) == {"complaints": True, "phones": []}
        demo.house.parts.bell.ring()
        assert await _next(stream) == {"complaints": True, "phones": []}
        demo.network.set_phone(demo.network.phone(CITIZEN))
        assert await _next(stream) == {"complaints": False, "phones": [CITIZEN]}


async def test_a_flood_becomes_a_few_hints(demo: Demo) -> None:
    async with demo.changes() as stream:
        begun = time.monotonic()
        for _ in range(100):
            demo.house.parts.bell.ring()
            demo.network.set_phone(demo.network.phone(CITIZEN))
            await asyncio.sleep(0.002)
        demo.network.set_phone(demo.network.phone("+62899"))
        hints = []
        while not hints or "+62899" not in hints[-1]["phones"]:
            hints.append(await _next(stream))
    assert len(hints) <= 3 + (time.monotonic() - begun) / PACE_S


async def _next(stream: aiohttp.StreamReader) -> dict:
    async with asyncio.timeout(12):
        block = await stream.readuntil(b"\n\n")
    event, data = block.decode().strip().split("\n")
    assert event == "event: changed"
    return json.loads(data.removeprefix("data: "))


async def test_whoever_leaves_is_forgotten(demo: Demo) -> None:
    async with demo.changes(), demo.changes():
        assert demo.page.hints.open_pages == 2
    async with asyncio.timeout(12):
        while demo.page.hints.open_pages:
            await asyncio.sleep(0.01)


async def test_open_streams_do_not_hold_up_a_server_that_is_told_to_stop(demo: Demo) -> None:
    async with demo.changes() as one, demo.changes() as other:
        demo.server.end(signal.SIGTERM)
        async with asyncio.timeout(30):
            assert await one.read() == b""
            assert await other.read() == b""
            await demo.running
