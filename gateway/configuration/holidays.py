"""The city's days off: a kept library's, and what the operator's file adds or takes away.

Cuti bersama is decreed year by year (SKB tiga menteri), often later than a library knows of it: the
file says so first. ``kanal clocks recompute`` applies a change to what runs already.
"""

import tomllib
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import holidays

from core.calendar import Calendar, Hours
from core.clocks import PENDOPO_RULE, RULE, Deadlines
from core.complaint import ClockKind
from core.number import WIB
from gateway.configuration.settings import Clocks, Opening, Settings, SettingsInvalid
from gateway.configuration.ticket_settings import Tickets


@dataclass(frozen=True)
class DaysOff:
    """The days on which nobody works though it is no weekend; the library works out each year when
    it is first asked about it."""

    known: Container[date]
    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        return day in self.added or (day in self.known and day not in self.removed)


def deadlines(settings: Settings, account: str = "") -> Deadlines:
    """The figures and the calendar as they are configured, for what came in through *account*: the
    Pendopo Balai Kota has three days for a result (S2).

    Raises:
        SettingsInvalid: The operator's file cannot be used; says why.
    """
    found = settings.account(account) if account else None
    pendopo = found is not None and found.pendopo
    return _deadlines(settings.clocks, settings.opening, settings.tickets, pendopo=pendopo)


def end_of_work(day: date, settings: Settings) -> datetime:
    """The hour of *day* (of Jakarta) at which people stop reading."""
    return datetime.combine(day, settings.opening.closes, WIB).astimezone(UTC)


@lru_cache
def _deadlines(clocks: Clocks, opening: Opening, tickets: Tickets, *, pendopo: bool) -> Deadlines:
    return Deadlines(
        respond=timedelta(hours=clocks.respond_hours),
        triage=timedelta(hours=clocks.triage_hours),
        complete_days=clocks.pendopo_days if pendopo else clocks.complete_days,
        complete_rule=PENDOPO_RULE if pendopo else RULE[ClockKind.COMPLETION],
        verify=timedelta(hours=clocks.verify_hours),
        decide=timedelta(hours=tickets.decide_hours),
        clarify=timedelta(hours=tickets.clarify_hours),
        ask=timedelta(minutes=tickets.ask_minutes),
        remind=timedelta(hours=tickets.remind_hours),
        pause=timedelta(hours=tickets.pause_hours),
        estimate_days=tickets.estimate_days,
        estimates=tickets.estimates,
        found_anew=clocks.found_anew,
        days=clocks.days,
        calendar=Calendar(Hours(opening.opens, opening.closes), days_off(clocks.holidays_file)),
    )


def days_off(path: str = "") -> DaysOff:
    """The library's holidays of Indonesia, as the file at *path* corrects them.

    Raises:
        SettingsInvalid: There is no such file, or something else than dates stands in it.
    """
    known = holidays.country_holidays("ID")
    if not path:
        return DaysOff(known)
    try:
        raw = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid([f"clocks.holidays_file: {path}: {error}"]) from error
    unknown = sorted(set(raw) - {"add", "remove"})
    if unknown:
        raise SettingsInvalid(
            [f"clocks.holidays_file: {path}: unknown key '{unknown[0]}'; known are add, remove"]
        )
    return DaysOff(known, _dates(path, raw, "add"), _dates(path, raw, "remove"))


def _dates(path: str, raw: dict[str, Any], key: str) -> frozenset[date]:
    found = raw.get(key, [])
    plain = isinstance(found, list) and all(
        isinstance(d, date) and not isinstance(d, datetime) for d in found
    )
    if not plain:
        raise SettingsInvalid(
            [f"clocks.holidays_file: {path}: {key}: expected dates, e.g. [2026-12-24]"]
        )
    return frozenset(found)
