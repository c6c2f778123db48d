"""kill -9 at random moments under load: what was acknowledged is there, once, and is told once.

A real `kanal serve` with its worker, a real SQLite file, the provider's stand-in in this process,
and signed webhooks over TCP. The provider breaks connections now and then, before and after it has
taken a message over, so that the fate of sends becomes unknown too.
"""

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import sys
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from gateway.demo.provider import Account, Message, Network, Sender, Timing, serve_provider
from gateway.demo.provider.script import parse_script

SMS = "+62811000112"
TOKEN = "crash-token"
SID = "AC00000000000000000000000000000000"
CONFIG = """\
public_base_url = "http://127.0.0.1:{port}"
[quiet_hours]
enabled = false
[pauses]
text_s = 0.2
[limits]
answers_per_hour = 1000
[[accounts]]
id = "sms"
connector = "twilio-sms"
name = "SMS"
[accounts.settings]
account_sid = "{sid}"
auth_token = "{token}"
from = "{sms}"
api_base_url = "{provider}"
send_timeout_s = 2
"""


class Gateway:
    """`kanal serve`, started and killed."""

    def __init__(self, folder: Path, port: int, provider: str) -> None:
        self.folder, self.port = folder, port
        config = folder / "kanal.toml"
        config.write_text(
            CONFIG.format(port=port, sid=SID, token=TOKEN, sms=SMS, provider=provider)
        )
        self.environ = os.environ | {"KANAL_CONFIG": str(config), "KANAL_DATA_DIR": str(folder)}
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gateway.cli", "serve", "--port", str(self.port),
            "--log-level", "ERROR", env=self.environ, start_new_session=True,
        )  # fmt: skip
        async with asyncio.timeout(20), aiohttp.ClientSession() as session:
            while True:
                try:
                    url = f"http://127.0.0.1:{self.port}/health/live"
                    async with session.get(url) as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """Web and worker at the same moment, without a word."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        async with asyncio.timeout(30):
            await self.process.wait()

    def ask(self, query: str) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(self.folder / "kanal.db", timeout=10)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def write(network: Network, count: int, acknowledged: list[Message]) -> None:
    """*count* people report one thing each; those whose webhook was answered are remembered."""
    slots = asyncio.Semaphore(8)

    async def one(number: int) -> None:
        async with slots:
            text = f"Lampu jalan mati di Jl Kemuning No {number} RT 3 RW 5 Tegal Parang"
            (sent,) = await network.write(f"+62812{number:08d}", text, to=SMS)
            after = next(
                m for m in network.conversation(sent.number, sent.channel) if m.sid == sent.sid
            )
            if after.hand_over.value == "accepted":
                acknowledged.append(after)

    await asyncio.gather(*(one(n) for n in range(count)))


@pytest.mark.parametrize("seed", [int(os.environ.get("KANAL_CRASH_SEED", "1"))])
async def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path, seed: int) -> None:
    rng, count = random.Random(seed), 160
    account = Account(SID, TOKEN, senders=(Sender(SMS),))
    network = Network(account, timing=Timing(sent_s=0.01, delivered_s=0.02))
    async with serve_provider(network) as provider:
        gateway = Gateway(tmp_path, free_port(), provider)
        hook = f"http://127.0.0.1:{gateway.port}/webhooks/sms#rc=5&rp=all&ct=1000&rt=3000"
        network.set_sender(Sender(SMS, hook))
        network.faults.set(
            parse_script(
                "create cut handled=yes every=23 skip=5\n"
                "create cut every=29 skip=11\n"
                "callback double every=5\n"
                "callback drop every=17 skip=3\n"
            )
        )
        await gateway.start()
        try:
            acknowledged: list[Message] = []
            writing = asyncio.create_task(write(network, count, acknowledged))
            for _ in range(3):
                await asyncio.sleep(rng.uniform(0.4, 1.2))
                await gateway.kill()
                await gateway.start()
            await writing
            assert len(acknowledged) > count / 2, "most of them get through in the end"
            network.faults.set(())
            await settled(gateway)
            check(gateway, network, acknowledged)
            await gateway.stop()
        finally:
            await gateway.kill()


async def settled(gateway: Gateway) -> None:
    """Wait until nothing is due, waiting or unknown any more: 40 seconds are the promise."""
    open_ = (
        "select (select count(*) from inbound where handled_at is null)"
        " + (select count(*) from notice where state in ('due', 'assigned'))"
        " + (select count(*) from delivery where state in ('pending', 'sending', 'unknown'))"
    )
    async with asyncio.timeout(40):
        while gateway.ask(open_) != [(0,)]:
            await asyncio.sleep(0.2)


def check(gateway: Gateway, network: Network, acknowledged: list[Message]) -> None:
    names = {m.sid for m in acknowledged}
    stored = Counter(str(row[0]) for row in gateway.ask(
        "select provider_id from message where direction = 'in'"
    ))  # fmt: skip
    assert names <= set(stored), "an acknowledged message is lost"
    assert set(stored.values()) == {1}, "a message is there twice"
    filed = Counter(str(row[0]) for row in gateway.ask(
        "select m.provider_id from complaint_message l join message m on m.id = l.message_id"
        " where l.role = 'report'"
    ))  # fmt: skip
    assert set(filed) == set(stored), "every message became a complaint"
    assert set(filed.values()) == {1}, "and only one"
    assert gateway.ask("select count(*) from complaint") == [(len(stored),)]
    assert gateway.ask("select count(distinct number) from complaint") == [(len(stored),)]
    silent = gateway.ask("select kind, state, reason from notice where state <> 'told'")
    assert silent == [], "a notice is missing"
    heard: Counter[tuple[str, str]] = Counter()
    for phone in network.phones():
        for message in network.conversation(phone.number, acknowledged[0].channel):
            if not message.inbound:
                heard[phone.number, message.body] += 1
    receipts = {key: n for key, n in heard.items() if key[1].startswith("Laporan")}
    assert len(receipts) == len(stored), "everybody has the number"
    assert set(heard.values()) == {1}, "nobody is told the same thing twice"
