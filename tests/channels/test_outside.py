"""A connector from outside the tree: reply token only, no push, takes messages back.

It is installed as a stranger would install it, with an entry point, and the whole gateway works
with it although nothing here knows its name.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels import registry
from channels.errors import ConnectorInvalid
from gateway.tables import message
from tests.house import Clock, open_house

CONNECTOR = """
import json
from datetime import datetime, timedelta, UTC
from pydantic import BaseModel
from channels.contract import Capabilities, Connector, NotSent, RawResponse, Sent
from core.messages import Address, EventKey, InboundMessage, ProviderId, Reaction, Withdrawn


class Settings(BaseModel):
    pass


class Line:
    name = "garis"
    capabilities = Capabilities(title="Garis", icon="garis", reply_only=True, receipts=False)
    secrets = frozenset()
    own_addresses = frozenset()
    accepted = RawResponse()

    def __init__(self, context, settings):
        self.sent, self.used = [], set()

    def handshake(self, request):
        return None

    def verify(self, request):
        pass

    def dedup_key(self, raw):
        return raw.body.decode()

    def parse(self, raw):
        item = json.loads(raw.body)
        who = Address("garis:user", item["from"], scope="bot-7")
        if item["type"] == "unsend":
            return [Withdrawn(EventKey(item["id"]), who, ProviderId(item["of"]), raw.received_at)]
        return [InboundMessage(
            event_key=EventKey(item["id"]), sender=who, sent_at=raw.received_at,
            text=item["text"], provider_id=ProviderId(item["id"]),
            reply_context={"token": item["token"]},
            reply_by=raw.received_at + timedelta(minutes=1),
        )]

    async def send(self, message):
        token = (message.reply_context or {}).get("token")
        if token is None or token in self.used:
            return NotSent(Reaction.WINDOW_CLOSED, "token used")
        self.used.add(token)
        self.sent.append(message.text)
        return Sent(None)

    async def close(self):
        pass


CONNECTOR = Connector("garis", Settings, Line)
OLD = Connector("garis", Settings, Line, contract=0)
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A distribution with an entry point on the path, as pip would leave it."""
    (tmp_path / "garis.py").write_text(CONNECTOR)
    info = tmp_path / "garis-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: garis\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[kanal.channels]\ngaris = garis:CONNECTOR\ngaris-lama = garis:OLD\n"
        "garis-rusak = garis:MISSING\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("garis", None)


ACCOUNT = {"id": "garis", "connector": "garis", "name": "Garis"}


@pytest.mark.usefixtures("installed")
async def test_a_strangers_connector_is_found_and_works(sqlite_url: str, tmp_path: Path) -> None:
    import json

    from channels.contract import Raw
    from core.messages import AccountId
    from gateway.inbound.arrival import ArrivalDesk
    from gateway.inbound.commit import commit

    async with open_house(tmp_path, sqlite_url, Clock(), accounts=[ACCOUNT]) as house:
        channel = house.parts.lines[AccountId("garis")].channel
        desk = ArrivalDesk(house.parts.keys, house.parts.new_id)

        async def arrives(**item: str) -> None:
            raw = Raw("webhook", json.dumps(item).encode(), house.clock())
            arrival = desk.receive(AccountId("garis"), channel, raw)  # type: ignore[arg-type]
            await commit(house.parts.database, [arrival])
            await house.pause()

        text = "lampu jalan mati di jl panjang"
        await arrives(id="1", type="message", token="t1", text=text, **{"from": "u"})
        (receipt,) = channel.sent  # type: ignore[attr-defined]
        assert "diterima" in receipt
        number = (await house.complaints())[0].complaint.number

        await house.act(number, "process")
        await house.settle()
        assert len(channel.sent) == 1, "no push without a reply token"  # type: ignore[attr-defined]
        assert ("processing", "held", "window_closed") in await house.ledger()

        await arrives(id="2", type="message", token="t2", text="STATUS", **{"from": "u"})
        assert len(channel.sent) == 2, "one token, one answer"  # type: ignore[attr-defined]
        await arrives(id="3", type="unsend", of="1", **{"from": "u"})
        async with house.parts.database.read() as conn:
            rows = (await conn.execute(message.select().order_by(message.c.id))).all()
        first = next(r for r in rows if r.provider_id == "1")
        assert (first.text, first.deleted_at is not None) == ("", True)


@pytest.mark.usefixtures("installed")
def test_names_hold_ours_and_the_strangers() -> None:
    assert {"fake", "twilio-sms", "twilio-whatsapp", "garis"} <= set(registry.names())


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("garis-lama", "keeps contract 0, this program 1"),
        ("garis-rusak", "cannot be loaded"),
        ("nirwana", "no connector 'nirwana'; there are"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(name: str, said: str) -> None:
    with pytest.raises(ConnectorInvalid, match=said):
        registry.load(name)
