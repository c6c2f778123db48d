"""Officers link, merge and split; everybody's replies still reach the right place."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from core.access import Officer, OfficerRole
from core.complaint import ClockKind, ClosingReason, Complaint, State, UnitId
from core.errors import Impossible, NotAllowed, NotFound, Refused
from core.number import WIB
from core.ticket import TicketKind
from core.workflow import Action, Filing
from gateway.desk.orders import Order
from gateway.grouping import acts, records, together, view
from gateway.grouping.acts import Wish
from gateway.grouping.view import Surroundings
from gateway.inbox.tables import inbox_item
from tests.gateway.rostering import FIRE, LAMP, roster
from tests.house import ADMIN, House

DINAS = Officer("dinas", UnitId("dinas-bina-marga"), OfficerRole.AGENCY_ADMIN)
RUBBISH = "sampah menumpuk di jl melati rt 3 kel duri kepa"


async def group(
    house: House, action: str, number: str, other: str = "", by: Officer = ADMIN,
    messages: tuple[int, ...] = (),
) -> Complaint:  # fmt: skip
    wish = Wish(Action(action), other, messages, note="catatan")
    return await acts.act(house.parts, by, number, wish)


async def reported(house: House, who: str, *texts: str) -> str:
    for text in texts:
        await house.say(who, text)
        await house.pause()
    house.heard(who)
    return (await house.complaints())[-1].complaint.number


async def now(house: House, number: str) -> Complaint:
    return next(b.complaint for b in await house.complaints() if b.complaint.number == number)


async def around(house: House, number: str, by: Officer = ADMIN) -> Surroundings:
    async with house.parts.database.read() as conn:
        return await view.surroundings(conn, by, await now(house, number))


async def test_a_problem_counts_complaints_and_people(house: House) -> None:
    numbers = [await reported(house, who, LAMP) for who in ("ani", "budi")]
    other = await reported(house, "ani", RUBBISH)
    await group(house, "link", numbers[1], numbers[0])
    await group(house, "link", other, numbers[1])
    found = (await around(house, numbers[0])).group
    assert found is not None
    assert (found.reports, found.reporters) == (3, 2)
    assert [c.number for c in found.members] == [*numbers, other]
    with pytest.raises(Impossible, match="linked already"):
        await group(house, "link", other, numbers[0])
    await group(house, "unlink", other)
    found = (await around(house, numbers[0])).group
    assert found is not None
    assert (found.reports, found.reporters) == (2, 2)
    assert house.heard("ani") == house.heard("budi") == [], "nobody learns of a neighbour by it"


async def test_two_problems_become_one(sqlite_house: House) -> None:
    house = sqlite_house
    a, b, c, d = [await reported(house, who, LAMP) for who in ("ani", "budi", "citra", "dewi")]
    await group(house, "link", a, b)
    await group(house, "link", c, d)
    await group(house, "link", a, c)
    found = (await around(house, d)).group
    assert found is not None
    assert [m.number for m in found.members] == [a, b, c, d]


async def test_the_smaller_of_two_problems_moves_and_never_too_many(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = sqlite_house
    a, b, c, d, e = [
        await reported(house, w, LAMP) for w in ("ani", "budi", "citra", "dewi", "eka")
    ]
    for one in (a, b):
        await group(house, "link", one, c)
    await group(house, "link", d, e)
    stood = (await now(house, a)).problem
    monkeypatch.setattr(records, "MOST_MEMBERS", 1)
    with pytest.raises(Impossible, match=r"one of 3 complaints .* one of 2") as refused:
        await group(house, "link", a, d)
    assert refused.value.allowed == ("unlink",)
    with pytest.raises(Refused, match="one of 3 complaints about one problem") as refused_all:
        await together.act(house.parts, ADMIN, a, Order(Action.COMMENT, text="Hari ini."))
    assert refused_all.value.field == "whole_problem"
    monkeypatch.setattr(records, "MOST_MEMBERS", 2)
    await group(house, "link", a, d)
    assert {(await now(house, n)).problem for n in (a, b, c, d, e)} == {stood}


async def test_both_numbers_of_merged_complaints_answer_with_the_one_that_lives(
    house: House,
) -> None:
    first = await reported(house, "ani", LAMP)
    second = await reported(house, "ani", RUBBISH)
    gone = await group(house, "merge", second, first)
    assert gone.closing_reason is ClosingReason.DIGABUNG
    await house.settle()
    (told,) = house.heard("ani")
    assert second in told
    assert first in told
    for asked in (first, second):
        house.clock.forward(minutes=20)  # sooner the same answer would be an echo
        await house.say("ani", f"status {asked}")
        await house.pause()
        (told,) = house.heard("ani")
        assert told.startswith(first)
    await house.say("ani", f"{second} makin parah, baunya menyengat")
    await house.pause()
    house.heard("ani")
    found = await around(house, first)
    assert [m.words[:6] for m in found.messages] == ["lampu ", "sampah", second[:6]]
    assert [c.number for c in found.merged] == [second]
    assert (await around(house, second)).messages == ()
    with pytest.raises(Impossible, match="act on that"):
        await house.act(second, "comment", text="Halo.")


async def test_officers_hear_of_a_merged_complaint_when_it_is_by_itself_again(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    house.clock.forward(hours=13)  # Friday, 08.12 in Jakarta
    await roster(house, f"{DINAS.unit},Joko,sms,joko")
    first = await reported(house, "ani", LAMP)
    second = await reported(house, "ani", RUBBISH)
    await house.act(second, "forward", DINAS.unit)
    await group(house, "merge", second, first)
    for _ in range(3):
        await house.settle()
        assert house.heard("joko", "sms") == []
        house.clock.forward(hours=2)
    await group(house, "unmerge", second)
    await house.settle()
    (told,) = house.heard("joko", "sms")
    assert told.startswith(f"Baru: {second}")


async def test_whoever_sorts_an_emergency_has_it_in_hand(sqlite_house: House) -> None:
    house = sqlite_house
    fire = await reported(house, "ani", FIRE)
    lamp = await reported(house, "budi", LAMP)
    await group(house, "link", fire, lamp)
    async with house.parts.database.read() as conn:
        rows = (await conn.execute(select(inbox_item.c.handled_by, inbox_item.c.handled_how))).all()
    assert rows == [(ADMIN.id, "acknowledged")]


async def test_unmerging_gives_back_what_was_taken_and_no_more(house: House) -> None:
    first = await reported(house, "ani", LAMP)
    second = await reported(house, "ani", RUBBISH)
    await group(house, "merge", second, first)
    await house.say("ani", "lampunya masih mati min")
    await house.pause()
    back = await group(house, "unmerge", second)
    assert (back.state, back.merged_into) == (State.MENUNGGU, None)
    mine, theirs = await around(house, second), await around(house, first)
    assert [m.words[:6] for m in mine.messages] == ["sampah"]
    assert [m.words[:6] for m in theirs.messages] == ["lampu ", "lampun"]
    await house.settle()
    house.heard("ani")
    await house.say("ani", f"status {second}")
    await house.pause()
    assert house.heard("ani")[0].startswith(second)


async def test_a_message_becomes_a_complaint_of_its_own(house: House) -> None:
    first = await reported(house, "ani", LAMP)
    (receipt, _), *_ = house.channel().provider.sent
    await house.say("ani", "sekalian min, got nya juga mampet", quotes=str(receipt))
    await house.pause()
    house.heard("ani")
    messages = (await around(house, first)).messages
    assert len(messages) == 2
    await group(house, "split", first, messages=(messages[1].id,))
    await house.settle()
    codes = await house.codes()
    off = list(codes)[-1]
    assert off != first
    (told,) = house.heard("ani")
    assert off in told
    assert codes[off] in told
    after = await now(house, off)
    assert after.category == "saluran-mampet"
    assert after.place.words.startswith("Jl Panjang"), "where it names none, that of the first"
    assert [m.id for m in (await around(house, off)).messages] == [messages[1].id]
    (link,) = (await around(house, off)).relations
    assert (link.kind, link.earlier, link.complaint.number) == ("split", True, first)
    await house.say("ani", f"status {off}")
    await house.pause()
    assert house.heard("ani")[0].startswith(off)
    await group(house, "merge", off, first)
    assert len((await around(house, first)).messages) == 2, "merging takes it back"


async def test_splitting_needs_something_to_take_and_something_to_leave(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    number = await reported(house, "ani", LAMP)
    (only,) = (await around(house, number)).messages
    with pytest.raises(Impossible, match="must stay"):
        await group(house, "split", number, messages=(only.id,))
    with pytest.raises(NotFound, match="has no message 7"):
        await group(house, "split", number, messages=(7,))


async def test_whose_complaints_differ_are_linked_and_not_merged(sqlite_house: House) -> None:
    house = sqlite_house
    a, b = await reported(house, "ani", LAMP), await reported(house, "budi", LAMP)
    with pytest.raises(Impossible, match="different reporters"):
        await group(house, "merge", b, a)


async def test_who_may_and_whom_it_concerns(sqlite_house: House) -> None:
    house = sqlite_house
    a, b = await reported(house, "ani", LAMP), await reported(house, "budi", LAMP)
    await house.act(a, "forward", DINAS.unit)
    with pytest.raises(NotFound, match=f"no complaint {b}"):
        await group(house, "link", a, b, by=DINAS)
    with pytest.raises(NotAllowed, match="'split' needs one of the roles channel-admin"):
        await group(house, "split", a, by=DINAS, messages=(1,))
    await group(house, "link", a, b)
    found = (await around(house, a, by=DINAS)).group
    assert found is not None
    assert (found.reports, [c.number for c in found.members]) == (2, [a])


async def test_an_action_on_the_problem_reaches_each_in_the_own_thread(house: House) -> None:
    people = ("ani", "budi", "citra")
    a, b, c = [await reported(house, who, LAMP) for who in people]
    await group(house, "link", b, a)
    await group(house, "link", c, a)
    await house.act(a, "process", text="Regu datang.")
    await house.settle()
    assert [len(house.heard(who)) for who in people] == [1, 0, 0], "by itself it stays its own"
    _, skipped = await together.act(
        house.parts, ADMIN, b, Order(Action.PROCESS, text="Regu datang.")
    )
    assert [s.number for s in skipped] == [a]
    assert "not possible" in skipped[0].why
    await house.settle()
    for who, number, heard in zip(people, (a, b, c), (0, 1, 1), strict=True):
        texts = house.heard(who)
        assert len(texts) == heard
        for text in texts:
            assert number in text
            assert "Regu datang." in text
            assert not {a, b, c} - {number} & set(text.split())
    with pytest.raises(Refused, match="one complaint at a time") as refused:
        await together.act(house.parts, ADMIN, a, Order(Action.HIDE))
    assert refused.value.field == "whole_problem"
    await group(house, "unlink", a)
    with pytest.raises(Impossible, match="grouped with nothing"):
        await together.act(house.parts, ADMIN, a, Order(Action.COMMENT, text="Halo."))


async def on_all(house: House, number: str, order: Order) -> list[str]:
    """Those that were left out, and why."""
    _, skipped = await together.act(house.parts, ADMIN, number, order)
    return [f"{s.number}: {s.why}" for s in skipped]


async def all_with_dinas(house: House, *people: str) -> list[str]:
    """A complaint of each about one problem; Dinas Bina Marga has it since Friday morning."""
    house.clock.forward(hours=13)
    first, *others = [await reported(house, who, LAMP) for who in people]
    for number in others:
        await group(house, "link", number, first)
    assert await on_all(house, first, Order(Action.FORWARD, DINAS.unit)) == []
    await house.settle()
    for who in people:
        house.heard(who)
    return [first, *others]


async def test_an_estimate_for_the_problem_puts_off_each_complaint(house: House) -> None:
    a, b = await all_with_dinas(house, "ani", "budi")
    day = date(2026, 12, 4)
    order = Order(Action.ESTIMATE, DINAS.unit, text="Menunggu suku cadang.", until=day)
    assert await on_all(house, a, order) == []
    await house.settle()
    for who, number in (("ani", a), ("budi", b)):
        clock = (await now(house, number)).clock(ClockKind.COMPLETION)
        assert clock is not None
        assert clock.due_at.astimezone(WIB).date() == day
        (text,) = house.heard(who)
        assert number in text
        assert "suku cadang" in text
    assert await on_all(house, b, replace(order, until=date(2026, 12, 11))) == []


async def test_a_ticket_for_the_problem_is_one_for_each_and_decided_for_each(house: House) -> None:
    a, b = await all_with_dinas(house, "ani", "budi")
    c = await reported(house, "citra", LAMP)
    await group(house, "link", c, a)
    filing = Filing(TicketKind.PINDAH_SKPD, UnitId("dinas-perhubungan"))
    file = Order(Action.FILE_TICKET, DINAS.unit, note="Lampu lalu lintas.", filing=filing)
    (left_out,) = await on_all(house, a, file)
    assert left_out.startswith(f"{c}: {c} is not with dinas-bina-marga")
    tickets = [(await now(house, number)).tickets for number in (a, b, c)]
    assert [len(found) for found in tickets] == [1, 1, 0]
    approve = Order(
        Action.APPROVE_TICKET, "dinas-perhubungan", text="Milik Dishub.", ticket=tickets[1][0].id
    )
    (left_out,) = await on_all(house, b, approve)
    assert left_out == f"{c}: {c} has no open ticket 'pindah-skpd' of dinas-bina-marga"
    for number in (a, b):
        item = await now(house, number)
        assert (item.lead_unit, item.tickets) == ("dinas-perhubungan", ())
    await house.settle()
    assert [len(house.heard(who)) for who in ("ani", "budi", "citra")] == [1, 1, 0]


async def test_a_question_about_the_problem_is_asked_and_answered_for_each(house: House) -> None:
    a, b = await all_with_dinas(house, "ani", "budi")
    filing = Filing(TicketKind.TIDAK_DITEMUKAN)
    file = Order(Action.FILE_TICKET, DINAS.unit, note="Di depan gedung apa?", filing=filing)
    assert await on_all(house, a, file) == []
    ticket = (await now(house, a)).tickets[0].id
    ask = Order(Action.ASK, text="Di depan gedung apa?", ticket=ticket)
    assert await on_all(house, a, ask) == []
    await house.settle()
    for who, number in (("ani", a), ("budi", b)):
        (text,) = house.heard(who)
        assert number in text
        assert "gedung apa" in text
    clarify = Order(Action.CLARIFY, note="Depan Gedung Graha, kata satpam.", ticket=ticket)
    assert await on_all(house, a, clarify) == []
    assert [(await now(house, number)).tickets for number in (a, b)] == [(), ()]


async def test_what_becomes_secret_takes_along_what_was_merged_into_it(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    first = await reported(house, "ani", LAMP)
    second = await reported(house, "ani", RUBBISH)
    await group(house, "merge", second, first)
    await house.act(first, "make-confidential")
    assert await house.complaints() == []


async def test_whoever_withdraws_is_told_that_the_reports_of_others_go_on(house: House) -> None:
    first, second = [await reported(house, who, LAMP) for who in ("ani", "budi")]
    own = await reported(house, "ani", RUBBISH)
    await group(house, "link", second, first)
    await group(house, "link", own, first)
    house.heard("ani")
    await house.say("ani", f"BATALKAN {first}")
    await house.pause()
    (told,) = house.heard("ani")
    assert first in told
    assert "laporan mereka tetap dikerjakan" in told
    ended, going_on = await now(house, first), await now(house, second)
    assert (ended.closing_reason, going_on.is_open) == (ClosingReason.DIBATALKAN, True)
    await house.say("budi", f"BATALKAN {second}")
    await house.pause()
    assert "laporan mereka" in house.heard("budi")[-1], "the rubbish of ani is in the group"
    await house.say("ani", f"BATALKAN {own}")
    await house.pause()
    (told,) = house.heard("ani")
    assert own in told
    assert "Warga lain" not in told, "nobody else's is open"
