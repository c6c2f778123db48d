"""What an operator does with the sealing keys: looks, adds, takes the next step, drops."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import NewId
from gateway.audit import trail
from gateway.audit.entry import Doer, Entry
from gateway.inbound.spool import sealed_with
from gateway.sealing import keyfile, reseal
from gateway.sealing.giving_up import give_up
from gateway.sealing.holders import HOLDERS, Holder
from gateway.sealing.keys import Keys
from gateway.sealing.known import known_keys, problems
from gateway.sealing.reseal import Resealing, Sealed
from gateway.sealing.rotation import Next, Situation, hindrances, next_step
from gateway.sealing.tables import seal_key
from gateway.storage.database import Database
from gateway.storage.ids import Clock

Counts = Mapping[str, Mapping[str, int]]
"""Rows by key and table."""


class NotNow(Exception):
    """A key cannot be dropped yet, or there is none of that name; says why, one text each."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """What can be seen of the sealing keys at this moment."""

    situation: Situation
    counts: Counts
    problems: tuple[str, ...]

    @property
    def next(self) -> Next:
        """How a rotation goes on."""
        return next_step(self.situation)


@dataclass(frozen=True)
class KeyDesk:
    """*spool* is the folder of this machine's spool."""

    path: Path
    spool: Path
    database: Database
    keys: Keys
    clock: Clock
    new_id: NewId
    by: Doer

    async def look(self, *, counting: bool = True) -> Keyring:
        """Everything; without *counting* nothing of rows and spool, which are read as a whole."""
        counts = await reseal.counted(self.database) if counting else {}
        async with self.database.read() as conn:
            known = await known_keys(conn)
            holders = [Holder.of(row) for row in (await conn.execute(HOLDERS)).all()]
        now = self.clock()
        found = Situation(
            keys=tuple(self.keys.marks),
            known=known,
            holders=[holder for holder in holders if holder.until > now],
            rows=reseal.totals(counts),
            spooled=sealed_with(self.spool) if counting else {},
        )
        return Keyring(found, counts, problems(known, self.keys.marks))

    async def add(self) -> str:
        """Append a new key to the file; its name."""
        ring = await self.look(counting=False)
        name = keyfile.fresh_name([*ring.situation.keys, *(key.id for key in ring.situation.known)])
        keys = keyfile.add(self.path, name)
        row = {"id": name, "mark": keys.marks[name], "seen_at": self.clock()}
        async with self.database.write() as conn:
            await conn.execute(insert(seal_key).values(row))
            await self._note(conn, "add", name)
        return name

    async def use(self, name: str) -> None:
        """Let a key seal, in the file: processes do so from their next start or SIGHUP on."""
        keyfile.use(self.path, name)
        async with self.database.write() as conn:
            await conn.execute(
                update(seal_key)
                .where(seal_key.c.id == name, seal_key.c.used_at.is_(None))
                .values(used_at=self.clock())
            )
            await self._note(conn, "use", name)

    async def reseal(self, progress: Callable[[str, int], None]) -> Sealed:
        """Seal every row anew that is sealed with another key than the current one.

        Raises:
            reseal.AlreadyAtIt: Another process does it.
        """
        async with self.database.write() as conn:
            await self._note(conn, "reseal", self.keys.current)
        name = f"{self.by.id} {self.new_id()}"
        return await Resealing(self.database, self.keys, self.clock, name, progress).run()

    async def drop(self, name: str, *, lost: bool = False) -> int:
        """Take a key that nothing needs out of the file, and forget it.

        *lost*: it is in no copy of the file any more; what is sealed with it is given up first.
        The number of rows that were.

        Raises:
            NotNow: Something needs it, or nobody knows it.
        """
        ring = await self.look()
        is_known = any(k.id == name and not k.dropped_at for k in ring.situation.known)
        if name not in ring.situation.keys and not is_known:
            raise NotNow(f"there is no key '{name}'; `kanal keys status` names them")
        given_up = 0
        if lost:
            if name in ring.situation.keys:
                raise NotNow(f"'{name}' is not lost: it is in the key file")
            given_up = await give_up(self.database, self.keys, self.clock, name)
            ring = await self.look()
        why = hindrances(ring.situation, name)
        if why:
            raise NotNow(*why)
        if name in ring.situation.keys:
            keyfile.remove(self.path, name)
        async with self.database.write() as conn:
            await conn.execute(
                update(seal_key).where(seal_key.c.id == name).values(dropped_at=self.clock())
            )
            await self._note(conn, "give-up" if lost else "drop", name)
        return given_up

    async def _note(self, conn: AsyncConnection, action: str, name: str) -> None:
        entry = Entry(self.new_id(), self.clock(), f"keys.{action}", self.by, f"seal_key:{name}")
        await trail.record(conn, [entry])
