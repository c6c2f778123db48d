"""How much memory the processes need while many messages wait."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.accept import Figures, load, server


def measure(folder: Path, port: int, count: int = 100_000, work_s: float = 20) -> Figures:
    """Peaks in MB: the gateway while it accepts *count* messages that nobody works off, then a
    worker that begins to work them off, watched for *work_s* seconds."""
    with server(folder, port) as gateway:
        load(port, "/webhooks/sms", count, senders=count // 2)
        accepting = peak_mb(gateway.pid)
    environ = os.environ | {
        "KANAL_CONFIG": str(folder / "kanal.toml"),
        "KANAL_DATA_DIR": str(folder),
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "worker", "--log-level", "ERROR"], env=environ
    )
    try:
        time.sleep(work_s)
        working = peak_mb(worker.pid)
    finally:
        worker.terminate()
        worker.wait(40)
    return {"gateway_mb": accepting, "worker_mb": working}


def peak_mb(pid: int, default: float | None = None) -> float:
    """The most memory the process has had so far; *default* where it is ending."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = [int(line.split()[1]) / 1024 for line in status.splitlines() if "VmHWM" in line]
    return found[0] if found or default is None else default
