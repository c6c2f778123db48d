"""Two gateways and two workers: whatever falls, every acknowledged message is there once.

The short form: one fault after the other under steady traffic. `make soak` runs each for itself,
many times, with other seeds.
"""

import asyncio
import os
import random
from pathlib import Path

from gateway.demo.provider import Message
from tests.crash.cluster import cluster
from tests.crash.faults import FAULTS, Fault
from tests.crash.promises import BUSY_S, check, settled
from tests.crash.traffic import break_now_and_then, write

SEED = int(os.environ.get("KANAL_CRASH_SEED", "1"))
SHORT = ("redis_killed", "postgres_frozen", "processes_killed", "postgres_killed", "redis_frozen")


async def test_whatever_falls_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    chosen: list[Fault] = [FAULTS[name] for name in SHORT]
    rng.shuffle(chosen)
    acknowledged: list[Message] = []
    async with cluster(tmp_path) as found:
        break_now_and_then(found.provider)
        for number, fault in enumerate(chosen):
            writing = asyncio.create_task(
                write(found.provider, 40, acknowledged, first=number * 40)
            )
            await asyncio.sleep(rng.uniform(0.1, 0.4))
            await fault(found, rng)
            await writing
        assert len(acknowledged) >= 20, "people got through"
        found.provider.faults.set(())
        await settled(found.postgres.url, acknowledged, within_s=BUSY_S)
        check(found.postgres.url, found.provider, acknowledged)
