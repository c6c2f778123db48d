"""The REST API's monthly reports: the tables of `gateway.reports` as JSON, CSV and XLSX."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from core.access import Officer
from core.complaint import UnitId
from core.errors import NotFound
from core.reports import Report as Kind
from core.reports import require_report
from core.units import Hierarchy
from gateway.bootstrap import Parts
from gateway.reports import files
from gateway.reports.figures import Print
from gateway.reports.make import (
    BUREAUS,
    monthly_report,
    pendopo_report,
    photo_signals_report,
)
from gateway.reports.month import Period, period_of
from gateway.reports.readers import bureaus_for, units_for
from gateway.reports.table import Report
from gateway.reports.twice_rejected import twice_rejected
from gateway.units import directory
from gateway.web.access import CurrentOfficer
from gateway.web.problems import documented
from gateway.web.values import UNIT_PATTERN

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])

Month = Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-10"])]
TableKey = Annotated[
    str, Query(pattern=r"^[a-z0-9-]{1,40}$", description="The key of one of its tables.")
]
OfUnit = Annotated[
    str, Query(pattern=UNIT_PATTERN, description="Only this unit and what stands below it.")
]


class ColumnOut(BaseModel):
    """A column: *key* in the rows, *title* for people."""

    key: str
    title: str


class TableOut(BaseModel):
    """A table; *note* defines its figures, moments in *rows* are UTC."""

    key: str
    title: str
    note: str
    columns: list[ColumnOut]
    rows: list[dict[str, str | int | float | datetime | None]]


class ReportOut(BaseModel):
    """A report of one month of Jakarta. *until* is when its figures were taken; once *final* they
    do not change any more."""

    month: str
    until: datetime
    final: bool
    title: str
    tables: list[TableOut]


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


def _file(media_type: str) -> dict[int | str, dict[str, object]]:
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": "The file", "content": {media_type: binary}}}


@router.get("/monthly", responses=documented(401, 403, 404, 422))
async def get_monthly(
    request: Request, month: Month, officer: CurrentOfficer, unit: OfUnit = ""
) -> ReportOut:
    """The monthly books, as far as the role reads them: messages, complaints and reporters by
    channel, unit, category and status, times against each clock, later changes."""
    return _shown(*await _monthly(request, month, officer, unit))


@router.get(
    "/monthly.xlsx",
    response_class=Response,
    responses=documented(401, 403, 404, 422) | _file(files.XLSX_TYPE),
)
async def get_monthly_workbook(
    request: Request, month: Month, officer: CurrentOfficer, unit: OfUnit = ""
) -> Response:
    """The same as a workbook with a sheet for each table."""
    _, made = await _monthly(request, month, officer, unit)
    return await _workbook(made)


@router.get(
    "/monthly.csv",
    response_class=Response,
    responses=documented(401, 403, 404, 422) | _file(files.CSV_TYPE),
)
async def get_monthly_table(
    request: Request,
    month: Month,
    table: TableKey,
    officer: CurrentOfficer,
    unit: OfUnit = "",
) -> Response:
    """One of its tables as CSV: semicolons, decimal commas, UTF-8 with its mark."""
    _, made = await _monthly(request, month, officer, unit)
    return _as_csv(made, table)


@router.get("/pendopo", responses=documented(401, 403, 404, 422))
async def get_pendopo(request: Request, month: Month, officer: CurrentOfficer) -> ReportOut:
    """The Pendopo's recapitulation per coordinating bureau (Instruksi Sekda 28/2025)."""
    parts: Parts = request.app.state.parts
    allowed = bureaus_for(officer, frozenset(BUREAUS))

    async def make(conn: AsyncConnection, period: Period, units: Hierarchy) -> Report:
        return await pendopo_report(conn, period, parts.settings, units, allowed)

    return _shown(*await _made(request, month, make))


@router.get("/photo-signals", responses=documented(401, 403, 404, 422))
async def get_photo_signals(request: Request, month: Month, officer: CurrentOfficer) -> ReportOut:
    """What was odd about the result photos of the month, per unit and as a list: for those who
    verify results, and for the Inspektorat."""
    return _shown(*await _photo_signals(request, month, officer))


@router.get(
    "/photo-signals.xlsx",
    response_class=Response,
    responses=documented(401, 403, 404, 422) | _file(files.XLSX_TYPE),
)
async def get_photo_signals_workbook(
    request: Request, month: Month, officer: CurrentOfficer
) -> Response:
    """The same as a workbook."""
    _, made = await _photo_signals(request, month, officer)
    return await _workbook(made)


@router.get(
    "/photo-signals.csv",
    response_class=Response,
    responses=documented(401, 403, 404, 422) | _file(files.CSV_TYPE),
)
async def get_photo_signals_table(
    request: Request,
    month: Month,
    table: TableKey,
    officer: CurrentOfficer,
) -> Response:
    """One of its tables as CSV, like the monthly ones."""
    _, made = await _photo_signals(request, month, officer)
    return _as_csv(made, table)


@router.get("/twice-rejected", responses=documented(401, 403, 404, 422))
async def list_twice_rejected(
    request: Request, month: Month, officer: CurrentOfficer
) -> TwiceRejectedListOut:
    """Biro Pemerintahan's list for the Inspektorat (Keputusan Sekda 99/2022, 12)."""
    parts: Parts = request.app.state.parts
    require_report(officer, Kind.TWICE_REJECTED)
    period = period_of(month, parts.clock())
    async with parts.database.read() as conn:
        found = await twice_rejected(conn, period, officer.barred_by)
    return TwiceRejectedListOut(
        month=month, rejections=[TwiceRejectedOut(**asdict(item)) for item in found]
    )


async def _monthly(
    request: Request, month: str, officer: Officer, unit: str
) -> tuple[Period, Report]:
    parts: Parts = request.app.state.parts
    require_report(officer, Kind.MONTHLY)
    called = await request.app.state.units.names()

    async def make(conn: AsyncConnection, period: Period, units: Hierarchy) -> Report:
        if unit and unit not in units:
            raise NotFound(f"there is no unit '{unit}'")
        wanted = units_for(officer, UnitId(unit) if unit else None, units)
        of = "" if wanted is None else unit or officer.unit
        stamp = Print(parts.clock(), of, called.get(of, of))
        return await monthly_report(conn, period, stamp, wanted)

    return await _made(request, month, make)


async def _photo_signals(request: Request, month: str, officer: Officer) -> tuple[Period, Report]:
    require_report(officer, Kind.PHOTO_SIGNALS)

    async def make(conn: AsyncConnection, period: Period, _units: Hierarchy) -> Report:
        return await photo_signals_report(conn, period, officer.barred_by)

    return await _made(request, month, make)


async def _made(
    request: Request,
    month: str,
    make: Callable[[AsyncConnection, Period, Hierarchy], Awaitable[Report]],
) -> tuple[Period, Report]:
    """One report at a time: a second one beside it would only slow both and whatever else runs."""
    parts: Parts = request.app.state.parts
    period = period_of(month, parts.clock())
    async with request.app.state.report_turn, parts.database.read() as conn:
        return period, await make(conn, period, await directory.hierarchy(conn))


def _shown(period: Period, made: Report) -> ReportOut:
    return ReportOut(
        month=period.month.name,
        until=period.until,
        final=period.final,
        title=made.title,
        tables=[
            TableOut(
                key=t.key,
                title=t.title,
                note=t.note,
                columns=[ColumnOut(key=c.key, title=c.title) for c in t.columns],
                rows=[dict(r) for r in t.records()],
            )
            for t in made.tables
        ],
    )


def _as_csv(made: Report, table: str) -> Response:
    found = next((t for t in made.tables if t.key == table), None)
    if found is None:
        keys = ", ".join(t.key for t in made.tables)
        raise NotFound(f"there is no table '{table}'; there are {keys}")
    return _download(files.as_csv(found), files.CSV_TYPE, f"{made.name}-{table}.csv")


async def _workbook(made: Report) -> Response:
    out = io.BytesIO()
    await asyncio.to_thread(files.as_xlsx, made, out)
    return _download(out.getvalue(), files.XLSX_TYPE, f"{made.name}.xlsx")


def _download(content: bytes, media_type: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
