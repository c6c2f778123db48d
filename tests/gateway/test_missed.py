"""Messages that never reached us are found in the provider's list, and filed once."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from channels.contract import Raw
from channels.errors import ChannelError, ListTooLong
from gateway.inbound.replay import stuck
from gateway.tables import poll_cursor
from tests.house import House


def listed(house: House, *names: str) -> None:
    """The provider took these while we could not be reached."""
    for name in names:
        event = {"id": name, "type": "message", "from": name, "text": "lampu jalan mati di jl x"}
        body = json.dumps({"events": [event]}).encode()
        house.channel().provider.inbound.append(Raw("list", body, house.clock()))


async def look(house: House, minutes: float = 4) -> int:
    house.clock.forward(minutes=minutes)
    found = await house.worker.missed.once()
    await house.settle()
    return found


async def test_what_was_missed_is_filed_once(house: House) -> None:
    await house.say("ani", "lampu jalan mati di jl kemuning", id="seen")
    await house.settle()
    listed(house, "seen", "missed-1", "missed-2")
    assert await look(house) == 2
    assert await look(house) == 0
    assert await look(house, 60) == 0
    assert (await house.outcomes()).count("new") == 3


async def test_a_webhook_that_comes_after_all_files_nothing(house: House) -> None:
    listed(house, "late")
    await look(house)
    event = {"id": "late", "type": "message", "from": "late", "text": "lampu jalan mati di jl x"}
    await house.deliver([event])
    await house.settle()
    assert (await house.outcomes()) == ["new", "duplicate"]
    again = await house.deliver([event])
    assert (again.new, again.queue_keys) == (False, ())


async def test_young_messages_are_left_to_their_webhook(house: House) -> None:
    listed(house, "young")
    house.clock.forward(seconds=30)
    assert await house.worker.missed.once() == 0


async def test_a_provider_that_cannot_be_asked_is_asked_for_the_same_time_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(house, "missed")
    channel = house.channel()
    original = channel.list_inbound

    async def away(*_arguments: Any) -> list[Raw]:
        raise ChannelError("not now")

    monkeypatch.setattr(channel, "list_inbound", away)
    assert await look(house) == 0
    monkeypatch.setattr(channel, "list_inbound", original)
    assert await look(house) == 1


async def test_two_processes_do_not_both_look(house: House) -> None:
    from dataclasses import replace

    listed(house, "missed")
    house.clock.forward(minutes=4)
    other = replace(house.worker.missed, name="other")
    assert [await house.worker.missed.once(), await other.once()] == [1, 0]


async def test_more_than_fits_is_asked_for_in_shorter_spans(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(house, "one", "two")
    house.clock.forward(minutes=20)
    listed(house, "three")
    channel = house.channel()
    original = channel.list_inbound
    asked: list[float] = []

    async def crowded(since: Any, until: Any) -> Any:
        asked.append((until - since).total_seconds())
        found = await original(since, until)
        if len(found) > 2:
            raise ListTooLong("more than 2 messages")
        return found

    monkeypatch.setattr(channel, "list_inbound", crowded)
    assert sum([await look(house) for _ in range(8)]) == 3
    assert asked[0] > asked[1]


async def test_what_is_listed_and_cannot_be_read_is_kept(house: House) -> None:
    house.channel().provider.inbound.append(Raw("list", b"no JSON", house.clock()))
    assert await look(house) == 1
    assert await look(house) == 0, "once"
    assert [s.what for s in await stuck(house.parts)] == ["unparsed"]


async def test_a_process_whose_lease_ran_out_while_it_asked_does_not_move_the_cursor(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    listed(house, "missed")
    house.clock.forward(minutes=4)
    channel, other = house.channel(), replace(house.worker.missed, name="other")
    original = channel.list_inbound

    async def slow(since: datetime, until: datetime) -> Sequence[Raw]:
        """We sleep while the provider answers; another process looks, and sees more."""
        monkeypatch.setattr(channel, "list_inbound", original)
        house.clock.forward(minutes=3)
        assert await other.once() == 1
        return await original(since, until)

    monkeypatch.setattr(channel, "list_inbound", slow)
    await house.worker.missed.once()
    async with house.parts.database.read() as conn:
        row = (
            await conn.execute(select(poll_cursor).where(poll_cursor.c.account_id == "chat"))
        ).one()
    assert datetime.fromisoformat(row.value) == house.clock() - timedelta(minutes=2), (
        "theirs stands"
    )
    await house.settle()
    assert (await house.outcomes()) == ["new"]
