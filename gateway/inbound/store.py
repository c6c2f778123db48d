"""Arrivals as rows: one INSERT for all of a kind, in the words of the driver."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Table, bindparam, delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from core.tables import UtcDateTime
from gateway.inbound.arrival import Arrival, EventRow
from gateway.inbound.completing import completions
from gateway.inbox.tables import inbox_item
from gateway.inbox.waiting import Why
from gateway.tables import inbound, raw_inbound


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an arrival: *new* is False where the same was stored before."""

    new: bool
    queue_keys: tuple[str, ...] = ()


def store(conn: Connection, arrivals: Sequence[Arrival]) -> dict[int, Stored]:
    """Write *arrivals*; by raw id, what was new.

    What was read is known again by its events; only what was not has a key of its own (index
    `raw_key`), for one more index of random letters is an eighth of what SQLite writes.

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
    silent = [
        a
        for a in ordered
        if a.raw_id in fresh and a.state == "parsed" and not any(e.id in kept for e in a.events)
    ]
    repeated = _repeated(conn, silent) if silent else set()
    if repeated:
        conn.execute(delete(raw_inbound).where(raw_inbound.c.id.in_(repeated)))
        fresh -= repeated
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


def _repeated(conn: Connection, silent: Sequence[Arrival]) -> set[int]:
    """Which of those that told nothing new came before, byte for byte. Whatever differs is kept."""
    names = {(a.account, e.event_key) for a in silent for e in a.events}
    query = (
        select(raw_inbound.c.account_id, raw_inbound.c.dedup_key)
        .join(inbound, inbound.c.raw_id == raw_inbound.c.id)
        .where(tuple_(inbound.c.account_id, inbound.c.event_key).in_(list(names)))
    )
    before = {(row.account_id, row.dedup_key) for row in conn.execute(query)}
    return {a.raw_id for a in silent if (a.account, a.dedup_key) in before}


def _insert(conn: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> set[int]:
    """Insert *rows* where nothing is in the way; the ids of those that are there now.

    A row stored by an earlier attempt whose commit went unnoticed counts too: its id is its own.

    One statement that returns nothing: with the GIL given up and fought for at every row, a commit
    took several times as long while the event loop was busy.
    """
    # In the table's order, for in this order the statement names them.
    columns = tuple(c.name for c in table.c if c.name in rows[0])
    pick, made = itemgetter(*columns), _made_to_fit(table, columns, conn.dialect)
    flat: list[object] = []
    for row in rows:
        values = list(pick(row))
        for at, process in made:
            values[at] = process(values[at])
        flat += values
    done = conn.exec_driver_sql(_statement(table, columns, len(rows), conn.dialect), tuple(flat))
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
def _made_to_fit(
    table: Table, columns: Sequence[str], dialect: Dialect
) -> Sequence[tuple[int, Callable[[object], object]]]:
    """The places of those *columns* that the driver does not take as they are, and what helps."""
    found: list[tuple[int, Callable[[object], object]]] = []
    for at, name in enumerate(columns):
        kind = table.c[name].type
        process = kind.dialect_impl(dialect).bind_processor(dialect)
        if process is not None:
            # A message has the same moment in several columns.
            again = isinstance(kind, UtcDateTime)
            found.append((at, lru_cache(1024)(process) if again else process))
    return found


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
