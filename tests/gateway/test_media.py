"""Pictures are fetched on their own clock, checked by content, and never from inside."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from PIL import Image
from sqlalchemy import select

from channels.errors import MediaUnavailable
from gateway.inbound.sniff import media_type
from gateway.outgoing import GuardedFetcher, _is_public
from gateway.photos.pictures import NotAPicture, viewable
from gateway.tables import attachment, media
from tests.databases import ON_SQLITE
from tests.house import House


def jpeg(width: int = 40, height: int = 20, **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "JPEG", **more)
    return out.getvalue()


async def rows(house: House) -> list[Any]:
    async with house.parts.database.read() as conn:
        return list((await conn.execute(select(attachment).order_by(attachment.c.id))).all())


async def report_with(house: House, *sources: str) -> None:
    files = [{"source": s, "type": "image/jpeg"} for s in sources]
    await house.say("ani", "lampu jalan mati di jl panjang", media=files)
    await house.settle()


async def test_the_same_picture_is_kept_once(house: House) -> None:
    provider = house.channel().provider
    provider.media = {"a": ("image/jpeg", jpeg()), "b": ("image/jpeg", jpeg())}
    await report_with(house, "a", "b")
    assert [r.state for r in await rows(house)] == ["stored", "stored"]
    async with house.parts.database.read() as conn:
        (kept,) = (await conn.execute(select(media))).all()
    assert kept.type == "image/jpeg"
    assert house.parts.media.get(kept.sha256) == jpeg()


@ON_SQLITE
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<html>", "type_not_kept"),
        (b"MZ\x90\x00", "type_not_kept"),
        (b"<svg onload=alert(1)>", "type_not_kept"),
        (b"\xff\xd8\xff" + b"x" * 17_000_000, "too_large"),
    ],
)
async def test_what_is_no_evidence_is_refused_and_the_text_stays(
    house: House, content: bytes, problem: str
) -> None:
    house.channel().provider.media = {"a": ("image/jpeg", content)}
    await report_with(house, "a")
    (one,) = await rows(house)
    assert (one.state, one.problem) == ("refused", problem)
    assert len(await house.complaints()) == 1


async def test_a_picture_that_is_not_there_yet_comes_later(house: House, monkeypatch: Any) -> None:
    channel = house.channel()
    fetched = 0

    async def late(_attachment: Any, _limit: int) -> tuple[str, bytes]:
        nonlocal fetched
        fetched += 1
        if fetched < 3:
            raise MediaUnavailable("http_503", retryable=True)
        return "image/jpeg", jpeg()

    monkeypatch.setattr(channel, "fetch", late)
    await report_with(house, "a")
    (one,) = await rows(house)
    assert (one.state, one.attempts, one.problem) == ("pending", 1, "http_503")
    for seconds in (11, 31):
        house.clock.forward(seconds=seconds)
        await house.settle()
    (one,) = await rows(house)
    assert (one.state, one.attempts) == ("stored", 3)


async def test_after_a_day_of_tries_it_is_given_up_with_its_reason(
    house: House, monkeypatch: Any
) -> None:
    async def never(_attachment: Any, _limit: int) -> tuple[str, bytes]:
        raise MediaUnavailable("unreachable", retryable=True)

    monkeypatch.setattr(house.channel(), "fetch", never)
    await report_with(house, "a")
    for _ in range(8):
        house.clock.forward(hours=25)
        await house.settle()
    (one,) = await rows(house)
    assert (one.state, one.problem) == ("failed", "unreachable")


def test_types_are_told_by_content() -> None:
    assert media_type(jpeg()) == "image/jpeg"
    assert media_type(b"\x89PNG\r\n\x1a\n....") == "image/png"
    assert media_type(b"RIFF....WEBPVP8 ") == "image/webp"
    assert media_type(b"....ftypmp42....") == "video/mp4"
    assert media_type(b"....ftypM4A ....") == "audio/mp4"
    assert media_type(b"OggS.....") == "audio/ogg"
    assert media_type(b"%PDF-1.7") == "application/pdf"
    assert media_type(b"") is None
    assert media_type(b"\x00" * 64) is None


def test_a_shown_picture_has_no_metadata_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Phone of Ani"
    shown = viewable(jpeg(exif=exif))
    with Image.open(io.BytesIO(shown)) as picture:
        assert picture.size == (20, 40)
        assert not picture.getexif()
    assert b"Phone of Ani" not in shown


def test_a_picture_made_to_exhaust_memory_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(NotAPicture):
        viewable(out.getvalue())
    with pytest.raises(NotAPicture):
        viewable(b"\xff\xd8\xff broken")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "::1",
     "fe80::1", "fc00::1", "::ffff:127.0.0.1", "224.0.0.1", "100.64.0.1"],
)  # fmt: skip
def test_private_addresses_are_not_public(address: str) -> None:
    assert not _is_public(address)


@pytest.fixture
async def server() -> AsyncIterator[str]:
    """A server on the loopback interface: somebody's metadata service, say."""

    async def content(request: web.Request) -> web.Response:
        secret = request.headers.get("Authorization", "")
        return web.Response(body=b"inside " + secret.encode(), content_type="image/jpeg")

    async def away(request: web.Request) -> web.Response:
        raise web.HTTPFound(request.query["to"])

    async def round_(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/round")

    async def large(_request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(_request)
        for _ in range(100):
            await response.write(b"x" * 10_000)
        return response

    async def status(request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["code"]))

    app = web.Application()
    app.router.add_get("/content", content)
    app.router.add_get("/away", away)
    app.router.add_get("/large", large)
    app.router.add_get("/round", round_)
    app.router.add_get("/status/{code}", status)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


@pytest.fixture
async def fetcher() -> AsyncIterator[GuardedFetcher]:
    made = GuardedFetcher()
    yield made
    await made.close()
    await asyncio.sleep(0)


ELSEWHERE = "https://api.example.com"


async def get(fetcher: GuardedFetcher, url: str, trusted: str, **more: Any) -> bytes:
    more = {"max_bytes": 50_000, "auth": None} | more
    return (await fetcher.get(url, trusted_origin=trusted, **more))[1]


async def test_the_configured_origin_may_be_inside(server: str, fetcher: GuardedFetcher) -> None:
    assert await get(fetcher, f"{server}/content", server) == b"inside "


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433"])
async def test_anything_else_inside_is_never_connected_to(
    server: str, fetcher: GuardedFetcher, host: str
) -> None:
    port = server.rpartition(":")[2]
    with pytest.raises(MediaUnavailable) as refused:
        await get(fetcher, f"http://{host}:{port}/content", ELSEWHERE)
    assert refused.value.code in {"forbidden_host", "not_http"}
    assert not refused.value.retryable


async def test_a_redirect_is_looked_at_anew_and_gets_no_credentials(
    server: str, fetcher: GuardedFetcher
) -> None:
    port = server.rpartition(":")[2]
    same = f"{server}/away?to={server}/content"
    assert await get(fetcher, same, server, auth=("user", "word")) != b"inside "
    other = f"{server}/away?to=http://localhost:{port}/content"
    with pytest.raises(MediaUnavailable) as refused:
        await get(fetcher, other, server, auth=("user", "word"))
    assert refused.value.code == "forbidden_host"


@pytest.mark.parametrize(
    ("path", "code", "retryable"),
    [
        ("/large", "too_large", False),
        ("/status/404", "http_404", False),
        ("/status/401", "http_401", False),
        ("/status/503", "http_503", True),
        ("/status/429", "http_429", True),
    ],
)
async def test_what_goes_wrong_says_whether_trying_again_helps(
    server: str, fetcher: GuardedFetcher, path: str, code: str, retryable: bool
) -> None:
    with pytest.raises(MediaUnavailable) as failed:
        await get(fetcher, f"{server}{path}", server)
    assert (failed.value.code, failed.value.retryable) == (code, retryable)


async def test_endless_redirects_end(server: str, fetcher: GuardedFetcher) -> None:
    with pytest.raises(MediaUnavailable, match="too_many_redirects"):
        await get(fetcher, f"{server}/round", server)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.com/x", "gopher://x", ""])
async def test_only_http_is_spoken(fetcher: GuardedFetcher, url: str) -> None:
    with pytest.raises(MediaUnavailable, match="not_http"):
        await get(fetcher, url, ELSEWHERE)
