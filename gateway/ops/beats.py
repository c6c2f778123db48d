"""Whether a worker gives the sign of life that it leaves in the database every two seconds.

Where the database is away nothing can be said of a worker, and to restart it would not help: it
counts as alive.
"""

from datetime import datetime

from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from gateway.ops.bounded import within
from gateway.ops.roster import PREFIX
from gateway.storage.database import sync_url
from gateway.tables import lease

_PATIENCE_S = 4.0


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
