"""What is written, and what the tracker shows, as each proof allows it (finding 15)."""

from collections.abc import Callable
from typing import Any

import pytest

from core.proof import Proof, Right, allows
from tests.gateway.web.conftest import Web

REPORTER, OTHER = "+6281234567890", "+6281111111111"
WORDS = "lampu jalan mati di jl panjang depan sdn 01"


async def _code(web: Web, number: str) -> str:
    return (await web.house.codes())[number]


async def _by_number(web: Web, number: str) -> str:
    return (await web.client.get(f"/lacak/{number}")).text


async def _by_code(web: Web, number: str) -> str:
    return (await web.client.post(f"/lacak/{number}", data={"kode": await _code(web, number)})).text


@pytest.mark.parametrize(("proof", "page"), [(Proof.NUMBER, _by_number), (Proof.CODE, _by_code)])
async def test_the_tracker_agrees_with_the_table(
    web: Web, proof: Proof, page: Callable[[Web, str], Any]
) -> None:
    number = await web.filed()
    shown = await page(web, number)
    assert ("lampu jalan mati" in shown) is allows(proof, Right.LOOK), "its category"
    assert (WORDS in shown) is allows(proof, Right.READ), "its words"


async def test_with_the_code_another_number_adds_and_objects_and_is_told_no_news(web: Web) -> None:
    house, number = web.house, await web.filed()
    code = await _code(web, number)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.pause()
    house.heard(REPORTER)

    await house.say(OTHER, f"{number} {code}", media=[{"source": "a", "type": "image/jpeg"}])
    await house.pause()
    (added,) = house.heard(OTHER)
    assert number in added
    assert house.heard(REPORTER) == []

    await house.act(number, "finish", "dinas-bina-marga", text="Lampu menyala.")
    await house.pause()
    house.heard(REPORTER)
    assert house.heard(OTHER) == [], "its news are the reporter's"
    await house.say(OTHER, f"BELUM {number} {code}")
    await house.pause()
    (objected,) = house.heard(OTHER)
    assert "belum beres" in objected
    (brief,) = await house.complaints()
    assert brief.complaint.objected
    assert len(brief.photos) == 1


async def test_with_the_code_another_number_ends_nothing(web: Web) -> None:
    house, number = web.house, await web.filed()
    for order in ("BATALKAN", "SEMBUNYIKAN", "SUDAH"):
        await house.say(OTHER, f"{order} {number} {await _code(web, number)}")
        await house.pause()
    (brief,) = await house.complaints()
    assert brief.complaint.is_open
    assert brief.complaint.is_public


async def test_a_number_that_may_be_sold_again_is_told_no_news_until_it_shows_a_code(
    web: Web,
) -> None:
    house, number = web.house, await web.filed()
    house.clock.forward(days=61)
    await house.settle()
    house.heard(REPORTER)
    await house.say(REPORTER, "siang min")
    await house.pause()
    house.heard(REPORTER)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.pause()
    assert house.heard(REPORTER) == []
    assert ("forwarded", "cancelled", "silent_address") in await house.ledger()

    await house.say(REPORTER, f"{number} {await _code(web, number)}")
    await house.pause()
    house.heard(REPORTER)
    await house.act(number, "process", "dinas-bina-marga", text="Regu datang malam ini.")
    await house.pause()
    (told,) = house.heard(REPORTER)
    assert number in told
