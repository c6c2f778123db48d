"""Errors of the REST API as problem details (RFC 9457): what is wrong, and what would be right."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from core.errors import Conflict, CoreError, Impossible, NotAllowed, NotFound, Outdated, Refused

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What every error of the API looks like; *field*, *allowed* and *version* where they apply."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    field: str | None = None
    version: int | str | None = None
    allowed: list[str] | None = None


def problem(
    status: int, title: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """A response of this form."""
    content = Problem(title=title, status=status, detail=detail, **more)
    return JSONResponse(
        content.model_dump(exclude_none=True),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error responses of an operation, for the OpenAPI document."""
    titles = {
        401: "No valid token",
        403: "Not allowed",
        404: "Not found",
        409: "Not possible now, or somebody was faster",
        412: "It does not stand as `If-Match` says; `version` is the present one",
        413: "Too large",
        422: "The request is wrong",
        429: "Too many tries",
        503: "The database does not answer: try again soon",
    }
    return {
        status: {
            "description": titles[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Turn every error below ``/api`` into this form."""
    app.add_exception_handler(CoreError, _core)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _core(_request: Request, error: Exception) -> Response:
    match error:
        case NotAllowed():
            return problem(403, "Not allowed", str(error))
        case Impossible(allowed=names):
            return problem(409, "Not possible now", str(error), allowed=list(names))
        case Refused(field=name):
            return problem(422, "Refused", str(error), field=name or None)
        case Outdated(version=version):
            etag = {"ETag": f'"{version}"'}
            return problem(412, "Somebody was faster", str(error), etag, version=version)
        case Conflict():
            return problem(409, "Somebody was faster", str(error))
        case NotFound():
            return problem(404, "Not found", str(error))
    raise error


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    first = error.errors()[0]
    names = [part for part in first["loc"][1:] if isinstance(part, str)]
    if first["type"].startswith("union_tag"):
        names = [first["ctx"]["discriminator"].strip("'")]
    # Behind the body's variant stands the field; the field is what the caller can mend.
    name = names[-1] if names and first["type"] != "json_invalid" else None
    detail = f"{name or 'the body'}: {first['msg']}"
    return problem(422, "The request is wrong", detail, field=name)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    if request.url.path.startswith("/api"):
        if error.status_code == 400:
            return problem(422, "The request is wrong", "the body is not JSON in UTF-8")
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(_methods(request))
        return problem(error.status_code, error.detail, error.detail, headers=headers)
    return Response(error.detail, error.status_code, error.headers)


def _methods(request: Request) -> list[str]:
    """What can be done at this address. Starlette names those of one route only, and an address
    that can be written and deleted has two."""
    return [
        method
        for method in ("DELETE", "GET", "PATCH", "POST", "PUT")
        for asked in [{**request.scope, "method": method}]
        if any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)
    ]
