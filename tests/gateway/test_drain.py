"""Conversations are decided once, in order, and a bad one suffers alone (promise 3)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from gateway.inbound import drain as drain_module
from gateway.inbound.decide import Kit, decide
from gateway.inbound.drain import Drain
from gateway.inbound.replay import replay, stuck
from gateway.inbound.thread import Thread
from gateway.inbound.work import Work
from gateway.ops.roster import Roster
from gateway.storage.numbers import NumberSource
from gateway.tables import address, complaint_message, conversation, inbound, message
from tests.databases import ON_SQLITE
from tests.house import House

FIRE = "TOLONG KEBAKARAN DI GANG MANGGIS RT 5 RW 3 TEBET ADA ANAK DI DALEM"


async def test_sixty_four_conversations_are_taken_together(house: House) -> None:
    for i in range(70):
        await house.say(f"p{i}", f"lampu jalan mati di jl kemuning no {i}")
    assert await house.worker.drain.once() == 64
    assert await house.worker.drain.once() == 6
    assert await house.worker.drain.once() == 0
    numbers = [b.complaint.number for b in await house.complaints()]
    assert len(set(numbers)) == 70


@pytest.mark.parametrize("hinted", [False, True])
async def test_an_emergency_passes_everybody_who_waits(house: House, hinted: bool) -> None:
    """Within two seconds also while hundreds are worked off in groups of 64."""
    for i in range(130):
        await house.say(f"p{i}", f"sampah menumpuk di jl kemuning no {i}")
    stored = await house.deliver([{"id": "fire", "type": "message", "from": "ani", "text": FIRE}])
    if hinted:
        async with house.parts.database.read() as conn:
            waiting = await conn.scalars(select(inbound.c.queue_key).order_by(inbound.c.id))
            house.worker.drain.hints.add(waiting.all())
    assert await house.worker.drain.once() == len(stored.queue_keys) == 1
    assert await house.outcomes() == [None] * 130 + ["new"]
    assert [kind for kind, _, _ in await house.ledger()] == ["emergency", "emergency_filed"]
    assert await house.worker.drain.once() == 64, "then the others, in their order"


async def test_only_what_sounds_like_danger_passes_others(house: House) -> None:
    for text in (
        "sampah menumpuk",
        "sudah daftar pemadam kebakaran 8x",
        "jalan lobang..sering kecelakaan",
    ):
        await house.say("ani", text)
    async with house.parts.database.read() as conn:
        assert set((await conn.scalars(select(inbound.c.urgent))).all()) == {False}


async def test_a_conversation_that_changed_meanwhile_is_decided_again(house: House) -> None:
    await house.say("ani", "lampu jalan mati di jl panjang depan sdn 01")
    await house.pause()
    await house.say("ani", "status")
    worker = house.worker.drain
    threads = await worker._load(await queues(house))
    works = await worker._decide(threads)
    async with house.parts.database.write() as conn:
        await conn.execute(update(conversation).values(version=conversation.c.version + 1))
    assert await worker._write(works) == [threads[0].queue_key]
    assert (await house.outcomes())[-1] is None, "nothing of it was written"
    await house.settle()
    assert await house.outcomes() == ["new", "service"]


async def test_two_workers_file_every_message_once(house: House) -> None:
    p = house.parts
    drains = [
        Drain(
            p.database, p.keys, p.settings, NumberSource(p.database, "JK", 1), p.new_id, p.clock,
            Roster(p.database, f"w{i}", i, p.clock),
        )
        for i in range(2)
    ]  # fmt: skip
    for i in range(30):
        await house.say(f"p{i % 10}", f"lampu jalan mati di jl kemuning no {i} depan warung {i}")

    async def work(one: Drain) -> None:
        for _ in range(20):
            if not await one.once():
                return

    await asyncio.gather(*(work(d) for d in drains))
    await house.settle()
    assert None not in await house.outcomes()
    async with p.database.read() as conn:
        rows = await conn.scalars(select(message.c.inbound_id).where(message.c.direction == "in"))
        ids = rows.all()
    assert len(ids) == len(set(ids)) == 30


async def test_a_poisoned_event_is_parked_alone_and_can_be_replayed(
    house: House, monkeypatch: Any
) -> None:
    def fragile(thread: Thread, kit: Kit) -> Work:
        if any("racun" in (e.reading.text if e.reading else "") for e in thread.events):
            raise ZeroDivisionError("a bug of ours")
        return decide(thread, kit)

    monkeypatch.setattr(drain_module, "decide", fragile)
    for i in range(10):
        await house.say(f"p{i}", f"lampu jalan mati di jl kemuning no {i}")
    await house.say("p3", "ini racun")
    await house.say("p3", "got mampet di jl bangka raya")
    await house.settle()
    assert (await house.outcomes()).count("new") == 11, "also the one behind the poisoned event"
    (parked,) = await stuck(house.parts)
    assert parked.what == "parked"
    assert parked.problem == "could not be handled: ZeroDivisionError"

    monkeypatch.setattr(drain_module, "decide", decide)
    done = await replay(house.parts, [parked.id], send=False)
    assert (done.tried, done.read) == (1, 1)
    await house.settle()
    assert None not in await house.outcomes()
    assert await stuck(house.parts) == []


async def test_what_a_replay_causes_is_held_until_somebody_lets_it_go(house: House) -> None:
    await house.deliver([{"id": "x", "type": "message", "from": "ani", "text": "BANTUAN"}])
    async with house.parts.database.write() as conn:
        await conn.execute(update(inbound).values(parked_at=house.clock()))
    (parked,) = await stuck(house.parts)
    await replay(house.parts, [parked.id], send=False)
    await house.settle()
    assert house.heard("ani") == []
    assert await house.ledger() == [("help", "held", "replayed")]


@ON_SQLITE
async def test_an_unparsed_message_is_read_by_a_mended_connector(
    house: House, monkeypatch: Any
) -> None:
    channel = house.channel()
    original = channel.parse
    monkeypatch.setattr(channel, "parse", lambda raw: original(replace(raw, body=b"{}")))
    stored = await house.deliver([{"id": "x", "type": "message", "from": "ani", "text": "halo"}])
    assert stored.queue_keys == ()
    (unread,) = await stuck(house.parts)
    assert unread.what == "unparsed"
    again = await replay(house.parts, [unread.id], send=True)
    assert (again.tried, again.read) == (1, 0), "it still cannot be read"

    monkeypatch.setattr(channel, "parse", original)
    assert (await replay(house.parts, [unread.id], send=True)).read == 1
    await house.settle()
    assert len(house.heard("ani")) == 1
    assert await stuck(house.parts) == []


@ON_SQLITE
async def test_what_is_said_twice_is_read_once(house: House) -> None:
    for text in ("lampu jalan mati di jl panjang", "lampu jalan mati di jl panjang"):
        await house.say("ani", text)
        await house.pause()
        await house.settle()
    (brief,) = await house.complaints()
    assert brief.words == "lampu jalan mati di jl panjang"


@ON_SQLITE
async def test_an_edit_shows_the_new_text_and_a_withdrawal_none(house: House) -> None:
    name = await house.say("ani", "lampu jalan mati di jl panjang")
    await house.pause()
    await house.deliver(
        [{"id": "e", "type": "edited", "from": "ani", "of": name, "text": "got mampet"}]
    )
    await house.settle()
    (brief,) = await house.complaints()
    assert brief.words == "got mampet"
    await house.deliver([{"id": "w", "type": "withdrawn", "from": "ani", "of": name}])
    await house.settle()
    (brief,) = await house.complaints()
    assert brief.words == ""


@ON_SQLITE
async def test_nobody_edits_or_takes_back_what_somebody_else_or_we_wrote(house: House) -> None:
    name = await house.say("ani", "lampu jalan mati di jl panjang")
    await house.say("budi", "got mampet di jl bangka raya")
    await house.pause()
    sent = next(str(n) for n, m in house.channel().provider.sent if m.to.value == "ani")
    async with house.parts.database.read() as conn:
        before = (await conn.execute(select(message).order_by(message.c.id))).all()
    for who, of in (("budi", name), ("ani", sent), ("budi", sent), ("cici", name)):
        key = f"{who}-{of}"
        edited = {"id": f"e-{key}", "type": "edited", "from": who, "of": of, "text": "palsu"}
        await house.deliver([edited])
        await house.deliver([{"id": f"w-{key}", "type": "withdrawn", "from": who, "of": of}])
    await house.settle()
    async with house.parts.database.read() as conn:
        assert (await conn.execute(select(message).order_by(message.c.id))).all() == before
    assert (await house.outcomes())[-8:] == ["unclear"] * 8


async def test_somebody_new_on_two_accounts_at_once_is_one_person(house: House) -> None:
    """In one group, which must not fall apart for it."""
    keys = []
    for account in ("chat", "sms", "window"):
        event = {"id": f"m-{account}", "type": "message", "from": "ani", "text": "lampu jalan mati"}
        keys += (await house.deliver([event], account)).queue_keys
    worker = house.worker.drain
    works = await worker._decide(await worker._load(keys))
    assert await worker._write(works) == []
    async with house.parts.database.read() as conn:
        assert len((await conn.execute(select(address))).all()) == 1
        assert len((await conn.scalars(select(conversation.c.address_id))).all()) == 3


async def test_a_person_whom_another_worker_met_meanwhile_is_the_same(house: House) -> None:
    worker = house.worker.drain
    keys = []
    for account in ("chat", "sms"):
        event = {"id": f"m-{account}", "type": "message", "from": "ani", "text": "lampu jalan mati"}
        keys += (await house.deliver([event], account)).queue_keys
    mine, others = [await worker._decide(await worker._load([key])) for key in keys]
    assert await worker._write(others) == []
    assert await worker._write(mine) == []
    async with house.parts.database.read() as conn:
        assert len(set((await conn.scalars(select(conversation.c.address_id))).all())) == 1


async def test_a_link_can_be_undone_and_made_again(house: House) -> None:
    await house.say("ani", "lampu jalan mati di jl panjang")
    await house.pause()
    async with house.parts.database.write() as conn:
        row = (await conn.execute(select(complaint_message))).first()
        assert row is not None
        undone = {"unlinked_at": house.clock(), "unlinked_by": "officer"}
        await conn.execute(
            update(complaint_message).where(complaint_message.c.id == row.id).values(**undone)
        )
        again = dict(row._mapping) | {"id": house.parts.new_id()}
        await conn.execute(complaint_message.insert(), again)


@ON_SQLITE
async def test_a_phone_with_a_fast_clock_moves_no_deadline(house: House) -> None:
    ahead = house.clock().timestamp() + 86_400
    await house.say("ani", "lampu jalan mati di jl panjang", at=ahead)
    await house.pause()
    (brief,) = await house.complaints()
    assert brief.complaint.received_at <= house.clock()


@ON_SQLITE
@pytest.mark.parametrize("days", [5.01, 20_000])
async def test_a_sender_clock_that_is_far_behind_files_nothing_overdue(
    house: House, days: float
) -> None:
    at = max(house.clock().timestamp() - days * 86_400, 0)
    await house.say("ani", "lampu jalan mati di jl panjang depan sdn 01", at=at)
    await house.pause()
    (brief,) = await house.complaints()
    assert house.clock() - brief.complaint.received_at < timedelta(minutes=1)
    assert "sudah lewat" not in house.heard("ani")[0]


@ON_SQLITE
async def test_a_message_that_was_four_days_on_its_way_counts_from_when_it_was_sent(
    house: House,
) -> None:
    at = house.clock().timestamp() - 4 * 86_400
    await house.say("ani", "lampu jalan mati di jl panjang depan sdn 01", at=at)
    await house.pause()
    (brief,) = await house.complaints()
    assert brief.complaint.received_at.timestamp() == at


async def queues(house: House) -> list[str]:
    async with house.parts.database.read() as conn:
        return list((await conn.scalars(select(conversation.c.queue_key))).all())
