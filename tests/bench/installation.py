"""A whole installation under measurement: gateways, workers, database, Redis, the stand-in."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.sealing import keys
from tests.bench.accept import SENDER, SID, TOKEN, wait_for, write_config
from tests.bench.places import Place, cpu_s
from tests.crash.promises import ask
from tests.servers import RedisServer, free_port

_SIGNED_ON = "select count(*) from lease where name like 'worker/%'"


@dataclass(frozen=True)
class Running:
    """Everything is ready."""

    ports: Sequence[int]
    gateways: Sequence[subprocess.Popen[bytes]]
    workers: Sequence[subprocess.Popen[bytes]]
    provider: subprocess.Popen[bytes]
    accepted: Path
    place: Place
    spools: Sequence[Path]

    def acknowledged(self) -> dict[str, float]:
        """When the stand-in took over what was meant for each phone."""
        self.accepted.unlink()
        self.provider.send_signal(signal.SIGUSR1)
        while not self.accepted.exists():
            time.sleep(0.01)
        found: dict[str, float] = json.loads(self.accepted.read_text())
        return found

    def wait_for(self, count: int, within_s: float) -> dict[str, float]:
        """When each of *count* people was acknowledged.

        Raises:
            TimeoutError: Not all of them were.
        """
        until = time.monotonic() + within_s
        while len(done := self.acknowledged()) < count:
            if time.monotonic() > until:
                raise TimeoutError(f"{len(done)} of {count} were acknowledged")
            time.sleep(0.5)
        return done

    def cpu_s(self) -> dict[str, float]:
        """Processor seconds so far, by stage. SQLite works inside the gateway and the worker."""
        beside = sum(cpu_s(p.pid, children_only=True) for p in self.gateways)
        found = {
            "gateway": sum(cpu_s(p.pid) for p in self.gateways) - beside,
            "worker": sum(cpu_s(p.pid) for p in self.workers) + beside,
            "stand-in": cpu_s(self.provider.pid),
        }
        if self.place.pid is not None:
            found["database"] = cpu_s(self.place.pid)
        return found

    def spooled_bytes(self) -> int:
        """What lies in the spools of all gateways."""
        return sum(f.stat().st_size for folder in self.spools for f in folder.glob("*.spool"))


@contextmanager
def running(
    folder: Path, where: Place, *, processes: int = 1, receipts: bool = True
) -> Iterator[Running]:
    """Start *processes* gateways and as many workers on *where*; stop them at the end.

    As the handbook says: on SQLite the gateway runs its worker itself, otherwise Redis wakes them.
    The provider's own calls (receipts) all come to the first gateway.
    """
    beside = where.name == "sqlite"
    ports = [free_port() for _ in range(processes)]
    provider_port = free_port()
    accepted = folder / "accepted.json"
    config = write_config(
        folder, ports[0], sending="on", provider=f"http://127.0.0.1:{provider_port}"
    )
    keys.create(folder / "keys.json")
    with ExitStack() as stack:
        shared = os.environ | {
            "KANAL_CONFIG": str(config),
            "KANAL_DATABASE_URL": where.url,
            "KANAL_KEYS_FILE": str(folder / "keys.json"),
            "KANAL_REDIS_URL": "" if beside else stack.enter_context(_redis(folder)),
        }
        provider = stack.enter_context(_process([
            "tests.bench.provider", "--port", str(provider_port), "--sid", SID, "--token", TOKEN,
            "--sender", SENDER, "--out", str(accepted), *(["--receipts"] if receipts else []),
        ]))  # fmt: skip

        def kanal(name: str, *command: str) -> subprocess.Popen[bytes]:
            data = {"KANAL_DATA_DIR": str(folder / name)}
            arguments = ["gateway.cli", *command, "--log-level", "ERROR"]
            return stack.enter_context(_process(arguments, shared | data))

        gateways = []
        for port in ports:
            alone = [] if beside else ["--no-worker"]
            gateways.append(kanal(f"g{port}", "serve", "--port", str(port), *alone))
            wait_for(f"http://127.0.0.1:{port}/health/ready", 30)
        workers = [] if beside else [kanal(f"w{i}", "worker") for i in range(processes)]
        while not accepted.exists():
            time.sleep(0.05)
        while ask(where.url, _SIGNED_ON) < [(processes,)]:
            time.sleep(0.1)
        spools = [folder / f"g{port}" / "spool" for port in ports]
        yield Running(ports, gateways, workers, provider, accepted, where, spools)


@contextmanager
def _process(
    module: Sequence[str], environ: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", *module], env=environ)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    server = RedisServer(folder)
    with asyncio.Runner() as runner:
        runner.run(server.start())
        try:
            yield server.url
        finally:
            runner.run(server.stop())
