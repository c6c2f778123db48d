"""Where arrivals go while the database does not answer: this process's own fsynced file.

A record is length, checksum and the arrival, whose contents are sealed already. A tail torn by a
crash is cut; what was cut is set aside for a person to see. The file is locked while its process
lives; files without a living owner are adopted at the next start.
"""

import asyncio
import contextlib
import errno
import fcntl
import logging
import os
import secrets
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from gateway.inbound.arrival import Arrival

_log = logging.getLogger(__name__)
_MAGIC = b"KANAL-SPOOL-1\n"
_HEAD = struct.Struct(">II")
_LARGEST = 64 * 1024 * 1024
_ADAPTER: TypeAdapter[Arrival] = TypeAdapter(Arrival)


class Spool:
    """One file of arrivals, oldest first. Appending is safe from many tasks, taking from one."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self._handle = handle
        self._read = len(_MAGIC)
        self._end = os.fstat(handle).st_size
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    @classmethod
    def create(cls, folder: Path) -> "Spool":
        """A fresh, locked file in *folder*.

        Raises:
            OSError: The folder cannot be written; nothing must be accepted then.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.spool"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.write(handle, _MAGIC) < len(_MAGIC):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(handle)
            _sync_folder(folder)
        except OSError:
            os.close(handle)
            path.unlink(missing_ok=True)
            raise
        return cls(path, handle)

    @classmethod
    def orphans(cls, folder: Path) -> "list[Spool]":
        """The files in *folder* whose process is gone, locked for us, oldest first."""
        found: list[Spool] = []
        for path in sorted(folder.glob("*.spool"), key=lambda p: p.stat().st_mtime):
            handle = os.open(path, os.O_RDWR)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                continue
            spool = cls(path, handle)
            spool.set_torn_aside()
            found.append(spool)
        return found

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits in it, nor is being written."""
        return self._read >= self._end and not self._waiting and self._writing is None

    @property
    def waiting_bytes(self) -> int:
        """How much waits to be taken."""
        return self._end - self._read

    async def append(self, arrival: Arrival) -> None:
        """Keep *arrival*; returns when it is on the disk.

        Raises:
            OSError: It is not (full disk): the provider must not be told that it was accepted.
        """
        payload = _ADAPTER.dump_json(arrival)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((_HEAD.pack(len(payload), zlib.crc32(payload)) + payload, future))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all(), name="spool-write")
        await future

    async def peek(self, most: int) -> tuple[Sequence[Arrival], int]:
        """The oldest records, and the position behind them for `advance`."""
        return await asyncio.to_thread(self._peek, most)

    def advance(self, position: int) -> None:
        """What lies before *position* is stored elsewhere. An emptied file is cut."""
        self._read = position
        if self.is_empty:
            os.ftruncate(self._handle, len(_MAGIC))
            self._read = self._end = len(_MAGIC)

    def close(self) -> None:
        """Let go of the file; an empty one is removed, another waits to be adopted."""
        if self.is_empty:
            with contextlib.suppress(FileNotFoundError):
                self.path.unlink()
        os.close(self._handle)

    async def _write_all(self) -> None:
        """One fsync for everybody who came meanwhile."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(self._write, b"".join(data for data, _ in batch))
            except OSError as error:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for _, future in batch:
                if not future.done():
                    future.set_result(None)
        self._writing = None

    def _write(self, data: bytes) -> None:
        try:
            written = 0
            while written < len(data):
                written += os.pwrite(self._handle, data[written:], self._end + written)
            os.fsync(self._handle)
        except OSError:
            # Half a record must not stand in the way of the next one.
            os.ftruncate(self._handle, self._end)
            raise
        self._end += len(data)

    def _peek(self, most: int) -> tuple[list[Arrival], int]:
        found: list[Arrival] = []
        position = self._read
        for payload, behind in self._records(self._read):
            found.append(_ADAPTER.validate_json(payload))
            position = behind
            if len(found) == most:
                break
        return found, position

    def _records(self, start: int) -> Iterator[tuple[bytes, int]]:
        """The sound records from *start* on, each with the position behind it."""
        position = start
        while position + _HEAD.size <= self._end:
            length, checksum = _HEAD.unpack(os.pread(self._handle, _HEAD.size, position))
            if length > _LARGEST or position + _HEAD.size + length > self._end:
                return
            payload = os.pread(self._handle, length, position + _HEAD.size)
            if zlib.crc32(payload) != checksum:
                return
            position += _HEAD.size + length
            yield payload, position

    def set_torn_aside(self) -> None:
        """Keep the sound part; what follows was never acknowledged, or is for a person to see."""
        sound = self._read
        for _, behind in self._records(sound):
            sound = behind
        torn = self._end - sound
        if torn <= 0:
            return
        aside = self.path.with_suffix(".torn")
        aside.write_bytes(os.pread(self._handle, torn, sound))
        aside.chmod(0o600)
        os.ftruncate(self._handle, sound)
        os.fsync(self._handle)
        self._end = sound
        _log.warning("spool tail cut", extra={"spool": self.path.name, "bytes": torn})


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Left:
    """What lies in a spool file, seen from outside while its owner may be at work.

    *waiting_bytes* is the most that can wait: a file is cut only when all of it is stored.
    """

    path: Path
    waiting_bytes: int
    oldest: datetime | None


def look(folder: Path) -> list[Left]:
    """The files in *folder* that hold something. Takes no lock: a starting process must get it."""
    found = []
    for path in sorted(folder.glob("*.spool")):
        try:
            with path.open("rb") as file:
                waiting = os.fstat(file.fileno()).st_size - len(_MAGIC)
                file.seek(len(_MAGIC))
                length, _ = _HEAD.unpack(file.read(_HEAD.size).ljust(_HEAD.size, b"\0"))
                first = file.read(min(length, _LARGEST))
        except FileNotFoundError:
            continue
        try:
            oldest = _ADAPTER.validate_json(first).accepted_at
        except ValueError:
            oldest = None
        if waiting > 0:
            found.append(Left(path, waiting, oldest))
    return found


def sealed_with(folder: Path) -> dict[str, int]:
    """By sealing key, how many arrivals lie in *folder*. Takes no lock."""
    found: dict[str, int] = {}
    for path in sorted(folder.glob("*.spool")):
        try:
            with path.open("rb") as file:
                file.seek(len(_MAGIC))
                while len(head := file.read(_HEAD.size)) == _HEAD.size:
                    length, _ = _HEAD.unpack(head)
                    key = _ADAPTER.validate_json(file.read(min(length, _LARGEST))).key_id
                    found[key] = found.get(key, 0) + 1
        except (FileNotFoundError, ValueError):
            # Its owner emptied it, or is writing the tail: that is sealed with the key of today.
            continue
    return found
