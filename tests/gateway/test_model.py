"""A model of inbox, drain, planner and deliveries, driven in any order, on both databases.

Steps happen in whatever order Hypothesis likes: people write, providers repeat, refuse, break off
and tell things twice and late, officers act, time passes, workers fall between any two steps and
others take over. In the end, when all has come to rest, what the model expects must be there.
"""

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from channels.contract import NotSent, SendResult, Unknown
from core.errors import CoreError
from core.messages import Reaction
from gateway.processes.worker import Worker
from gateway.tables import complaint_message, conversation, delivery, inbound, message, notice
from tests.databases import Postgres
from tests.house import House, open_house

EXAMPLES = int(os.environ.get("KANAL_MODEL_EXAMPLES", "10"))
PEOPLE = ("ani", "budi", "citra")
ANSWERS: tuple[SendResult, ...] = (
    NotSent(Reaction.RETRY, "30001"),
    NotSent(Reaction.THROTTLED, "20429", retry_after=5),
    Unknown("connection cut"),
)
STREETS = ("Kemuning", "Panjang", "Melati", "Anggrek", "Cempaka", "Dahlia", "Flamboyan", "Kenanga")


class Gateway(RuleBasedStateMachine):
    """What is expected: every message once, every report one complaint, told once."""

    fresh_url: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        folder = tempfile.TemporaryDirectory()
        self.stack.callback(folder.cleanup)
        self.house: House = self.run(
            self.stack.enter_async_context(
                open_house(
                    Path(folder.name),
                    self.fresh_url(),
                    quiet_hours={"enabled": False},
                    limits={"answers_per_hour": 1000},
                )
            )
        )
        self.payloads: list[dict[str, Any]] = []
        self.reports = 0

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    # --- the world

    @rule(who=st.sampled_from(PEOPLE))
    def somebody_reports(self, who: str) -> None:
        street = STREETS[self.reports % len(STREETS)]
        text = f"lampu jalan mati di Jl {street} No {self.reports + 1} RT 3 RW 5"
        self.reports += 1
        payload = {
            "id": f"m{self.reports}", "type": "message", "from": who, "text": text,
            "at": self.house.clock().timestamp(),
        }  # fmt: skip
        self.payloads.append(payload)
        self.run(self.house.deliver([payload]))

    @rule(data=st.data())
    def the_provider_repeats_itself(self, data: st.DataObject) -> None:
        if self.payloads:
            self.run(self.house.deliver([data.draw(st.sampled_from(self.payloads))]))

    @rule(answer=st.sampled_from(ANSWERS))
    def the_next_send_fails(self, answer: SendResult) -> None:
        self.house.channel().provider.script.append(answer)

    @rule(data=st.data(), status=st.sampled_from(["sent", "delivered", "read"]))
    def a_receipt_comes(self, data: st.DataObject, status: str) -> None:
        sent = self.house.channel().provider.sent
        if sent:
            name, told = data.draw(st.sampled_from(sent))
            event = {"id": f"{name}:{status}", "type": "receipt", "status": status}
            self.run(self.house.deliver([event | {"token": told.token, "provider_id": name}]))

    @rule(data=st.data(), action=st.sampled_from(["process", "comment", "finish"]))
    def an_officer_acts(self, data: st.DataObject, action: str) -> None:
        briefs = self.run(self.house.complaints())
        if briefs:
            number = data.draw(st.sampled_from([b.complaint.number for b in briefs]))
            # What is not allowed in this state is another test's matter.
            with suppress(CoreError):
                self.run(self.house.act(number, action, text="Regu datang."))

    @rule(seconds=st.sampled_from([1, 4, 30, 600]))
    def time_passes(self, seconds: int) -> None:
        self.house.clock.forward(seconds=seconds)

    # --- the workers

    @rule(step=st.sampled_from(["drain", "receipts", "sender", "media", "reconciliation"]))
    def a_worker_takes_a_step(self, step: str) -> None:
        self.run(getattr(self.house.worker, step).once())

    @rule()
    def results_come_in(self) -> None:
        self.run(self.house.worker.sender.finish(5))

    @rule()
    def the_worker_falls_and_another_takes_over(self) -> None:
        self.house.worker = Worker(self.house.parts, f"after-{self.house.clock().timestamp()}")

    # --- what must be true

    @invariant()
    def nothing_is_there_twice(self) -> None:
        self.run(self._nothing_twice())

    async def _nothing_twice(self) -> None:
        async with self.house.parts.database.read() as conn:
            stored = await conn.scalar(
                select(func.count()).select_from(message).where(message.c.direction == "in")
            )
            flying = (
                select(func.count())
                .where(delivery.c.state == "sending")
                .group_by(delivery.c.conversation_id)
            )
            most = max((await conn.scalars(flying)).all(), default=0)
        assert stored is not None
        assert stored <= self.reports
        assert most <= 1, "one delivery in flight per conversation"

    def teardown(self) -> None:
        try:
            self.run(self._at_rest())
        finally:
            self.run(self.stack.aclose())
            self.runner.close()

    async def _at_rest(self) -> None:
        house = self.house
        house.channel().provider.script.clear()
        for _ in range(40):
            await house.settle()
            await house.worker.sender.recover()
            await house.worker.reconciliation.once()
            async with house.parts.database.read() as conn:
                open_ = await conn.scalar(
                    select(func.count()).where(
                        delivery.c.state.in_(("pending", "unknown", "sending"))
                    )
                )
                due = await conn.scalar(
                    select(func.count()).where(notice.c.state.in_(("due", "assigned")))
                )
            if not open_ and not due:
                break
            house.clock.forward(seconds=60)
        async with house.parts.database.read() as conn:
            waiting = select(func.count()).where(inbound.c.handled_at.is_(None))
            assert await conn.scalar(waiting) == 0, "every event has an outcome"
            states = (await conn.scalars(select(notice.c.state))).all()
            assert set(states) <= {"told", "superseded", "held", "cancelled"}, states
            links = select(func.count()).where(complaint_message.c.role == "report")
            assert await conn.scalar(links) == self.reports, "every report is one complaint"
            threads = await conn.scalar(select(func.count()).select_from(conversation))
            assert threads == len({p["from"] for p in self.payloads})
        assert len(await house.complaints()) == self.reports
        receipts = Counter(
            m.text for _, m in house.channel().provider.sent if m.text.startswith("Laporan")
        )
        assert len(receipts) == self.reports, "everybody has the number"
        assert set(receipts.values()) <= {1}, "and was told once"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_in_whatever_order(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def fresh() -> str:
        if kind == "postgresql":
            server: Postgres = request.getfixturevalue("_postgres")
            return server.fresh_database()
        target = tmp_path_factory.mktemp("model") / "kanal.db"
        template: Path = request.getfixturevalue("_sqlite_template")
        target.write_bytes(template.read_bytes())
        return f"sqlite:///{target}"

    run_state_machine_as_test(
        type("Gateway", (Gateway,), {"fresh_url": staticmethod(fresh)}),
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=20, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck), print_blob=True,
        ),
    )  # fmt: skip
