"""The audit: a row for every change and every look, kept, chained, and a break is found."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.access import Officer, OfficerRole
from core.complaint import UnitId
from gateway.access_tables import audit, audit_seal
from gateway.audit.chain import BEGINNING, FIELDS, Head, extended, following
from gateway.audit.seal import Sealer, head
from gateway.audit.verify import Verified, verify
from gateway.desk import officers
from tests.databases import ON_SQLITE
from tests.gateway.test_cli import kanal
from tests.house import ADMIN, House, open_house

READER = Officer("token:9", UnitId("inspektorat"), OfficerRole.INSPEKTORAT)
LAMP = "lampu jalan mati di jl panjang depan sdn 01 kel kebon jeruk"
SECRET = "lurah minta 130rb per orang buat tes urin, sy takut dipecat"


async def rows(house: House) -> list[tuple[str, str, str]]:
    query = select(audit.c.action, audit.c.actor, audit.c.via).order_by(audit.c.id)
    async with house.parts.database.read() as conn:
        return [tuple(row) for row in (await conn.execute(query)).all()]


async def filed(house: House, words: str = LAMP, who: str = "ani") -> str:
    await house.say(who, words)
    await house.pause()
    return list(await house.codes())[-1]


async def checked(house: House, *printed: Head) -> Verified:
    return await verify(house.parts.database, house.parts.keys, printed)


async def sealed(house: House, count: int = 4) -> Head:
    """Some complaints, all in the chain."""
    for i in range(count):
        await filed(house, who=f"ani{i}")
    await house.worker.sealer.once()
    async with house.parts.database.read() as conn:
        return await head(conn)


async def tamper(house: House, statement: str) -> None:
    """As somebody may who can do anything in the database."""
    async with house.parts.database.write() as conn:
        if house.parts.database.is_sqlite:
            for trigger in (await conn.scalars(text(_TRIGGERS))).all():
                await conn.execute(text(f"drop trigger {trigger}"))
        else:
            for table in ("audit", "audit_seal"):
                await conn.execute(text(f"alter table {table} disable trigger user"))
        await conn.execute(text(statement))


_TRIGGERS = "select name from sqlite_master where type = 'trigger'"


@ON_SQLITE
async def test_everybody_who_changes_something_leaves_a_row(house: House) -> None:
    number = await filed(house)
    await house.act(number, "forward", "dinas-bina-marga")
    house.clock.forward(days=8)
    await house.settle()
    found = await rows(house)
    (first, *_) = found
    assert first[0] == "complaint.file"
    assert re.fullmatch(r"conversation:\d+", first[1])
    assert first[2] == "thread"
    assert ("complaint.forward", "test", "api") in found
    assert ("complaint.late", "", "system") in found


@ON_SQLITE
async def test_what_is_refused_leaves_no_row(house: House) -> None:
    number = await filed(house)
    before = await rows(house)
    with pytest.raises(Exception, match="needs"):
        await house.act(number, "finish")
    assert await rows(house) == before


@ON_SQLITE
async def test_each_look_at_what_is_confidential_is_recorded(house: House) -> None:
    open_, secret = await filed(house), await filed(house, SECRET)
    before = len(await rows(house))
    await officers.get(house.parts, ADMIN, open_)
    await house.complaints()
    assert len(await rows(house)) == before, "what everybody may read is nobody's secret"
    await officers.get(house.parts, READER, secret)
    await officers.told(house.parts, READER, secret)
    await officers.listed(house.parts, READER, state=None, unit_id=None, before=None, limit=50)
    looks = [("look.brief", "token:9", "api"), ("look.ledger", "token:9", "api")]
    assert (await rows(house))[before:] == [*looks, ("look.list", "token:9", "api")]


@ON_SQLITE
async def test_a_row_holds_no_word_name_or_number(house: House) -> None:
    await house.say("+6281234567890", SECRET)
    await house.pause()
    (number,) = await house.codes()
    await officers.get(house.parts, READER, number)
    async with house.parts.database.read() as conn:
        stored = repr((await conn.execute(select(audit))).all())
    for said in ("81234567890", "lurah", number):
        assert said not in stored


@pytest.mark.parametrize(
    "statement",
    [
        "update audit set actor = 'nobody'",
        "update audit set position = null, digest = null",
        "delete from audit",
        "update audit_seal set lease_token = 0",
        "delete from audit_seal",
    ],
)
async def test_the_database_refuses_to_change_or_remove_a_row(house: House, statement: str) -> None:
    await sealed(house, 1)
    with pytest.raises(DBAPIError, match="append-only"):
        async with house.parts.database.write() as conn:
            await conn.execute(text(statement))


async def test_an_unsealed_row_can_be_sealed_and_nothing_else(house: House) -> None:
    await filed(house)
    change = "update audit set position = 1, digest = :digest, actor = 'nobody'"
    with pytest.raises(DBAPIError, match="append-only"):
        async with house.parts.database.write() as conn:
            await conn.execute(text(change), {"digest": bytes(32)})


async def test_what_is_sealed_verifies_and_the_rest_is_counted(house: House) -> None:
    reached = await sealed(house)
    assert reached.position >= 4
    assert await checked(house, reached) == Verified(reached)
    await filed(house)
    found = await checked(house, reached)
    assert (found.head, found.broken) == (reached, "")
    assert found.unsealed >= 1
    assert found.unsealed_since is not None
    await house.worker.sealer.once()
    after = await checked(house, reached)
    assert after.unsealed == 0
    assert after.head.position == reached.position + found.unsealed


@ON_SQLITE
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update audit set actor = 'nobody' where position = 2", r"row 2 \(id \d+, complaint:"),
        ("update audit set digest = :d where position = 3", r"row 3 \("),
        ("delete from audit where position = 2", "row 2 is missing; the next is 3"),
        ("delete from audit where position > 2", r"rows 3 to \d+ are missing"),
        ("update audit_seal set mark = :d", r"the seal behind row \d+ was not made by this"),
        ("delete from audit_seal", "the rows from 1 on carry no seal"),
    ],
)
async def test_the_first_broken_row_is_named(house: House, statement: str, said: str) -> None:
    await sealed(house)
    blank = "x'00'" if house.parts.database.is_sqlite else r"'\x00'"
    await tamper(house, statement.replace(":d", blank))
    found = await checked(house)
    assert re.search(said, found.broken), found.broken


async def test_a_chain_made_anew_does_not_lead_to_the_head_that_was_printed(house: House) -> None:
    printed = await sealed(house)
    await tamper(house, "delete from audit_seal")
    await tamper(house, "update audit set actor = 'nobody', position = null, digest = null")
    await house.worker.sealer.once()
    assert (await checked(house)).broken == ""
    found = await checked(house, printed)
    assert f"row {printed.position} does not lead to the head that was printed" in found.broken
    further = replace(printed, position=printed.position + 5)
    assert "are missing, which were sealed" in (await checked(house, further)).broken


async def test_workers_that_race_seal_each_row_once(house: House) -> None:
    for i in range(3):
        await filed(house, who=f"ani{i}")
    parts, workers = house.parts, [f"w{i}" for i in range(5)]
    taken = await asyncio.gather(
        *(Sealer(parts.database, parts.keys, parts.clock, name).once() for name in workers)
    )
    assert sorted(taken)[:-1] == [0] * 4, "one holds the lease, the others leave it alone"
    found = await checked(house)
    assert (found.broken, found.unsealed, found.head.position) == ("", 0, max(taken))
    await filed(house)
    house.clock.forward(minutes=1)
    assert await Sealer(parts.database, parts.keys, parts.clock, "another").once() > 0
    assert (await checked(house)).broken == ""
    async with parts.database.read() as conn:
        tokens = (await conn.scalars(select(audit_seal.c.lease_token))).all()
    assert len(set(tokens)) == 2, "the lease changed hands, and each seal says under which"


async def test_the_operator_verifies_prints_and_reads(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(tmp_path, sqlite_url) as house:
        reached = await sealed(house, 2)
        number = (await house.complaints())[0].complaint.number
    environ = {
        "KANAL_DATABASE_URL": sqlite_url,
        "KANAL_DATA_DIR": str(tmp_path),
        "KANAL_KEYS_FILE": str(tmp_path / "keys.json"),
    }

    async def run(*words: str) -> tuple[int, str]:
        done = await asyncio.to_thread(kanal, tmp_path, "audit", *words, **environ)
        return done.returncode, done.stdout + done.stderr

    assert await run("head") == (0, f"{reached}\n")
    code, said = await run("verify", "--head", str(reached))
    assert (code, said.splitlines()[-1]) == (0, str(reached))
    code, said = await run("list", "--complaint", number)
    assert code == 0
    assert "complaint.file" in said
    code, said = await run("list")
    assert "os:" in said.splitlines()[-1], "whoever read it stands in it"
    assert (await run("list", "--complaint", "JK2601010001"))[0] == 1
    assert (await run("verify", "--head", "12"))[0] == 2
    async with open_house(tmp_path, sqlite_url) as house:
        await tamper(house, "update audit set via = 'api' where position = 1")
    code, said = await run("verify")
    assert code == 1
    assert "the audit is broken: row 1 (id" in said
    assert "2 rows are not sealed yet" in said


def test_complaints_change_through_the_door_that_records_it() -> None:
    root = Path(__file__).parent.parent.parent / "gateway"
    doors = {
        str(p.relative_to(root))
        for p in root.rglob("*.py")
        if re.search(r"\bstore\.write\(", p.read_text(encoding="utf-8"))
    }
    assert doors == {"audit/trail.py"}


_AT = datetime(2026, 11, 19, 12, 12, 0, 1, tzinfo=UTC)
_ROW = dict.fromkeys(FIELDS, "x") | {"id": 1, "at": _AT, "request": None, "seq": 2}


@given(name=st.sampled_from([n for n in FIELDS if n != "at"]), value=st.text() | st.integers())
def test_every_field_is_part_of_the_digest(name: str, value: object) -> None:
    changed = SimpleNamespace(**_ROW | {name: value})
    same = value == _ROW[name]
    assert (following(BEGINNING, changed) == following(BEGINNING, SimpleNamespace(**_ROW))) == same


def test_the_digest_is_what_the_handbook_says() -> None:
    """So that an auditor can compute it without this program."""
    import hashlib

    written = b'[1,"2026-11-19T12:12:00.000001+00:00","x","x","x","x","x","x",null,"x",2]'
    first, second = extended(BEGINNING, [SimpleNamespace(**_ROW)] * 2)
    assert first == Head(1, hashlib.sha256(bytes(32) + written).digest())
    assert second == Head(2, hashlib.sha256(first.digest + written).digest())
    assert Head.parse(str(second)) == second
