"""PostgreSQL is stopped under a gateway: it goes on accepting, whatever it is told meanwhile."""

import asyncio
import signal
from pathlib import Path

from gateway.demo.provider import Message, serve_provider
from gateway.storage import schema
from tests.crash.processes import Process, config, environ
from tests.crash.promises import BUSY_S, check, settled
from tests.crash.traffic import deliver_to, network, write
from tests.postgres import PostgresServer
from tests.servers import free_port


async def logged(log: Path, words: str) -> None:
    """Wait until *log* holds *words*."""
    async with asyncio.timeout(90):
        while words not in log.read_text():
            await asyncio.sleep(0.05)


async def test_a_spooling_gateway_outlives_a_reload_and_stores_everything_once(
    tmp_path: Path,
) -> None:
    provider, port, postgres = network(), free_port(), PostgresServer()
    acknowledged: list[Message] = []
    try:
        await asyncio.to_thread(postgres.start)
        await asyncio.to_thread(schema.upgrade, postgres.url)
        async with serve_provider(provider) as base:
            deliver_to(provider, port)
            settings = config(tmp_path, base, f"http://127.0.0.1:{port}")
            gateway = Process.serve(environ(settings, tmp_path, postgres.url), port)
            gateway.log = tmp_path / "log"
            await gateway.start()
            try:
                await write(provider, 4, acknowledged)
                await asyncio.to_thread(postgres.stop)
                await write(provider, 4, acknowledged, first=4)
                gateway.signal(signal.SIGHUP)
                await logged(gateway.log, "configuration not reloaded")
                await write(provider, 4, acknowledged, first=8)
                assert gateway.is_running
                assert len(acknowledged) == 12, "nobody was turned away"
                assert "the database does not answer" in gateway.log.read_text()
                spooled = next((tmp_path / "spool").glob("*.spool"))
                assert spooled.stat().st_size > 1000, "they lie in the spool"

                await asyncio.to_thread(postgres.start)
                await settled(postgres.url, acknowledged, within_s=BUSY_S)
                check(postgres.url, provider, acknowledged)
                gateway.signal(signal.SIGHUP)
                async with asyncio.timeout(90):
                    while spooled.exists():
                        await asyncio.sleep(0.05)
                await gateway.answers("/health/ready")
                assert gateway.is_running, "and now it has started anew, in the same process"
            finally:
                await gateway.kill()
    finally:
        postgres.remove()
