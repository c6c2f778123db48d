"""The REST API's result photos: what an officer uploads to prove that the work is done."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from core.complaint import UnitId
from gateway.photos import desk
from gateway.photos.capture import TYPES
from gateway.web.access import CurrentOfficer
from gateway.web.problems import documented
from gateway.web.values import UNIT_PATTERN, Number

router = APIRouter(prefix="/api/v1", tags=["complaints"])

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The image itself, at most 10 MB. What it is, its content says.",
        "content": {name: {"schema": {"type": "string", "format": "binary"}} for name in TYPES},
    }
}


class UploadedOut(BaseModel):
    """A photo that is kept: *id* is what *finish* takes among its *photos*."""

    id: str


@router.post(
    "/complaints/{number}/photos",
    status_code=201,
    responses=documented(401, 403, 404, 409, 413, 422),
    openapi_extra=_BODY,
)
async def upload_result_photo(
    request: Request,
    number: Number,
    officer: CurrentOfficer,
    unit: Annotated[
        str, Query(pattern=UNIT_PATTERN, description="For which unit that has it; empty: your own.")
    ] = "",
) -> UploadedOut:
    """Upload a photo of the result. It is kept without its metadata; the same file again for the
    same work is the same photo."""
    content = await request.body()
    parts = request.app.state.parts
    return UploadedOut(
        id=str(await desk.add(parts, officer, number, content, UnitId(unit) or None))
    )
