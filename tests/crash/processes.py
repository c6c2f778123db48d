"""`kanal serve` and `kanal worker` as real processes: started, killed, frozen, stopped."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp

from tests.crash.traffic import SID, SMS, TOKEN
from tests.leftovers import bound
from tests.servers import ended

CONFIG = """\
public_base_url = "{public}"
[quiet_hours]
enabled = false
[pauses]
text_s = 0.2
[limits]
answers_per_hour = 1000
accept_deadline_s = 0.5
[[accounts]]
id = "sms"
connector = "twilio-sms"
name = "SMS"
[accounts.settings]
account_sid = "{sid}"
auth_token = "{token}"
from = "{sms}"
api_base_url = "{provider}"
send_timeout_s = 2
rate = 500
"""


def config(folder: Path, provider: str, public: str) -> Path:
    """A configuration with one SMS account; *public* is the address that the provider calls."""
    path = folder / "kanal.toml"
    path.write_text(CONFIG.format(public=public, sid=SID, token=TOKEN, sms=SMS, provider=provider))
    return path


def environ(settings: Path, data: Path, database: str, redis: str = "") -> dict[str, str]:
    """The variables of one process; the key file lies beside the configuration."""
    return {
        "KANAL_CONFIG": str(settings),
        "KANAL_DATA_DIR": str(data),
        "KANAL_DATABASE_URL": database,
        "KANAL_REDIS_URL": redis,
        "KANAL_KEYS_FILE": str(settings.parent / "keys.json"),
    }


class Process:
    """One process of the gateway with its own session, so that a kill takes its children along."""

    def __init__(self, command: Sequence[str], variables: Mapping[str, str], port: int) -> None:
        self._command = command
        self._environ = os.environ | variables
        self.port = port
        self._process: asyncio.subprocess.Process | None = None
        self.log: Path | None = None
        """Where its errors go; None: to ours."""

    @classmethod
    def serve(cls, variables: Mapping[str, str], port: int, *more: str) -> "Process":
        return cls(["serve", "--port", str(port), *more], variables, port)

    @classmethod
    def worker(cls, variables: Mapping[str, str]) -> "Process":
        return cls(["worker"], variables, 0)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it; a web process is ready when this returns."""
        with open(self.log or os.devnull, "ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *bound(sys.executable, "-m", "gateway.cli", *self._command, "--log-level", "ERROR"),
                env=self._environ, start_new_session=True, stderr=log if self.log else None,
            )  # fmt: skip
        if self.port:
            await self.answers("/health/live")

    async def answers(self, path: str, status: int = 200) -> None:
        """Wait until *path* answers with *status*."""
        url = f"http://127.0.0.1:{self.port}{path}"
        end = time.monotonic() + 90
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)) as session:
            while time.monotonic() < end:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(url) as answer:
                        if answer.status == status:
                            return
                await asyncio.sleep(0.05)
        raise AssertionError(f"{url} did not answer {status} within 90 s")

    async def kill(self) -> None:
        """Without a word, with all it has started."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await ended(self._process)

    def signal(self, number: signal.Signals) -> None:
        """Send *number* to the process alone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
        await ended(self._process, 60)
