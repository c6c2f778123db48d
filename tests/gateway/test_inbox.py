"""What waits for a person: who sees it, in which order, and what becomes of it."""

from datetime import timedelta

import pytest

from core.access import Officer, OfficerRole
from core.complaint import UnitId
from core.errors import CoreError, NotAllowed, NotFound
from gateway.inbound.replay import replay
from gateway.inbox import answering
from gateway.inbox.listing import Entry, Mark, listed
from gateway.inbox.waiting import Why, waits_because
from normalizer.dialogue import Outcome
from normalizer.understand import understand
from tests.house import ADMIN, House

OWNER = UnitId("biro-pemerintahan")
CHANNEL = Officer(
    "token:1", OWNER, OfficerRole.CHANNEL_ADMIN, frozenset({"chat", "sms", "window", "rahasia"})
)
READER = Officer("token:2", OWNER, OfficerRole.CONFIDENTIAL_READER, frozenset({"chat", "rahasia"}))
INSPECTOR = Officer("token:3", UnitId("inspektorat"), OfficerRole.INSPEKTORAT)


async def waiting(
    house: House, officer: Officer = CHANNEL, after: Mark | None = None, limit: int = 50
) -> list[Entry]:
    async with house.parts.database.read() as conn:
        return await listed(conn, house.parts.keys, officer, after, limit)


@pytest.mark.parametrize(
    ("outcome", "replies", "said", "why"),
    [
        (Outcome.SERVICE, ["person"], "PETUGAS", Why.PERSON),
        (Outcome.SERVICE, ["erasure"], "hapus data saya", Why.ERASURE),
        (Outcome.SERVICE, ["copy"], "minta salinan data saya", Why.COPY),
        (Outcome.UNCLEAR, ["unclear"], "yang kemarin itu lho", Why.UNCLEAR),
        (Outcome.UNCLEAR, [], "7", Why.UNCLEAR),
        (Outcome.UNCLEAR, ["unclear"], "dasar goblok semua", Why.ABUSE),
        (Outcome.NEW, ["receipt"], "lampu jalan mati", None),
        (Outcome.SERVICE, ["status_list"], "STATUS", None),
        (Outcome.ADDITION, ["pressed"], "dasar goblok semua", None),
        (Outcome.SPAM, [], "promo", None),
    ],
)
def test_what_the_machine_cannot_settle_waits(
    outcome: Outcome, replies: list[str], said: str, why: Why | None
) -> None:
    assert waits_because(outcome, replies, understand(said)) is why


async def test_each_pile_is_seen_with_its_due_time_whatever_is_due_first_on_top(
    house: House,
) -> None:
    await house.say("+6281200000001", "hapus data saya")
    await house.say("+6281200000002", "yang kemarin itu lho pak, hubungi 081234567890")
    await house.deliver([{"id": "x", "type": "message"}])
    await house.settle()
    house.clock.forward(minutes=1)
    await house.say("+6281200000003", "PETUGAS")
    await house.say("+6281200000004", "ada kebakaran di rumah tetangga tolong masih ada orang")
    await house.settle()
    found = await waiting(house)
    assert [e.why for e in found] == [
        Why.UNPARSED, Why.EMERGENCY, Why.UNCLEAR, Why.PERSON, Why.ERASURE,
    ]  # fmt: skip
    assert found[0].due is None
    assert found[0].conversation is None
    assert found[1].due == house.clock() + timedelta(minutes=2)
    assert found[1].number == (await house.complaints())[-1].complaint.number
    assert "kebakaran" in found[1].words
    assert found[2].reporter == "••••0002"
    assert "081234567890" not in found[2].words
    assert found[4].due == house.clock() + timedelta(hours=72, minutes=-1)
    first = await waiting(house, limit=2)
    rest = await waiting(house, after=Mark.from_text(Mark.of(first[-1]).to_text()))
    assert first + rest == found
    assert await waiting(house, ADMIN) == found


async def test_the_same_wish_waits_once_and_a_report_settles_what_was_unclear(house: House) -> None:
    for said in ("yang kemarin itu lho", "kok gitu sih pak", "PETUGAS", "petugas"):
        await house.say("ani", said)
        await house.pause()
    assert sorted(e.why for e in await waiting(house)) == [Why.PERSON, Why.UNCLEAR]
    await house.say("ani", "lampu jalan mati di jl panjang depan sdn 01")
    await house.pause()
    assert [e.why for e in await waiting(house)] == [Why.PERSON]


async def test_an_answer_goes_into_the_thread_and_the_entry_is_off_the_list(house: House) -> None:
    await house.say("ani", "PETUGAS")
    await house.settle()
    house.heard("ani")
    (entry,) = await waiting(house)
    await answering.answer(house.parts, CHANNEL, entry.id, "Besok kami telepon kembali.")
    await house.settle()
    assert house.heard("ani") == [
        'Petugas Pemprov DKI Jakarta menjawab:\n"Besok kami telepon kembali."'
    ]
    assert await waiting(house) == []
    with pytest.raises(NotFound):
        await answering.done(house.parts, CHANNEL, entry.id)


async def test_the_planner_rules_an_answer_too(house: House) -> None:
    await house.say("ani", "PETUGAS", "window")
    await house.settle()
    house.heard("ani", "window")
    (entry,) = await waiting(house)
    house.clock.forward(hours=25)
    await answering.answer(house.parts, CHANNEL, entry.id, "Sudah kami teruskan.")
    await house.settle()
    assert house.heard("ani", "window") == []
    assert (await house.ledger())[-1] == ("officer_answer", "held", "window_closed")
    await house.say("ani", "halo", "window")
    await house.settle()
    assert "Sudah kami teruskan." in "\n".join(house.heard("ani", "window"))


async def test_only_the_channels_people_have_an_inbox_and_secrets_their_own_readers(
    house: House,
) -> None:
    await house.say("ani", "PETUGAS", "rahasia")
    await house.say("budi", "suami saya sedang memukuli saya tolong sekarang")
    await house.settle()
    assert await waiting(house) == []
    assert [e.why for e in await waiting(house, READER)] == [Why.EMERGENCY]
    seen = await waiting(house, INSPECTOR)
    assert [(e.account, e.why) for e in seen] == [("chat", Why.EMERGENCY), ("rahasia", Why.PERSON)]
    with pytest.raises(CoreError, match="comment on the complaint"):
        await answering.answer(house.parts, INSPECTOR, seen[0].id, "Halo")
    stranger = Officer("token:9", UnitId("dinas-bina-marga"), OfficerRole.CHANNEL_ADMIN)
    assert await waiting(house, stranger) == []
    agency = Officer("token:9", UnitId("dinas-bina-marga"), OfficerRole.AGENCY_ADMIN)
    with pytest.raises(NotAllowed, match="channel-admin"):
        await waiting(house, agency)


async def test_a_replay_that_helps_takes_the_entry_off_the_list(house: House) -> None:
    await house.deliver([{"id": "x", "type": "message"}])
    (entry,) = await waiting(house)
    await replay(house.parts, [entry.id], send=False)
    assert [e.id for e in await waiting(house)] == [entry.id], "still not readable"
