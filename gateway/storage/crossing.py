"""aiosqlite's connection for SQLAlchemy, with one crossing into its thread a statement.

A statement takes four otherwise: cursor, execute, fetch, close. Each wakes two threads that then
wait for each other's interpreter lock, which costs more than most of our statements themselves.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import Any, Self, TypeVar

import aiosqlite

_AT_ONCE = 1000
"""Rows that come with the statement itself; whoever streams more fetches them as before."""

Row = tuple[Any, ...]
T = TypeVar("T")


class Connection(aiosqlite.Connection):
    """As its parent, except for the cursors that it hands out."""

    def __init__(self, open_: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(open_, iter_chunk_size=64)
        # Nobody waits for it at the end of a process that did not close its connections.
        self._thread.daemon = True

    async def opened(self) -> Self:
        """This connection, once it is there; otherwise its thread has ended."""
        try:
            await self
        except BaseException:
            # Its parent only tells it to end, and it would answer to a loop that may be gone.
            await asyncio.to_thread(self._thread.join)
            raise
        return self

    def cursor(self) -> "Cursor":  # type: ignore[override]  # its parent's is awaited first
        """A cursor that is not there before its first statement is."""
        return Cursor(self)

    async def in_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What *work* returns or raises, run in the thread of this connection."""
        # aiosqlite's own way into its thread has no types.
        found: T = await self._execute(lambda: work(self._conn))  # type: ignore[no-untyped-call]
        return found


class _Closing(sqlite3.Connection):
    """Takes along what is still being read when it is closed.

    Else SQLite keeps the connection and its locks until the last cursor is gone; that of a task
    which was cancelled goes with the next garbage collection.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.read_from: set[sqlite3.Cursor] = set()

    def close(self) -> None:
        """As its parent's, and at once."""
        for cursor in self.read_from:
            cursor.close()
        super().close()


async def connect(path: str, **given: Any) -> Connection:
    """An open connection to the file at *path*; *given* as for `sqlite3.connect`."""
    return await Connection(partial(sqlite3.connect, path, factory=_Closing, **given)).opened()


class Cursor:
    """What SQLAlchemy's dialect asks of a cursor, and no more."""

    arraysize = 1

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._open: sqlite3.Cursor | None = None
        self._rows: list[Row] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> Self:
        """Run *sql*; its rows are there afterwards, the first thousand at least."""
        await self._conn.in_thread(lambda conn: self._execute(conn, sql, parameters))
        return self

    async def executemany(self, sql: str, parameters: Any) -> Self:
        """Run *sql* for each of *parameters*."""
        await self._conn.in_thread(lambda conn: self._executemany(conn, sql, parameters))
        return self

    async def fetchall(self) -> Sequence[Row]:
        """All rows that are left."""
        held = self._open
        if held is not None:
            self._rows += await self._conn.in_thread(lambda _: held.fetchall())
            # Of a RETURNING it is known at the end only.
            self.rowcount = held.rowcount
            await self.close()
        rows, self._rows = self._rows, []
        return rows

    async def fetchmany(self, size: int | None = None) -> Sequence[Row]:
        """The next rows, *size* at most."""
        most = size or self.arraysize
        held = self._open
        if held is not None and len(self._rows) < most:
            self._rows += await self._conn.in_thread(lambda _: held.fetchmany(most))
        rows, self._rows = self._rows[:most], self._rows[most:]
        return rows

    async def fetchone(self) -> Row | None:
        """The next row."""
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def __aiter__(self) -> AsyncIterator[Row]:
        while (row := await self.fetchone()) is not None:
            yield row

    async def close(self) -> None:
        """Give back what holds SQLite's read view; the rows that are here stay."""
        held, self._open = self._open, None
        if held is not None:
            await self._conn.in_thread(lambda conn: self._close(conn, held))

    # --- in the thread

    def _close(self, conn: sqlite3.Connection, held: sqlite3.Cursor) -> None:
        held.close()
        if isinstance(conn, _Closing):
            conn.read_from.discard(held)

    def _execute(self, conn: sqlite3.Connection, sql: str, parameters: Any) -> None:
        cursor = conn.execute(sql, parameters)
        self.description = cursor.description
        self._rows = cursor.fetchmany(_AT_ONCE) if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        if len(self._rows) < _AT_ONCE:
            cursor.close()
        else:
            self._open = cursor
            if isinstance(conn, _Closing):
                conn.read_from.add(cursor)

    def _executemany(self, conn: sqlite3.Connection, sql: str, parameters: Any) -> None:
        cursor = conn.executemany(sql, parameters)
        self.description, self.rowcount = None, cursor.rowcount
        cursor.close()
