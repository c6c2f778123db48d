"""Officers are told of tickets and decisions, and once of what opens a complaint again."""

from sqlalchemy import select

from core.tables import clock
from gateway.duty.tables import clock_reminder
from tests.databases import ON_SQLITE
from tests.gateway.rostering import filed, roster
from tests.house import House


@ON_SQLITE
async def test_a_question_that_leaves_by_itself_reminds_nobody(morning: House) -> None:
    house = morning
    await roster(house, "biro-pemerintahan,Rina,sms,rina")
    number = await filed(house, text="parkir liar ganggu jalan")
    await house.act(number, "forward", "dinas-bina-marga")
    words = "Di depan bangunan apa, dan jam berapa?"
    await house.act(number, "file-ticket", "dinas-bina-marga", note=words, kind="tidak-jelas")
    await house.settle()
    query = select(clock.c.kind).join(clock_reminder, clock_reminder.c.clock_id == clock.c.id)
    async with house.parts.database.read() as conn:
        kinds = set((await conn.scalars(query)).all())
    assert "clarification" in kinds
    assert "asking" not in kinds


async def test_a_ticket_is_told_to_who_decides_and_the_decision_to_who_filed_it(
    morning: House,
) -> None:
    house = morning
    await roster(
        house,
        "biro-pemerintahan,Rina,sms,rina",
        "dinas-bina-marga,Joko,sms,joko",
        "dinas-perhubungan,Sri,sms,sri",
    )
    number = await filed(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.settle()
    for who in ("rina", "joko"):
        house.heard(who, "sms")
    house.clock.forward(minutes=11)
    words = "Lampu lalu lintas, bukan lampu jalan; kata warga Pak Budi juga begitu."
    await house.act(number, "file-ticket", "dinas-bina-marga", note=words, kind="pindah-skpd")
    await house.settle()
    (text,) = house.heard("rina", "sms")
    assert text.startswith(f"Tiket Pindah SKPD menunggu keputusan: {number}, lampu jalan mati,")
    assert "Paling lambat 23 Nov pukul 08.23." in text
    assert "Budi" not in text
    house.clock.forward(minutes=11)
    await house.act(number, "approve-ticket", "dinas-perhubungan", text="Milik Dishub.")
    await house.settle()
    (text,) = house.heard("joko", "sms")
    assert text.endswith("tiket disetujui, dipindahkan ke unit lain.")
    (text,) = house.heard("sri", "sms")
    assert text.startswith(f"Baru: {number}")
    assert house.heard("rina", "sms") == []


async def test_an_answer_that_opens_a_complaint_again_is_told_once(morning: House) -> None:
    house = morning
    await roster(
        house, "dinas-bina-marga,Joko,sms,joko", "dinas-bina-marga,Sri,sms,sri,1-7,,answer"
    )
    number = await filed(house, text="parkir liar ganggu jalan")
    await house.act(number, "forward", "dinas-bina-marga")
    await house.act(
        number, "file-ticket", "dinas-bina-marga", note="Di ruas yang mana?", kind="tidak-jelas"
    )
    await house.live_on(30 * 3600)
    for who in ("joko", "sri"):
        house.heard(who, "sms")
    await house.say("ani", "di jl panjang depan sdn 01 kel kebon jeruk")
    await house.pause()
    await house.live_on(15 * 60)
    (told_joko,) = house.heard("joko", "sms")
    assert told_joko.startswith(f"Dibuka lagi, pelapor menjawab: {number}, ")
    assert "Tanggapi paling lambat" in told_joko
    (told_sri,) = house.heard("sri", "sms")
    assert told_sri.startswith(f"Keterangan baru dari pelapor: {number}, "), "she hears no new work"


async def test_an_objection_is_told_once(morning: House) -> None:
    house = morning
    await roster(house, "dinas-bina-marga,Joko,sms,joko")
    number = await filed(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.act(number, "close", text="Tiang itu tidak ada.", reason="tidak-ditemukan")
    await house.live_on(15 * 60)
    house.heard("joko", "sms")
    await house.say("ani", "belum")
    await house.pause()
    await house.live_on(15 * 60)
    (text,) = house.heard("joko", "sms")
    assert number in text
    assert "Keterangan baru" not in text
