"""For container platforms: does the process in this container live? Exit code 0 or 1, one line.

``python -m gateway.ops.alive web 8000`` asks the web process, ``… worker`` looks for the sign of
life that a worker leaves in the database every two seconds. Loads little, because it is run every
few seconds. Where the database is away nothing can be said of a worker,
and to restart it would not help: it counts as alive.
"""

import http.client
import socket
import sys
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from gateway.database import sync_url
from gateway.ids import now
from gateway.ops.bounded import within
from gateway.ops.roster import PREFIX
from gateway.settings import Environment, SettingsInvalid
from gateway.tables import lease

_PATIENCE_S = 4.0


def web_answers(port: int, patience_s: float = _PATIENCE_S) -> bool:
    """Whether a gateway on this machine answers at all; whether it is ready is another question."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience_s)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker_beats(url: str, host: str, at: datetime, patience_s: float = _PATIENCE_S) -> bool:
    """Whether a worker on *host* has signed on lately, or nobody can say."""

    def ask() -> int:
        engine = create_engine(sync_url(url), poolclass=NullPool, hide_parameters=True)
        mine = lease.c.name.startswith(f"{PREFIX}{host}:", autoescape=True)
        with engine.connect() as conn:
            query = select(func.count()).select_from(lease).where(mine, lease.c.until > at)
            return conn.scalar(query) or 0

    try:
        return within(patience_s, ask) > 0
    except (DBAPIError, TimeoutError):
        return True


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    match arguments:
        case ["web", port] if port.isdigit():
            alive = web_answers(int(port))
        case ["worker"]:
            try:
                url = Environment.read().database_url
            except SettingsInvalid as error:
                sys.stderr.write(f"{error}\n")
                return 1
            alive = worker_beats(url, socket.gethostname(), now())
        case _:
            sys.stderr.write("usage: python -m gateway.ops.alive web PORT | worker\n")
            return 2
    sys.stdout.write("alive\n" if alive else "no sign of life\n")
    return 0 if alive else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
