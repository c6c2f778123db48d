"""How many messages a second are accepted: not at all, read only, and durably."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

TOKEN = "bench-token"
SID = "AC00000000000000000000000000000000"
SENDER = "+62811000112"

CONFIG = """\
public_base_url = "http://127.0.0.1:{port}"
sending = "{sending}"
[quiet_hours]
enabled = false
[pauses]
text_s = 0
[[accounts]]
id = "sms"
connector = "twilio-sms"
name = "SMS"
[accounts.settings]
account_sid = "{sid}"
auth_token = "{token}"
from = "{sender}"
api_base_url = "{provider}"
rate = 5000
"""

ROUTES = (("noop", "/noop"), ("parsed", "/parsed"), ("durable", "/webhooks/sms"))

Figures = dict[str, float]


def write_config(
    folder: Path, port: int, *, sending: str = "off", provider: str = "http://127.0.0.1:9"
) -> Path:
    """A configuration with one SMS account."""
    path = folder / "kanal.toml"
    path.write_text(
        CONFIG.format(
            port=port, sending=sending, token=TOKEN, provider=provider, sid=SID, sender=SENDER
        )
    )
    return path


def wait_for(url: str, seconds: float = 20) -> None:
    """Return when *url* answers."""
    until = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def load(
    port: int | Sequence[int],
    path: str,
    count: int,
    *,
    senders: int = 5000,
    connections: int = 64,
    per_second: float = 0,
    due_to: Path | None = None,
    first: int = 0,
) -> Figures:
    """Run the generator against one route, in a process of its own, spread over the ports given."""
    ports = [port] if isinstance(port, int) else port
    command = [
        sys.executable, "-m", "tests.bench.load", *(f"--port={p}" for p in ports), "--path", path,
        "--url", f"http://127.0.0.1:{ports[0]}{path}", "--token", TOKEN, "--count", str(count),
        "--senders", str(senders), "--connections", str(connections),
        "--per-second", str(per_second), "--first", str(first),
    ]  # fmt: skip
    if due_to:
        command += ["--due-to", str(due_to)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: Figures = json.loads(done.stdout)
    assert not figures["refused"], figures
    return figures


@contextmanager
def server(folder: Path, port: int, database_url: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """The server under measurement, ready; on a SQLite file in *folder* unless told otherwise."""
    config = write_config(folder, port)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.server", "--config", str(config), "--port", str(port),
         "--database-url", database_url]
    )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/health/live")
        yield process
    finally:
        process.terminate()
        process.wait(20)


def measure(
    folder: Path,
    port: int,
    database_url: str = "",
    *,
    count: int = 12_000,
    rounds: int = 5,
    connections: int = 64,
) -> list[dict[str, Figures]]:
    """The three routes in turn, *rounds* times, on one server."""
    with server(folder, port, database_url):
        load(port, "/webhooks/sms", min(count, 1000))
        return [
            {name: load(port, path, count, connections=connections) for name, path in ROUTES}
            for _ in range(rounds)
        ]
