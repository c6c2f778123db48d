"""One complaint from the first message to the rating, on both databases."""

from tests.house import House


async def test_a_report_lives_its_whole_life_in_one_thread(house: House) -> None:
    await house.say("ani", "Lampu jln mati sdh 3 hari di jl panjang dpn SDN 01 kel kebon jeruk")
    await house.settle()
    assert house.heard("ani") == [], "the answer waits for more parts of the message"
    await house.pause()
    (receipt,) = house.heard("ani")
    (brief,) = await house.complaints()
    number = brief.complaint.number
    assert number == "JK2611190001"
    assert number in receipt
    assert "lampu jalan mati, Jl Panjang depan SDN 01, Kel Kebon Jeruk" in receipt
    assert house.parts.keys.code(brief.complaint.id) in receipt

    await house.act(number, "forward", "dinas-bina-marga")
    await house.settle()
    (forwarded,) = house.heard("ani")
    assert "diteruskan ke Dinas Bina Marga" in forwarded
    assert "besok pukul 01.12" in forwarded, "six hours after it was handed over"

    await house.act(number, "process", text="Regu datang malam ini.", note="hubungi mandor")
    await house.settle()
    (working,) = house.heard("ani")
    assert "dikerjakan Dinas Bina Marga" in working
    assert "Regu datang malam ini." in working
    assert "mandor" not in working, "an internal note never leaves"

    await house.act(number, "finish", text="Lampu sudah menyala.")
    await house.settle()
    (finished,) = house.heard("ani")
    assert "SUDAH atau BELUM" in finished

    await house.say("ani", "5 trims pak udh terang")
    await house.settle()
    assert house.heard("ani") == [f"Terima kasih. Nilai 5 untuk {number} dicatat."]
    assert await house.outcomes() == ["new", "answer"]
    assert {state for _, state, _ in await house.ledger()} == {"told"}


async def test_an_officers_words_are_told_although_the_next_step_follows_at_once(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    await house.say("ani", "lampu jalan mati di jl panjang depan sdn 01")
    await house.pause()
    house.heard("ani")
    (brief,) = await house.complaints()
    number = brief.complaint.number
    await house.act(number, "forward", "dinas-bina-marga")
    await house.act(number, "process", text="Regu datang malam ini.")
    await house.act(number, "coordinate", "dinas-perhubungan")
    await house.settle()
    await house.settle()
    heard = house.heard("ani")
    assert [kind for kind, state, _ in await house.ledger() if state == "superseded"] == [
        "forwarded"
    ], "only what nobody wrote anything with is overtaken"
    assert len(heard) == 2
    assert "Regu datang malam ini." in heard[0]
    assert "Dinas Bina Marga menanganinya bersama Dinas Perhubungan" in heard[1], "not who clicked"


async def test_a_pin_tells_more_than_a_landmark(sqlite_house: House) -> None:
    house = sqlite_house
    await house.say("ani", "lubang besar dekat halte", location=[-6.2443, 106.8006])
    await house.pause()
    (receipt,) = house.heard("ani")
    assert "dekat halte, sekitar Kel Melawai" in receipt


async def test_why_it_was_withdrawn_stands_in_the_brief_without_what_names_anybody(
    house: House,
) -> None:
    await house.say("ani", "lampu jalan mati di jl panjang depan sdn 01")
    await house.pause()
    await house.say("ani", "batalkan")
    await house.settle()
    (before,) = await house.complaints()
    assert before.complaint.closing_reason is not None, "before anybody answers"
    await house.say("ani", "sudah nyala, hubungi saya 081298765432")
    await house.settle()
    (brief,) = await house.complaints()
    assert brief.words.splitlines()[-1].startswith("Alasan dibatalkan: sudah nyala, hubungi saya")
    assert "081298765432" not in brief.words
    assert brief.complaint.version == before.complaint.version
    assert await house.outcomes() == ["new", "service", "answer"]
