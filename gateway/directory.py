"""Units and accounts as rows: brought into line with the city's list and `kanal.toml` at start.

Rows are never deleted: history refers to them. What is not configured any more is retired.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from typing import Any

from sqlalchemy import Table, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.tables import account, unit
from gateway.settings import Settings
from normalizer.gazetteer import kelurahan

_LOCK = 7_203_150_312
"""PostgreSQL advisory lock, held until the transaction ends."""

COORDINATOR = "biro-pemerintahan"
"""Always exists: owner of a channel that names no other, and validator of results (S4)."""


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
    raw = tomllib.loads(files("gateway").joinpath("agencies.toml").read_text(encoding="utf-8"))
    for kind, names in raw.items():
        for slug, name in names.items():
            yield _row(slug, name, kind)
    seen: set[str] = set()
    for code, place in sorted(kelurahan().items()):
        kota, kecamatan = f"kota-{_slug(place.kota)}", f"kecamatan-{_slug(place.kecamatan)}"
        if kota not in seen:
            seen.add(kota)
            rank = "Kabupaten" if place.kota == "Kepulauan Seribu" else "Kota"
            yield _row(kota, f"{rank} Administrasi {place.kota}", "kota")
        if kecamatan not in seen:
            seen.add(kecamatan)
            yield _row(kecamatan, f"Kecamatan {place.kecamatan}", "kecamatan", kota)
        slug = f"kelurahan-{_slug(place.name)}"
        yield _row(slug, f"Kelurahan {place.name}", "kelurahan", kecamatan, code)


def _configured_units(settings: Settings) -> Iterator[dict[str, Any]]:
    for item in settings.units:
        yield _row(item.id, item.name, item.kind, item.parent)


async def _bring(conn: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert what is missing, update what differs; usually neither."""
    found = {row.id: row._asdict() for row in (await conn.execute(select(table))).all()}
    for row in rows:
        known = found.get(row["id"])
        if known is None:
            await conn.execute(insert(table), row)
        elif any(known[k] != v for k, v in row.items()):
            await conn.execute(update(table).where(table.c.id == row["id"]).values(row))


def _row(
    slug: str, name: str, kind: str, parent: str | None = None, code: str | None = None
) -> dict[str, Any]:
    return {
        "id": slug, "name": name, "kind": kind, "parent_id": parent, "kelurahan_code": code,
        "retired_at": None,
    }  # fmt: skip


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
