"""Linked, merged and split in whatever order: the history leads to the present, nothing is lost."""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from core import store
from core.complaint import Complaint, ComplaintId, State, Transition
from core.errors import CoreError
from core.tables import complaint
from core.workflow import Action
from gateway.grouping import acts
from gateway.grouping.acts import Wish
from gateway.tables import complaint_message, message
from tests.house import ADMIN, House, open_house

REPORTS = (
    ("ani", "lampu jalan mati di jl panjang depan sdn 01", "lampunya masih mati min"),
    ("ani", "sampah menumpuk di jl melati rt 3 duri kepa", "sampahnya bau min"),
    ("ani", "pohon tumbang di jl kemuning raya", "pohonnya menutup jalan"),
    ("budi", "lampu jalan mati di jl panjang depan sdn 01", "lampunya tolong min"),
    ("citra", "lampu jalan mati di jl panjang no 3", "gelap sekali lampunya"),
)


class Sorting(RuleBasedStateMachine):
    """Every complaint by its number, worked on by one officer."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copytree(self.template, folder, dirs_exist_ok=True)
        opened = open_house(folder, f"sqlite:///{folder / 'kanal.db'}")
        self.house: House = self.run(self.stack.enter_async_context(opened))
        self.house.clock.forward(days=1)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()

    @rule(
        action=st.sampled_from(["link", "link", "unlink", "merge", "merge", "unmerge"]),
        data=st.data(),
    )
    def somebody_sorts(self, action: str, data: st.DataObject) -> None:
        numbers = self.numbers()
        number, other = data.draw(st.lists(st.sampled_from(numbers), min_size=2, max_size=2))
        self.wish(number, Wish(Action(action), other if action in {"link", "merge"} else ""))

    @rule(data=st.data())
    def somebody_splits(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.numbers()))
        live = [m for n, m in self.run(self.links()) if n == number]
        if len(live) > 1:
            self.wish(number, Wish(Action.SPLIT, messages=(data.draw(st.sampled_from(live)),)))

    @rule(data=st.data(), action=st.sampled_from(["process", "make-confidential"]))
    def somebody_works(self, data: st.DataObject, action: str) -> None:
        numbers = self.numbers()
        if len(numbers) > 3:
            with suppress(CoreError):
                self.run(self.house.act(data.draw(st.sampled_from(numbers)), action))

    def numbers(self) -> list[str]:
        """Of what is not confidential, oldest first."""
        return [c.number for c in self.run(self.everything()) if not c.confidential]

    def wish(self, number: str, wish: Wish) -> None:
        with suppress(CoreError):
            self.run(acts.act(self.house.parts, ADMIN, number, wish))

    async def links(self) -> list[tuple[str, int]]:
        """Number and message of every live link to something that a reporter sent."""
        query = (
            select(complaint_message.c.complaint_id, complaint_message.c.message_id)
            .join(message, message.c.id == complaint_message.c.message_id)
            .where(complaint_message.c.unlinked_at.is_(None), message.c.direction == "in")
        )
        by_id = {c.id: c.number for c in await self.everything()}
        async with self.house.parts.database.read() as conn:
            rows = (await conn.execute(query)).all()
        return [(by_id[ComplaintId(r.complaint_id)], r.message_id) for r in rows]

    async def everything(self) -> list[Complaint]:
        async with self.house.parts.database.read() as conn:
            ids = (await conn.scalars(select(complaint.c.id).order_by(complaint.c.id))).all()
            loaded = await store.load(conn, ids, confidential=True)
        return [loaded[i] for i in ids]

    @invariant()
    def the_history_leads_to_the_present(self) -> None:
        self.run(self._replayed())

    async def _replayed(self) -> None:
        every = await self.everything()
        async with self.house.parts.database.read() as conn:
            histories = [await store.history(conn, item.id) for item in every]
        for item, history in zip(every, histories, strict=True):
            assert [t.seq for t in history] == list(range(1, item.version + 1))
            assert replayed(history) == (item.problem, item.merged_into)
            assert (item.merged_into is None) or item.state is State.SELESAI

    @invariant()
    def no_message_is_lost(self) -> None:
        self.run(self._kept())

    async def _kept(self) -> None:
        async with self.house.parts.database.read() as conn:
            sent = set(
                (await conn.scalars(select(message.c.id).where(message.c.direction == "in"))).all()
            )
        living = {c.number for c in await self.everything() if c.merged_into is None}
        links = await self.links()
        assert {m for n, m in links if n in living} == sent
        assert not [n for n, _ in links if n not in living], "what was merged holds nothing"


def replayed(history: list[Transition]) -> tuple[int | None, int | None]:
    """Problem and survivor as the history tells them."""
    problem: int | None = None
    into: int | None = None
    for line in history:
        said = {name: int(value) for name, value in line.data.items() if str(value).isdecimal()}
        match Action(line.action):
            case Action.LINK:
                problem = said["problem"]
            case Action.UNLINK | Action.ACCUSE | Action.MAKE_CONFIDENTIAL:
                problem = None
            case Action.MERGE:
                problem, into = None, said["into"]
            case Action.UNMERGE:
                problem, into = said.get("problem"), None
    return problem, into


@pytest.fixture(scope="module")
def sorted_house(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> Path:
    """A folder with a database in which all `REPORTS` are filed."""
    folder = tmp_path_factory.mktemp("sorting")
    shutil.copy(_sqlite_template, folder / "kanal.db")

    async def fill() -> None:
        async with open_house(folder, f"sqlite:///{folder / 'kanal.db'}") as house:
            for who, first, more in REPORTS:
                await house.say(who, first)
                await house.pause()
                await house.say(who, more)
                await house.pause()

    asyncio.run(fill())
    return folder


def test_in_whatever_order(sorted_house: Path) -> None:
    run_state_machine_as_test(
        type("Sorting", (Sorting,), {"template": sorted_house}),
        settings=settings(
            max_examples=8, stateful_step_count=14, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
