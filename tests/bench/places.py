"""Where a measurement runs: the databases on a real disk, and the processor time of each stage."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gateway.storage import schema
from tests.postgres import PostgresServer

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int, *, children_only: bool = False) -> float:
    """Processor seconds of *pid* with its children, those that have ended too."""
    parents: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        own = int(entry.name) if entry.name.isdigit() else 0
        parents.setdefault(int(fields[1]), []).append(own)
        used[own] = sum(map(int, fields[11:15])) * _TICK_S
    total, waiting = 0.0, parents.get(pid, []) if children_only else [pid]
    while waiting:
        one = waiting.pop()
        total += used.get(one, 0.0)
        waiting += parents.get(one, [])
    return total


@dataclass
class Place:
    """A database of one kind, and what it takes to bring it down for a while."""

    name: str
    url: str
    pid: int | None = None
    _server: PostgresServer | None = None
    _held: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def outage(self) -> Iterator[None]:
        """PostgreSQL is stopped; a SQLite file is held by somebody else, so that no commit ends."""
        if self._server is not None:
            self._server.stop()
            try:
                yield
            finally:
                self._server.start()
                self.pid = self._server.pid
            return
        holder = sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None)
        holder.execute("begin immediate")
        try:
            yield
        finally:
            holder.execute("rollback")
            holder.close()


@contextmanager
def place(name: str, folder: Path) -> Iterator[Place]:
    """*sqlite* or *postgresql*, with the current schema, on the disk that holds *folder*."""
    if name == "sqlite":
        url = f"sqlite:///{folder / 'kanal.db'}"
        schema.upgrade(url)
        yield Place(name, url)
        return
    server = PostgresServer(at=folder.parent)
    try:
        server.start()
        schema.upgrade(server.url)
        yield Place(name, server.url, server.pid, server)
    finally:
        server.remove()
