"""The question of an agency in the thread: when it leaves, what stops it, what answers it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core import store
from core.complaint import ClockKind, ClosingReason, Complaint
from core.messages import Template
from gateway.desk import ticket_desk
from gateway.outbound.world import World
from tests.house import ADMIN, CONFIG, House, open_house

QUESTION = "Di depan bangunan apa, dan biasanya jam berapa?"
DINAS = "dinas-perhubungan"
ANSWER = "dpn indomaret jl pesanggrahan tiap sore"


async def asked(
    house: House, account: str = "chat", question: str = QUESTION, minutes: float = 5.1
) -> str:
    """Filed on Friday morning, forwarded, the ticket of the Dinas; what was told then is heard."""
    house.clock.forward(hours=13)
    await house.say("ani", "parkir liar ganggu jalan", account)
    await house.pause()
    number = (await house.complaints())[-1].complaint.number
    await house.act(number, "forward", DINAS)
    await house.settle()
    house.heard("ani", account)
    await house.act(number, "file-ticket", DINAS, note=question, kind="tidak-jelas")
    await later(house, minutes=minutes)
    return number


async def later(house: House, **span: float) -> None:
    """Time in which the worker is there."""
    await house.live_on(timedelta(**span).total_seconds())


async def now(house: House) -> Complaint:
    return (await house.complaints())[-1].complaint


async def kinds(house: House) -> list[tuple[str, str, str]]:
    return [row for row in await house.ledger() if row[0] in {"question", "question_reminder"}]


async def test_the_owner_can_stop_or_change_it_in_five_minutes(house: House) -> None:
    number = await asked(house, minutes=3)
    await house.act(number, "refuse-ticket", text="Fotonya jelas, mohon dilihat lagi.")
    await later(house, hours=1)
    assert house.heard("ani") == [], "the reporter hears nothing of it"
    await house.act(number, "file-ticket", DINAS, note=QUESTION, kind="tidak-jelas")
    await house.act(number, "ask", text="Di dekat halte yang mana?")
    await later(house, hours=1)
    (told,) = house.heard("ani")
    assert "Dinas Perhubungan bertanya: Di dekat halte yang mana?" in told


@pytest.mark.parametrize("question", ["mohon koordinasi pelapor", "Telepon 0812-3456-7890 pak"])
async def test_what_is_no_question_to_a_citizen_waits_for_a_person(
    sqlite_house: House, question: str
) -> None:
    await asked(sqlite_house, question=question)
    await later(sqlite_house, hours=2)
    assert sqlite_house.heard("ani") == []


async def test_behind_a_closed_window_it_waits_until_they_write(house: House) -> None:
    house.clock.forward(hours=-26)
    await house.say("ani", "parkir liar ganggu jalan", "window")
    await house.pause()
    number = (await house.complaints())[-1].complaint.number
    house.clock.forward(hours=38)
    await house.act(number, "forward", DINAS)
    house.heard("ani", "window")
    await house.act(number, "file-ticket", DINAS, note=QUESTION, kind="tidak-jelas")
    await later(house, minutes=6)
    assert await kinds(house) == [
        ("question", "held", "window_closed"),
        ("question_reminder", "due", ""),
    ]
    await later(house, hours=7)
    assert (await kinds(house))[1] == ("question_reminder", "cancelled", "window_closed")
    await house.say("ani", "Lihat pertanyaan", "window")
    await house.pause()
    told = house.heard("ani", "window")
    assert any(QUESTION in t for t in told), told
    assert not any("Masih kami tunggu" in t for t in told)
    await house.say("ani", ANSWER, "window")
    await house.pause()
    assert "Dikirim lagi ke Dinas Perhubungan" in house.heard("ani", "window")[-1]
    assert (await now(house)).tickets == ()


LOOKS_FIRST = {
    "accounts": [
        *CONFIG["accounts"],
        {"id": "lihat", "connector": "fake", "name": "Lihat dulu", "ask": "review"},
    ]
}


@pytest.fixture
async def looking_first(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """An account whose owner wants to see each question before it leaves."""
    async with open_house(tmp_path, database_url, **LOOKS_FIRST) as house:
        yield house


async def test_where_the_owner_looks_first_nothing_leaves_until_somebody_agrees(
    looking_first: House,
) -> None:
    house = looking_first
    await asked(house, "lihat")
    await later(house, hours=5)
    assert house.heard("ani", "lihat") == []
    found = await now(house)
    (ticket,) = found.tickets
    assert found.clock_of(ticket.id, ClockKind.ASKING) is None
    world = World(house.parts.settings, {}, house.parts.keys.code, house.clock())
    (waits,) = await ticket_desk.waiting(house.parts, ADMIN, world, limit=50)
    assert (waits.stands.value, waits.fault, waits.proposed) == ("to-ask", None, QUESTION)
    await ticket_desk.ask(house.parts, ADMIN, [(ticket.id, "")])
    await house.settle()
    (told,) = house.heard("ani", "lihat")
    assert QUESTION in told
    await house.say("ani", ANSWER, "lihat")
    await house.pause()
    assert (await now(house)).tickets == ()


async def test_what_nobody_agreed_to_ask_is_not_closed_for_want_of_an_answer(
    looking_first: House,
) -> None:
    house = looking_first
    await asked(house, "lihat")
    await later(house, hours=26)
    found = await now(house)
    assert (found.is_open, len(found.tickets)) == (True, 1)
    clock = found.clock_of(found.tickets[0].id, ClockKind.CLARIFICATION)
    assert clock is not None
    assert clock.missed_at is not None, "the owner's own 24 hours"


@pytest.fixture
async def patient(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """Where nothing is closed by itself."""
    async with open_house(tmp_path, database_url, tickets={"unanswered": "wait"}) as house:
        yield house


async def test_where_a_person_decides_silence_closes_nothing(patient: House) -> None:
    house = patient
    await asked(house)
    house.heard("ani")
    await later(house, hours=30)
    found = await now(house)
    assert (found.is_open, len(found.tickets)) == (True, 1)
    assert not any("ditutup" in told for told in house.heard("ani"))
    world = World(house.parts.settings, {}, house.parts.keys.code, house.clock())
    (waits,) = await ticket_desk.waiting(house.parts, ADMIN, world, limit=50)
    assert waits.stands.value == "silent"
    async with house.parts.database.read() as conn:
        history = await store.history(conn, found.id)
    assert [t.action for t in history if t.data.get("clock") == "clarification"] == ["late"]
    await house.say("ani", ANSWER)
    await house.pause()
    assert (await now(house)).tickets == ()
    assert "Dikirim lagi ke Dinas Perhubungan" in house.heard("ani")[-1]


WITH_TEMPLATE = {
    "accounts": [
        *CONFIG["accounts"],
        {
            "id": "wa", "connector": "fake", "name": "WhatsApp",
            "settings": {"reply_window_hours": 24, "templates": ["question/id"]},
        },
    ]
}  # fmt: skip


@pytest.fixture
async def inviting(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """An account with a window and an approved template."""
    async with open_house(tmp_path, database_url, **WITH_TEMPLATE) as house:
        yield house


async def test_behind_a_closed_window_a_template_invites_to_read_the_question(
    inviting: House,
) -> None:
    house = inviting
    house.clock.forward(hours=-26)
    await house.say("ani", "parkir liar ganggu jalan", "wa")
    await house.pause()
    number = (await house.complaints())[-1].complaint.number
    house.clock.forward(hours=38)
    await house.act(number, "forward", DINAS)
    house.heard("ani", "wa")
    await house.act(number, "file-ticket", DINAS, note=QUESTION, kind="tidak-jelas")
    await later(house, minutes=6)
    text = f"Laporan {number}: petugas perlu keterangan dari Anda. Balas pesan ini untuk melihat"
    (told,) = house.heard("ani", "wa")
    assert told == f"{text} pertanyaannya."
    sent = house.channel("wa").provider.sent[-1][1]
    assert sent.template == Template("question/id", {"1": number})
    assert await kinds(house) == [
        ("question", "held", "window_closed"),
        ("question_reminder", "due", ""),
    ]
    world = World(house.parts.settings, {}, house.parts.keys.code, house.clock())
    (waits,) = await ticket_desk.waiting(house.parts, ADMIN, world, limit=50)
    assert (waits.stands.value, waits.reason) == ("waiting", "window_closed")
    await house.say("ani", "Lihat pertanyaan", "wa")
    await house.pause()
    assert [QUESTION in told for told in house.heard("ani", "wa")].count(True) == 1
    assert house.channel("wa").provider.sent[-1][1].template is None
    await house.say("ani", ANSWER, "wa")
    await house.pause()
    assert "Dikirim lagi ke Dinas Perhubungan" in house.heard("ani", "wa")[-1]


async def test_whoever_comes_to_read_a_question_that_is_over_hears_how_it_stands(
    inviting: House,
) -> None:
    house = inviting
    house.clock.forward(hours=-26)
    await house.say("ani", "parkir liar ganggu jalan", "wa")
    await house.pause()
    number = (await house.complaints())[-1].complaint.number
    await house.act(number, "forward", DINAS)
    await house.settle()
    house.clock.forward(hours=38)
    await house.act(number, "file-ticket", DINAS, note=QUESTION, kind="tidak-jelas")
    await later(house, minutes=6)
    assert "petugas perlu keterangan" in house.heard("ani", "wa")[-1]
    await house.act(number, "refuse-ticket", text="Fotonya jelas, mohon dilihat lagi.")
    await house.say("ani", "Lihat pertanyaan", "wa")
    await house.pause()
    (told,) = house.heard("ani", "wa")
    assert told.startswith(number), "no silence, and not the question"
    assert QUESTION not in told


async def test_who_can_be_asked_is_not_invited_and_who_was_invited_was_asked(
    inviting: House,
) -> None:
    house = inviting
    await asked(house, "wa")
    (told,) = house.heard("ani", "wa")
    assert QUESTION in told
    assert ("question_invitation", "superseded", "newer_news") in await house.ledger()

    house.clock.forward(days=2)
    await house.say("budi", "sampah menumpuk di jl melati rt 3", "wa")
    await house.pause()
    number = (await house.complaints())[-1].complaint.number
    house.clock.forward(hours=25)
    await house.act(number, "forward", DINAS)
    await house.act(number, "file-ticket", DINAS, note=QUESTION, kind="tidak-jelas")
    await later(house, hours=25)
    found = await now(house)
    assert found.closing_reason is ClosingReason.BELUM_JELAS, "nobody answered the invitation"


async def test_what_cannot_be_asked_says_why_to_the_owner(sqlite_house: House) -> None:
    house = sqlite_house
    house.clock.forward(hours=-26)
    await house.say("ani", "parkir liar ganggu jalan", "window")
    await house.pause()
    number = (await house.complaints())[-1].complaint.number
    house.clock.forward(hours=38)
    await house.act(number, "forward", DINAS)
    await house.act(number, "file-ticket", DINAS, note=QUESTION, kind="tidak-jelas")
    await later(house, minutes=6)
    world = World(house.parts.settings, {}, house.parts.keys.code, house.clock())
    (waits,) = await ticket_desk.waiting(house.parts, ADMIN, world, limit=50)
    assert (waits.stands.value, waits.reason) == ("unreachable", "window_closed")


async def test_whoever_was_not_reached_is_not_closed(house: House) -> None:
    house.clock.forward(hours=13)
    await house.say("ani", "parkir liar ganggu jalan")
    await house.pause()
    number = (await house.complaints())[-1].complaint.number
    await house.say("ani", "BERHENTI")
    await house.pause()
    await house.act(number, "forward", DINAS)
    await house.act(number, "file-ticket", DINAS, note=QUESTION, kind="tidak-jelas")
    await later(house, minutes=6)
    assert ("question", "cancelled", "stopped_by_reporter") in await house.ledger()
    await later(house, hours=25)
    found = await now(house)
    assert (found.state.value, len(found.tickets)) == ("menunggu", 1), "a person decides"


@pytest.mark.parametrize(
    "said",
    [
        {"media": [{"source": "m1", "type": "image/jpeg"}]},
        {"location": [-6.25, 106.76]},
        {"text": ANSWER},
    ],
)
async def test_words_a_photo_or_a_pin_answer(sqlite_house: House, said: dict[str, Any]) -> None:
    house = sqlite_house
    await asked(house)
    assert QUESTION in house.heard("ani")[-1]
    before = await now(house)
    await house.say("ani", said.pop("text", ""), **said)
    await house.pause(30)
    assert "Terima kasih. Dikirim lagi ke Dinas Perhubungan" in house.heard("ani")[0]
    after = await now(house)
    assert (len(before.tickets), after.tickets, after.state.value) == (1, (), "menunggu")


@pytest.mark.parametrize("said", ["terima kasih", "status", "lampu jalan mati di jl kemuning"])
async def test_what_is_something_else_answers_nothing(sqlite_house: House, said: str) -> None:
    await asked(sqlite_house)
    number = (await now(sqlite_house)).number
    await sqlite_house.say("ani", said)
    await sqlite_house.pause()
    (found,) = [
        b.complaint for b in await sqlite_house.complaints() if b.complaint.number == number
    ]
    assert len(found.tickets) == 1


async def test_an_answer_after_another_question_was_asked_still_arrives(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    number = await asked(house)
    await house.say("ani", "lampu jalan mati")
    await house.pause()
    house.heard("ani")
    await house.say("ani", f"{number} dpn indomaret jl pesanggrahan")
    await house.pause()
    (found,) = [b.complaint for b in await house.complaints() if b.complaint.number == number]
    assert found.tickets == ()
    assert "Indomaret" in found.place.words or "Pesanggrahan" in found.place.words


async def test_the_clock_stood_still_while_the_reporter_was_asked(house: House) -> None:
    await asked(house)
    await later(house, hours=2)
    await house.say("ani", ANSWER)
    await house.pause()
    (whole,) = [c for c in (await now(house)).clocks if c.kind.value == "completion"]
    (pause,) = whole.paused
    assert pause.ended_at is not None
    held = pause.ended_at - pause.began_at
    assert 7200 <= held.total_seconds() < 7800
    assert (whole.due_at - whole.began_at - held).total_seconds() == 7 * 86400
