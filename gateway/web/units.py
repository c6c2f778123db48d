"""The REST API's list of units: who there is, who is above whom, who coordinates what."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import Row, select

from core.tables import unit
from gateway.bootstrap import Parts
from gateway.units import directory
from gateway.web.access import CurrentOfficer
from gateway.web.problems import documented

router = APIRouter(prefix="/api/v1", tags=["units"])


class UnitFullOut(BaseModel):
    """A unit. *fields* are the *urusan* of a coordinating bureau (Instruksi Sekda 28/2025)."""

    id: str
    name: str
    kind: str
    parent: str | None
    coordinator: str | None
    kelurahan_code: str | None
    fields: list[str]


class UnitsOut(BaseModel):
    """All units that a complaint can be given to, by their slug."""

    units: list[UnitFullOut]


@router.get("/units", responses=documented(401))
async def list_units(request: Request, _officer: CurrentOfficer) -> UnitsOut:
    """Every unit that is not retired."""
    parts: Parts = request.app.state.parts
    query = select(unit).where(unit.c.retired_at.is_(None)).order_by(unit.c.id)
    async with parts.database.read() as conn:
        rows = (await conn.execute(query)).all()
    fields = directory.fields()
    return UnitsOut(units=[_shown(row, fields.get(row.id, ())) for row in rows])


def _shown(row: Row[Any], fields: Sequence[str]) -> UnitFullOut:
    return UnitFullOut(
        id=row.id,
        name=row.name,
        kind=row.kind,
        parent=row.parent_id,
        coordinator=row.coordinator_id,
        kelurahan_code=row.kelurahan_code,
        fields=list(fields),
    )
