"""A message that the provider's list brought first, and then its webhook, which tells more."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from channels.contract import Raw
from channels.fake import FakeChannel
from core.messages import AccountId
from gateway.inbound.arrival import ArrivalDesk
from gateway.inbound.commit import commit
from gateway.tables import attachment, complaint_message, message
from tests.house import House

POINT = [-6.1936, 106.7697]
LAMP = {"id": "m1", "type": "message", "from": "ani", "text": "lampu jalan mati"}
FILES = [{"source": f"file:{n}", "type": "image/jpeg"} for n in (1, 2)]


async def listed(house: House, **event: Any) -> None:
    """Found in the list, as the reconciler stores it."""
    body = json.dumps({"events": [event]}).encode()
    house.channel().provider.inbound.append(Raw("list", body, house.clock()))
    house.clock.forward(minutes=4)
    await house.worker.missed.once()


async def messages(house: House) -> list[Any]:
    async with house.parts.database.read() as conn:
        return list((await conn.execute(select(message).order_by(message.c.id))).all())


async def sources(house: House) -> list[str]:
    """The files of all messages, in their order."""
    query = select(attachment).order_by(attachment.c.message_id, attachment.c.ord)
    keys = house.parts.keys
    async with house.parts.database.read() as conn:
        rows = (await conn.execute(query)).all()
    return [keys.open(r.source_sealed, r.key_id, "attachment.source").decode() for r in rows]


@pytest.fixture(params=["worked off", "waiting"])
def between(request: pytest.FixtureRequest) -> Callable[[House], Any]:
    """Whether the listed one is worked off before its webhook comes."""

    async def wait(house: House) -> None:
        if request.param == "worked off":
            await house.pause()

    return wait


async def test_what_the_list_left_out_is_added_once(
    house: House, between: Callable[[House], Any]
) -> None:
    for n in (1, 2):
        house.channel().provider.media[f"file:{n}"] = (
            "image/jpeg", b"\xff\xd8\xff\xe0" + bytes([n] * 40),
        )  # fmt: skip
    await listed(house, **LAMP, media=FILES[:1])
    await between(house)
    await house.deliver([LAMP | {"location": POINT, "media": FILES}])
    await house.pause()
    (one,) = [m for m in await messages(house) if m.direction == "in"]
    assert (one.lat, one.lon) == tuple(POINT)
    assert await sources(house) == ["file:1", "file:2"]
    (brief,) = await house.complaints()
    assert brief.complaint.place.location
    assert brief.complaint.place.kelurahan
    assert len(brief.photos) == 2
    assert sorted(await house.outcomes()) == ["duplicate", "new"]
    told = "".join(house.heard("ani"))
    assert told.count("diterima: lampu jalan mati") == 1, "one receipt"
    assert "Kebon Jeruk" in told
    await house.deliver([LAMP | {"location": POINT, "media": FILES, "again": 1}])
    await house.pause()
    assert len(await house.outcomes()) == 2, "and what comes a third time is known"


async def test_a_pin_of_which_the_list_shows_nothing_is_a_report(house: House) -> None:
    await listed(house, id="p1", type="nothing", **{"from": "ani"})
    await house.pause()
    assert await house.outcomes() == ["not_for_us"]
    pin = {"id": "p1", "type": "message", "from": "ani", "location": POINT}
    await house.deliver([pin])
    await house.pause(30)
    assert await house.outcomes() == ["new", "not_for_us"] or await house.outcomes() == [
        "not_for_us", "new"
    ]  # fmt: skip
    assert len(house.heard("ani")) == 1
    await house.deliver([pin | {"again": 1}])
    await house.pause()
    assert len(await house.complaints()) == 1


async def test_a_quote_leads_to_its_complaint_after_all(house: House) -> None:
    for text in ("lampu jalan mati di jl kemuning", "got mampet di jl panjang kebon jeruk"):
        await house.say("ani", text)
        await house.pause()
        house.clock.forward(hours=2)
    sent = house.channel().provider.sent
    quoted = next(str(n) for n, m in sent if "lampu jalan" in m.text)
    words = {"id": "q1", "type": "message", "from": "ani", "text": "gimana nih pak kok lama"}
    await listed(house, **words)
    await house.pause()
    await house.deliver([words | {"quotes": quoted}])
    await house.pause()
    last = [m for m in await messages(house) if m.provider_id == "q1"]
    assert [m.quotes_provider_id for m in last] == [quoted]
    query = select(complaint_message.c.complaint_id).where(
        complaint_message.c.message_id == last[0].id
    )
    async with house.parts.database.read() as conn:
        (linked,) = (await conn.scalars(query)).all()
    assert linked == (await house.complaints())[0].complaint.id


async def test_a_repeated_webhook_completes_nothing(house: House) -> None:
    await house.deliver([LAMP])
    await house.pause()
    await house.deliver([LAMP | {"location": POINT}])
    await house.pause()
    assert await house.outcomes() == ["new"]


async def test_whoever_names_anothers_message_changes_nothing_of_it(house: House) -> None:
    await listed(house, **LAMP)
    await house.pause()
    forged = json.dumps({"events": [LAMP | {"from": "budi", "location": POINT}]}).encode()
    raw = Raw("webhook", forged, house.clock())
    channel = house.channel()
    assert isinstance(channel, FakeChannel)
    desk = ArrivalDesk(house.parts.keys, house.parts.new_id)
    await commit(house.parts.database, [desk.receive(AccountId("chat"), channel, raw)])
    await house.pause()
    (one,) = [m for m in await messages(house) if m.direction == "in"]
    assert one.lat is None
