"""The connection to PostgreSQL is cut in the middle of a commit: nobody knows whether it succeeded.

A proxy stands before the real server, sees the COMMIT go by, and hangs up before or after the
server has carried it out. What was acknowledged is there once all the same.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from gateway.inbound.intake import Intake, Taken
from gateway.storage.database import Database
from tests.crash.promises import ask
from tests.gateway.test_commit import incoming
from tests.house import open_house

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
"""The simple query, as psycopg writes it: type, length, words."""


class Cutter:
    """Passes everything on until it is armed; then it hangs up at the next COMMIT."""

    def __init__(self, database_url: str) -> None:
        found = psycopg.conninfo.conninfo_to_dict(database_url)
        self._host, self._port = str(found.get("host", "")), int(found.get("port") or 5432)
        self.port = 0
        self.is_armed = False
        self.after = False
        self.cuts = 0
        self._connections: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        yield
        server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _behind(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._host.startswith("/"):
            path = f"{self._host}/.s.PGSQL.{self._port}"
            return await asyncio.open_unix_connection(path)
        return await asyncio.open_connection(self._host, self._port)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        answers, behind = await self._behind()
        back = asyncio.create_task(self._pass_back(answers, writer))
        try:
            await self._pass_on(reader, behind, answers, back)
        finally:
            back.cancel()
            for end in (writer, behind):
                end.close()
                with contextlib.suppress(OSError):
                    await end.wait_closed()

    async def _pass_on(
        self, reader: asyncio.StreamReader, behind: asyncio.StreamWriter,
        answers: asyncio.StreamReader, back: asyncio.Task[None],
    ) -> None:  # fmt: skip
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if self.is_armed and COMMIT in data:
                    self.is_armed = False
                    self.cuts += 1
                    back.cancel()
                    await asyncio.gather(back, return_exceptions=True)
                    if self.after:
                        behind.write(data)
                        await answers.read(1)  # the server has committed
                    return
                behind.write(data)
                await behind.drain()

    async def _pass_back(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await answers.read(65536):
                writer.write(data)
                await writer.drain()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_what_was_being_committed_is_there_once(
    database_url: str, tmp_path: Path, after: bool
) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("a file has no connection")
    cutter = Cutter(database_url)
    async with open_house(tmp_path, database_url) as house, cutter.running():
        host = f"host=127.0.0.1&port={cutter.port}"
        through = re.sub(r"host=[^&]+", host, database_url)
        through = re.sub(r"@[^/]+/", f"@127.0.0.1:{cutter.port}/", through)
        database = Database(through, pool=1)
        intake = Intake(database, tmp_path / "spool", deadline_s=5, wake=lambda _: None)
        await intake.start()
        assert await intake.take(incoming(house, "before")) is Taken.STORED

        cutter.after, cutter.is_armed = after, True
        taken = await asyncio.gather(*(intake.take(incoming(house, f"m{i}")) for i in range(5)))
        assert cutter.cuts == 1
        assert set(taken) == {Taken.SPOOLED}, "acknowledged, for they are in the spool"
        async with asyncio.timeout(20):
            while intake.spooled_bytes:
                await asyncio.sleep(0.02)
        assert await intake.take(incoming(house, "m0")) is Taken.REPEATED
        await intake.stop()
        await database.close()
    assert ask(database_url, "select count(*), count(distinct dedup_key) from raw_inbound") == [
        (6, 6)
    ]
    assert ask(database_url, "select count(*) from inbound") == [(6,)]
