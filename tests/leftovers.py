"""Nothing that tests start outlives them, also when they are killed.

Processes are bound to the one that starts them; folders bear the number of their owner, and what a
dead owner has left is removed by the next run.
"""

import contextlib
import ctypes
import os
import re
import shutil
import signal
import sys
import tempfile
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_OWNED = re.compile(r"kanal-[a-z]+-(\d+)-")


def bound(*command: str | Path, by: signal.Signals = signal.SIGKILL) -> list[str]:
    """*command*, ended by *by* as soon as the thread that starts it is gone, whatever took it.

    Linux can do that, with a program that every distribution brings; elsewhere nothing is added.
    """
    binding = shutil.which("setpriv")
    before = [binding, "--pdeathsig", by.name] if binding else []
    return [*before, *map(str, command)]


def bind_this_process() -> None:
    """The same for the process that runs, whose parent would otherwise not be missed (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def memory_folder() -> str:
    """Where files cost no disk: a folder in memory if there is one with room, else the usual."""
    memory = Path("/dev/shm")
    try:
        has_room = shutil.disk_usage(memory).free > 4 * 1024**3 and os.access(memory, os.W_OK)
    except OSError:
        has_room = False
    return str(memory) if has_room else tempfile.gettempdir()


def own_folder(kind: str, at: Path | str | None = None) -> Path:
    """A new folder of this process, in *at* or where files cost no disk."""
    prefix = f"kanal-{kind}-{os.getpid()}-"
    return Path(tempfile.mkdtemp(prefix=prefix, dir=at or memory_folder()))


def remove_leftovers() -> None:
    """Remove what the tests of earlier runs have left whose process is gone, with its servers."""
    for place in {Path(memory_folder()), Path(tempfile.gettempdir())}:
        for folder in place.glob("kanal-*-*-*"):
            owner = _OWNED.match(folder.name)
            if owner and not _lives(int(owner[1])):
                _end_postgres(folder)
                shutil.rmtree(folder, ignore_errors=True)
    # pytest itself looks three days later: what lies in memory must not wait so long.
    for folder in Path(memory_folder()).glob("pytest-of-*/pytest-*"):
        with contextlib.suppress(OSError, ValueError):
            if not _lives(int((folder / ".lock").read_text())):
                shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _end_postgres(folder: Path) -> None:
    """One that stood still when its owner went is still there."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        if Path(f"/proc/{pid}/cwd").resolve() == folder / "data":
            os.kill(pid, signal.SIGKILL)
