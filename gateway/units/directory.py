"""Units and accounts as rows: brought into line with the city's list and `kanal.toml` at start.

Rows are never deleted: history refers to them. What is not configured any more is retired.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Table, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import UnitId
from core.tables import account, unit
from core.units import Hierarchy, Unit
from gateway.configuration.settings import Settings
from normalizer.gazetteer import kelurahan

_LOCK = 7_203_150_312
"""PostgreSQL advisory lock, held until the transaction ends."""

COORDINATOR = "biro-pemerintahan"
"""Always exists: owner of a channel that names no other, and validator of results (S4)."""

IMPORTED = "import"
"""The source of a unit that came with `kanal units import`; the others are *city* and *config*."""

_UNITS_LAST = timedelta(minutes=1)

_KINDS = ("setda", "asisten", "biro", "skpd", "ukpd", "bumd")


async def synchronise(conn: AsyncConnection, settings: Settings, now: datetime) -> None:
    """Make the tables say what the files say. Processes that start together take turns."""
    if conn.dialect.name == "postgresql":
        await conn.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    await _bring(conn, unit, list(all_units(settings)))
    rows = [
        {
            "id": a.id,
            "connector": a.connector,
            "name": a.name,
            "owner_unit_id": a.owner,
            "confidential": a.confidential,
            "geo_tagged": a.geo_tagged,
            "retired_at": None,
        }
        for a in settings.accounts
    ]
    await _bring(conn, account, rows)
    await conn.execute(
        update(account)
        .where(
            account.c.id.not_in([a.id for a in settings.accounts]), account.c.retired_at.is_(None)
        )
        .values(retired_at=now)
    )


def all_units(settings: Settings) -> Iterator[dict[str, Any]]:
    """The city's and the operator's own, parents before children."""
    yield from city_units()
    yield from _configured_units(settings)


def city_units() -> Iterator[dict[str, Any]]:
    """Agencies and bureaus, then kota, kecamatan and kelurahan; parents before children."""
    seed = _seed()
    above = {slug: biro for biro, c in seed["coordination"].items() for slug in c["units"]}
    for kind in _KINDS:
        for slug, name in seed[kind].items():
            yield _row(slug, name, kind, seed["parents"].get(slug), above.get(slug))
    seen: set[str] = set()
    for code, place in sorted(kelurahan().items()):
        kota, kecamatan = f"kota-{_slug(place.kota)}", f"kecamatan-{_slug(place.kecamatan)}"
        if kota not in seen:
            seen.add(kota)
            rank = "Kabupaten" if place.kota == "Kepulauan Seribu" else "Kota"
            name = f"{rank} Administrasi {place.kota}"
            yield _row(kota, name, "kota", coordinator=COORDINATOR)
        if kecamatan not in seen:
            seen.add(kecamatan)
            yield _row(kecamatan, f"Kecamatan {place.kecamatan}", "kecamatan", kota)
        slug = f"kelurahan-{_slug(place.name)}"
        name = f"Kelurahan {place.name}"
        yield _row(slug, name, "kelurahan", kecamatan, kelurahan_code=code)


def fields() -> Mapping[str, Sequence[str]]:
    """By coordinating bureau the fields (*urusan*) that Instruksi Sekda 28/2025 gives it."""
    return {biro: tuple(c["fields"]) for biro, c in _seed()["coordination"].items()}


async def hierarchy(conn: AsyncConnection) -> Hierarchy:
    """All units as they stand to each other; a few hundred rows."""
    rows = (await conn.execute(select(unit))).all()
    return Hierarchy(
        Unit(r.id, r.parent_id, r.coordinator_id, r.kelurahan_code or "") for r in rows
    )


async def lines(conn: AsyncConnection, units: Collection[UnitId]) -> Hierarchy:
    """*units* and the institutions that they are part of, and nothing else: enough to say whose
    line they are, and less than a twentieth of all."""
    named = ("id", "parent_id", "coordinator_id", "kelurahan_code")
    columns = [unit.c[name] for name in named]
    below = select(*columns).where(unit.c.id.in_(units)).cte("below", recursive=True)
    # Not "all": a unit that is part of itself would have no end.
    line = below.union(select(*columns).join(below, unit.c.id == below.c.parent_id))
    rows = (await conn.execute(select(line))).all()
    return Hierarchy(
        Unit(r.id, r.parent_id, r.coordinator_id, r.kelurahan_code or "") for r in rows
    )


class KelurahanUnits:
    """The unit of each kelurahan by its code, read anew when what was read is a minute old:
    `kanal units import` changes them beside a running program."""

    def __init__(self) -> None:
        self.by_code: Mapping[str, UnitId] = {}
        self._read_at: datetime | None = None

    async def refresh(self, conn: AsyncConnection, now: datetime) -> None:
        """Read them if it is time to."""
        if self._read_at is not None and now - self._read_at < _UNITS_LAST:
            return
        query = select(unit.c.id, unit.c.kelurahan_code).where(
            unit.c.kelurahan_code.is_not(None), unit.c.retired_at.is_(None)
        )
        rows = (await conn.execute(query)).all()
        self.by_code = {row.kelurahan_code: UnitId(row.id) for row in rows}
        self._read_at = now


@cache
def _seed() -> Mapping[str, Any]:
    text = files("gateway.units").joinpath("agencies.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _configured_units(settings: Settings) -> Iterator[dict[str, Any]]:
    for item in settings.units:
        yield _row(item.id, item.name, item.kind, item.parent, item.coordinator, source="config")


async def _bring(conn: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert what is missing, update what differs; usually neither.

    What an operator imported is newer than the list that came with the program, and stays.
    """
    found = {row.id: row._asdict() for row in (await conn.execute(select(table))).all()}
    if missing := [row for row in rows if row["id"] not in found]:
        await conn.execute(insert(table), missing)
    for row in rows:
        known = found.get(row["id"])
        if known is None or known.get("source") == IMPORTED:
            continue
        if any(known[k] != v for k, v in row.items()):
            await conn.execute(update(table).where(table.c.id == row["id"]).values(row))


def _row(
    slug: str,
    name: str,
    kind: str,
    parent: str | None = None,
    coordinator: str | None = None,
    *,
    kelurahan_code: str | None = None,
    source: str = "city",
) -> dict[str, Any]:
    return {
        "id": slug, "name": name, "kind": kind, "parent_id": parent,
        "coordinator_id": coordinator, "kelurahan_code": kelurahan_code, "source": source,
        "retired_at": None,
    }  # fmt: skip


@cache
def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
