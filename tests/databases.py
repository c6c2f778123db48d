"""Real databases for tests: SQLite files, and PostgreSQL from a wheel or from an address given."""

import itertools
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine, insert

from core.tables import unit
from gateway.storage import database, schema
from gateway.storage.database import sync_url
from gateway.units import directory
from tests.postgres import FAST, PostgresServer

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For rules whose statements other examples beside them carry out on both kinds already."""


class _Compiled(dict[tuple[Any, ...], Any]):
    """Statements as SQLAlchemy has put them into SQL, for all engines of one kind of database."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), compiled)


def compile_once() -> None:
    """Put each statement into SQL once in this process, as one engine of a program that runs does.

    Each test opens a database, and with it an engine that would begin anew: a seventh of all time.
    """
    compiled = _Compiled()

    def sharing(make: Callable[..., Any]) -> Callable[..., Any]:
        def made(url: str, *, execution_options: Any = None, **options: Any) -> Any:
            shared = {**(execution_options or {}), "compiled_cache": compiled}
            return make(url, execution_options=shared, **options)

        return made

    database.create_engine = sharing(database.create_engine)
    database.create_async_engine = sharing(database.create_async_engine)


def furnish(url: str) -> None:
    """The current schema with the city's units in it, which every start would bring otherwise."""
    schema.upgrade(url)
    engine = create_engine(sync_url(url))
    with engine.begin() as conn:
        conn.execute(insert(unit), list(directory.city_units()))
    engine.dispose()


def sqlite_template(path: Path) -> Path:
    """A furnished SQLite file, to be copied."""
    furnish(f"sqlite:///{path}")
    return path


class Postgres:
    """One server for a whole run; every test gets a database that nobody has written to."""

    _numbers = itertools.count(1)

    def __init__(self, address: str, server: PostgresServer | None = None) -> None:
        self._address = address
        self._server = server
        self._template = self._name("template")
        self._execute(f'drop database if exists "{self._template}"')
        self._execute(f'create database "{self._template}"')
        furnish(self._url(self._template))

    @classmethod
    def start(cls) -> "Postgres":
        """The server at KANAL_TEST_DATABASE_URL, else one from the wheel.

        Raises:
            PostgresMissing: Neither works here.
        """
        given = os.environ.get("KANAL_TEST_DATABASE_URL")
        if given:
            return cls(re.sub(r"\+\w+", "", given))
        server = PostgresServer(FAST)
        server.start()
        return cls(server.url, server)

    def fresh_database(self) -> str:
        """The address of a new, furnished database."""
        name = self._name(f"t{next(self._numbers)}")
        self._execute(f'create database "{name}" template "{self._template}" strategy file_copy')
        return self._url(name)

    def drop(self, url: str) -> None:
        """Forget the database at *url*, whoever may still be connected to it."""
        name = url.partition("?")[0].rpartition("/")[2]
        self._execute(f'drop database if exists "{name}" with (force)')

    def stop(self) -> None:
        """Give the server back."""
        if self._server is not None:
            self._server.remove()

    def _name(self, what: str) -> str:
        return f"kanal_{os.getpid()}_{what}"

    def _url(self, name: str) -> str:
        """The server's address with another database in it."""
        return re.sub(r"(://[^/]*/)[^?]*", rf"\g<1>{name}", self._address)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._address, autocommit=True, connect_timeout=10) as connection:
            connection.execute(sql.SQL(statement))
