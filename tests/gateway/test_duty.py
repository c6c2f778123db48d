"""Officers are told of their work through the outbox, and what they answer is never a complaint."""

from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.audit import trail
from gateway.desk.officers import told
from gateway.duty.listing import RosterInvalid
from gateway.duty.tables import duty_officer
from gateway.inbox.tables import inbox_item
from gateway.tables import conversation
from tests.databases import ON_SQLITE
from tests.gateway.rostering import FIRE, LAMP, filed, roster
from tests.house import ADMIN, House

BEATEN = "suami saya sedang memukuli saya tolong sekarang"


async def test_new_work_is_told_without_a_word_of_the_reporter(morning: House) -> None:
    house = morning
    await roster(house, "dinas-bina-marga,Joko,sms,joko", "dinas-bina-marga,Sri,sms,sri")
    number = await filed(house, text=f"{LAMP}, nama saya Budi Santoso 081234567890")
    await house.act(number, "forward", "dinas-bina-marga")
    await house.settle()
    (text,) = house.heard("joko", "sms")
    assert text == (
        f"Baru: {number}, lampu jalan mati, Kel Kebon Jeruk. "
        "Tanggapi paling lambat hari ini pukul 14.12."
    )
    assert house.heard("sri", "sms") == [text]
    shown = await told(house.parts, ADMIN, number)
    assert {t.kind for t in shown} <= {"receipt", "introduction", "forwarded"}, "not the reporter's"


async def test_half_and_four_fifths_of_a_clock_and_its_end(morning: House) -> None:
    house = morning
    await roster(house, "dinas-bina-marga,Joko,sms,joko")
    number = await filed(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.settle()
    house.heard("joko", "sms")
    house.clock.forward(hours=2, minutes=59)
    await house.settle()
    assert house.heard("joko", "sms") == []
    for forward, said in (
        ({"minutes": 1}, "50% waktu terpakai"),
        ({"minutes": 108}, "80% waktu terpakai"),
        ({"minutes": 72}, "Batas waktu lewat"),
    ):
        house.clock.forward(**forward)
        await house.settle()
        (text,) = house.heard("joko", "sms")
        assert said in text
        await house.settle()
        assert house.heard("joko", "sms") == [], "once"


@ON_SQLITE
async def test_a_clock_that_was_met_reminds_nobody(morning: House) -> None:
    house = morning
    await roster(house, "dinas-bina-marga,Joko,sms,joko")
    number = await filed(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.act(number, "process")
    await house.settle()
    house.heard("joko", "sms")
    house.clock.forward(hours=5)
    await house.settle()
    assert house.heard("joko", "sms") == []


@ON_SQLITE
async def test_a_roster_that_comes_late_reminds_of_what_runs(morning: House) -> None:
    house = morning
    number = await filed(house)
    await house.act(number, "forward", "dinas-bina-marga")
    house.clock.forward(hours=4)
    await roster(house, "dinas-bina-marga,Joko,sms,joko")
    await house.settle()
    assert house.heard("joko", "sms") == [], "half is over already"
    house.clock.forward(minutes=48)
    await house.settle()
    assert "80%" in house.heard("joko", "sms")[0]


async def test_many_within_ten_minutes_become_one_message(morning: House) -> None:
    house = morning
    await roster(house, "dinas-bina-marga,Joko,sms,joko")
    numbers = [await filed(house, f"ani{i}") for i in range(5)]
    for number in numbers:
        await house.act(number, "forward", "dinas-bina-marga")
        await house.settle()
    (first,) = house.heard("joko", "sms")
    assert numbers[0] in first
    house.clock.forward(minutes=10)
    await house.settle()
    (rest,) = house.heard("joko", "sms")
    assert rest.startswith("4 kabar tugas. Terdekat jatuh tempo hari ini pukul 14.12.")
    assert f"{numbers[1]} baru" in rest
    assert rest.endswith("dan 1 lagi")


@ON_SQLITE
async def test_off_duty_nobody_is_called_and_in_the_morning_once(house: House) -> None:
    await roster(house, "dinas-bina-marga,Joko,sms,joko,1-5,07:30-16:00")
    for who in ("ani", "budi"):
        number = await filed(house, who)
        await house.act(number, "forward", "dinas-bina-marga")
    await house.settle()
    assert house.heard("joko", "sms") == []
    house.clock.forward(hours=12, minutes=30)
    await house.settle()
    (text,) = house.heard("joko", "sms")
    assert "kabar tugas" in text


@ON_SQLITE
async def test_decisions_and_the_reporters_words_are_told(morning: House) -> None:
    house = morning
    await roster(house, "dinas-bina-marga,Joko,chat,joko")
    number = await filed(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.settle()
    house.heard("joko")
    house.clock.forward(minutes=11)
    await house.say("ani", f"{number} tiangnya juga miring")
    await house.settle()
    (text,) = house.heard("joko")
    assert "Keterangan baru dari pelapor" in text
    assert "miring" not in text
    house.clock.forward(minutes=11)
    await house.act(number, "finish", text="Sudah menyala.")
    await house.act(number, "reject", text="Foto tidak sesuai.")
    await house.settle()
    (text,) = house.heard("joko")
    assert text.startswith(f"Hasil ditolak: {number}")


async def test_an_emergency_calls_one_after_the_other_until_somebody_answers(house: House) -> None:
    await roster(
        house,
        "biro-pemerintahan,Joko,sms,joko",
        "biro-pemerintahan,Sri,sms,sri",
        "biro-pemerintahan,Tono,sms,tono",
    )
    number = await filed(house, text=FIRE)
    (rung,) = house.heard("joko", "sms")
    assert rung.startswith(f"DARURAT {number}: kebakaran, Kel Kebon Jeruk."), "at night, at once"
    assert house.heard("sri", "sms") == []
    house.clock.forward(minutes=10)
    await house.settle()
    assert number in house.heard("sri", "sms")[0]
    assert house.heard("joko", "sms") == []
    await house.say("sri", "OK", "sms")
    await house.settle()
    assert house.heard("sri", "sms") == [
        f"Dicatat: darurat {number} Anda tangani. Yang lain tidak dipanggil lagi."
    ]
    house.clock.forward(minutes=30)
    await house.settle()
    assert [house.heard(who, "sms") for who in ("joko", "sri", "tono")] == [[], [], []]
    async with house.parts.database.read() as conn:
        row = (await conn.execute(select(inbox_item))).one()
    assert (row.handled_how, row.alarm_at) == ("acknowledged", None)


@ON_SQLITE
async def test_an_alarm_that_nobody_answers_ends_at_its_ceiling_and_stays_on_the_list(
    house: House,
) -> None:
    await roster(house, "biro-pemerintahan,Joko,sms,joko")
    await filed(house, text=FIRE)
    for _ in range(15):
        house.clock.forward(minutes=10)
        await house.settle()
    assert len(house.heard("joko", "sms")) == 12
    async with house.parts.database.read() as conn:
        row = (await conn.execute(select(inbox_item))).one()
    assert (row.handled_at, row.alarm_at, row.alarm_step) == (None, None, 12)


@ON_SQLITE
async def test_who_cannot_be_reached_is_not_waited_for(house: House) -> None:
    await roster(
        house,
        "biro-pemerintahan,Joko,window,joko",
        "biro-pemerintahan,Sri,window,sri",
        "biro-pemerintahan,Tono,sms,tono",
    )
    await filed(house, text=FIRE)
    assert house.heard("joko", "window") == [], "never wrote: the window is closed"
    assert len(house.heard("tono", "sms")) == 1
    await house.settle()
    assert house.heard("tono", "sms") == []
    house.clock.forward(minutes=10)
    await house.settle()
    await house.settle()
    assert house.heard("tono", "sms") == [], "everybody was tried: from now on by the clock"


@ON_SQLITE
async def test_an_officers_action_is_an_acknowledgement(house: House) -> None:
    await roster(house, "biro-pemerintahan,Joko,sms,joko")
    number = await filed(house, text=FIRE)
    assert len(house.heard("joko", "sms")) == 1
    await house.act(number, "process")
    house.clock.forward(minutes=10)
    await house.settle()
    assert house.heard("joko", "sms") == []


@ON_SQLITE
async def test_an_officers_reply_is_never_a_complaint(morning: House) -> None:
    house = morning
    await roster(house, "dinas-bina-marga,Joko,sms,joko")
    for said in (LAMP, "STATUS", "PETUGAS", "halo"):
        await house.say("joko", said, "sms")
        await house.settle()
    assert await house.complaints() == []
    assert set(await house.outcomes()) == {"service"}
    assert "jalur tugas petugas" in house.heard("joko", "sms")[0]
    async with house.parts.database.read() as conn:
        assert (await conn.execute(select(inbox_item))).all() == []
    await house.say("joko", LAMP, "chat")
    await house.pause()
    assert len(await house.complaints()) == 1, "on another account a citizen like others"


async def test_whoever_leaves_the_roster_is_told_nothing_and_is_a_citizen_again(
    morning: House,
) -> None:
    house = morning
    await roster(house, "dinas-bina-marga,Joko,sms,joko")
    await roster(house, "dinas-bina-marga,Sri,sms,sri")
    number = await filed(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.settle()
    assert house.heard("joko", "sms") == []
    assert len(house.heard("sri", "sms")) == 1
    await house.say("joko", LAMP, "sms")
    await house.pause()
    assert len(await house.complaints()) == 2


@ON_SQLITE
async def test_of_a_secret_nothing_is_told_but_that_it_is_there(house: House) -> None:
    await roster(
        house,
        "biro-pemerintahan,Joko,sms,joko",
        'biro-pemerintahan,Sri,sms,sri,1-7,,"new,emergency,confidential"',
        "inspektorat,Tono,sms,tono",
    )
    await house.say("ani", BEATEN)
    await house.settle()
    assert house.heard("joko", "sms") == []
    assert house.heard("sri", "sms") == [
        "DARURAT, laporan rahasia. Buka di sistem sekarang. Anda tangani? Balas OK"
    ]
    await house.say("sri", "ok", "sms")
    await house.settle()
    assert house.heard("sri", "sms") == ["Dicatat: Anda tangani. Yang lain tidak dipanggil lagi."]
    house.clock.forward(hours=13)
    await house.say("budi", "oknum lurah kebon jeruk minta pungli 130 ribu", "rahasia")
    await house.pause()
    assert house.heard("tono", "sms") == ["Ada kabar tentang laporan rahasia. Buka di sistem."]


async def test_with_one_slot_free_all_of_a_bundle_leaves(morning: House) -> None:
    house = morning
    await roster(house, "dinas-bina-marga,Joko,sms,joko")
    limits = house.parts.settings.limits.model_copy(update={"sending_slots": 1})
    house.worker.sender.settings = house.parts.settings.model_copy(update={"limits": limits})
    numbers = [await filed(house, who) for who in ("ani", "budi", "citra")]
    for number in numbers:
        await house.act(number, "forward", "dinas-bina-marga")
    await house.settle()
    (text,) = house.heard("joko", "sms")
    assert text.startswith("3 kabar tugas.")
    assert all(number in text for number in numbers)


@ON_SQLITE
async def test_the_accused_unit_is_told_nothing_more(morning: House) -> None:
    house = morning
    await roster(house, "dinas-bina-marga,Joko,sms,joko", "biro-pemerintahan,Sri,sms,sri")
    number = await filed(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.act(number, "accuse", "dinas-bina-marga")
    await house.settle()
    assert house.heard("joko", "sms") == [], "taken away before it was told"
    house.clock.forward(hours=6)
    await house.settle()
    assert house.heard("joko", "sms") == []
    assert house.heard("sri", "sms") != []


async def test_names_and_numbers_lie_sealed(sqlite_house: House) -> None:
    house = sqlite_house
    await roster(house, "dinas-bina-marga,Joko Susilo,sms,+6281200000001")
    async with house.parts.database.read() as conn:
        row = (await conn.execute(select(duty_officer))).one()
        thread = (await conn.execute(select(conversation))).one()
    assert b"Joko" not in row.name_sealed
    assert thread.officer
    opened = house.parts.keys.open(row.name_sealed, row.key_id, "duty_officer.name")
    assert opened == b"Joko Susilo"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("dinas-x,Joko,sms,joko", "there is no unit 'dinas-x'"),
        ("dinas-bina-marga,Joko,fax,joko", "there is no account 'fax'"),
        ("dinas-bina-marga,Joko,sms,joko,1-5,abc", "line 2: hours: expected"),
        ("dinas-bina-marga,Joko,sms,joko,1-5,25:00-26:00", "line 2: hours: expected"),
        ("dinas-bina-marga,Joko,sms,joko,8", "line 2: days"),
        ("dinas-bina-marga,Joko,sms,joko,,,all", "told: 'all' is none of new"),
        ("dinas-bina-marga,,sms,joko", "line 2: name: is missing"),
        ("", "there is nobody in it"),
    ],
)
async def test_a_wrong_roster_is_refused_as_a_whole(
    sqlite_house: House, line: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(RosterInvalid, match=said):
        await roster(sqlite_house, line)
    async with sqlite_house.parts.database.read() as conn:
        assert (await conn.execute(select(duty_officer))).all() == []


async def test_who_changed_a_roster_is_recorded(sqlite_house: House) -> None:
    await roster(sqlite_house, "dinas-bina-marga,Rina,chat,rina,,,")
    async with sqlite_house.parts.database.read() as conn:
        row = (await trail.entries(conn))[-1]
    assert (row.action, row.subject) == ("roster.import", "unit:dinas-bina-marga")
