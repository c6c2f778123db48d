"""What could not be read or handled, once more: after a mended connector, a mended rule.

A replay never writes to citizens unless it is told to: what it causes stands in the ledger, held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from channels.contract import Parser
from core.messages import AccountId
from gateway.audit import trail
from gateway.audit.entry import SYSTEM, Doer, Entry
from gateway.bootstrap import Parts
from gateway.inbound.arrival import ArrivalDesk, open_raw
from gateway.inbound.store import store_events
from gateway.inbox.entering import settle_stuck
from gateway.tables import inbound, raw_inbound

_MOST = 500


@dataclass(frozen=True, slots=True)
class Stuck:
    """Something that waits for a person: *what* is ``unparsed`` or ``parked``."""

    what: str
    id: int
    account: AccountId
    accepted_at: object
    problem: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """How a replay went."""

    tried: int
    read: int


async def stuck(parts: Parts) -> list[Stuck]:
    """Everything that could not be read, and everything that could not be handled, oldest first."""
    unparsed = select(raw_inbound).where(raw_inbound.c.state == "unparsed")
    parked = select(inbound).where(inbound.c.parked_at.is_not(None))
    async with parts.database.read() as conn:
        raws = (await conn.execute(unparsed.order_by(raw_inbound.c.id).limit(_MOST))).all()
        events = (await conn.execute(parked.order_by(inbound.c.id).limit(_MOST))).all()
    return [
        Stuck(what, row.id, AccountId(row.account_id), row.accepted_at, row.problem)
        for what, rows in (("unparsed", raws), ("parked", events))
        for row in rows
    ]


async def replay(parts: Parts, ids: Sequence[int], *, send: bool, by: Doer = SYSTEM) -> Replayed:
    """Parse *ids* again, or let them be handled again; *send* allows answers to leave."""
    desk = ArrivalDesk(parts.keys, parts.new_id)
    async with parts.database.write() as conn:
        rows = (
            await conn.execute(
                select(raw_inbound).where(
                    raw_inbound.c.id.in_(ids), raw_inbound.c.state == "unparsed"
                )
            )
        ).all()
        read: list[int] = []
        for row in rows:
            account = AccountId(row.account_id)
            parser = _parsers(parts).get(account)
            if parser is None:
                continue
            raw = open_raw(
                parts.keys, via=row.via, envelope=row.envelope_sealed, body=row.body_sealed,
                key_id=row.key_id, received_at=row.accepted_at,
            )  # fmt: skip
            arrival = desk.receive(account, parser, raw)
            if arrival.state == "unparsed":
                continue
            await conn.run_sync(store_events, arrival, row.id, silent=not send)
            await conn.execute(
                update(raw_inbound)
                .where(raw_inbound.c.id == row.id)
                .values(state=arrival.state, problem="", parsed_at=parts.clock())
            )
            read.append(row.id)
        parked = (
            await conn.scalars(
                update(inbound)
                .where(inbound.c.id.in_(ids), inbound.c.parked_at.is_not(None))
                .values(parked_at=None, problem="", silent=not send)
                .returning(inbound.c.id)
            )
        ).all()
        now = parts.clock()
        await settle_stuck(conn, read, parked, now)
        tried = [f"raw:{row.id}" for row in rows] + [f"inbound:{event}" for event in parked]
        what = "replay.send" if send else "replay.silent"
        await trail.record(conn, (Entry(parts.new_id(), now, what, by, s) for s in tried))
    return Replayed(tried=len(tried), read=len(read) + len(parked))


def _parsers(parts: Parts) -> Mapping[AccountId, Parser]:
    return {
        account: line.channel
        for account, line in parts.lines.items()
        if isinstance(line.channel, Parser)
    }
