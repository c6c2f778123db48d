"""What a worker counts, and how it gets out."""

import asyncio
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from channels.contract import NotSent
from core.messages import Reaction
from gateway.ops import work_metrics
from tests.crash.processes import Process, config, environ
from tests.house import House
from tests.servers import free_port


def samples(text: str) -> dict[tuple[str, str], float]:
    """By name and the sorted values of the labels."""
    return {
        (s.name, ",".join(sorted(s.labels.values()))): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
    }


async def test_filed_told_and_refused_are_counted(sqlite_house: House, tmp_path: Path) -> None:
    house, path = sqlite_house, tmp_path / "metrics" / "worker-1.prom"
    await house.say("ani", "lampu jalan mati di jl panjang depan sdn 01")
    await house.pause()
    house.channel().provider.script = [NotSent(Reaction.REJECTED, "30007")]
    await house.say("budi", "BANTUAN")
    await house.settle()
    house.worker.metrics.write(path)
    text = work_metrics.read(path).decode()
    found = samples(text)
    assert found["kanal_filed_total", "chat"] == 1
    assert found["kanal_events_total", "chat,new"] == 1
    assert found["kanal_events_total", "chat,service"] == 1
    assert found["kanal_sends_total", "30007,chat,refused"] == 1
    assert found["kanal_acknowledgement_seconds_count", "chat"] == 1
    assert 3 <= found["kanal_acknowledgement_seconds_sum", "chat"] <= 5
    assert "ani" not in text
    assert work_metrics.read(tmp_path / "nowhere.prom") == b""


async def test_a_worker_alone_gives_its_metrics_out(tmp_path: Path) -> None:
    port = free_port()
    settings = config(tmp_path, "http://127.0.0.1:9", "http://127.0.0.1:9")
    variables = environ(settings, tmp_path, f"sqlite:///{tmp_path / 'kanal.db'}")
    worker = Process(["worker", "--metrics-port", str(port)], variables, 0)
    await worker.start()
    try:
        async with asyncio.timeout(60), aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                        assert "kanal_send_seconds" in await answer.text()
                        break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.1)
    finally:
        await worker.kill()
