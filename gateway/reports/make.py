"""Makes each report from an open connection: reads, names, shapes. What `kanal report` and the
REST API share."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import UnitId
from core.tables import account
from core.units import Hierarchy
from gateway.audit.seal import head as audit_head
from gateway.configuration.holidays import deadlines
from gateway.configuration.settings import Settings
from gateway.outbound.facts import unit_names
from gateway.reports import pendopo, photo_signals, queries, twice_rejected
from gateway.reports.figures import Names, Print
from gateway.reports.month import Period
from gateway.reports.monthly import monthly
from gateway.reports.reading import Progress, figures, life_of, silent
from gateway.reports.table import Report
from gateway.units import directory
from normalizer.problem import categories

BUREAUS = tuple(UnitId(slug) for slug in directory.fields())
"""The seven units that take complaints at the Pendopo (Instruksi Sekda 28/2025 KESATU b to h)."""


async def monthly_report(
    conn: AsyncConnection,
    period: Period,
    stamp: Print,
    units: frozenset[UnitId] | None = None,
    progress: Progress = silent,
) -> Report:
    """The monthly books with the head of the audit chain; of *units* only, where some are named."""
    found = await figures(conn, period, units, progress)
    printed = replace(stamp, audit_head=str(await audit_head(conn)))
    return monthly(found, await names(conn), printed)


async def pendopo_report(
    conn: AsyncConnection,
    period: Period,
    settings: Settings,
    units: Hierarchy,
    bureaus: frozenset[UnitId] = frozenset(BUREAUS),
) -> Report:
    """The Pendopo's recapitulation for *bureaus*."""
    accounts = pendopo_accounts(settings)
    said_done = await conn.execute(queries.results(period, accounts))
    results = {row.complaint_id: row.result_at for row in said_done.all()}
    rows = (await conn.execute(queries.lives(period, accounts))).all()
    plan = deadlines(settings)
    return pendopo.recapitulation(
        (pendopo.Case(row.number, life_of(row), results.get(row.id)) for row in rows),
        period,
        units,
        [b for b in BUREAUS if b in bureaus],
        pendopo.Limit(plan.days, plan.calendar, settings.clocks.pendopo_days),
        await names(conn),
    )


def pendopo_accounts(settings: Settings) -> list[str]:
    """The accounts of the officers at the Pendopo Balai Kota."""
    return [a.id for a in settings.accounts if a.pendopo]


async def twice_rejected_report(
    conn: AsyncConnection, period: Period, barred_by: frozenset[UnitId] = frozenset()
) -> Report:
    """The list for the Inspektorat."""
    found = await twice_rejected.twice_rejected(conn, period, barred_by)
    return twice_rejected.as_report(found, period, await names(conn))


async def photo_signals_report(
    conn: AsyncConnection, period: Period, barred_by: frozenset[UnitId] = frozenset()
) -> Report:
    """What was odd about result photos, for those who verify and the Inspektorat."""
    books, odd = await photo_signals.photo_signals(conn, period, barred_by)
    return photo_signals.as_report(books, odd, period, await names(conn))


async def names(conn: AsyncConnection) -> Names:
    """As units, accounts and categories are called now; a retired one keeps its name."""
    units = await unit_names(conn)
    named = await conn.execute(select(account.c.id, account.c.name))
    accounts = {row.id: row.name for row in named.all()}
    known = categories()

    def category(key: str) -> str:
        found = known.get(key)
        return found.label if found else key or "belum dikenali"

    return Names(
        unit=lambda key: units.get(key, key),
        account=lambda key: accounts.get(key, key),
        category=category,
    )
