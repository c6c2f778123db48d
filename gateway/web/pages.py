"""Server-rendered pages: templates, their one style sheet, and the headers that keep them safe."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from gateway.words import catalogue

_LANGUAGES = ("id", "en")


def language_of(request: Request) -> str:
    """The language asked for in the address, else Indonesian: the city's own comes first."""
    asked = request.query_params.get("lang", "id")
    return asked if asked in _LANGUAGES else "id"


def page(
    request: Request, template: str, service: str, *, status_code: int = 200, **values: object
) -> HTMLResponse:
    """Render *template* for a citizen: without scripts, without anything from elsewhere."""
    lang = language_of(request)
    text = (
        _environment()
        .get_template(template)
        .render(
            t=catalogue(lang).page,
            lang=lang,
            other_lang="en" if lang == "id" else "id",
            css=Markup(_css()),  # noqa: S704 - our own file
            home="/lacak",
            service=service,
            **values,
        )
    )
    return HTMLResponse(text, status_code, headers=_headers())


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("gateway.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )


@cache
def _css() -> str:
    return files("gateway.web").joinpath("templates/page.css").read_text(encoding="utf-8").strip()


@cache
def _headers() -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(_css().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
