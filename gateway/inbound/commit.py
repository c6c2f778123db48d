"""Makes arrivals durable: whoever arrives while a commit is under way shares the next one.

A batch that fails is tried again where that can help (a deadlock), else row by row, so that only
the guilty request suffers; that one is kept raw, in quarantine, and answered like any other.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from gateway.database import Database, is_transient
from gateway.inbound.arrival import Arrival, EventRow
from gateway.inbound.completing import completions
from gateway.inbox.tables import inbox_item
from gateway.inbox.waiting import Why
from gateway.tables import inbound, raw_inbound

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an arrival: *new* is False where the same was stored before."""

    new: bool
    queue_keys: tuple[str, ...] = ()


def store(conn: Connection, arrivals: Sequence[Arrival]) -> dict[int, Stored]:
    """Write *arrivals*; by raw id, what was new.

    The rows go in sorted by key: two processes that accept the same messages in another order then
    wait for each other instead of deadlocking.
    """
    ordered = sorted(arrivals, key=lambda a: (a.account, a.dedup_key, a.raw_id))
    fresh = _insert(conn, raw_inbound, [_raw_row(a) for a in ordered])
    rows = [
        _event_row(a, ord_, e)
        for a in ordered
        if a.raw_id in fresh
        for ord_, e in enumerate(a.events)
    ]
    rows.sort(key=lambda row: (row["account_id"], row["event_key"]))
    kept = _insert(conn, inbound, rows) if rows else set()
    refused = [
        (a, ord_, e)
        for a in ordered
        if a.raw_id in fresh
        for ord_, e in enumerate(a.events)
        if e.id not in kept
    ]
    whole = [
        _event_row(*one) | differs
        for one, differs in (completions(conn, refused) if refused else ())
    ]
    kept |= _insert(conn, inbound, whole) if whole else set()
    unread = [a for a in ordered if a.raw_id in fresh and a.state == "unparsed"]
    if unread:
        _insert(conn, inbox_item, [_unread_row(a) for a in unread])
    return {
        a.raw_id: Stored(
            a.raw_id in fresh,
            tuple(e.queue_key for e in a.events if e.id in kept and e.outcome is None),
        )
        for a in arrivals
    }


def store_events(conn: Connection, arrival: Arrival, raw_id: int, *, silent: bool) -> None:
    """Add the events of *arrival* to the raw message *raw_id*, which is stored already."""
    stored = replace(arrival, raw_id=raw_id)
    rows = [_event_row(stored, i, e) | {"silent": silent} for i, e in enumerate(stored.events)]
    if rows:
        _insert(conn, inbound, rows)


class GroupCommit:
    """Collects arrivals and commits them in groups; one task, started and stopped by its owner."""

    def __init__(self, database: Database, *, patience_s: float, largest: int = 256) -> None:
        self._database = database
        self._largest = largest
        self._patience_s = patience_s
        self._waiting: list[tuple[Arrival, asyncio.Future[Stored]]] = []
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.on_stored: Callable[[Sequence[Stored]], None] = lambda _: None

    def start(self) -> None:
        """Begin to commit."""
        self._task = asyncio.create_task(self._run(), name="group-commit")

    async def stop(self) -> None:
        """Commit what waits, then end."""
        await asyncio.gather(*(f for _, f in self._waiting), return_exceptions=True)
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def submit(self, arrival: Arrival, *, deadline_s: float) -> Stored:
        """Return when *arrival* is durable.

        Raises:
            TimeoutError: Not within *deadline_s* seconds; a commit begun may still succeed.
            sqlalchemy.exc.DBAPIError, OSError: What the database said.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Stored] = loop.create_future()
        self._waiting.append((arrival, future))
        self._arrived.set()
        # A bare timer: asyncio.timeout costs as much as sealing the message.
        timer = loop.call_later(deadline_s, _give_up, future)
        try:
            return await future
        finally:
            timer.cancel()

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            await self._quiet()
            batch = [(a, f) for a, f in self._waiting[: self._largest] if not f.done()]
            del self._waiting[: self._largest]
            if not self._waiting:
                self._arrived.clear()
            if batch:
                await self._commit(batch)

    async def _quiet(self) -> None:
        """Let the requests that have arrived already get as far as this queue."""
        seen = 0
        while seen < len(self._waiting) < self._largest:
            seen = len(self._waiting)
            await asyncio.sleep(0)

    async def _commit(self, batch: Sequence[tuple[Arrival, asyncio.Future[Stored]]]) -> None:
        try:
            # Whoever waits has gone to the spool long before; this only frees the next group.
            async with asyncio.timeout(self._patience_s):
                stored = await commit(self._database, [arrival for arrival, _ in batch])
        except Exception as error:  # noqa: BLE001 - told to each who waits
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for arrival, future in batch:
            if not future.done():
                future.set_result(stored[arrival.raw_id])
        self.on_stored(list(stored.values()))


def _give_up(future: asyncio.Future[Stored]) -> None:
    if not future.done():
        future.set_exception(TimeoutError())


async def commit(database: Database, arrivals: Sequence[Arrival]) -> dict[int, Stored]:
    """Store *arrivals* in one transaction, or find the guilty one.

    Raises:
        sqlalchemy.exc.DBAPIError, OSError: The database does not work; nothing is stored for sure.
    """
    for attempt in range(3):
        try:
            return await database.write_together(partial(store, arrivals=arrivals))
        except Exception as error:
            if is_transient(error):
                if attempt == 2 or not _may_repeat(error):
                    raise
                await asyncio.sleep(0.01 * (attempt + 1))
                continue
            if len(arrivals) == 1:
                return await _quarantine(database, arrivals[0], error)
            break
    result: dict[int, Stored] = {}
    for arrival in arrivals:
        result |= await commit(database, [arrival])
    return result


def _may_repeat(error: Exception) -> bool:
    """Deadlocks resolve at once; a database that is away does not."""
    return str(getattr(getattr(error, "orig", None), "sqlstate", ""))[:2] == "40"


async def _quarantine(database: Database, arrival: Arrival, error: Exception) -> dict[int, Stored]:
    """Keep the raw alone. It is sealed bytes and our own ids, so it always fits."""
    problem = f"quarantined: {type(getattr(error, 'orig', error)).__name__}"
    _log.error("arrival quarantined", extra={"raw": arrival.raw_id, "account": arrival.account})
    alone = replace(arrival, state="unparsed", problem=problem, events=())
    return await database.write_together(partial(store, arrivals=[alone]))


def _insert(conn: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> set[int]:
    """Insert *rows* where nothing is in the way; the ids of those that are there now.

    A row stored by an earlier attempt whose commit went unnoticed counts too: its id is its own.

    One statement that returns nothing: with the GIL given up and fought for at every row, a commit
    took several times as long while the event loop was busy.
    """
    # In the table's order, for in this order the statement names them.
    columns = tuple(c.name for c in table.c if c.name in rows[0])
    values = _processors(table, columns, conn.dialect)
    flat = tuple(
        row[name] if process is None else process(row[name])
        for row in rows
        for name, process in values
    )
    done = conn.exec_driver_sql(_statement(table, columns, len(rows), conn.dialect), flat)
    ids = {cast(int, row["id"]) for row in rows}
    if done.rowcount == len(rows):
        return ids
    return set(conn.scalars(select(table.c.id).where(table.c.id.in_(ids))))


@lru_cache(maxsize=1024)
def _statement(table: Table, columns: Sequence[str], count: int, dialect: Dialect) -> str:
    """SQL text for *count* rows at once, in the driver's own words, parameters by position."""
    module = sqlite if dialect.name == "sqlite" else postgresql
    many = [{c: bindparam(None, type_=table.c[c].type) for c in columns} for _ in range(count)]
    statement = module.insert(table).values(many).on_conflict_do_nothing()
    if not dialect.positional:
        dialect = cast(Any, type(dialect))(paramstyle="format")
    return str(statement.compile(dialect=dialect))


@lru_cache(maxsize=16)
def _processors(
    table: Table, columns: Sequence[str], dialect: Dialect
) -> Sequence[tuple[str, Callable[[object], object] | None]]:
    return [
        (name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in columns
    ]


def _raw_row(item: Arrival) -> dict[str, object]:
    return {
        "id": item.raw_id,
        "account_id": item.account,
        "dedup_key": item.dedup_key,
        "via": item.via,
        "envelope_sealed": item.envelope,
        "body_sealed": item.body,
        "key_id": item.key_id,
        "accepted_at": item.accepted_at,
        "state": item.state,
        "problem": item.problem,
        "stored_at": item.stored_at,
    }


def _unread_row(item: Arrival) -> dict[str, object]:
    """For the inbox. Its id is that of the raw: a second try of the same commit adds nothing."""
    return {
        "id": item.raw_id,
        "account_id": item.account,
        "why": Why.UNPARSED.value,
        "raw_id": item.raw_id,
        "confidential": False,
        "since_at": item.accepted_at,
    }


def _event_row(item: Arrival, ord_: int, event: EventRow) -> dict[str, object]:
    return {
        "id": event.id,
        "raw_id": item.raw_id,
        "ord": ord_,
        "account_id": item.account,
        "event_key": event.event_key,
        "kind": event.kind,
        "queue_key": event.queue_key,
        "parsed_sealed": event.parsed,
        "key_id": item.key_id,
        "sent_at": event.sent_at,
        "accepted_at": item.accepted_at,
        "handled_at": item.accepted_at if event.outcome else None,
        "outcome": event.outcome,
        "problem": event.problem,
        "urgent": event.urgent,
    }
