"""The Pendopo's recapitulation: seven units, three days, one line each."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.access import Officer, OfficerRole
from core.calendar import EVERY_WEEKDAY
from core.clocks import Days
from core.complaint import Clock, ClockKind, UnitId
from core.number import WIB
from core.units import Hierarchy, Unit
from gateway.outbound.world import World
from gateway.reports.make import BUREAUS, pendopo_report
from gateway.reports.month import period_of
from gateway.reports.pendopo import Case, Fate, Limit, bureau_of
from gateway.reports.standing import Life, Standing
from gateway.units import directory
from gateway.web.shown import clock_shown
from tests.house import CONFIG, House, open_house

FILED = datetime(2026, 11, 20, 8, tzinfo=WIB)  # a Friday
DUE = FILED + timedelta(days=3)


@pytest.mark.parametrize(
    ("state", "stage", "reason", "result_days", "until_days", "fate"),
    [
        ("proses", "administrative", "", 2, 9, Fate.IN_TIME),
        ("proses", "administrative", "", 4, 9, Fate.LATE),
        ("selesai", "", "tuntas", 3, 9, Fate.IN_TIME),
        ("proses", "", "", 2, 2, Fate.PENDING),  # rejected: the result does not count
        ("menunggu", "", "", None, 3, Fate.PENDING),
        ("menunggu", "", "", None, 4, Fate.OVERDUE),
        ("selesai", "", "dibatalkan", None, 9, Fate.WITHOUT_RESULT),
        ("selesai", "", "tidak-ditemukan", 2, 9, Fate.WITHOUT_RESULT),
    ],
)
def test_how_it_stands_at_the_end_of_the_month(
    state: str, stage: str, reason: str, result_days: int | None, until_days: int, fate: Fate
) -> None:
    life = Life("pendopo", FILED, None, None, Standing("dinas", state, stage, reason))
    result = None if result_days is None else FILED + timedelta(days=result_days)
    until = FILED + timedelta(days=until_days)
    assert Case("JK2611200001", life, result).fate(DUE, until) is fate


def test_three_days_are_calendar_days_unless_the_operator_says_otherwise() -> None:
    assert Limit(Days.CALENDAR, EVERY_WEEKDAY).due(FILED) == DUE
    assert Limit(Days.WORKING, EVERY_WEEKDAY).due(FILED) == FILED + timedelta(days=5)


def test_the_bureau_is_the_nearest_that_coordinates() -> None:
    a, b, kota, kel = (UnitId(x) for x in ("biro-a", "biro-b", "kota", "kelurahan"))
    units = Hierarchy(
        [Unit(a), Unit(b, a), Unit(kota, None, b), Unit(kel, kota), Unit(UnitId("x"))]
    )
    wanted = frozenset({a, b})
    assert [bureau_of(u, units, wanted) for u in (a, b, kota, kel)] == [a, b, b, b]
    assert bureau_of(UnitId("x"), units, wanted) is None


async def completion(house: House, number: str) -> Clock:
    found = next(b for b in await house.complaints() if b.complaint.number == number)
    clock = found.complaint.clock(ClockKind.COMPLETION)
    assert clock is not None
    return clock


async def test_what_was_taken_at_the_pendopo_is_due_in_three_days(
    database_url: str, tmp_path: Path
) -> None:
    accounts = [{"id": "chat", "connector": "fake", "name": "Pendopo", "pendopo": True},
                *CONFIG["accounts"][1:]]  # fmt: skip
    lamp = "lampu jalan mati di jl panjang kel kebon jeruk"
    async with open_house(tmp_path, database_url, accounts=accounts) as house:
        for who, account in (("ani", "chat"), ("citra", "sms")):
            await house.say(who, lamp, account)
        await house.pause()
        here, elsewhere = [b.complaint.number for b in await house.complaints()]
        for number, days in ((here, 3), (elsewhere, 7)):
            clock = await completion(house, number)
            assert clock.due_at - clock.began_at == timedelta(days=days)
        await house.act(here, "forward", "dinas-bina-marga")
        await house.live_on(timedelta(days=3, hours=1).total_seconds())
        assert (await completion(house, here)).missed_at is not None
        assert (await completion(house, elsewhere)).missed_at is None
        world = World(house.parts.settings, {}, house.parts.keys.code, house.clock())
        rules = [
            clock_shown(await completion(house, n), (), world, account).rule
            for n, account in ((here, "chat"), (elsewhere, "sms"))
        ]
        assert rules == ["Instruksi Sekda 28/2025 KESATU", "Gubernur, 15 November 2019"]


async def test_what_was_taken_at_the_pendopo_stands_with_the_bureau_that_coordinates_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    accounts = [{"id": "chat", "connector": "fake", "name": "Pendopo", "pendopo": True},
                *CONFIG["accounts"][1:]]  # fmt: skip
    dinas = Officer("dinas", UnitId("dinas-bina-marga"), OfficerRole.AGENCY_ADMIN)
    async with open_house(tmp_path, sqlite_url, accounts=accounts) as house:
        for who, account in (("ani", "chat"), ("budi", "chat"), ("citra", "sms")):
            await house.say(who, "lampu jalan mati di jl panjang kel kebon jeruk", account)
        await house.pause()
        first, second, _ = [b.complaint.number for b in await house.complaints()]
        await house.act(first, "forward", dinas.unit)
        await house.act(first, "finish", by=dinas, text="Sudah.")
        await house.act(second, "forward", "dinas-sosial")
        house.clock.forward(days=4)
        async with house.parts.database.read() as conn:
            units = await directory.hierarchy(conn)
            period = period_of("2026-11", house.clock())
            made = await pendopo_report(conn, period, house.parts.settings, units)
    recap, cases = made.tables
    lines = {r["key"]: r for r in recap.records()}
    assert set(lines) == set(BUREAUS)
    assert len(lines) == 7
    works = lines["biro-pembangunan-dan-lingkungan-hidup"]
    assert (works["received"], works["in_time"]) == (1, 1)
    assert works["via"] == "Asisten Pembangunan dan Lingkungan Hidup"
    social = lines["biro-kesejahteraan-sosial"]
    assert (social["received"], social["overdue"]) == (1, 1)
    assert [r["number"] for r in cases.records()] == [first, second]
