"""The REST API's monthly lists."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from gateway.bootstrap import Parts
from gateway.twice_rejected import month_of, twice_rejected
from gateway.web.access import CurrentOfficer
from gateway.web.problems import documented

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])

Month = Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-10"])]


class TwiceRejectedOut(BaseModel):
    """A result that was rejected for the second time, or more often."""

    number: str
    unit: str
    category: str
    kelurahan: str
    rejection: int
    rejected_at: datetime
    reason: str


class TwiceRejectedListOut(BaseModel):
    """The rejections of one month of Jakarta, oldest first."""

    month: str
    rejections: list[TwiceRejectedOut]


@router.get("/twice-rejected", responses=documented(401, 403, 422))
async def list_twice_rejected(
    request: Request, month: Month, officer: CurrentOfficer
) -> TwiceRejectedListOut:
    """Biro Pemerintahan's list for the Inspektorat (Keputusan Sekda 99/2022, 12)."""
    parts: Parts = request.app.state.parts
    async with parts.database.read() as conn:
        found = await twice_rejected(conn, officer, *month_of(month))
    return TwiceRejectedListOut(
        month=month, rejections=[TwiceRejectedOut(**asdict(item)) for item in found]
    )
