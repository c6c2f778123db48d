"""A number with its code proves who reports, in a thread as on the tracker; no guess does."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from gateway.ops import tries
from gateway.tables import code_try
from gateway.web import tracker
from tests.house import House

LAMP = "lampu jalan mati di jl panjang depan sdn 01"
SECRET = "lurah minta 130rb per orang buat tes urin pjlp kalo ga bayar ga dipanggil lagi"


async def filed(house: House, text: str = LAMP, who: str = "ani") -> tuple[str, str, str]:
    """Somebody reports; the number, its code and a wrong one."""
    await house.say(who, text)
    await house.pause()
    house.heard(who)
    number, code = list((await house.codes()).items())[-1]
    return number, code, f"{(int(code) + 1) % 1_000_000:06d}"


async def answers(house: House) -> list[str]:
    """The kinds of what was answered, whether or not it may leave."""
    await house.settle()
    return [kind for kind, _, _ in await house.ledger()]


async def tried(house: House) -> int:
    async with house.parts.database.read() as conn:
        return (await conn.scalar(select(func.count()).select_from(code_try))) or 0


def message(who: str, text: str, number: int) -> dict[str, Any]:
    return {"id": f"m{number}", "type": "message", "from": who, "text": text}


async def test_a_code_can_be_tried_five_times_in_an_hour(house: House) -> None:
    number, code, wrong = await filed(house)
    for _ in range(6):
        await house.say("budi", f"{number} {wrong}")
        await house.settle()
    await house.say("budi", f"{number} {code}")
    assert "status_one" not in await answers(house), "also the right one, for an hour"
    assert await tried(house) == 2 * tries.MAX_TRIES, "by number and by asker"
    house.clock.forward(hours=1, seconds=1)
    await house.say("budi", f"{number} {code}")
    assert (await answers(house))[-1] == "status_one"


async def test_the_limit_holds_within_one_group(house: House) -> None:
    number, code, wrong = await filed(house)
    guesses = [message(f"p{i}", f"{number} {wrong}", i) for i in range(5)]
    await house.deliver([*guesses, message("budi", f"{number} {code}", 99)])
    assert "status_one" not in await answers(house)
    assert await tried(house) == 10


async def test_one_message_after_the_other_in_one_thread_counts_each(house: House) -> None:
    number, code, wrong = await filed(house)
    guesses = [message("budi", f"{number} {wrong}", i) for i in range(40)]
    await house.deliver([*guesses, message("budi", f"{number} {code}", 99)])
    assert "status_one" not in await answers(house)
    assert await tried(house) == 10


async def test_one_asker_cannot_try_many_numbers(house: House) -> None:
    number, code, _ = await filed(house)
    guesses = [message("budi", f"JK26111877{i:02d} 123456", i) for i in range(25)]
    await house.deliver([*guesses, message("budi", f"{number} {code}", 99)])
    assert "status_one" not in await answers(house)
    assert await tried(house) == 2 * tries.MAX_TRIES_PER_ASKER
    await house.say("cici", f"{number} {code}")
    assert (await answers(house))[-1] == "status_one", "others still may"


async def test_nobody_may_try_when_all_together_tried_too_often(house: House) -> None:
    number, code, _ = await filed(house)
    now, new_id = house.clock(), house.parts.new_id
    rows = [r for i in range(1000) for r in tries.rows(f"X{i}", f"a{i}", now, new_id)]
    async with house.parts.database.write() as conn:
        await conn.execute(insert(code_try), rows)
    await house.say("budi", f"{number} {code}")
    assert "status_one" not in await answers(house)


async def test_tries_that_others_used_up_meanwhile_count(house: House) -> None:
    """Two workers, or a worker and the tracker: the one who writes later reads again."""
    number, code, wrong = await filed(house)
    stored = await house.deliver([message("budi", f"{number} {code}", 1)])
    drain = house.worker.drain
    works = await drain._decide(await drain._load(list(stored.queue_keys)))
    for i in range(5):
        await house.say(f"p{i}", f"{number} {wrong}")
    async with house.parts.database.write() as conn:
        rows = [
            r
            for i in range(5)
            for r in tries.rows(number, f"p{i}", house.clock(), house.parts.new_id)
        ]
        await tries.record(conn, rows, house.clock())
    assert await drain._write(works) == list(stored.queue_keys)
    assert "status_one" not in await answers(house)


async def test_forty_tries_at_once_are_five(house: House) -> None:
    number, _, wrong = await filed(house)
    guess = (tracker._tried(house.parts, number, wrong, "asker", house.clock()) for _ in range(40))
    results = await asyncio.gather(*guess, return_exceptions=True)
    assert results.count(None) == 5
    assert await tried(house) == 10


async def test_a_confidential_number_is_guessed_like_an_unknown_one(house: House) -> None:
    secret, _, wrong = await filed(house, SECRET)
    assert await house.complaints() == [], "it is confidential"
    texts = []
    for number in (secret, "JK2611180777"):
        await house.say("budi", f"{number} {wrong}")
        await house.settle()
        (text,) = house.heard("budi")
        texts.append(text.replace(number, "X"))
        house.clock.forward(minutes=11)
    assert texts[0] == texts[1]
    assert await tried(house) == 4


@pytest.mark.parametrize("who", ["ani", "budi"])
async def test_a_proof_counts_though_the_reporter_writes_at_the_same_time(
    house: House, who: str
) -> None:
    number, code, _ = await filed(house)
    await house.deliver([message("ani", "tolong ya pak", 1), message(who, f"{number} {code}", 2)])
    assert (await answers(house))[-1] == "status_one"


async def test_two_who_change_the_same_report_at_the_same_time_are_both_heard(house: House) -> None:
    number, code, _ = await filed(house)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.act(number, "finish", "dinas-bina-marga", text="Sudah menyala.")
    await house.settle()
    await house.deliver(
        [message("ani", "SEMBUNYIKAN", 1), message("budi", f"BELUM {number} {code}", 2)]
    )
    await house.settle()
    (brief,) = await house.complaints()
    assert brief.complaint.objected
    assert not brief.complaint.is_public
    assert (await house.outcomes())[-2:] == ["service", "answer"]
