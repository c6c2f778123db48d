"""Every sealed row goes over to the new key while the gateway works, and nothing is lost by it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from channels.contract import Raw
from core.access import Interface, Origin
from core.messages import AccountId
from gateway.access_tables import idempotency_key
from gateway.audit.entry import Doer
from gateway.bootstrap import StartRefused, refuse_unreadable_spool
from gateway.duty.listing import bring, read
from gateway.inbound.arrival import ArrivalDesk
from gateway.inbound.spool import Spool
from gateway.ops.lease import acquire
from gateway.sealing import keyfile, reseal
from gateway.sealing.desk import KeyDesk, NotNow
from gateway.sealing.holders import Announcement
from gateway.sealing.keys import Keys, KeysInvalid, load
from gateway.sealing.places import PLACES
from gateway.sealing.rotation import Step
from gateway.tables import address, inbound, message
from tests.house import House, open_house

LAMP = "lampu jalan mati di jl panjang depan sdn 01 kel kebon jeruk"
ROOT = Path(__file__).parents[3]


def desk(house: House) -> KeyDesk:
    p = house.parts
    by = Doer("os:1", Origin(Interface.CLI))
    file = p.environment.keys_file
    return KeyDesk(file, p.spool_folder, p.database, p.keys, house.clock, p.new_id, by)


@asynccontextmanager
async def again(house: House, folder: Path) -> AsyncIterator[House]:
    """The same installation after a restart: it reads the key file anew."""
    house.clock.forward(minutes=1)
    async with open_house(folder, house.parts.database.url, house.clock) as opened:
        opened._count = 1000
        opened.channel().provider = house.channel().provider
        yield opened


async def with_everything(house: House) -> None:
    """Something in every table that seals."""
    house.channel().provider.media["file:1"] = ("image/jpeg", b"\xff\xd8\xff\xe0" + bytes(40))
    await house.say("ani", LAMP)
    await house.say("budi", media=[{"source": "file:1", "type": "image/jpeg"}])
    roster = house.parts.environment.data_dir / "roster.csv"
    roster.write_text(
        "unit,name,account,address,days,hours,told\ndinas-bina-marga,Joko,sms,joko,,,\n"
    )
    await bring(house.parts, read(roster, house.parts.lines))
    await house.pause()
    p = house.parts
    context = p.keys.seal(b'{"token": "t1"}', "message.reply_context")
    answer = p.keys.seal(b"an answer", "idempotency_key.answer")
    name = p.keys.seal(b'{"name": "Sumi"}', "address.name")
    async with p.database.write() as conn:
        await conn.execute(update(address).values(name_sealed=name))
        newest = await conn.scalar(
            select(func.max(message.c.id)).where(message.c.direction == "in")
        )
        await conn.execute(
            update(message)
            .where(message.c.id == newest)
            .values(reply_context_sealed=context, key_id=p.keys.current)
        )
        await conn.execute(
            insert(idempotency_key).values(
                caller="token:1",
                key="a",
                request=1,
                fingerprint=b"f",
                began_at=house.clock(),
                answer_sealed=answer,
                key_id=p.keys.current,
            )
        )


async def opened(house: House, keys: Keys) -> dict[str, list[bytes]]:
    """All that is sealed, by purpose, opened with *keys*."""
    found: dict[str, list[bytes]] = {}
    async with house.parts.database.read() as conn:
        for place in PLACES:
            rows = (await conn.execute(select(place.table).order_by(*place.primary_key))).mappings()
            for row in rows:
                for name, purpose in place.purposes.items():
                    if row[name] is not None:
                        plain = keys.open(row[name], row["key_id"], purpose)
                        found.setdefault(purpose, []).append(plain)
    return found


def test_every_purpose_in_the_program_belongs_to_a_column() -> None:
    """What is sealed under another name than its column's could not be sealed anew."""
    purposes = {purpose for place in PLACES for purpose in place.purposes.values()}
    used = set()
    for path in (ROOT / "gateway").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'keys\.(?:seal|open)\([^"]*?"(\w+\.\w+)"\)', source))
        used |= set(re.findall(r'^_PURPOSE = "(.*)"$', source, re.MULTILINE))
    assert used == purposes
    assert {place.table.name for place in PLACES} >= {"raw_inbound", "address", "duty_officer"}
    for place in PLACES:
        assert "key_id" in place.table.c


async def test_everything_goes_over_to_the_new_key(house: House, tmp_path: Path) -> None:
    await with_everything(house)
    before = await opened(house, house.parts.keys)
    assert set(before) == {p for place in PLACES for p in place.purposes.values()}
    assert await desk(house).add() == "k2"
    async with again(house, tmp_path) as second:
        assert second.parts.keys.current == "k1", "it opens, and seals nothing yet"
        ring = await desk(second).look()
        assert ring.next.step is Step.USE
        await desk(second).use("k2")
    async with again(house, tmp_path) as third:
        at = desk(third)
        assert third.parts.keys.current == "k2"
        with pytest.raises(NotNow, match=r"rows are sealed with 'k1'"):
            await at.drop("k1")
        done = await at.reseal(lambda table, rows: None)
        assert done.rows >= 8
        assert done.unread == set()
        ring = await at.look()
        assert set(ring.counts) == {"k2"}
        assert await opened(third, third.parts.keys) == before
        assert (await at.reseal(lambda table, rows: None)).rows == 0
        await at.drop("k1")
    async with again(house, tmp_path) as last:
        assert list(last.parts.keys.marks) == ["k2"]
        assert await opened(last, last.parts.keys) == before
        await last.say("ani", "STATUS")
        await last.pause()
        assert "lampu jalan" in "".join(last.heard("ani")), "and the thread goes on"


async def rotating(house: House) -> None:
    """Up to where the new key seals; the next start does so."""
    at = desk(house)
    await at.use(await at.add())


async def test_nothing_is_lost_while_everybody_works(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reseal, "GROUP", 3)
    monkeypatch.setattr(reseal, "_PAGE", 7)
    for i in range(20):
        await house.say(f"w{i}", LAMP)
    await rotating(house)
    async with again(house, tmp_path) as second:

        async def live() -> None:
            for i in range(20):
                await second.say(f"x{i}", LAMP)
                await second.worker.drain.once()
            await second.settle()

        done, _ = await asyncio.gather(desk(second).reseal(lambda table, rows: None), live())
        assert done.unread == set()
        await second.pause()
        assert (await second.outcomes()).count("new") == 40
        ring = await desk(second).look()
        assert set(ring.counts) == {"k2"}
        for i in range(20):
            assert "".join(second.heard(f"w{i}")).count("JK26") >= 1
    keyfile.remove(house.parts.environment.keys_file, "k1")
    only = load(house.parts.environment.keys_file)
    assert len((await opened(house, only))["address.value"]) == 40


async def test_what_was_cut_off_goes_on(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reseal, "GROUP", 2)
    for i in range(6):
        await house.say(f"w{i}", LAMP)
    await rotating(house)
    async with again(house, tmp_path) as second:
        at = desk(second)

        def cut(_table: str, _rows: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            await at.reseal(cut)
        ring = await at.look()
        assert ring.situation.rows == {"k1": 10, "k2": 2}
        assert ring.next.step is Step.RESEAL
        assert (await at.reseal(lambda table, rows: None)).rows == 10
        assert (await at.look()).next.step is Step.DROP


async def test_who_changed_a_row_meanwhile_wins(house: House, tmp_path: Path) -> None:
    await house.say("ani", LAMP)
    await house.settle()
    await rotating(house)
    async with again(house, tmp_path) as second:
        work = reseal.Resealing(second.parts.database, second.parts.keys, second.clock, "a")
        held = await work._hold()
        (place,) = [p for p in PLACES if p.table is address]
        done = reseal.Sealed()
        groups = [group async for group in work._groups(place)]
        changes = await work._sealed_anew(place, groups[0], done)
        theirs = house.parts.keys.seal(b"another", "address.value")
        async with second.parts.database.write() as conn:
            await conn.execute(update(address).values(value_sealed=theirs))
        await work._write(place, changes, held)
        keys = second.parts.keys
        assert (await opened(second, keys))["address.value"] == [b"another"]
        await work.run()
        assert (await opened(second, keys))["address.value"] == [b"another"]
        assert set((await desk(second).look()).counts) == {"k2"}


async def test_what_does_not_open_is_named_and_left_as_it_is(house: House, tmp_path: Path) -> None:
    for who in ("ani", "budi"):
        await house.say(who, LAMP)
    await house.settle()
    async with house.parts.database.write() as conn:
        broken = await conn.scalar(select(func.min(address.c.id)))
        spoilt = update(address).where(address.c.id == broken)
        await conn.execute(spoilt.values(value_sealed=b"x" * 40))
    await rotating(house)
    async with again(house, tmp_path) as second:
        done = await desk(second).reseal(lambda table, rows: None)
        assert done.unread == {("address", (broken,))}
        ring = await desk(second).look()
        assert ring.counts["k1"] == {"address": 1}
        with pytest.raises(NotNow, match="1 rows are sealed with 'k1'"):
            await desk(second).drop("k1")


async def test_only_one_seals_anew(house: House) -> None:
    work = reseal.Resealing(house.parts.database, house.parts.keys, house.clock, "a")
    async with house.parts.database.write() as conn:
        span = timedelta(minutes=1)
        assert await acquire(conn, reseal._LEASE, "another", house.clock(), span)
    with pytest.raises(reseal.AlreadyAtIt):
        await work.run()


async def test_who_slept_too_long_writes_nothing(house: House, tmp_path: Path) -> None:
    await house.say("ani", LAMP)
    await rotating(house)
    async with again(house, tmp_path) as second:
        work = reseal.Resealing(second.parts.database, second.parts.keys, second.clock, "a")
        held = await work._hold()
        second.clock.forward(minutes=2)
        async with second.parts.database.write() as conn:
            span = timedelta(minutes=1)
            assert await acquire(conn, reseal._LEASE, "another", second.clock(), span)
        (place,) = [p for p in PLACES if p.table is inbound]
        with pytest.raises(reseal.AlreadyAtIt):
            await work._place(place, held, reseal.Sealed())
        assert set((await desk(second).look()).counts) == {"k1"}


async def test_a_lost_key_is_named_and_nothing_starts_without_it(
    house: House, tmp_path: Path
) -> None:
    await house.say("ani", LAMP)
    await rotating(house)
    path = house.parts.environment.keys_file
    whole = path.read_bytes()
    keyfile.remove(path, "k1")
    with pytest.raises(StartRefused, match="'k1', in use since 2026-11-19, is not in the key file"):
        async with again(house, tmp_path):
            pass
    without = desk(house)
    assert (await without.look()).counts["k1"] == {"raw_inbound": 1, "inbound": 1}
    with pytest.raises(KeysInvalid, match="the sealing key 'k1' is not in the key file any more"):
        await opened(house, load(path))
    path.write_bytes(whole)
    async with again(house, tmp_path) as back:
        assert await opened(back, back.parts.keys)


async def test_what_a_lost_key_sealed_is_given_up_and_the_rest_goes_on(
    house: House, tmp_path: Path
) -> None:
    await with_everything(house)
    await house.say("citra", "jalan berlubang di jl kemuning")
    await rotating(house)
    keyfile.remove(house.parts.environment.keys_file, "k1")
    keys = load(house.parts.environment.keys_file)
    without = replace(desk(house), keys=keys)
    with pytest.raises(NotNow, match="drop k1 --lost"):
        await without.drop("k1")
    with pytest.raises(NotNow, match="'k2' is not lost"):
        await without.drop("k2", lost=True)
    assert await without.drop("k1", lost=True) >= 10
    async with again(house, tmp_path) as last:
        found = await opened(last, last.parts.keys)
        assert found == {"duty_officer.name": [b""]}, "the one that must not be empty"
        await last.settle()
        assert (await last.outcomes())[-1] == "unclear", "what waited is closed"
        (brief, *_) = await last.complaints()
        assert brief.complaint.category
        last.clock.forward(minutes=5)
        last.heard("ani")
        await last.say("ani", "STATUS")
        await last.pause()
        assert "lampu jalan" in "".join(last.heard("ani")), "who writes again can be reached"
        assert len((await opened(last, last.parts.keys))["address.value"]) == 1


async def test_copies_that_were_changed_apart_are_told(house: House, tmp_path: Path) -> None:
    path = house.parts.environment.keys_file
    apart = tmp_path / "copy.json"
    apart.write_bytes(path.read_bytes())
    await desk(house).add()
    keyfile.add(apart, "k2")
    path.write_bytes(apart.read_bytes())
    with pytest.raises(StartRefused, match="'k2' in the key file is not the one"):
        async with again(house, tmp_path):
            pass


async def test_an_old_copy_is_told_when_its_first_key_was_dropped(
    house: House, tmp_path: Path
) -> None:
    path = house.parts.environment.keys_file
    await desk(house).add()
    old = path.read_bytes()
    keyfile.use(path, "k2")
    async with again(house, tmp_path) as second:
        await desk(second).drop("k1")
    path.write_bytes(old)
    with pytest.raises(StartRefused, match="'k1', was dropped on 2026-11-19: that is an old copy"):
        async with again(house, tmp_path):
            pass


async def test_a_rotation_waits_for_every_process(house: House, tmp_path: Path) -> None:
    p = house.parts
    gateway = Announcement(p.database, "serve a:1", p.keys, house.clock)
    await gateway.once()
    await desk(house).add()
    async with again(house, tmp_path) as second:
        step = (await desk(second).look()).next
        assert step.step is Step.WAIT
        assert "serve a:1 does not hold 'k2' yet" in step.because[0]
        fresh = Announcement(p.database, "serve a:1", second.parts.keys, second.clock)
        async with fresh.standing():
            while (await desk(second).look()).next.step is Step.WAIT:
                await asyncio.sleep(0.01)
            assert (await desk(second).look()).next.step is Step.USE
        assert (await desk(second).look()).situation.holders == [], "it has left"
        await gateway.once()
        second.clock.forward(minutes=6)
        assert (await desk(second).look()).next.step is Step.USE, "one that was killed is forgotten"


async def test_a_message_in_the_spool_keeps_its_key(house: House, tmp_path: Path) -> None:
    raw = Raw("webhook", b'{"events": []}', house.clock())
    arrival = ArrivalDesk(house.parts.keys, house.parts.new_id).receive(
        AccountId("chat"), house.channel(), raw
    )
    spool = Spool.create(house.parts.spool_folder)
    await spool.append(arrival)
    await rotating(house)
    async with again(house, tmp_path) as second:
        await desk(second).reseal(lambda table, rows: None)
        with pytest.raises(NotNow, match="1 messages in the spool are sealed with 'k1'"):
            await desk(second).drop("k1")
        refuse_unreadable_spool(second.parts)
    refuse_unreadable_spool(house.parts)
    house.parts.keys = Keys(b"l" * 32, b"c" * 32, {"k2": b"x" * 32})
    with pytest.raises(StartRefused, match=r"1 messages in .*spool are sealed with 'k1'"):
        refuse_unreadable_spool(house.parts)
    spool.advance(spool.waiting_bytes + 100)
    spool.close()
