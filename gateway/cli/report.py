"""report monthly, report pendopo, report twice-rejected, report photo-signals."""

import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import click

from core.access import INSPEKTORAT
from core.clocks import VALIDATING_UNIT
from core.complaint import UnitId
from core.errors import CoreError, NotFound
from core.units import Hierarchy
from gateway.bootstrap import Parts
from gateway.cli.common import refuse, with_parts
from gateway.outbound.facts import unit_names
from gateway.reports import files
from gateway.reports.figures import Print
from gateway.reports.make import (
    monthly_report,
    pendopo_accounts,
    pendopo_report,
    photo_signals_report,
    twice_rejected_report,
)
from gateway.reports.month import Period, period_of
from gateway.reports.table import Report
from gateway.units import directory

_QUIET_S = 2.0
_READERS_OF_SIGNALS = frozenset({VALIDATING_UNIT, INSPEKTORAT})
_EVERY_S = 1.0

_month = click.option("--month", required=True, help="A month of Jakarta, as in 2026-10.")
_out = click.option(
    "--out", type=click.Path(path_type=Path), default=Path(), help="The folder to write into."
)


@click.group()
def report() -> None:
    """What goes out every month: books, the Pendopo's recapitulation, twice-rejected results,
    signals on result photos.

    Each is written as XLSX and, table by table, as CSV. A month is closed an hour after it has
    ended in Jakarta; from then on its figures are the same whenever they are asked for.
    """


@report.command()
@_month
@_out
@click.option("--unit", help="Only this unit and what stands below it (its slug).")
def monthly(month: str, out: Path, unit: str | None) -> None:
    """The monthly books: messages, complaints, reporters, times against each clock."""

    async def make(parts: Parts, period: Period) -> Report:
        async with parts.database.read() as conn:
            units = await directory.hierarchy(conn)
            known = await unit_names(conn)
            wanted = _unit(unit, units)
            stamp = Print(parts.clock(), wanted or "", known.get(wanted or "", ""))
            below = units.below(wanted) if wanted else None
            return await monthly_report(conn, period, stamp, below, Progress())

    _make(month, out, make)


@report.command()
@_month
@_out
def pendopo(month: str, out: Path) -> None:
    """The recapitulation of the Pendopo Balai Kota per bureau, due on the 5th."""

    async def make(parts: Parts, period: Period) -> Report:
        if not pendopo_accounts(parts.settings):
            raise NotFound("no account is the Pendopo's: set pendopo = true on it in kanal.toml")
        async with parts.database.read() as conn:
            units = await directory.hierarchy(conn)
            return await pendopo_report(conn, period, parts.settings, units)

    _make(month, out, make)


@report.command("twice-rejected")
@_month
@_out
def twice_rejected(month: str, out: Path) -> None:
    """Results rejected twice or more, for the Inspektorat; none that accuses the Inspektorat."""

    async def make(parts: Parts, period: Period) -> Report:
        async with parts.database.read() as conn:
            return await twice_rejected_report(conn, period, frozenset({INSPEKTORAT}))

    _make(month, out, make)


@report.command("photo-signals")
@_month
@_out
def photo_signals(month: str, out: Path) -> None:
    """What was odd about result photos, for Biro Pemerintahan and the Inspektorat; nothing of
    complaints that accuse either."""

    async def make(parts: Parts, period: Period) -> Report:
        async with parts.database.read() as conn:
            return await photo_signals_report(conn, period, _READERS_OF_SIGNALS)

    _make(month, out, make)


class Progress:
    """Says on standard error how far it is, once a second, where it takes longer than two."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _QUIET_S

    def __call__(self, what: str, count: int) -> None:
        """*count* of *what* have been read."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY_S
            click.echo(f"{count:,} {what} read ...", err=True)


def _make(
    month: str, out: Path, make: Callable[[Parts, Period], Coroutine[Any, Any, Report]]
) -> None:
    async def run(parts: Parts) -> tuple[Period, Report]:
        period = period_of(month, parts.clock())
        files.prepare(out)
        return period, await make(parts, period)

    try:
        period, made = with_parts(run)
        paths = files.save(made, out)
    except CoreError as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{out} cannot be written ({error.strerror}): name another folder with --out")
    for path in paths:
        click.echo(path)
    if not period.final:
        click.echo(
            f"{period.month.name} is not closed yet: these figures are provisional.", err=True
        )


def _unit(slug: str | None, units: Hierarchy) -> UnitId | None:
    if slug is None:
        return None
    if slug not in units:
        raise NotFound(f"there is no unit '{slug}': GET /api/v1/units lists them")
    return UnitId(slug)
