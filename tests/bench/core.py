"""Officers' commands a second, and how fast what is due is found among a million open clocks."""

import asyncio
import statistics
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from tests.bench.accept import Figures
from tests.house import Clock, House, open_house

_AT_ONCE = 8
"""So many officers press at the same time."""

_STEPS = (
    ("forward", "dinas-bina-marga", ""),
    ("process", None, ""),
    ("comment", None, "Regu datang malam ini."),
    ("coordinate", "dinas-sda", ""),
    ("finish", None, "Sudah selesai."),
)

_CLOCKS = {
    "sqlite": """
        insert into clock(id, complaint_id, kind, unit_id, began_at, due_at, paused, extended)
        with recursive i(n) as (select 1 union all select n + 1 from i where n < :count)
        select n, :complaint, 'response', 'biro-pemerintahan', :began,
               strftime('%Y-%m-%d %H:%M:%f000', :due, '+' || n || ' seconds'), '[]', '[]' from i
        """,
    "postgresql": """
        insert into clock(id, complaint_id, kind, unit_id, began_at, due_at)
        select n, :complaint, 'response', 'biro-pemerintahan', :began,
               cast(:due as timestamptz) + n * interval '1 second'
        from generate_series(1, :count) n
        """,
}


def measure(folder: Path, url: str, *, complaints: int, clocks: int) -> Figures:
    """*complaints* are taken through five commands each; then *clocks* more run beside theirs."""
    return asyncio.run(_measured(folder, url, complaints, clocks))


async def _measured(folder: Path, url: str, complaints: int, clocks: int) -> Figures:
    clock = Clock()
    async with open_house(folder, url, clock) as house:
        for number in range(complaints):
            await house.say(f"+62812{number:08}", "lampu jalan mati di jl panjang kebon jeruk")
        await house.pause()
        numbers = [str(brief.complaint.number) for brief in await house.complaints()]
        began = time.perf_counter()
        waiting = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*(_worked_on(house, number, waiting) for number in numbers))
        per_second = len(numbers) * len(_STEPS) / (time.perf_counter() - began)
        await house.settle()
        await _fill(house, clocks)
        return {"per_second": per_second} | await _swept(house, clock)


async def _worked_on(house: House, number: str, waiting: asyncio.Semaphore) -> None:
    for action, unit, said in _STEPS:
        async with waiting:
            await house.act(number, action, unit, text=said)


async def _fill(house: House, clocks: int) -> None:
    """All of them run, the first falls due in an hour, and then one every second."""
    complaint = (await house.complaints())[0].complaint.id
    now = house.clock()
    async with house.parts.database.write() as conn:
        kind = conn.dialect.name
        due = now + timedelta(hours=1)
        plain = kind == "sqlite"
        values = {
            "count": clocks, "complaint": complaint,
            "began": f"{now:%Y-%m-%d %H:%M:%S.%f}" if plain else now,
            "due": f"{due:%Y-%m-%d %H:%M:%S}" if plain else due,
        }  # fmt: skip
        await conn.execute(text(_CLOCKS[kind]), values)
    async with house.parts.database.read() as conn:
        await conn.execute(text("analyze clock"))


async def _swept(house: House, clock: Clock) -> Figures:
    none = [await _timed(house) for _ in range(40)]
    clock.forward(hours=1, seconds=64)
    return {"none_ms": statistics.median(none), "due_ms": await _timed(house)}


async def _timed(house: House) -> float:
    began = time.perf_counter()
    await house.worker.timers.claim()
    return (time.perf_counter() - began) * 1000
