"""Accepted means kept, and kept once (promises 1 and 2)."""

import asyncio
import json
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import func, select

from channels.contract import Raw
from core.messages import AccountId
from gateway.inbound.arrival import Arrival, ArrivalDesk, Incoming
from gateway.inbound.commit import GroupCommit, commit
from gateway.inbound.store import Stored
from gateway.storage.database import Database
from gateway.tables import inbound, raw_inbound
from tests.house import House


def arrival(house: House, *names: str, account: str = "chat", body: bytes | None = None) -> Arrival:
    events = [{"id": n, "type": "message", "from": n, "text": "halo"} for n in names]
    content = json.dumps({"events": events}).encode() if body is None else body
    desk = ArrivalDesk(house.parts.keys, house.parts.new_id)
    raw = Raw("webhook", content, house.clock())
    return desk.receive(AccountId(account), house.channel(account), raw)


def incoming(house: House, name: str) -> Incoming:
    return Incoming(partial(arrival, house, name))


async def count(house: House, table: object) -> int:
    async with house.parts.database.read() as conn:
        return int(await conn.scalar(select(func.count()).select_from(table)) or 0)  # type: ignore[arg-type]


async def test_the_same_message_ten_times_at_once_is_one(house: House) -> None:
    group = GroupCommit(house.parts.database, deadline_s=5, patience_s=10)
    group.start()
    results = await asyncio.gather(*(group.submit(incoming(house, "a")) for _ in range(10)))
    await group.stop()
    assert sorted(r.new for r in results) == [False] * 9 + [True]
    assert await count(house, raw_inbound) == 1
    assert await count(house, inbound) == 1


async def test_what_cannot_be_read_is_kept_once_too(house: House) -> None:
    for new in (True, False):
        broken = arrival(house, body=b"\xff not json")
        assert (await commit(house.parts.database, [broken]))[broken.raw_id].new is new
    assert await count(house, raw_inbound) == 1


async def test_the_same_event_in_other_bytes_is_kept_beside_it(house: House) -> None:
    await commit(house.parts.database, [arrival(house, "a")])
    again = arrival(house, "a")
    other = replace(again, dedup_key=f"{again.dedup_key} and a field more")
    assert (await commit(house.parts.database, [other]))[other.raw_id] == Stored(True, ())
    assert await count(house, raw_inbound) == 2
    assert await count(house, inbound) == 1


async def test_the_same_event_in_another_request_is_one_event(house: House) -> None:
    await commit(house.parts.database, [arrival(house, "a")])
    second = arrival(house, "a", "b")
    stored = (await commit(house.parts.database, [second]))[second.raw_id]
    assert stored.new
    assert len(stored.queue_keys) == 1, "only b is new"
    assert await count(house, inbound) == 2


async def test_the_same_event_key_on_two_accounts_is_two_events(house: House) -> None:
    one, two = arrival(house, "a"), arrival(house, "a", account="window")
    await commit(house.parts.database, [one, two])
    assert await count(house, inbound) == 2


async def test_only_the_guilty_arrival_suffers_and_it_is_kept_raw(house: House) -> None:
    good = [arrival(house, f"g{i}") for i in range(63)]
    # A timestamp that no database takes stands for whatever a row may be refused for.
    bad = arrival(house, "bad")
    bad = replace(bad, events=(replace(bad.events[0], kind=None),))  # type: ignore[arg-type]
    stored = await commit(house.parts.database, [*good[:31], bad, *good[31:]])
    assert all(stored[g.raw_id].queue_keys for g in good)
    assert stored[bad.raw_id] == Stored(new=True, queue_keys=())
    async with house.parts.database.read() as conn:
        query = select(raw_inbound).where(raw_inbound.c.state == "unparsed")
        row = (await conn.execute(query)).one()
    assert row.problem.startswith("quarantined")
    assert row.body_sealed is not None


async def test_two_processes_accepting_in_opposite_order_do_not_deadlock(house: House) -> None:
    other = Database(house.parts.database.url, pool=1)
    for turn in range(5):
        names = [f"m{turn}-{i}" for i in range(20)]
        # The same messages under ids of their own, as two processes give them.
        mine, theirs = ([arrival(house, n) for n in order] for order in (names, names[::-1]))
        results = await asyncio.gather(commit(house.parts.database, mine), commit(other, theirs))
        assert sum(stored.new for done in results for stored in done.values()) == 20
    await other.close()
    assert await count(house, raw_inbound) == 100


async def test_whatever_cannot_be_parsed_is_kept_unparsed(house: House) -> None:
    broken = arrival(house, body=b"\xff\x00 not json")
    assert broken.state == "unparsed"
    await commit(house.parts.database, [broken])
    async with house.parts.database.read() as conn:
        row = (await conn.execute(select(raw_inbound))).one()
    opened = house.parts.keys.open(row.body_sealed, row.key_id, "raw_inbound.body")
    assert opened == b"\xff\x00 not json"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800 sendiri", "‮kanan ke kiri", "x" * 10_000, "🏚️🚧"])
async def test_no_text_is_too_strange_to_be_kept_and_filed(house: House, text: str) -> None:
    await house.say("ani", f"lampu jalan mati di Jl Panjang {text}")
    await house.pause()
    assert "JK2611190001" in house.heard("ani")[0]
    assert await house.outcomes() == ["new"]


async def test_nothing_of_a_person_stands_readable_in_the_queue(house: House) -> None:
    marked = arrival(house, "+6281234567890")
    await commit(house.parts.database, [marked])
    async with house.parts.database.read() as conn:
        rows = [
            *(await conn.execute(select(raw_inbound))).all(),
            *(await conn.execute(select(inbound))).all(),
        ]
    stored = b"".join(repr(tuple(row)).encode() for row in rows)
    stored = stored.replace(b"event_key", b"")
    assert b"halo" not in stored
    assert stored.count(b"81234567890") == 1, "the provider's own name of the event, no more"
