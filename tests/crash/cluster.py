"""Two gateways and two workers on one PostgreSQL and one Redis, behind a balancer: all real."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.demo.provider import Network, serve_provider
from gateway.sealing import keys
from gateway.storage import schema
from tests.crash.processes import Process, config, environ
from tests.crash.promises import ask
from tests.crash.traffic import deliver_to, network
from tests.postgres import PostgresServer
from tests.servers import RedisServer, free_port


class Balancer:
    """Passes each connection on to one of the gateways that take it, in turn."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports
        self._turn = 0
        self.port = free_port()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        yield
        server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in self._ports:
            self._turn += 1
            port = self._ports[self._turn % len(self._ports)]
            with contextlib.suppress(OSError):
                behind = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(_pass(reader, behind[1]), _pass(behind[0], writer))
                return
        writer.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@dataclass
class Cluster:
    """Everything of one installation."""

    provider: Network
    postgres: PostgresServer
    redis: RedisServer
    gateways: list[Process]
    workers: list[Process]

    async def workers_are_known(self, count: int) -> None:
        """Wait until so many workers have said that they live."""
        query = "select count(*) from lease where name like 'worker/%' and until > now()"
        async with asyncio.timeout(60):
            while ask(self.postgres.url, query) < [(count,)]:
                await asyncio.sleep(0.1)

    @property
    def processes(self) -> list[Process]:
        return [*self.gateways, *self.workers]


@asynccontextmanager
async def cluster(folder: Path, gateways: int = 2, workers: int = 2) -> AsyncIterator[Cluster]:
    """Start everything; kill what is left at the end."""
    postgres = PostgresServer()
    redis = RedisServer(folder)
    provider = network()
    ports = [free_port() for _ in range(gateways)]
    balancer = Balancer(ports)
    try:
        await asyncio.to_thread(postgres.start)
        await redis.start()
        await asyncio.to_thread(schema.upgrade, postgres.url)
        async with serve_provider(provider) as base, balancer.running():
            deliver_to(provider, balancer.port)
            settings = config(folder, base, f"http://127.0.0.1:{balancer.port}")
            keys.create(folder / "keys.json")

            def variables(name: str) -> dict[str, str]:
                data = folder / name
                data.mkdir()
                return environ(settings, data, postgres.url, redis.url)

            found = Cluster(
                provider, postgres, redis,
                [Process.serve(variables(f"g{p}"), p, "--no-worker") for p in ports],
                [Process.worker(variables(f"w{i}")) for i in range(workers)],
            )  # fmt: skip
            try:
                for process in found.processes:
                    await process.start()
                await found.workers_are_known(workers)
                yield found
            finally:
                for process in found.processes:
                    with contextlib.suppress(AssertionError):
                        await process.kill()
    finally:
        await redis.stop()
        postgres.remove()
