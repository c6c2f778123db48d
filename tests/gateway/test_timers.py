"""Clocks act when they are due: once, in their order, at their own moment; told once."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from core import store
from core.access import Officer, OfficerRole
from core.complaint import ClockKind, UnitId
from core.number import WIB
from core.tables import clock
from gateway.desk import officers
from gateway.desk.timers import Timers
from gateway.storage import schema
from tests.gateway.test_cli import kanal
from tests.house import House, open_house

INSPECTOR = Officer("token:3", UnitId("inspektorat"), OfficerRole.INSPEKTORAT)
LAMP = "lampu jalan mati di jl panjang depan sdn 01 kel kebon jeruk"


async def filed(house: House, who: str = "ani") -> str:
    await house.say(who, LAMP)
    await house.pause()
    house.heard(who)
    return (await house.complaints())[-1].complaint.number


async def actions(house: House, number: str) -> list[str]:
    async with house.parts.database.read() as conn:
        found = await store.find(conn, number)
        assert found is not None
        return [t.action for t in await store.history(conn, found.id)]


async def test_a_missed_response_stands_in_the_history_and_is_told_once(house: House) -> None:
    house.clock.forward(hours=13)  # Friday morning: nobody is woken
    number = await filed(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.settle()
    house.heard("ani")
    began = house.clock()
    house.clock.forward(hours=5, minutes=59)
    await house.settle()
    assert house.heard("ani") == []
    house.clock.forward(minutes=3)
    await house.settle()
    (told,) = house.heard("ani")
    assert "belum ditanggapi Dinas Bina Marga sampai batas waktunya" in told
    async with house.parts.database.read() as conn:
        found = await store.find(conn, number)
        assert found is not None
        line = (await store.history(conn, found.id))[-1]
    assert line.at == began + timedelta(hours=6)
    assert line.recorded_at == house.clock()
    await house.settle()
    assert house.heard("ani") == []
    assert (await actions(house, number)).count("late") == 1


async def test_after_an_outage_what_was_due_first_is_done_first(house: House) -> None:
    number = await filed(house)
    await house.act(number, "forward", "dinas-bina-marga")
    house.clock.forward(days=30)
    await house.settle()
    async with house.parts.database.read() as conn:
        found = await store.find(conn, number)
        assert found is not None
        late = [t for t in await store.history(conn, found.id) if t.action == "late"]
    assert [t.data["clock"] for t in late] == ["response", "completion"]
    assert late[0].at < late[1].at < house.clock()


async def test_a_clock_that_was_stopped_in_time_does_nothing(house: House) -> None:
    number = await filed(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.act(number, "process")
    house.clock.forward(days=6)
    await house.settle()
    assert "late" not in await actions(house, number)


async def test_several_workers_fire_a_clock_once(house: House) -> None:
    numbers = [await filed(house, f"ani{i}") for i in range(6)]
    house.clock.forward(days=8)
    parts = house.parts
    workers = [
        Timers(parts.database, parts.keys, parts.settings, parts.lines, parts.new_id, parts.clock)
        for _ in range(4)
    ]
    taken = await asyncio.gather(*(w.once() for w in workers))
    assert sum(taken) == 12, "triage and completion of each"
    for number in numbers:
        assert (await actions(house, number)).count("late") == 2
    assert sum([await w.once() for w in workers]) == 0


async def test_what_a_dead_worker_had_claimed_is_done_by_another(house: House) -> None:
    number = await filed(house)
    house.clock.forward(days=8)
    dead = house.worker.timers
    assert len(await dead.claim()) == 2
    assert await dead.once() == 0, "claimed"
    house.clock.forward(minutes=2)
    assert await dead.once() == 2
    assert (await actions(house, number)).count("late") == 2


async def test_nothing_is_told_about_a_confidential_complaint(house: House) -> None:
    await house.say("ani", "lurah minta 130rb per orang buat tes urin pjlp", "rahasia")
    await house.pause()
    assert len(house.heard("ani", "rahasia")) == 1, "the receipt"
    house.clock.forward(days=10, hours=13)
    await house.settle()
    (found,) = await officers.listed(
        house.parts, INSPECTOR, state=None, unit_id=None, before=None, limit=2
    )
    missed = [c.kind for c in found.complaint.clocks if c.missed_at is not None]
    assert set(missed) == {ClockKind.RESPONSE, ClockKind.COMPLETION}, "there was something to tell"
    assert house.heard("ani", "rahasia") == []
    late = [row[1:] for row in await house.ledger() if row[0].endswith("_late")]
    assert late == [("cancelled", "confidential")] * 2


def test_the_due_ones_are_found_by_their_index(sqlite_url: str) -> None:
    query = (
        "select id from clock where clock.ended_at is null and clock.missed_at is null"
        " and due_at <= '2026-01-01' order by due_at, id limit 50"
    )
    with schema._connection(sqlite_url) as conn:
        plan = conn.execute(text(f"explain query plan {query}")).all()
    assert re.search(r"INDEX clock_due\b", " ".join(str(row[-1]) for row in plan)), plan


async def test_new_holidays_are_shown_and_then_applied(sqlite_url: str, tmp_path: Path) -> None:
    off = tmp_path / "libur.toml"
    off.write_text("add = [2026-11-20, 2026-11-23]\n")
    async with open_house(tmp_path, sqlite_url) as house:
        await filed(house)
        before = await due(house, ClockKind.TRIAGE)
        assert f"{before.astimezone(WIB):%d %H:%M}" == "20 09:30"
    environ = {"KANAL_DATABASE_URL": sqlite_url, "KANAL_DATA_DIR": str(tmp_path)}
    (tmp_path / "kanal.toml").write_text('[clocks]\nholidays_file = "libur.toml"\n')
    environ["KANAL_KEYS_FILE"] = str(tmp_path / "keys.json")
    shown = await asyncio.to_thread(kanal, tmp_path, "clocks", "recompute", **environ)
    assert "1 of 2 running clocks would change" in shown.stdout, shown.stderr
    assert "2026-11-20 09:30 -> 2026-11-24 09:30" in shown.stdout
    async with open_house(tmp_path, sqlite_url) as house:
        assert await due(house, ClockKind.TRIAGE) == before
    await asyncio.to_thread(kanal, tmp_path, "clocks", "recompute", "--apply", **environ)
    async with open_house(tmp_path, sqlite_url) as house:
        assert f"{(await due(house, ClockKind.TRIAGE)).astimezone(WIB):%d %H:%M}" == "24 09:30"
    (tmp_path / "bad.toml").write_text('add = ["someday"]\n')
    (tmp_path / "kanal.toml").write_text('[clocks]\nholidays_file = "bad.toml"\n')
    refused = await asyncio.to_thread(kanal, tmp_path, "clocks", "recompute", **environ)
    assert refused.returncode == 1
    assert "expected dates" in refused.stderr


async def due(house: House, kind: ClockKind) -> Any:
    async with house.parts.database.read() as conn:
        return await conn.scalar(select(clock.c.due_at).where(clock.c.kind == kind.value))
