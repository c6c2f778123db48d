"""The worker beside a serving process is started again, also where that fails at first."""

import asyncio
import errno
from typing import Any

import pytest

from gateway.processes.beside import WorkerProcess
from tests.house import House


class Fallen:
    """A process that has ended already, until it is one that runs."""

    def __init__(self, pid: int, returncode: int | None) -> None:
        self.pid = pid
        self.returncode = returncode
        self.ended = asyncio.Event()

    async def wait(self) -> int:
        if self.returncode is None:
            await self.ended.wait()
        return self.returncode or 0


async def test_a_machine_without_memory_gets_its_worker_later(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Fallen(2, None)
    given: list[Any] = [
        Fallen(1, 1),
        OSError(errno.ENOMEM, "no"),
        OSError(errno.EAGAIN, "no"),
        running,
    ]

    async def start(*_: object, **__: object) -> Any:
        found = given.pop(0)
        if isinstance(found, OSError):
            raise found
        return found

    monkeypatch.setattr("gateway.processes.beside._RESTART_S", 0.01)
    monkeypatch.setattr("asyncio.create_subprocess_exec", start)
    beside = WorkerProcess(sqlite_house.parts)
    await beside.start()
    async with asyncio.timeout(10):
        while beside.pid != 2:
            await asyncio.sleep(0.01)
    running.returncode = 0
    running.ended.set()
    await beside.stop()
    assert given == []
