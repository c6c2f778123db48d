"""Brings a database to this program's schema, or says how far apart the two are.

Synchronous: run it in a thread where a loop is running. Upgrades only expand; what a version no
longer needs is removed by the next one, so that two versions can serve side by side.
"""

import enum
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from gateway.storage.database import sqlite_path, sync_url

_FOLDER = Path(__file__).parents[1] / "migrations"
_LOCK = 7_203_150_311
"""PostgreSQL advisory lock: only one process upgrades, the others wait for it."""

_OURS = {"unit", "account", "complaint", "message"}
"""Some of the first schema: where one is and no revision of ours, another program made it."""


class Version(enum.StrEnum):
    """How the database stands to this program."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"
    FOREIGN = "of another program"


def upgrade(url: str, to: str = "head") -> None:
    """Bring the database to the newest schema, or to the revision *to*; does nothing where it is
    there already."""
    path = sqlite_path(url)
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # Words of citizens: for nobody else's eyes. What SQLite lays beside it has the same mode.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    with _connection(url) as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text(f"select pg_advisory_xact_lock({_LOCK})"))
        _upgrade(conn, to)


def version(url: str) -> Version:
    """Compare the database with this program.

    Raises:
        sqlalchemy.exc.DBAPIError: The database cannot be reached.
    """
    path = sqlite_path(url)
    if path and not Path(path).exists():
        return Version.EMPTY
    with _connection(url) as conn:
        return version_of(conn)


def version_of(conn: Connection) -> Version:
    """Compare the database behind *conn* with this program."""
    tables = set(inspect(conn).get_table_names())
    found = None
    if "alembic_version" in tables:
        found = conn.scalar(text("select version_num from alembic_version"))
    if found is None:
        return Version.FOREIGN if tables & _OURS else Version.EMPTY
    known = revisions()
    if found == known[-1]:
        return Version.CURRENT
    if found in known:
        return Version.OLDER
    return Version.NEWER if tables >= _OURS else Version.FOREIGN


def revisions() -> list[str]:
    """Those that this program knows, oldest first: each is the number with which its file begins.

    Read from the names of the files. Every start asks, and to load what carries them out takes
    longer than the rest of the answer.
    """
    return sorted(path.name.partition("_")[0] for path in _FOLDER.glob("versions/[0-9]*.py"))


def _upgrade(conn: Connection, to: str) -> None:
    from alembic import command  # noqa: PLC0415 - as said in `revisions`
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, to)


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    address = re.sub(r"^sqlite(\+\w+)?:", "sqlite:", url)
    engine = create_engine(sync_url(address), poolclass=NullPool, hide_parameters=True)
    try:
        with engine.begin() as conn:
            yield conn
    finally:
        engine.dispose()
