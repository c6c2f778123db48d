"""Numbers that are named with a code: whose complaint it is, and whether the code is right.

A code may be tried as often in a thread as on the tracker, and the same books count both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import ComplaintId
from core.number import ComplaintNumber
from core.tables import complaint
from gateway.inbound.thread import CodeClaim, Pending
from gateway.ops import tries
from gateway.sealing.keys import Keys


@dataclass(frozen=True, slots=True)
class _Named:
    inbound_id: int
    asker: str
    number: ComplaintNumber
    code: str


async def load_claims(
    conn: AsyncConnection, keys: Keys, pending: Mapping[str, Iterable[Pending]], now: datetime
) -> Mapping[int, CodeClaim]:
    """By event. *pending* are the events of each queue key; who is first in line tries first."""
    named = sorted(_named(pending), key=lambda n: n.inbound_id)
    if not named:
        return {}
    numbers = {n.number for n in named}
    query = select(complaint.c.id, complaint.c.number, complaint.c.code_hash)
    rows = (await conn.execute(query.where(complaint.c.number.in_(numbers)))).all()
    known = {row.number: (ComplaintId(row.id), row.code_hash) for row in rows}
    tally = await tries.tally(conn, numbers, {n.asker for n in named}, now)
    return {n.inbound_id: _judged(n, known, tally, keys) for n in named}


async def outrun(conn: AsyncConnection, claims: Sequence[CodeClaim], now: datetime) -> set[str]:
    """The askers of *claims* whose tries others have used up since they were read.

    To be called first in the writing transaction: it locks.
    """
    if not claims:
        return set()
    await tries.lock(conn)
    numbers, askers = {c.number for c in claims}, {c.asker for c in claims}
    tally = await tries.tally(conn, numbers, askers, now)
    late = set()
    for claim in claims:
        if tally.is_exhausted(claim.number, claim.asker):
            late.add(claim.asker)
        elif not claim.right:
            tally.add(claim.number, claim.asker)
    return late


def _named(pending: Mapping[str, Iterable[Pending]]) -> Iterable[_Named]:
    for queue_key, events in pending.items():
        for item in events:
            reading = item.reading
            if reading and reading.code and reading.numbers:
                yield _Named(item.inbound_id, queue_key, reading.numbers[0], reading.code)


def _judged(
    named: _Named,
    known: Mapping[ComplaintNumber, tuple[ComplaintId, bytes]],
    tally: tries.Tally,
    keys: Keys,
) -> CodeClaim:
    if tally.is_exhausted(named.number, named.asker):
        return CodeClaim(named.number, named.asker, None, judged=False)
    found, stored = known.get(named.number, (None, bytes(32)))
    right = keys.same(stored, keys.code_hash(found or 0, named.code)) and found is not None
    if not right:
        tally.add(named.number, named.asker)
    return CodeClaim(named.number, named.asker, found if right else None, judged=True)
