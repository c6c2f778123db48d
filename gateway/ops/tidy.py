"""Removes what counts no more. Any worker does it; twice does no harm."""

from dataclasses import dataclass

from gateway.desk import reservations
from gateway.storage.database import Database
from gateway.storage.ids import Clock
from gateway.users import sessions

EVERY_S = 600.0


@dataclass(frozen=True)
class Tidy:
    """One per worker process."""

    database: Database
    clock: Clock

    async def once(self) -> int:
        """Look through everything that ends; always 0, so that the next look waits its time."""
        async with self.database.write() as conn:
            await reservations.forget_old(conn, self.clock())
            await sessions.forget_old(conn, self.clock())
        return 0
