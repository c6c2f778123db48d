"""One database, SQLite or PostgreSQL, behind two verbs: `read` and `write`.

On SQLite every writing transaction starts with BEGIN IMMEDIATE, so that it waits for its turn at
the start and never fails in the middle; SQLAlchemy would silently drop FOR UPDATE there.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from gateway.storage import crossing

_WRITES = "kanal_writes"
_BUSY_S = 15
_WAL_PAGES = 25_000
"""100 MB of log before a writer itself must copy it back; `checkpoint` does that beside them."""

T = TypeVar("T")


class Database:
    """The engine and how to use it. *url* is a plain `sqlite:///` or `postgresql://` address."""

    def __init__(self, url: str, *, pool: int = 8) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _sqlite(url, pool) if self.is_sqlite else _postgresql(url, pool)
        self._sync = _sqlite_sync(url) if self.is_sqlite else None
        self._thread = ThreadPoolExecutor(1, "database") if self.is_sqlite else None
        # Within this process writers queue here, in order, instead of polling SQLite's lock. Who
        # gives up waiting lets the next one in; that one then waits for the lock itself.
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A consistent view; nothing written in it is kept."""
        async with self.engine.connect() as conn:
            yield conn

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that commits at the end of the block, or rolls back."""
        if not self.is_sqlite:
            async with self.engine.begin() as conn:
                yield conn
            return
        async with self._turn, self.engine.connect() as conn:
            await conn.execution_options(**{_WRITES: True})
            async with conn.begin():
                yield conn

    async def write_together(self, work: Callable[[Connection], T]) -> T:
        """Run *work* as one writing transaction.

        On SQLite in a thread of its own: each statement of a transaction would otherwise wait for
        its turn in an event loop that is busy with requests.
        """
        if self._sync is None or self._thread is None:
            async with self.engine.begin() as conn:
                return await conn.run_sync(work)
        async with self._turn:
            running = asyncio.get_running_loop().run_in_executor(
                self._thread, _transact, self._sync, work
            )
            # What has begun in the thread cannot be called back; it ends by itself.
            return await asyncio.shield(running)

    async def ping(self) -> None:
        """Raise what the database raises when it cannot be used."""
        async with self.read() as conn:
            await conn.execute(text("select 1"))

    async def checkpoint(self) -> None:
        """Copy SQLite's log back into the file, beside the writers and not instead of them."""
        if self.is_sqlite:
            async with self.engine.connect() as conn:
                autocommit = await conn.execution_options(isolation_level="AUTOCOMMIT")
                await autocommit.exec_driver_sql("pragma wal_checkpoint(passive)")

    async def close(self) -> None:
        """Give the connections back."""
        await self.engine.dispose()
        if self._sync is not None and self._thread is not None:
            self._thread.shutdown()
            self._sync.dispose()


def is_transient(error: BaseException) -> bool:
    """Whether doing the same again may succeed: lost connections, deadlocks, busy or full disks,
    and connections that all wait for a server that stands still."""
    if isinstance(error, TimeoutError | OSError | NoneFree):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        # 08 connection, 40 rollback (deadlock, serialisation), 53 resources, 57 shutdown, 58 system
        return str(state)[:2] in {"08", "40", "53", "57", "58"}
    return type(error.orig).__name__ == "OperationalError"


def sync_url(url: str) -> str:
    """The address for a synchronous driver (migrations)."""
    return re.sub(r"^postgres(ql)?(\+\w+)?:", "postgresql+psycopg:", url)


def _postgresql(url: str, pool: int) -> AsyncEngine:
    return create_async_engine(
        sync_url(url), pool_size=pool, max_overflow=0, hide_parameters=True, pool_pre_ping=True
    )


def _sqlite(url: str, pool: int) -> AsyncEngine:
    address = re.sub(r"^sqlite(\+\w+)?:", "sqlite+aiosqlite:", url)
    path = make_url(address).database or ""

    async def connected() -> crossing.Connection:
        return await crossing.connect(path, **_CONNECTED)

    engine = create_async_engine(address, pool_size=pool, async_creator=connected, **_SQLITE)
    _prepare(engine.sync_engine)
    return engine


def _sqlite_sync(url: str) -> Engine:
    address = re.sub(r"^sqlite(\+\w+)?:", "sqlite:", url)
    engine = create_engine(
        address, pool_size=1, execution_options={_WRITES: True}, connect_args=_CONNECTED, **_SQLITE
    )
    _prepare(engine)
    return engine


_SQLITE: dict[str, Any] = {"max_overflow": 0, "hide_parameters": True}
_CONNECTED: dict[str, Any] = {
    "timeout": _BUSY_S, "isolation_level": None, "check_same_thread": False,
}  # fmt: skip


def _prepare(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        cursor = dbapi.cursor()
        for pragma in (
            "journal_mode=wal",
            "synchronous=full",
            "foreign_keys=on",
            f"wal_autocheckpoint={_WAL_PAGES}",
        ):
            cursor.execute(f"pragma {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        writes = conn.get_execution_options().get(_WRITES)
        conn.exec_driver_sql("begin immediate" if writes else "begin")


def _transact(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.begin() as conn:
        return work(conn)


def is_address(url: str) -> bool:
    """Whether *url* names a PostgreSQL database or a SQLite file."""
    try:
        parts = make_url(sync_url(url))
        port_is_one = parts.port is None or 0 < parts.port < 65536
    except (ArgumentError, ValueError):
        return False
    if parts.get_backend_name() == "sqlite":
        return bool(sqlite_path(url))
    return parts.get_backend_name() == "postgresql" and port_is_one


def sqlite_path(url: str) -> str | None:
    """The file behind a SQLite address; None for any other database."""
    return url.partition(":///")[2] if url.startswith("sqlite") else None


SQLITE_MINIMUM = (3, 35)
"""RETURNING; Debian 11 has 3.34."""


def sqlite_problem() -> str | None:
    """A sentence where Python's SQLite is too old."""
    if sqlite3.sqlite_version_info >= SQLITE_MINIMUM:
        return None
    return f"SQLite {sqlite3.sqlite_version} is too old; 3.35 or newer is needed, or PostgreSQL"
