"""The demo's page: a phone on one side, an officer on the other.

It goes through the doors that everybody has: the officer's side through /api/v1 with a token, the
phone's through the stand-in of the provider. It reads no table and writes none.
"""

import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib.resources import files
from typing import Any

import phonenumbers
from fastapi import FastAPI
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from gateway.bootstrap import Parts
from gateway.demo.changes import Changes
from gateway.demo.provider import Channel, Network
from gateway.demo.provider.messages import number_of
from gateway.demo.provider.panel import Panel
from gateway.demo.provider.rest import RestApi
from gateway.web.pages import language_of
from normalizer.gazetteer import kelurahan

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "media-src 'self' blob:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_LONGEST_NUMBER = len("+") + 15  # E.164; phonenumbers lets more through
_REASONS = {
    phonenumbers.ValidationResult.TOO_SHORT: "too_short",
    phonenumbers.ValidationResult.TOO_LONG: "too_long",
}
_SHOWN = ("image/", "audio/", "video/")


class DemoPage:
    """Adds the demo to the gateway's own application."""

    def __init__(self, network: Network, officer_token: str) -> None:
        self._network = network
        self._token = officer_token
        self._storage = RestApi(network).storage

    def install(self, app: FastAPI) -> None:
        """Add the routes, and the hints about changes for as long as *app* runs."""
        self.hints = Changes(app.state.parts, self._network)
        # Not the phones' own event stream: one stream per page, because a browser has only six
        # connections for all its tabs.
        phones = [
            route
            for route in Panel(self._network).routes()
            if isinstance(route, Route)
            and route.path.startswith("/phones")
            and not route.path.endswith("/events")
        ]
        app.router.routes += [
            Route("/", self.page, methods=["GET"]),
            Route("/demo/changes", self.changes, methods=["GET"]),
            Route("/demo/units", self.units, methods=["GET"]),
            Route("/demo/number", self.number, methods=["GET"]),
            Mount("/demo/static", _Static(packages=[("gateway.demo", "static")])),
            Mount("/demo/provider", routes=[*phones, Route("/storage/{token}", self.storage)]),
        ]
        start_and_stop = app.router.lifespan_context

        @asynccontextmanager
        async def lifespan(running: FastAPI) -> AsyncIterator[Any]:
            async with start_and_stop(running) as state, self.hints.heard():
                yield state

        app.router.lifespan_context = lifespan

    async def page(self, request: Request) -> Response:
        """The page itself, with everything it needs to know at the start."""
        lang = language_of(request)
        words = _toml(f"templates/{lang}.toml")
        parts: Parts = request.app.state.parts
        data = {
            "token": self._token,
            "lang": lang,
            "words": words,
            "service": parts.settings.service_name,
            "accounts": {a.id: a.name for a in parts.settings.accounts},
            "senders": {
                Channel.of(s.address): number_of(s.address) for s in self._network.account.senders
            },
            **_samples(lang),
            "kelurahan": _kelurahan(),
        }
        page = _templates().get_template("demo.html")
        html = page.render(t=words, lang=lang, service=parts.settings.service_name, data=data)
        return HTMLResponse(html, headers=_HEADERS)

    async def changes(self, _request: Request) -> Response:
        """``changed`` events that say where to look again, never what is there."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(
            self.hints.stream(), headers=headers, media_type="text/event-stream"
        )

    async def units(self, request: Request) -> Response:
        """Whom an officer can hand a complaint to."""
        names: dict[str, str] = await request.app.state.units.names()
        return JSONResponse([{"id": slug, "name": name} for slug, name in names.items()])

    async def number(self, request: Request) -> Response:
        """The number that somebody typed, as networks write it, or why it is none."""
        return JSONResponse(read_number(request.query_params.get("typed", "")))

    async def storage(self, request: Request) -> Response:
        """A file that a phone sent. Its type is a claim, and here it would run in our own name."""
        response = await self._storage(request)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        if not response.headers.get("content-type", "").startswith(_SHOWN):
            response.headers["content-type"] = "application/octet-stream"
        return response


def read_number(typed: str) -> dict[str, str | None]:
    """*number* as networks write it, or the *reason* why there is none. Indonesian by default."""
    try:
        found = phonenumbers.parse(typed, "ID")
    except phonenumbers.NumberParseException:
        return {"number": None, "reason": "not_a_number"}
    verdict = phonenumbers.is_possible_number_with_reason(found)
    number = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    if len(number) > _LONGEST_NUMBER:
        verdict = phonenumbers.ValidationResult.TOO_LONG
    if verdict == phonenumbers.ValidationResult.IS_POSSIBLE:
        return {"number": number, "reason": None}
    return {"number": None, "reason": _REASONS.get(verdict, "not_a_number")}


class _Static(StaticFiles):
    """Our own files, asked for anew each time: after an update all are of one version."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("gateway.demo"), autoescape=True, undefined=StrictUndefined
    )


@cache
def _toml(path: str) -> dict[str, Any]:
    return tomllib.loads(files("gateway.demo").joinpath(path).read_text(encoding="utf-8"))


def _samples(lang: str) -> dict[str, object]:
    """Reports to click and places to share, with titles in *lang*."""
    raw = _toml("samples.toml")
    return {
        "samples": [
            {**item, "title": item["title"][lang], "shows": item["shows"][lang]}
            for item in raw["samples"]
        ],
        "photos": [{**item, "name": item["name"][lang]} for item in raw["photos"]],
        "places": raw["places"],
    }


@cache
def _kelurahan() -> list[tuple[str, str, float, float, int]]:
    """For the small map: name, city, middle and radius in metres."""
    return [
        (k.name, k.kota, round(k.lat, 4), round(k.lon, 4), round(k.radius_m))
        for k in kelurahan().values()
        if k.kota != "Kepulauan Seribu"
    ]
