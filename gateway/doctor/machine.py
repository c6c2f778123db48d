"""Looks at this machine: key file, folders, disks, spool files. Changes nothing, takes no lock."""

import os
import secrets
import shutil
from pathlib import Path

from gateway.doctor.facts import Folder, KeyFile, Spooled
from gateway.inbound.spool import look
from gateway.sealing import keys
from gateway.sealing.keys import KeysInvalid

_PROBE = 65_536
"""Bytes written to see whether there is room: more than a message, and never noticed."""
_MOUNTED_SECRETS = Path("/run/secrets")
"""Where container platforms put a secret for one container alone, with a mode of their own."""
_LOCKS = Path("/proc/locks")


def key_file(path: Path) -> KeyFile:
    """Whether it is there, can be used, and is nobody else's to read."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return KeyFile(path, exists=False)
    except OSError as error:
        return KeyFile(path, problem=f"{path}: cannot be read ({error.strerror})")
    is_open = bool(mode & 0o077) and _MOUNTED_SECRETS not in path.parents
    try:
        found = keys.load(path)
    except KeysInvalid as error:
        return KeyFile(path, problem=str(error), is_open_to_others=is_open)
    return KeyFile(
        path, is_open_to_others=is_open, fingerprint=found.fingerprint, marks=found.marks
    )


def folder(name: str, path: Path) -> Folder:
    """Whether it can be written, and how much room is left.

    Where it is not there yet, its nearest parent is asked: that is where it will be made.
    """
    try:
        exists = path.is_dir()
        there = path if exists else next(p for p in path.absolute().parents if p.exists())
        if not exists and path.exists():
            return Folder(name, path, problem="is a file, not a folder")
        space = os.statvfs(there)
        free_files = space.f_favail if space.f_files else None
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Folder(name, path, exists=False, problem=_said(error))
    problem = _try_to_write(there)
    return Folder(name, path, exists, problem, free, free_files)


def spools(path: Path) -> tuple[Spooled, ...]:
    """The spool files in *path* that hold something, with the processes that hold them."""
    owners = _lock_owners()
    try:
        return tuple(Spooled(left, owners.get(_inode(left.path))) for left in look(path))
    except OSError:
        return ()


def torn(path: Path) -> tuple[Path, ...]:
    """Tails that a crash has left half written, set aside for a person."""
    return tuple(sorted(path.glob("*.torn")))


def owner(path: Path) -> int | None:
    """The process that holds the lock on *path*, as far as this machine shows it."""
    return _lock_owners().get(_inode(path))


def _try_to_write(path: Path) -> str:
    """Write, sync and remove a file; the reason if that fails."""
    probe = path / f".doctor-{secrets.token_hex(4)}"
    try:
        handle = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        return _said(error)
    try:
        left = _PROBE
        while left > 0:
            left -= os.write(handle, bytes(left))
        os.fsync(handle)
    except OSError as error:
        return _said(error)
    finally:
        os.close(handle)
        probe.unlink(missing_ok=True)
    return ""


def _said(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _lock_owners() -> dict[int, int]:
    """Process by inode, of the files locked on this machine (in this container).

    Read from the kernel's list: to try the lock could keep a starting process from adopting the
    file. Compared by inode alone, because file systems in layers report another device there.
    """
    try:
        lines = _LOCKS.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    owners = {}
    for line in lines:
        fields = line.split()
        if len(fields) >= 6 and fields[1] == "FLOCK":
            owners[int(fields[5].rpartition(":")[2])] = int(fields[4])
    return owners
