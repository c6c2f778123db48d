"""End to end: from a message to its acknowledgement, accepted by the provider's stand-in.

A real ``kanal serve`` with its worker, the stand-in with its receipts, and the generator: four
processes, which on a small machine all pay into one figure.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.accept import SENDER, SID, TOKEN, Figures, load, wait_for, write_config


@dataclass(frozen=True)
class Running:
    """The gateway and the stand-in, ready."""

    port: int
    provider: subprocess.Popen[bytes]
    accepted: Path

    def acknowledged(self) -> dict[str, float]:
        """When the stand-in took over what was meant for each phone."""
        self.accepted.unlink()
        self.provider.send_signal(signal.SIGUSR1)
        while not self.accepted.exists():
            time.sleep(0.01)
        found: dict[str, float] = json.loads(self.accepted.read_text())
        return found


@contextmanager
def running(folder: Path, port: int, provider_port: int, *, receipts: bool) -> Iterator[Running]:
    """Start both; stop them at the end."""
    accepted = folder / "accepted.json"
    provider = subprocess.Popen(
        [
            sys.executable, "-m", "tests.bench.provider", "--port", str(provider_port),
            "--sid", SID, "--token", TOKEN, "--sender", SENDER, "--out", str(accepted),
            *(["--receipts"] if receipts else []),
        ]
    )  # fmt: skip
    config = write_config(folder, port, sending="on", provider=f"http://127.0.0.1:{provider_port}")
    environ = os.environ | {"KANAL_CONFIG": str(config), "KANAL_DATA_DIR": str(folder)}
    gateway = subprocess.Popen(
        [
            sys.executable, "-m", "gateway.cli", "serve", "--port", str(port),
            "--log-level", "ERROR",
        ],
        env=environ,
    )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/health/ready")
        while not accepted.exists():
            time.sleep(0.05)
        yield Running(port, provider, accepted)
    finally:
        for process in (gateway, provider):
            process.terminate()
        for process in (gateway, provider):
            process.wait(40)


def measure(
    folder: Path,
    port: int,
    provider_port: int,
    *,
    count: int,
    per_second: float = 0,
    receipts: bool = True,
) -> Figures:
    """*count* people report one thing each, all at once or *per_second*; *receipts*: the stand-in
    tells of every message that it was sent and delivered, two more webhooks for each.

    *per_second* of the result counts from the first message to the last acknowledgement.
    """
    due_to = folder / "due.json"
    with running(folder, port, provider_port, receipts=receipts) as kanal:
        sent = load(
            port, "/webhooks/sms", count, senders=count, per_second=per_second, due_to=due_to
        )
        due: dict[str, float] = json.loads(due_to.read_text())
        until = time.monotonic() + 30 + count / 50
        while len(done := kanal.acknowledged()) < count:
            if time.monotonic() > until:
                raise TimeoutError(f"{len(done)} of {count} were acknowledged")
            time.sleep(0.5)
    took = sorted(done[phone] - due[phone] for phone in due)
    return {
        "accepted_per_second": sent["per_second"],
        "per_second": count / (max(done.values()) - min(due.values())),
        "p50_ms": took[len(took) // 2] * 1000,
        "p99_ms": took[int(len(took) * 0.99)] * 1000,
    }
