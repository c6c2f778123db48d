"""Asks the database and Redis, and never waits long: a server may take the call and be silent."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from psycopg.errors import ConnectionTimeout
from redis import Redis
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as Silent
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from core.tables import unit
from gateway.doctor.facts import DatabaseFacts, Reach, RedisFacts
from gateway.ops.bounded import within
from gateway.sealing.holders import HOLDERS, Holder
from gateway.sealing.known import KNOWN, KnownKey
from gateway.storage.database import is_address, sqlite_path, sync_url
from gateway.storage.ids import Clock
from gateway.storage.schema import Version, version_of
from gateway.tables import installation

PATIENCE_S = 5.0

T = TypeVar("T")


def database(url: str, clock: Clock, patience_s: float = PATIENCE_S) -> DatabaseFacts:
    """Whether it answers, is of this version, can be written, and what time it has."""
    path = sqlite_path(url)
    is_file = path is not None
    if not is_address(url):
        return DatabaseFacts(is_file, Reach.NO_ADDRESS, "neither PostgreSQL nor a SQLite file")
    if path and not Path(path).exists():
        return DatabaseFacts(is_file, Reach.ANSWERS, version=Version.EMPTY)
    try:
        return asked(url, lambda conn: _facts(conn, clock), patience_s)
    except TimeoutError:
        return DatabaseFacts(is_file, Reach.HANGS, f"does not answer within {patience_s:g} s")
    except DBAPIError as error:
        if isinstance(error.orig, ConnectionTimeout):
            return DatabaseFacts(is_file, Reach.HANGS, f"does not answer within {patience_s:g} s")
        return DatabaseFacts(is_file, Reach.REFUSES, _first_line(error.orig or error))


def asked(url: str, question: Callable[[Connection], T], patience_s: float = PATIENCE_S) -> T:
    """The answer to *question*, in a connection of its own.

    Raises:
        TimeoutError: No answer in time.
        DBAPIError: The database refused.
    """

    def ask() -> T:
        with _connection(url, patience_s) as conn:
            return question(conn)

    # A little longer than the driver's own patience, which can say more about what it waits for.
    return within(patience_s + 1, ask)


def redis(url: str, patience_s: float = PATIENCE_S) -> RedisFacts:
    """Whether Redis answers and can be written."""

    def ask() -> RedisFacts:
        client = Redis.from_url(
            url, socket_timeout=patience_s, socket_connect_timeout=patience_s, retry=None
        )
        try:
            client.ping()
            told = client.info()
        finally:
            client.close()
        role = told.get("role", "")
        return RedisFacts(
            Reach.ANSWERS,
            version=str(told.get("redis_version", "")),
            is_replica=role in {"slave", "replica"},
        )

    try:
        return within(patience_s * 2 + 1, ask)
    except (TimeoutError, Silent):
        return RedisFacts(Reach.HANGS, f"silent for {patience_s:g} s")
    except (RedisError, OSError) as error:
        return RedisFacts(Reach.REFUSES, _first_line(error))
    except ValueError as error:
        return RedisFacts(Reach.NO_ADDRESS, type(error).__name__)


def _facts(conn: Connection, clock: Clock) -> DatabaseFacts:
    is_file = conn.dialect.name == "sqlite"
    found = version_of(conn)
    fingerprint = None
    if found not in {Version.EMPTY, Version.FOREIGN}:
        fingerprint = conn.scalar(select(installation.c.keys_fingerprint))
    ahead, read_only = None, ""
    if is_file:
        read_only = _sqlite_refuses(conn)
    else:
        before = clock()
        theirs: datetime = conn.execute(text("select clock_timestamp()")).scalar_one()
        after = clock()
        # Half of the way there and back: what is left is the difference of the clocks.
        ahead = theirs - (before + (after - before) / 2)
        if conn.scalar(text("show transaction_read_only")) == "on":
            read_only = "it is a standby, or was set read-only"
    facts = DatabaseFacts(
        is_file, Reach.ANSWERS, version=found, read_only=read_only, clock_ahead=ahead,
        fingerprint=fingerprint,
    )  # fmt: skip
    if found is not Version.CURRENT:
        return facts
    now = clock()
    holders = (Holder.of(row) for row in conn.execute(HOLDERS))
    return replace(
        facts,
        units=frozenset(conn.scalars(select(unit.c.id).where(unit.c.retired_at.is_(None)))),
        sealing_keys=tuple(KnownKey.of(row) for row in conn.execute(KNOWN)),
        holders=tuple(holder for holder in holders if holder.until > now),
    )


def _sqlite_refuses(conn: Connection) -> str:
    """Why a writing transaction cannot begin; empty where it can."""
    try:
        conn.exec_driver_sql("begin immediate")
        conn.exec_driver_sql("rollback")
    except DBAPIError as error:
        return _first_line(error.orig or error)
    return ""


@contextmanager
def _connection(url: str, patience_s: float) -> Iterator[Connection]:
    """Statements stand for themselves: nothing is written here, and nothing left open.

    Nothing is set for the session either, because behind a pooler the next one would inherit it.
    """
    seconds = max(2, round(patience_s))  # libpq takes one second for two
    arguments: dict[str, object] = (
        {"timeout": patience_s, "isolation_level": None}
        if sqlite_path(url) is not None
        else {"connect_timeout": seconds}
    )
    address = re.sub(r"^sqlite(\+\w+)?:", "sqlite:", sync_url(url))
    engine = create_engine(
        address, poolclass=NullPool, hide_parameters=True, connect_args=arguments,
        isolation_level="AUTOCOMMIT",
    )  # fmt: skip
    try:
        with engine.connect() as conn:
            yield conn
    finally:
        engine.dispose()


def _first_line(error: BaseException) -> str:
    """The driver's own words, which name the server and the user and never the password."""
    said = str(error).strip()
    return said.splitlines()[0] if said else type(error).__name__
