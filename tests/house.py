"""A whole gateway in one process for tests: real database, reference connector, a set clock.

`House.say` lets a person write, `House.settle` works everything off, `House.heard` is what arrived
on the phone. Time stands still unless it is moved.
"""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from sqlalchemy import select

from channels.contract import Raw
from channels.fake import FakeChannel
from core import store
from core.access import Officer, OfficerRole
from core.complaint import Complaint, TicketId, UnitId
from core.messages import AccountId
from core.number import WIB
from core.tables import complaint
from core.ticket import TicketKind
from core.workflow import Action, Filing
from gateway.bootstrap import Parts, build
from gateway.configuration import settings as configuration
from gateway.configuration.settings import Environment
from gateway.desk import officers
from gateway.desk.briefs import Brief
from gateway.desk.orders import Order
from gateway.inbound.arrival import ArrivalDesk
from gateway.inbound.commit import commit
from gateway.inbound.store import Stored
from gateway.processes.worker import Worker
from gateway.sealing import keys
from gateway.storage.ids import Ids
from gateway.tables import inbound, notice

START = datetime(2026, 11, 19, 19, 12, tzinfo=WIB).astimezone(UTC)
"""Thursday evening, as in the first transcript."""

OF_A_TICKET = {"approve-ticket", "refuse-ticket", "ask", "clarify"}

ADMIN = Officer("test", UnitId("biro-pemerintahan"), OfficerRole.SYSTEM_ADMIN)


@dataclass
class Clock:
    """A clock that is set by hand."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)


@dataclass
class House:
    """Parts and worker, worked by hand."""

    parts: Parts
    worker: Worker
    clock: Clock
    _sent: dict[str, int] = field(default_factory=dict)
    _count: int = 0

    def channel(self, account: str = "chat") -> FakeChannel:
        """The connector of an account, with its provider to look into."""
        found = self.parts.lines[AccountId(account)].channel
        assert isinstance(found, FakeChannel)
        return found

    async def say(self, who: str, text: str = "", account: str = "chat", **more: Any) -> str:
        """*who* writes a message; its provider id."""
        self._count += 1
        name = more.pop("id", f"in-{self._count}")
        event = {"id": name, "type": "message", "from": who, "text": text, **more}
        event.setdefault("at", self.clock().timestamp())
        await self.deliver([event], account)
        return str(name)

    async def deliver(self, events: Sequence[dict[str, Any]], account: str = "chat") -> Stored:
        """The provider posts *events* in one request."""
        body = json.dumps({"events": events}).encode()
        raw = Raw("webhook", body, self.clock())
        desk = ArrivalDesk(self.parts.keys, self.parts.new_id)
        arrival = desk.receive(AccountId(account), self.channel(account), raw)
        return (await commit(self.parts.database, [arrival]))[arrival.raw_id]

    async def settle(self) -> None:
        """Work until nothing more can be done at this moment: until each loop has found nothing
        since anybody last did something."""
        worker = self.worker
        loops = (
            worker.drain.once, worker.comparison.once, worker.receipts.once, worker.timers.once,
            worker.rounds.once, self._send, worker.media.once,
        )  # fmt: skip
        idle = 0
        for once in chain.from_iterable(repeat(loops, 60)):
            idle = 0 if await once() else idle + 1
            if idle == len(loops):
                return
        raise AssertionError("it never comes to rest")

    async def _send(self) -> int:
        begun = await self.worker.sender.once()
        await self.worker.sender.finish(60)
        return begun

    async def pause(self, seconds: float = 4) -> None:
        """Let the burst pause pass, and everything that follows happen."""
        await self.settle()
        self.clock.forward(seconds=seconds)
        await self.settle()

    async def live_on(self, seconds: float) -> None:
        """Let time pass in which the worker is there, fifty minutes at a time: an hour would be an
        outage. All its loops run when a clock has fallen due, and twice a day."""
        for step in range(int(seconds // 3000)):
            self.clock.forward(seconds=3000)
            if await self.worker.timers.once() or step % 14 == 0:
                await self.settle()
        await self.pause(seconds % 3000)

    def heard(self, who: str, account: str = "chat") -> list[str]:
        """The texts that *who* was sent since the last look."""
        sent = [m for _, m in self.channel(account).provider.sent if m.to.value == who]
        key = f"{account}/{who}"
        fresh = sent[self._sent.get(key, 0) :]
        self._sent[key] = len(sent)
        return [m.text for m in fresh]

    async def act(
        self,
        number: str,
        action: str,
        unit: str | None = None,
        by: Officer = ADMIN,
        kind: str = "",
        **said: str,
    ) -> Complaint:
        """An officer's action through the same door as the API's."""
        return await officers.act(
            self.parts,
            by,
            number,
            Order(
                Action(action),
                unit,
                ticket=await self.open_ticket(number) if action in OF_A_TICKET else None,
                filing=Filing(TicketKind(kind)) if kind else None,
                **said,
            ),
        )

    async def open_ticket(self, number: str) -> TicketId:
        """The newest open ticket of a complaint."""
        async with self.parts.database.read() as conn:
            found = await store.find(conn, number)
        assert found is not None
        return found.tickets[-1].id

    async def complaints(self) -> list[Brief]:
        """All complaints, oldest first."""
        found = await officers.listed(
            self.parts, ADMIN, state=None, unit_id=None, before=None, limit=200
        )
        return list(reversed(found))

    async def codes(self) -> dict[str, str]:
        """The code of every complaint by its number, oldest first, confidential ones too."""
        async with self.parts.database.read() as conn:
            query = select(complaint.c.number, complaint.c.id).order_by(complaint.c.id)
            rows = (await conn.execute(query)).all()
        return {row.number: self.parts.keys.code(row.id) for row in rows}

    async def outcomes(self) -> list[str]:
        """What became of every event, in the order of arrival."""
        async with self.parts.database.read() as conn:
            query = select(inbound.c.outcome).order_by(inbound.c.id)
            return list((await conn.scalars(query)).all())

    async def ledger(self) -> list[tuple[str, str, str]]:
        """Kind, state and reason of every notice, in order."""
        query = select(notice.c.kind, notice.c.state, notice.c.reason).order_by(notice.c.id)
        async with self.parts.database.read() as conn:
            return [(r.kind, r.state, r.reason) for r in (await conn.execute(query)).all()]


CONFIG: dict[str, Any] = {
    "public_base_url": "https://lapor.example.go.id",
    "tracker_name": "lacak.example.go.id",
    "accounts": [
        {"id": "chat", "connector": "fake", "name": "Chat"},
        {
            "id": "window",
            "connector": "fake",
            "name": "Chat with a window",
            "settings": {"reply_window_hours": 24},
        },
        {
            "id": "sms",
            "connector": "fake",
            "name": "SMS",
            "settings": {"alphabet": "gsm7"},
        },
        {"id": "rahasia", "connector": "fake", "name": "Inspektorat", "confidential": True},
    ],
}


def environment(folder: Path, database_url: str) -> Environment:
    """Everything in one folder."""
    return Environment(
        config=None,
        data_dir=folder,
        database_url=database_url,
        redis_url=None,
        keys_file=folder / "keys.json",
    )


@asynccontextmanager
async def open_house(
    folder: Path, database_url: str, clock: Clock | None = None, **changes: Any
) -> AsyncIterator[House]:
    """Build everything on *database_url*, whose schema is there; *changes* go into the settings."""
    clock = clock or Clock()
    settings = configuration.parse(CONFIG | changes, "test")
    place = environment(folder, database_url)
    if not place.keys_file.exists():
        keys.create(place.keys_file)
    parts = await build(settings, place, clock=clock)
    parts.new_id = Ids(clock, node=1)
    try:
        yield House(parts, Worker(parts, "test"), clock)
    finally:
        await parts.close()
