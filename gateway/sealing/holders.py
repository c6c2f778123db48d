"""Every running process says in the database which keys it holds: only when all can open with a new
one may the first of them seal with it, and only when none seals with the old one can that go."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from gateway.bootstrap import Parts
from gateway.sealing.keys import Keys
from gateway.sealing.tables import key_holder
from gateway.storage.database import Database, is_transient
from gateway.storage.ids import Clock

_log = logging.getLogger(__name__)

EVERY_S = 30.0
_ALIVE_FOR = timedelta(minutes=5)
"""A process that hangs for a while goes on with the keys it has."""
_PARTING_S = 2.0

HOLDERS = select(key_holder).order_by(key_holder.c.process)


@dataclass(frozen=True, slots=True)
class Holder:
    """A process, as far as it has said so itself; one that was killed counts until *until*."""

    process: str
    seals: str
    opens: frozenset[str]
    until: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> "Holder":
        """A row of `HOLDERS`."""
        return cls(row.process, row.seals, frozenset(row.opens.split()), row.until)


@dataclass(frozen=True)
class Announcement:
    """One process among the others; *name* says what it is and where."""

    database: Database
    name: str
    keys: Keys
    clock: Clock

    @classmethod
    def of_this_process(cls, what: str, parts: Parts) -> "Announcement":
        """*what*: serve or worker."""
        name = f"{what} {socket.gethostname()}:{os.getpid()}"
        return cls(parts.database, name, parts.keys, parts.clock)

    async def run(self) -> None:
        """Say it again and again. That the database is away is somebody else's to tell."""
        while True:
            try:
                await self.once()
            except Exception as error:
                if not is_transient(error):
                    raise
                _log.info("keys not announced", extra={"error": type(error).__name__})
            await asyncio.sleep(EVERY_S)

    async def once(self) -> None:
        """Say it now."""
        now = self.clock()
        said = {
            "seals": self.keys.current,
            "opens": " ".join(self.keys.marks),
            "until": now + _ALIVE_FOR,
        }
        dialect = sqlite if self.database.is_sqlite else postgresql
        row = dialect.insert(key_holder).values(process=self.name, **said)
        async with self.database.write() as conn:
            await conn.execute(
                row.on_conflict_do_update(index_elements=[key_holder.c.process], set_=said)
            )
            await conn.execute(delete(key_holder).where(key_holder.c.until < now - _ALIVE_FOR))

    @contextlib.asynccontextmanager
    async def standing(self) -> AsyncIterator[None]:
        """Announce as long as the block lasts, and take it back behind it."""
        announcing = asyncio.create_task(self.run(), name="key-holder")
        try:
            yield
        finally:
            announcing.cancel()
            await asyncio.gather(announcing, return_exceptions=True)
            # Whoever could not say so is forgotten after a while.
            with contextlib.suppress(Exception):
                async with asyncio.timeout(_PARTING_S), self.database.write() as conn:
                    await conn.execute(delete(key_holder).where(key_holder.c.process == self.name))
