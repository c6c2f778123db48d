"""kill -9 at random moments under load: what was acknowledged is there, once, and is told once.

A real `kanal serve` with its worker, a real SQLite file, the provider's stand-in in this process,
and signed webhooks over TCP. The provider breaks connections now and then, before and after it has
taken a message over, so that the fate of sends becomes unknown too.
"""

import asyncio
import os
import random
from pathlib import Path

import pytest

from gateway.demo.provider import Message, serve_provider
from tests.crash.processes import Process, config, environ
from tests.crash.promises import BUSY_S, check, settled
from tests.crash.traffic import break_now_and_then, deliver_to, network, write
from tests.servers import free_port


@pytest.mark.parametrize("seed", [int(os.environ.get("KANAL_CRASH_SEED", "1"))])
async def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path, seed: int) -> None:
    rng, provider, port = random.Random(seed), network(), free_port()
    database = f"sqlite:///{tmp_path / 'kanal.db'}"
    async with serve_provider(provider) as base:
        deliver_to(provider, port)
        break_now_and_then(provider)
        settings = config(tmp_path, base, f"http://127.0.0.1:{port}")
        gateway = Process.serve(environ(settings, tmp_path, database), port)
        await gateway.start()
        try:
            acknowledged: list[Message] = []
            for number in range(3):
                writing = asyncio.create_task(write(provider, 40, acknowledged, first=number * 40))
                await asyncio.sleep(rng.uniform(0.1, 0.8))
                await gateway.kill()
                await gateway.start()
                await writing
            await write(provider, 40, acknowledged, first=120)
            assert len(acknowledged) >= 20, "people got through"
            provider.faults.set(())
            await settled(database, acknowledged, within_s=BUSY_S)
            check(database, provider, acknowledged)
            await gateway.stop()
        finally:
            await gateway.kill()
