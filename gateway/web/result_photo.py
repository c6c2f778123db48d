"""/foto/{name}: a photo of a result, for whoever was given its address (see `photos.showing`)."""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gateway.bootstrap import Parts
from gateway.photos.showing import read_link, servable

_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


async def view(request: Request) -> Response:
    """The picture; the same answer for an address that is over, forged or was never given out."""
    parts: Parts = request.app.state.parts
    named = read_link(parts.keys, request.path_params["name"], parts.clock())
    if named is None:
        return _nothing()
    async with parts.database.read() as conn:
        row = await servable(conn, *named)
    if row is None:
        return _nothing()
    try:
        content = await asyncio.to_thread(parts.media.get, row.sha256)
    except FileNotFoundError:
        return _nothing()
    return Response(content, media_type=row.type, headers=_HEADERS)


def _nothing() -> Response:
    return PlainTextResponse("404", 404, _HEADERS)
