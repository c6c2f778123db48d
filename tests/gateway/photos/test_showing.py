"""The photo of a result reaches its reporter: in the news of it, and nowhere else."""

from typing import Any

import pytest

from channels.contract import NotSent
from core.access import Officer, OfficerRole
from core.commands import Evidence
from core.complaint import (
    Actor,
    ActorKind,
    ComplaintId,
    Stage,
    State,
    Transition,
    UnitId,
)
from core.messages import OutboundMessage, Reaction
from core.workflow import Action
from gateway.desk import officers
from gateway.desk.orders import Order
from gateway.grouping import acts, together
from gateway.grouping.acts import Wish
from gateway.photos import desk
from gateway.photos.showing import LASTS, link, proof_of, read_link, servable
from tests.databases import ON_SQLITE
from tests.gateway.sending import deliveries, receipt
from tests.house import ADMIN, START, House, open_house
from tests.pictures import exif, photo, scene

DINAS = Officer("token:5", UnitId("dinas-bina-marga"), OfficerRole.AGENCY_ADMIN)
BASE = "https://lapor.example.go.id"
PAGE = "Fotonya bisa dilihat di halaman lacak"


async def finished(house: House, number: str, *photos: bytes, **more: Any) -> list[int]:
    """The result with these photos, at ten in the morning; their ids."""
    house.clock.at = house.clock.at.replace(hour=3)
    ids = [await desk.add(house.parts, DINAS, number, content) for content in photos]
    text = more.pop("text", "Lampu sudah menyala.")
    order = Order(Action.FINISH, text=text, evidence=Evidence(tuple(ids), **more))
    await officers.act(house.parts, DINAS, number, order)
    await house.settle()
    return ids


async def reported(house: House, who: str = "ani", account: str = "chat") -> str:
    await house.say(who, "lampu jalan mati di jl panjang kel kebon jeruk", account)
    await house.pause()
    number = (await house.complaints())[-1].complaint.number
    house.clock.forward(hours=12)
    await house.act(number, "forward", "dinas-bina-marga")
    await house.settle()
    house.heard(who, account)
    return number


def news(house: House, account: str = "chat") -> OutboundMessage:
    """What was sent last, which is the result."""
    _, sent = house.channel(account).provider.sent[-1]
    assert "melapor" in sent.text
    return sent


async def pictured(house: House, message: OutboundMessage) -> list[int]:
    """The photos behind the addresses of *message*, those that are shown now."""
    shown = []
    for address in message.media:
        named = read_link(house.parts.keys, address.removeprefix(f"{BASE}/foto/"), house.clock())
        assert named is not None
        async with house.parts.database.read() as conn:
            if await servable(conn, *named):
                shown.append(named[1])
    return shown


async def test_the_news_of_the_result_brings_its_photo(house: House) -> None:
    number = await reported(house)
    first, _ = await finished(house, number, photo(), photo(scene(2)))
    sent = news(house)
    assert await pictured(house, sent) == [first], "one picture a message"
    assert "Foto lainnya ada di halaman lacak" in sent.text
    assert [d.form for d in await deliveries(house)][-1] == "media"
    await house.act(number, "reject", text="Belum menyala.")
    assert await pictured(house, sent) == [], "what was rejected proves nothing"


async def test_a_photo_with_a_signal_waits_for_whoever_verifies(house: House) -> None:
    number = await reported(house)
    odd, plain = await finished(
        house, number, photo(exif=exif(software="PicsArt")), photo(scene(2))
    )
    sent = news(house)
    assert await pictured(house, sent) == [plain]
    named = read_link(
        house.parts.keys,
        link(house.parts.keys, (await house.complaints())[0].complaint.id, odd, house.clock())[6:],
        house.clock(),
    )
    assert named is not None
    async with house.parts.database.read() as conn:
        assert await servable(conn, *named) is None
    await house.act(number, "verify")
    async with house.parts.database.read() as conn:
        assert await servable(conn, *named) is None
    await house.act(number, "validate")
    async with house.parts.database.read() as conn:
        assert await servable(conn, *named) is not None


async def test_what_becomes_confidential_is_not_shown_any_more(house: House) -> None:
    number = await reported(house)
    await finished(house, number, photo())
    sent = news(house)
    assert len(await pictured(house, sent)) == 1
    await house.act(number, "make-confidential")
    assert await pictured(house, sent) == []


def line(action: Action, state: State, stage: Stage = Stage.NONE) -> Transition:
    return Transition(
        seq=1, action=action.value, from_state=None, to_state=state, stage=stage, unit=None,
        actor=Actor(ActorKind.SYSTEM), at=START, recorded_at=START, data={"photos": ["7"]},
    )  # fmt: skip


def test_a_result_is_one_until_the_work_begins_anew() -> None:
    history = [line(Action.FINISH, State.PROSES, Stage.ADMINISTRATIVE)]
    for action, state, stage in (
        (Action.OBJECT, State.PROSES, Stage.ADMINISTRATIVE),
        (Action.VERIFY, State.PROSES, Stage.VALIDATION),
        (Action.VALIDATE, State.SELESAI, Stage.NONE),
        (Action.MAKE_CONFIDENTIAL, State.SELESAI, Stage.NONE),
    ):
        history.append(line(action, state, stage))
        found = proof_of(history)
        assert found is not None
        assert found.photos == (7,)
    history.append(line(Action.OBJECT, State.PROSES))
    assert proof_of(history) is None
    history.append(line(Action.LIFT_CONFIDENTIAL, State.PROSES))
    assert proof_of(history) is None


async def test_the_result_of_a_whole_problem_shows_its_photo_to_each(house: House) -> None:
    number = await reported(house)
    other = await reported(house, "budi")
    await acts.act(house.parts, ADMIN, number, Wish(Action.LINK, other=other))
    house.clock.at = house.clock.at.replace(hour=3)
    one = await desk.add(house.parts, DINAS, number, photo())
    order = Order(Action.FINISH, text="Sudah.", evidence=Evidence((one,)))
    assert (await together.act(house.parts, DINAS, number, order))[1] == []
    await house.settle()
    sent = {m.to.value: m for _, m in house.channel().provider.sent[-2:]}
    assert set(sent) == {"ani", "budi"}
    for message in sent.values():
        assert await pictured(house, message) == [one]


@pytest.mark.parametrize("late", [False, True])
async def test_a_picture_that_the_provider_refuses_does_not_hold_the_news_up(
    house: House, late: bool
) -> None:
    number = await reported(house)
    if not late:
        house.channel().provider.script = [NotSent(Reaction.MEDIA_REFUSED, "63019")]
    await finished(house, number, photo())
    if late:
        assert len(news(house).media) == 1
        (*_, last) = await deliveries(house)
        refused = {"code": "63019", "reaction": Reaction.MEDIA_REFUSED.value}
        await receipt(house, last.client_token, "failed", **refused)
        await house.settle()
    sent = news(house)
    assert sent.media == ()
    assert PAGE in sent.text
    assert [(d.form, d.state) for d in await deliveries(house)][-2:] == [
        ("media", "failed"),
        ("text", "sent"),
    ]
    assert ("finished", "told", "") in await house.ledger()


@ON_SQLITE
async def test_without_a_picture_a_refused_picture_is_a_refusal(house: House) -> None:
    house.channel().provider.script = [NotSent(Reaction.MEDIA_REFUSED, "63019")] * 3
    await house.say("ani", "BANTUAN")
    await house.settle()
    assert [d.state for d in await deliveries(house)] == ["failed"]
    assert ("help", "failed", "rejected") in await house.ledger()


@ON_SQLITE
async def test_a_try_again_takes_the_picture_along_again(house: House) -> None:
    number = await reported(house)
    house.channel().provider.script = [NotSent(Reaction.RETRY, "30001")]
    (one,) = await finished(house, number, photo())
    house.clock.forward(seconds=31)
    await house.settle()
    assert await pictured(house, news(house)) == [one]


@ON_SQLITE
async def test_words_go_before_the_picture(house: House) -> None:
    number = await reported(house)
    text = "Kabel diganti sepanjang tiga puluh meter. " * 25
    await finished(house, number, photo(), text=text)
    sent = news(house)
    assert sent.media == ()
    assert PAGE in sent.text
    assert text.strip() in sent.text


@ON_SQLITE
async def test_what_is_for_verifiers_only_is_neither_sent_nor_spoken_of(house: House) -> None:
    number = await reported(house)
    await finished(house, number, photo(), for_verifiers=True)
    sent = news(house)
    assert sent.media == ()
    assert "Foto" not in sent.text


@ON_SQLITE
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"media_out": False}, PAGE),
        ({"public": True}, ""),
        ({"alphabet": "gsm7", "media_out": False}, "Foto: lacak"),
    ],
)
async def test_where_no_picture_can_go_the_tracker_has_it(
    database_url: str, tmp_path: Any, settings: dict[str, Any], said: str
) -> None:
    account = {"id": "chat", "connector": "fake", "name": "Chat", "settings": settings}
    async with open_house(tmp_path, database_url, accounts=[account]) as house:
        number = await reported(house)
        await finished(house, number, photo())
        sent = news(house)
        assert sent.media == ()
        assert said in sent.text
        assert ("oto" in sent.text) == bool(said)


async def test_an_address_holds_for_one_photo_and_some_hours(sqlite_house: House) -> None:
    keys = sqlite_house.parts.keys
    made = link(keys, ComplaintId(5), 7, START).removeprefix("/foto/")
    assert read_link(keys, made, START) == (5, 7)
    assert read_link(keys, made, START + LASTS) == (5, 7)
    assert read_link(keys, made, START + LASTS * 1.01) is None
    of, which, until, mark = made.split("-")
    for forged in (
        f"{of}-8-{until}-{mark}", f"6-{which}-{until}-{mark}",
        f"{of}-{which}-{int(until) + 9}-{mark}",
        f"{of}-{which}-{until}-{mark[:-1]}", f"{of}-{which}-{until}-é", "", "-", "a-b-c-d",
        f"{'9' * 40}-{which}-{until}-{mark}", f"٥-{which}-{until}-{mark}", f"{made}-1",
    ):  # fmt: skip
        assert read_link(keys, forged, START) is None
