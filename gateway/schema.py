"""Brings a database to this program's schema, or says how far apart the two are.

Synchronous: run it in a thread where a loop is running. Upgrades only expand; what a version no
longer needs is removed by the next one, so that two versions can serve side by side.
"""

import enum
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from gateway.database import sqlite_path, sync_url

_LOCK = 7_203_150_311
"""PostgreSQL advisory lock: only one process upgrades, the others wait for it."""


class Version(enum.StrEnum):
    """How the database stands to this program."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


def upgrade(url: str) -> None:
    """Bring the database to the newest schema; does nothing where it is there already."""
    path = sqlite_path(url)
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    with _connection(url) as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text(f"select pg_advisory_xact_lock({_LOCK})"))
        config = _config()
        config.attributes["connection"] = conn
        command.upgrade(config, "head")


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
    found = MigrationContext.configure(conn).get_current_revision()
    script = ScriptDirectory.from_config(_config())
    if found is None:
        return Version.EMPTY
    if found == script.get_current_head():
        return Version.CURRENT
    try:
        script.get_revision(found)
    except CommandError:
        return Version.NEWER
    return Version.OLDER


def _config() -> Config:
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    address = re.sub(r"^sqlite(\+\w+)?:", "sqlite:", url)
    engine = create_engine(sync_url(address), poolclass=NullPool, hide_parameters=True)
    try:
        with engine.begin() as conn:
            yield conn
    finally:
        engine.dispose()
