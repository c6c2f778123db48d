"""Complaints go to the database and come back as they were; the second writer fails."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from core import commands, store
from core.complaint import (
    Change,
    ComplaintDraft,
    ComplaintId,
    Kind,
    Place,
    UnitId,
)
from core.happened import Happened
from core.messages import AccountId, Location
from core.number import ComplaintNumber
from core.routing import Channel
from core.workflow import Action
from tests.core.test_workflow import NOW
from tests.house import House, open_house

_ids = count(5000)


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, database_url) as opened:
        yield opened


def filing(number: int, **more: object) -> Change:
    draft = ComplaintDraft(
        Kind.PUBLIC_SPACE, "lampu-jalan",
        Place("Jl Panjang", "31.73.05.1001", Location(-6.19, 106.77), approximate=True),
        happened=Happened("duration", "day", NOW - timedelta(days=3), NOW), urgent=True,
    )  # fmt: skip
    return commands.file_complaint(
        replace(draft, **more),
        complaint_id=ComplaintId(number),
        number=ComplaintNumber(f"JK261120{number:04d}"),
        account=AccountId("chat"),
        channel=Channel(UnitId("biro-pemerintahan")),
        origin_key=f"message:{number}:0",
        reporter="7",
        at=NOW,
        recorded_at=NOW,
        new_id=lambda: next(_ids),
    )


def code_hash(complaint: int) -> bytes:
    return bytes([complaint % 256])


async def write(house: House, *changes: Change) -> None:
    async with house.parts.database.write() as conn:
        await store.write(conn, changes, code_hash)


async def test_what_was_written_is_read(house: House) -> None:
    change = filing(1)
    await write(house, change)
    async with house.parts.database.read() as conn:
        assert await store.find(conn, change.after.number) == change.after
        assert await store.history(conn, change.after.id) == list(change.transitions)
        assert await store.find(conn, "JK9999999999") is None


async def test_several_changes_of_one_complaint_are_written_in_their_order(house: House) -> None:
    first = filing(1)
    second = commands.act_as_citizen(
        first.after, Action.WITHDRAW, reporter="7", at=NOW, recorded_at=NOW,
        new_id=lambda: next(_ids), note="sudah beres",
    )  # fmt: skip
    await write(house, first, filing(2), second)
    async with house.parts.database.read() as conn:
        assert await store.find(conn, first.after.number) == second.after
        assert [t.action for t in await store.history(conn, first.after.id)] == ["file", "withdraw"]


async def test_the_second_writer_of_a_transition_fails(house: House) -> None:
    base = filing(1)
    await write(house, base)

    def hide() -> Change:
        return commands.act_as_citizen(
            base.after, Action.HIDE, reporter="7", at=NOW, recorded_at=NOW,
            new_id=lambda: next(_ids),
        )  # fmt: skip

    results = await asyncio.gather(
        write(house, hide()), write(house, hide()), return_exceptions=True
    )
    assert sorted(type(r).__name__ for r in results) == ["IntegrityError", "NoneType"]


async def test_the_same_origin_is_filed_once_even_if_code_is_wrong(house: House) -> None:
    await write(house, filing(1))
    again = filing(2)
    again = replace(again, after=replace(again.after, origin_key="message:1:0"))
    with pytest.raises(IntegrityError):
        await write(house, again)


async def test_confidential_ones_are_left_out_unless_asked_for_by_name(house: House) -> None:
    secret = filing(1, confidential=True)
    await write(house, secret)
    async with house.parts.database.read() as conn:
        assert await store.find(conn, secret.after.number) is None
        assert await store.load(conn, [secret.after.id], confidential=False) == {}
        found = await store.find(conn, secret.after.number, confidential=True)
    assert found == secret.after


async def test_a_time_without_a_zone_is_refused(house: House) -> None:
    naive = filing(1)
    naive = replace(naive, after=replace(naive.after, filed_at=NOW.replace(tzinfo=None)))
    with pytest.raises(Exception, match="naive"):
        await write(house, naive)
