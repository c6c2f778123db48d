"""A month of traffic: its books balance, and once it is over they stay as they were."""

import json
from dataclasses import replace
from typing import Any

import pytest

from channels.contract import Raw
from core import store
from core.access import Officer, OfficerRole
from core.commands import amend
from core.complaint import ComplaintDraft, UnitId
from core.messages import AccountId
from core.workflow import Action
from gateway.audit.seal import head as audit_head
from gateway.grouping import acts
from gateway.grouping.acts import Wish
from gateway.inbound.arrival import ArrivalDesk
from gateway.inbound.commit import commit
from gateway.inbound.replay import replay, stuck
from gateway.reports.figures import Figures, Print
from gateway.reports.make import monthly_report
from gateway.reports.month import Month, period_of
from gateway.reports.reading import figures
from tests.databases import ON_SQLITE
from tests.house import ADMIN, House

DINAS = Officer("dinas", UnitId("dinas-bina-marga"), OfficerRole.AGENCY_ADMIN)
VALIDATOR = Officer("validator", UnitId("biro-pemerintahan"), OfficerRole.VALIDATOR)
LAMP = "lampu jalan mati di jl panjang depan sdn 01 kel kebon jeruk"
RUBBISH = "sampah menumpuk di jl kebayoran lama depan pasar kel grogol utara"
POTHOLE = "jalan berlubang di jl daan mogot depan halte kel duri kosambi"


async def counted(house: House, month: str) -> Figures:
    async with house.parts.database.read() as conn:
        return await figures(conn, period_of(month, house.clock()))


async def tables(house: House, month: str) -> dict[str, list[Any]]:
    """The rows of all tables but the summary, which says when it was printed."""
    stamp = Print(house.clock())
    async with house.parts.database.read() as conn:
        made = await monthly_report(conn, period_of(month, house.clock()), stamp)
    return {t.key: list(t.records()) for t in made.tables if t.key != "ringkasan"}


async def filed(house: House, who: str, text: str, account: str = "chat") -> str:
    await house.say(who, text, account)
    await house.pause()
    return (await house.complaints())[-1].complaint.number


def balances(table: list[Any]) -> None:
    assert table, "an empty table balances without saying anything"
    assert {row["difference"] for row in table} == {0}


BOOKS = (
    "pesan-per-kanal", "pengaduan-per-kanal", "pengaduan-per-unit", "pengaduan-per-kategori",
    "pengaduan-per-status", "mutasi-per-kanal", "mutasi-per-unit",
)  # fmt: skip


async def test_the_books_of_a_month_balance_and_stay(house: House) -> None:
    lamp = await filed(house, "ani", LAMP)
    rubbish = await filed(house, "budi", RUBBISH, "sms")
    hole = await filed(house, "ani", POTHOLE)
    await house.say("ani", "terima kasih")
    await house.say("citra", "assalamualaikum")
    await house.say("budi", "batalkan", "sms")
    await house.pause()
    await house.act(lamp, "forward", DINAS.unit)
    await house.act(lamp, "process", by=DINAS)
    await house.act(hole, "forward", "dinas-sda")
    # The last minute of November in Jakarta: taken, and not looked at until December.
    house.clock.at = period_of("2026-11", house.clock()).month.end
    house.clock.forward(seconds=-30)
    await house.say("dewi", RUBBISH)
    house.clock.forward(hours=2)
    november = await tables(house, "2026-11")
    for key in BOOKS:
        balances(november[key])
    (chat, _, *_) = november["pesan-per-kanal"]
    assert (chat["key"], chat["waiting"]) == ("chat", 1)
    total = november["pengaduan-per-unit"][-1]
    assert (total["filed"], total["reporters"]) == (3, 2)

    await house.settle()
    await house.act(lamp, "finish", by=DINAS, text="Sudah menyala.")
    await house.act(hole, "dispose", DINAS.unit, by=Officer("sda", UnitId("dinas-sda"), DINAS.role))
    await house.act(rubbish, "comment", text="Dibatalkan, ya.")
    house.clock.at = period_of("2026-12", house.clock()).month.end
    house.clock.forward(hours=1)
    assert await tables(house, "2026-11") == november
    december = await tables(house, "2026-12")
    for key in BOOKS[1:]:
        balances(december[key])
    assert december["pesan-bulan-lalu"][0]["new"] == 1, "counted once, in the month it was handled"
    ended = {r["key"]: r["closing"] for r in november["mutasi-per-unit"] if r["closing"]}
    began = {r["key"]: r["opening"] for r in december["mutasi-per-unit"] if r["opening"]}
    assert ended == began


@ON_SQLITE
async def test_a_merged_complaint_stands_in_the_books_as_such(house: House) -> None:
    """Merged in the month in which it was filed, and by itself again in the next."""
    lamp = await filed(house, "ani", LAMP)
    again = await filed(house, "ani", RUBBISH)
    await acts.act(house.parts, ADMIN, again, Wish(Action.MERGE, lamp))
    await acts.act(house.parts, ADMIN, lamp, Wish(Action.LINK, await filed(house, "budi", LAMP)))
    november = await tables(house, "2026-11")
    for key in BOOKS:
        balances(november[key])
    total = november["pengaduan-per-kanal"][-1]
    assert (total["filed"], total["open"], total["digabung"]) == (3, 2, 1)
    assert november["mutasi-per-kanal"][-1]["ended"] == 1
    made = (await counted(house, "2026-11")).measures.kinds["completion"]
    assert (made.met, made.void) == (0, 1), "nobody has done it"

    house.clock.at = period_of("2026-11", house.clock()).end
    house.clock.forward(hours=1)
    await acts.act(house.parts, ADMIN, again, Wish(Action.UNMERGE))
    assert await tables(house, "2026-11") == november
    december = await tables(house, "2026-12")
    for key in BOOKS[3:]:
        balances(december[key])
    assert december["mutasi-per-kanal"][-1]["reopened"] == 1


async def test_a_complaint_across_three_months(house: House) -> None:
    """Filed in November, finished in December, undone and ended in January."""
    number = await filed(house, "ani", LAMP)
    await house.act(number, "forward", DINAS.unit)
    house.clock.forward(hours=2)
    await house.act(number, "process", by=DINAS)
    november = await counted(house, "2026-11")
    assert (november.books.total.filed, november.books.total.open) == (1, 1)
    answered = november.measures.units[DINAS.unit, "response"]
    assert (answered.met, answered.hours(0.5)) == (1, 2.0)

    house.clock.at = period_of("2026-11", house.clock()).end
    house.clock.forward(days=28)
    await house.settle()
    await house.act(number, "finish", by=DINAS, text="Sudah menyala.")
    await house.act(number, "verify", by=VALIDATOR)
    await house.act(number, "validate", by=VALIDATOR)
    await house.settle()
    kept = {month: await tables(house, month) for month in ("2026-11", "2026-12")}
    december = await counted(house, "2026-12")
    assert december.books.later["2026-11"].ended == {"tuntas": 1}
    assert december.measures.kinds["completion"].missed == 1
    assert december.measures.kinds["completion"].overdue == 1

    house.clock.at = period_of("2026-12", house.clock()).end
    house.clock.forward(minutes=1)
    await house.say("ani", "belum")
    await house.pause()
    await house.act(number, "reject", by=VALIDATOR, text="Masih mati.")
    house.clock.forward(days=1)
    await house.act(number, "close", by=VALIDATOR, text="Tiangnya tidak ada.",
                    reason="tidak-ditemukan")  # fmt: skip
    january = await counted(house, "2027-01")
    assert january.books.later["2026-11"].ended == {"tidak-ditemukan": 1}
    assert january.measures.kinds["completion"].void == 1
    for month, then in kept.items():
        assert await tables(house, month) == then, month


async def test_what_a_spool_kept_over_the_end_of_a_month_is_counted_when_it_is_stored(
    house: House,
) -> None:
    desk = ArrivalDesk(house.parts.keys, house.parts.new_id)
    house.clock.at = period_of("2026-11", house.clock()).end
    house.clock.forward(seconds=-5)
    body = {"events": [{"id": "1", "type": "message", "from": "ani", "text": LAMP,
                        "at": house.clock().timestamp()}]}  # fmt: skip
    raw = Raw("webhook", json.dumps(body).encode(), house.clock())
    spooled = desk.receive(AccountId("chat"), house.channel(), raw)
    house.clock.forward(hours=2)
    november = await tables(house, "2026-11")
    assert november["pesan-per-kanal"][0]["received"] == 0
    await commit(house.parts.database, [replace(spooled, stored_at=house.clock())])
    await house.settle()
    assert await tables(house, "2026-11") == november
    december = await tables(house, "2026-12")
    assert december["pesan-bulan-lalu"][0]["new"] == 1
    assert december["pengaduan-per-kanal"][-1]["filed"] == 1


@ON_SQLITE
async def test_what_a_replay_reads_belongs_to_the_month_of_the_replay(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = house.channel()
    original = channel.parse
    monkeypatch.setattr(channel, "parse", lambda raw: original(replace(raw, body=b"{}")))
    await house.say("ani", LAMP)
    house.clock.at = period_of("2026-11", house.clock()).end
    november = await tables(house, "2026-11")
    (line, *_) = november["pesan-per-kanal"]
    assert (line["received"], line["unparsed"], line["difference"]) == (1, 1, 0)
    monkeypatch.setattr(channel, "parse", original)
    await replay(house.parts, [s.id for s in await stuck(house.parts)], send=False)
    await house.settle()
    assert await tables(house, "2026-11") == november
    assert (await tables(house, "2026-12"))["pesan-bulan-lalu"][0]["new"] == 1


@ON_SQLITE
async def test_confidential_complaints_and_accusations_stand_in_no_table(house: House) -> None:
    lamp = await filed(house, "ani", LAMP)
    await filed(house, "budi", RUBBISH, "rahasia")
    hole = await filed(house, "citra", POTHOLE)
    before = await counted(house, "2026-11")
    assert before.books.total.filed == 2
    assert before.messages is not None
    assert "rahasia" not in before.messages
    await house.act(lamp, "make-confidential")
    await house.act(hole, "accuse", "dinas-sosial")
    after = await counted(house, "2026-11")
    assert after.books.total.filed == 0
    assert after.reserved is None, "the quarter is not over"
    assert not any(after.measures.kinds[k].met for k in ("triage", "response"))

    house.clock.at = period_of("2026-12", Month(2026, 12).begin).end
    house.clock.forward(hours=2)
    quarter = await counted(house, "2026-12")
    assert quarter.reserved == 3
    async with house.parts.database.read() as conn:
        head = await audit_head(conn)
        made = await monthly_report(conn, period_of("2026-12", house.clock()), Print(house.clock()))
    summary = {str(r[0]): r[1] for r in made.tables[0].rows}
    assert summary["Pengaduan rahasia dan yang menyangkut petugas (triwulan)"] == "kurang dari 5"
    assert summary["Kepala rantai audit"] == str(head)


@ON_SQLITE
async def test_what_becomes_confidential_later_stays_in_the_closed_months(house: House) -> None:
    """Taking it out would show, by the difference, that it is there."""
    lamp = await filed(house, "ani", LAMP)
    house.clock.at = period_of("2026-11", house.clock()).end
    november = await tables(house, "2026-11")
    house.clock.forward(days=2)
    await house.act(lamp, "make-confidential")
    assert await tables(house, "2026-11") == november
    (line,) = (r for r in (await tables(house, "2026-12"))["mutasi-per-unit"] if r["opening"])
    assert (line["left"], line["closing"], line["difference"]) == (1, 0, 0)


@ON_SQLITE
async def test_a_corrected_category_is_news_of_the_month_of_the_correction(house: House) -> None:
    await house.say("ani", "jl panjang kel kebon jeruk rusak")
    await house.pause()
    house.clock.at = period_of("2026-11", house.clock()).end
    november = await tables(house, "2026-11")
    (item,) = await house.complaints()
    content = ComplaintDraft(item.complaint.kind, "taman", item.complaint.place)
    house.clock.forward(days=1)
    change = amend(
        item.complaint, content, reporter="1", at=house.clock(), recorded_at=house.clock(),
        new_id=house.parts.new_id,
    )  # fmt: skip
    async with house.parts.database.write() as conn:
        await store.write(conn, [change], house.parts.keys.code_hash)
    assert (await house.complaints())[0].complaint.category == "taman"
    assert await tables(house, "2026-11") == november


async def test_a_ticket_stands_in_the_month_in_which_it_was_decided(sqlite_house: House) -> None:
    house = sqlite_house
    number = await filed(house, "ani", LAMP)
    await house.act(number, "forward", DINAS.unit)
    house.clock.at = period_of("2026-11", house.clock()).month.end
    house.clock.forward(hours=-3)
    await house.act(number, "file-ticket", by=DINAS, note="Bukan tugas kami.", kind="pindah-skpd")
    house.clock.forward(hours=6)
    (line,) = (await tables(house, "2026-11"))["tiket-per-unit"]
    assert line["key"] == DINAS.unit
    assert (line["filed"], line["closing"], line["difference"]) == (1, 1, 0)
    await house.act(number, "refuse-ticket", text="Tetap di sini.")
    house.clock.at = period_of("2026-12", house.clock()).month.end
    house.clock.forward(hours=1)
    (line,) = (await tables(house, "2026-12"))["tiket-per-unit"]
    assert (line["opening"], line["refused"], line["closing"], line["difference"]) == (1, 1, 0, 0)
    (line,) = (await tables(house, "2026-11"))["tiket-per-unit"]
    assert (line["filed"], line["closing"]) == (1, 1)


async def test_what_asking_held_is_counted_when_it_is_decided(house: House) -> None:
    """Two questions of one unit: one is answered after three hours, one is refused afterwards."""
    answered, refused = await filed(house, "ani", LAMP), await filed(house, "budi", LAMP)
    house.clock.at = period_of("2026-11", house.clock()).month.end
    house.clock.forward(hours=-8)
    for number in (answered, refused):
        await house.act(number, "forward", DINAS.unit)
        words = "Di depan bangunan apa, dan jam berapa?"
        await house.act(number, "file-ticket", by=DINAS, note=words, kind="tidak-jelas")
        await house.act(number, "ask", text=words)
    (line,) = (await tables(house, "2026-11"))["jeda-per-unit"]
    assert (line["key"], line["pauses"], line["running"]) == (DINAS.unit, 0, 2)
    house.clock.forward(hours=3)
    await house.act(answered, "clarify", note="Depan pasar, kata pelapor.")
    (line,) = november = (await tables(house, "2026-11"))["jeda-per-unit"]
    assert (line["pauses"], line["hours"], line["longest_hours"]) == (1, 3.0, 3.0)
    assert (line["uncounted"], line["running"]) == (0, 1)
    house.clock.forward(hours=7)
    await house.act(refused, "refuse-ticket", text="Laporannya sudah jelas.")
    house.clock.at = period_of("2026-12", house.clock()).month.end
    house.clock.forward(hours=1)
    (line,) = (await tables(house, "2026-12"))["jeda-per-unit"]
    assert (line["pauses"], line["hours"], line["uncounted"], line["running"]) == (0, 0.0, 1, 0)
    assert (await tables(house, "2026-11"))["jeda-per-unit"] == november


async def test_a_helper_that_asks_holds_no_clock_of_its_own(sqlite_house: House) -> None:
    house = sqlite_house
    number = await filed(house, "ani", LAMP)
    await house.act(number, "forward", "dinas-sda")
    await house.act(number, "coordinate", DINAS.unit)
    words = "Di depan bangunan apa, dan jam berapa?"
    await house.act(number, "file-ticket", by=DINAS, note=words, kind="tidak-jelas")
    await house.act(number, "ask", text=words)
    await house.act(number, "clarify", note="Depan pasar.")
    assert (await tables(house, "2026-11"))["jeda-per-unit"] == []


async def test_a_pause_of_what_is_confidential_stands_nowhere(sqlite_house: House) -> None:
    house = sqlite_house
    number = await filed(house, "ani", LAMP)
    await house.act(number, "forward", DINAS.unit)
    words = "Di depan bangunan apa, dan jam berapa?"
    await house.act(number, "file-ticket", by=DINAS, note=words, kind="tidak-jelas")
    await house.act(number, "ask", text=words)
    await house.act(number, "make-confidential")
    assert (await tables(house, "2026-11"))["jeda-per-unit"] == []
