"""What could not be delivered for hours is told as it stands then, or not at all."""

from core.messages import Reaction
from tests.gateway.sending import ask_for_help, deliveries, receipt
from tests.house import House

REPORT = "lampu jalan mati di jl panjang depan sdn 01"


async def closed_late(house: House, index: int = -1) -> None:
    """WhatsApp says hours later that its window was closed: 63016."""
    one = (await deliveries(house))[index]
    closed = {"code": "63016", "reaction": Reaction.WINDOW_CLOSED.value}
    await receipt(house, one.client_token, "failed", **closed)
    await house.settle()


async def test_a_question_that_never_arrived_is_not_asked_when_it_is_over(house: House) -> None:
    for text in (REPORT, "got mampet di jl kemuning dekat masjid"):
        await house.say("ani", text)
        await house.pause()
        house.clock.forward(hours=1)
    await house.say("ani", "BATALKAN")
    await house.pause()
    assert "Yang mana" in house.heard("ani")[-1]
    await closed_late(house)
    assert (await house.ledger())[-1] == ("which", "held", "window_closed")
    house.clock.forward(hours=80)
    await house.say("ani", "STATUS")
    await house.settle()
    (told,) = house.heard("ani")
    assert "Yang mana" not in told
    assert ("which", "superseded", "newer_news") in await house.ledger()


async def test_a_question_that_never_arrived_is_asked_while_it_is_open(house: House) -> None:
    for text in (REPORT, "got mampet di jl kemuning dekat masjid"):
        await house.say("ani", text)
        await house.pause()
        house.clock.forward(hours=1)
    await house.say("ani", "BATALKAN")
    await house.pause()
    house.heard("ani")
    await closed_late(house)
    house.clock.forward(minutes=5)
    await house.say("ani", "terima kasih")
    await house.settle()
    assert "Yang mana" in "".join(house.heard("ani"))


async def test_a_receipt_that_never_arrived_asks_nothing_about_what_is_over(house: House) -> None:
    house.clock.forward(hours=14)
    await house.say("ani", "lampu jalan mati")
    await house.pause()
    assert "Di mana" in house.heard("ani")[0]
    await closed_late(house, 0)
    (number,) = await house.codes()
    await house.act(number, "process")
    await house.act(number, "finish", text="Sudah menyala.")
    await house.settle()
    house.heard("ani")
    house.clock.forward(days=20)
    await house.say("ani", "halo")
    await house.settle()
    (receipted,) = [t for t in house.heard("ani") if "kode" in t]
    assert (await house.codes())[number] in receipted
    assert "tercatat" in receipted
    assert "Di mana" not in receipted


async def test_help_of_yesterday_is_no_answer_to_what_is_written_today(house: House) -> None:
    await ask_for_help(house)
    house.heard("ani")
    await closed_late(house)
    house.clock.forward(hours=25)
    await house.say("ani", REPORT)
    await house.pause()
    assert not [t for t in house.heard("ani") if "Cara lapor" in t]
    assert ("help", "superseded", "newer_news") in await house.ledger()
