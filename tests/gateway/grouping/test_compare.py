"""Complaints are found alike across people and channels; secret ones are nobody's neighbours."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from core import store
from core.complaint import Complaint
from core.tables import complaint
from core.workflow import Action
from gateway.grouping import acts, told
from gateway.grouping.acts import Wish
from gateway.grouping.compare import SAME_REPORTER, Comparison, Found
from gateway.grouping.near import AT_ONCE, COMPARED, MOST, candidates
from gateway.grouping.told import is_compared, report_of
from gateway.grouping.view import Relation
from tests.gateway.grouping.test_acts import around, group, now
from tests.house import ADMIN, House
from tests.pictures import photo

TREE = "pohon tumbang menutup jalan di jl bangka raya dpn masjid kel bangka"
HERE = [-6.26, 106.818]
NEAR = [-6.2601, 106.8181]
ACROSS = [-6.2615, 106.8181]
FAR = [-6.30, 106.818]


async def tree(
    house: House, who: str, at: list[float] | None = None, text: str = TREE, **more: Any
) -> str:
    extra = {"location": at} if at else {}
    await house.say(who, text, **extra, **more)
    await house.pause()
    return list(await house.codes())[-1]


async def relations(house: House, number: str) -> list[tuple[str, str, str]]:
    found: tuple[Relation, ...] = (await around(house, number)).relations
    return [(r.kind, r.state, r.complaint.number) for r in found]


async def problems(house: House) -> list[Any]:
    async with house.parts.database.read() as conn:
        return list((await conn.scalars(select(complaint.c.problem_id))).all())


async def test_the_same_within_fifty_metres_is_grouped_across_channels(house: House) -> None:
    one = await tree(house, "ani", HERE)
    two = await tree(house, "+6281234567890", NEAR, account="sms")
    three = await tree(house, "citra", HERE, text="ada pohon tumbang min")
    assert len(set(await problems(house))) == 1
    assert None not in await problems(house)
    assert await relations(house, two) == [("alike", "linked", one)]
    assert await relations(house, three) == [("alike", "linked", one)]
    (link,) = (await around(house, two)).relations
    assert link.by == "machine"
    assert any(reason.startswith("jarak") for reason in link.reasons)
    receipt, *_, told = house.heard("+6281234567890", "sms")
    assert two in receipt
    assert "Balas BEDA" in told
    assert one not in receipt + told
    assert "Warga lain" in house.heard("citra")[0]
    assert all("Warga lain" not in text for text in house.heard("ani"))
    assert (await now(house, three)).version == 2


@pytest.mark.parametrize(
    ("second", "state"),
    [
        ({"at": ACROSS}, "suggested"),
        ({"at": FAR, "text": "pohon tumbang menutup jalan kel cipedak"}, None),
        ({"at": NEAR, "text": "lampu jalan mati di jl bangka raya kel bangka"}, None),
        ({"at": None}, "suggested"),
        ({"at": NEAR, "text": f"{TREE} tolong rahasiakan identitas saya"}, None),
        ({"at": NEAR, "account": "rahasia"}, None),
        ({"at": None, "text": "pohon tumbang menutup jalan di kel kebon jeruk"}, None),
    ],
)
async def test_what_is_less_sure_is_suggested_and_not_told(
    sqlite_house: House, second: dict[str, Any], state: str | None
) -> None:
    house = sqlite_house
    one = await tree(house, "ani", HERE)
    two = await tree(house, "budi", **second)
    assert await problems(house) == [None, None]
    assert all("Warga lain" not in text for text in house.heard("budi"))
    if "account" not in second:
        expected = [("alike", state, one)] if state else []
        assert await relations(house, two) == expected


@pytest.mark.parametrize("secret", ["hide", "make-confidential", "accuse"])
async def test_what_is_kept_from_others_is_nobodys_neighbour(
    sqlite_house: House, secret: str
) -> None:
    house = sqlite_house
    one = await tree(house, "ani", HERE)
    await house.act(one, secret, "kelurahan-bangka" if secret == "accuse" else None)
    await tree(house, "budi", NEAR)
    assert await problems(house) == [None, None]


async def test_the_same_address_is_enough_without_a_point(sqlite_house: House) -> None:
    house = sqlite_house
    words = "lampu jalan mati di jl panjang no 12 kel kebon jeruk"
    await tree(house, "ani", text=words)
    await tree(house, "budi", text=f"min {words} dari kemarin")
    assert len(set(await problems(house))) == 1


async def test_a_pin_that_comes_later_is_compared_too(sqlite_house: House) -> None:
    house = sqlite_house
    await tree(house, "ani", HERE)
    await house.say("budi", "pohon tumbang di jalan depan rumah")
    await house.pause(30)
    assert await problems(house) == [None, None]
    house.heard("budi")
    await house.say("budi", "", location=NEAR)
    await house.pause()
    assert len(set(await problems(house))) == 1
    assert any("Warga lain" in text for text in house.heard("budi"))


async def test_ones_own_from_another_account_is_suggested_and_not_told(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    one = await tree(house, "ani", HERE)
    two = await tree(house, "ani", NEAR, account="window")
    (link,) = (await around(house, two)).relations
    assert (link.state, SAME_REPORTER in link.reasons) == ("suggested", True)
    assert link.complaint.number == one
    assert all("Warga lain" not in text for text in house.heard("ani", "window"))


async def ended(house: House, number: str) -> None:
    await house.act(number, "finish", text="Sudah diangkat.")
    await house.act(number, "verify")
    await house.act(number, "validate")
    await house.settle()


async def test_the_same_again_after_the_end_is_a_repeat_with_its_count(house: House) -> None:
    one = await tree(house, "ani", HERE)
    await ended(house, one)
    house.clock.forward(days=60)
    two = await tree(house, "budi", NEAR)
    await ended(house, two)
    house.clock.forward(days=60)
    three = await tree(house, "citra", HERE)
    assert await relations(house, two) == [("repeat", "linked", one), ("repeat", "linked", three)]
    assert [r.nth for r in (await around(house, three)).relations] == [2]
    assert await problems(house) == [None, None, None]


async def test_what_was_parted_is_not_put_together_again(sqlite_house: House) -> None:
    house = sqlite_house
    await tree(house, "ani", HERE)
    await tree(house, "budi", HERE)
    three = await tree(house, "citra", NEAR)
    await house.say("citra", "beda")
    await house.pause()
    assert (await now(house, three)).problem is None
    await house.say("citra", "salah, maksud saya jl bangka raya dpn apotek", location=NEAR)
    await house.pause()
    assert (await now(house, three)).problem is None
    assert {state for _, state, _ in await relations(house, three)} == {"undone"}


async def test_an_officer_takes_up_a_suggestion_or_turns_it_down(sqlite_house: House) -> None:
    house = sqlite_house
    one = await tree(house, "ani", HERE)
    two, three = await tree(house, "budi", ACROSS), await tree(house, "citra", [-6.2615, 106.8162])
    await group(house, "link", two, one)
    assert ("alike", "linked", one) in await relations(house, two)
    suggested = [n for _, state, n in await relations(house, three) if state == "suggested"]
    await acts.act(house.parts, ADMIN, three, Wish(Action.UNLINK, suggested[0]))
    assert ("alike", "undone", suggested[0]) in await relations(house, three)


async def test_beda_does_not_undo_what_an_officer_has_grouped(sqlite_house: House) -> None:
    house = sqlite_house
    one, two = await tree(house, "ani", HERE), await tree(house, "budi", ACROSS)
    await group(house, "link", two, one)
    await house.say("budi", "beda")
    await house.pause()
    assert (await now(house, two)).problem is not None


async def test_so_many_candidates_and_no_more_are_read(sqlite_house: House) -> None:
    house = sqlite_house
    first = await tree(house, "ani", HERE)
    async with house.parts.database.write() as conn:
        row = (await conn.execute(select(complaint))).one()._asdict()
        for k in range(1, MOST + AT_ONCE + 1):
            await conn.execute(
                complaint.insert(),
                row | {
                    "id": row["id"] + k, "number": f"{first}{k}", "origin_key": f"x:{k}",
                    "lat": row["lat"] + 0.002, "received_at": row["received_at"] + timedelta(0),
                },
            )  # fmt: skip
        await conn.execute(update(complaint).values(to_compare=False))
    later: Complaint = await now(house, await tree(house, "budi", NEAR))
    assert later.problem is None, "the one nearby is older than all that are looked at"


async def test_the_database_and_the_rule_agree_on_what_is_compared(sqlite_house: House) -> None:
    house = sqlite_house
    await tree(house, "ani", HERE)
    for k, act in enumerate(["hide", "make-confidential", "accuse", "process"]):
        number = await tree(house, f"orang-{k}", FAR)
        await house.act(number, act, "kelurahan-bangka" if act == "accuse" else None)
    await ended(house, await tree(house, "dewi", HERE))
    await tree(house, "eko", text="bansos saya belum turun pak, KTP cengkareng barat")
    await tree(house, "fitri", text=f"{TREE} tolong rahasiakan identitas saya")
    one = await tree(house, "gita", FAR)
    two = await tree(house, "gita", text="lampu jalan mati di jl panjang no 12 kel kebon jeruk")
    await group(house, "merge", two, one)
    await house.say("hadi", f"batal {await tree(house, 'hadi', FAR)}")
    await house.pause()
    async with house.parts.database.read() as conn:
        asked = set((await conn.scalars(select(complaint.c.id).where(COMPARED))).all())
        ids = (await conn.scalars(select(complaint.c.id))).all()
        loaded = await store.load(conn, ids, confidential=True)
    assert asked == {name for name, item in loaded.items() if is_compared(item)}
    assert 0 < len(asked) < len(loaded)


async def test_many_at_once_find_each_other(sqlite_house: House) -> None:
    house = sqlite_house
    for k in range(AT_ONCE + 3):
        await house.say(f"orang-{k}", TREE, location=HERE)
    await house.pause()
    assert len(set(await problems(house))) == 1
    assert None not in await problems(house)


async def test_repeats_that_come_together_are_counted_from_what_had_ended(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    one = await tree(house, "ani", HERE)
    await ended(house, one)
    house.clock.forward(days=60)
    await house.say("budi", TREE, location=NEAR)
    await house.say("citra", TREE, location=HERE)
    await house.pause()
    again = [r for r in (await around(house, one)).relations if r.kind == "repeat"]
    assert [(r.state, r.nth) for r in again] == [("linked", 1), ("linked", 1)]


async def test_what_is_compared_together_has_the_neighbours_that_it_has_alone(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    names = [await tree(house, who) for who in ("ani", "budi", "citra")]
    first = [(await now(house, name)).id for name in names]
    async with house.parts.database.write() as conn:
        row = (await conn.execute(select(complaint).where(complaint.c.id == first[-1]))).one()
        for k in range(1, 3 * (MOST + AT_ONCE)):
            copied = {"id": row.id + k, "number": f"{names[-1]}{k}", "origin_key": f"x:{k}"}
            await conn.execute(complaint.insert(), row._asdict() | copied)
        every = (await conn.scalars(select(complaint.c.id).order_by(complaint.c.id))).all()
        loaded = await store.load(conn, every, confidential=False)
        together = [report_of(loaded[name]) for name in (*first, every[100], *every[-3:])]
        found = await candidates(conn, together)
        alone = [await candidates(conn, [item]) for item in together]
    assert [len(known) for known in found.values()] == [0, 1, 2, MOST, MOST, MOST, MOST]
    assert [found[item.id] for item in together] == [
        one[item.id] for item, one in zip(together, alone, strict=True)
    ]


async def test_what_changes_while_it_is_compared_is_compared_again(house: House) -> None:
    await tree(house, "ani", HERE)
    parts = house.parts
    more = {"version": complaint.c.version + 1, "lat": NEAR[0], "lon": NEAR[1]}

    class Overtaken(Comparison):
        """Its reporter tells more between the look and the lock."""

        async def _note(self, found: Sequence[Found]) -> int:
            async with parts.database.write() as conn:
                await conn.execute(update(complaint).values(more | {"to_compare": True}))
            return await super()._note(found)

    def comparing(kind: type[Comparison]) -> Comparison:
        return kind(parts.database, parts.keys, parts.settings.pauses, parts.new_id, parts.clock)

    async with parts.database.write() as conn:
        await conn.execute(update(complaint).values(to_compare=True))
    assert await comparing(Overtaken).once() == 0
    assert await comparing(Comparison).once() == 1
    assert await comparing(Comparison).once() == 0


async def test_a_photo_that_is_fetched_while_it_is_compared_is_compared_too(house: House) -> None:
    parts = house.parts
    house.channel().provider.media["a"] = ("image/jpeg", photo())
    sent = [{"source": "a", "type": "image/jpeg"}]
    await tree(house, "ani", ACROSS, media=sent)
    await house.say("budi", TREE, location=HERE, media=sent)
    await house.worker.drain.once()
    looks: list[frozenset[bytes] | None] = []

    class Overtaken(Comparison):
        """The photo arrives between the look and the lock."""

        async def _note(self, found: Sequence[Found]) -> int:
            looks.extend(f.photos for f in found)
            if len(looks) == 1:
                await house.worker.media.once()
            return await super()._note(found)

    comparing = Overtaken(
        parts.database, parts.keys, parts.settings.pauses, parts.new_id, parts.clock
    )
    assert [await comparing.once(), await comparing.once(), await comparing.once()] == [0, 1, 0]
    assert [len(photos or ()) for photos in looks] == [0, 1]


async def test_one_that_cannot_be_compared_holds_up_no_other(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = sqlite_house
    one = await tree(house, "ani", HERE)
    guilty = "tidak dapat dibandingkan"
    content_words = told.content_words

    def broken(text: str) -> frozenset[str]:
        if guilty in text:
            raise RuntimeError(text)
        return content_words(text)

    monkeypatch.setattr(told, "content_words", broken)
    await house.say("budi", f"{TREE} {guilty}", location=HERE)
    for who in ("citra", "dewi"):
        await house.say(who, "pohon tumbang menutup jalan kel cipedak", location=FAR)
    await house.pause()
    monkeypatch.undo()
    budi, citra, dewi = list(await house.codes())[1:]
    assert await relations(house, dewi) == [("alike", "linked", citra)]
    assert await relations(house, budi) == []
    assert (await now(house, one)).problem is None
    async with house.parts.database.read() as conn:
        waiting = (await conn.scalars(select(complaint.c.id).where(complaint.c.to_compare))).all()
    assert waiting == []
