"""End to end: from a message to its acknowledgement, accepted by the provider's stand-in.

Real gateways and workers, the stand-in with its receipts, and the generator: four processes or
more, which on a small machine all pay into one figure.
"""

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.accept import Figures, load
from tests.bench.installation import Running, running
from tests.bench.places import Place

_EMPTY = 100
"""Bytes: an empty spool holds only its name."""


def measure(
    folder: Path,
    where: Place,
    *,
    count: int,
    per_second: float = 0,
    receipts: bool = True,
    processes: int = 1,
) -> Figures:
    """*count* people report one thing each, all at once or *per_second*; *receipts*: the stand-in
    tells of every message that it was sent and delivered, two more webhooks for each.

    *per_second* of the result counts from the first message to the last acknowledgement; the
    processor time is in milliseconds a message, by stage, the generator's left out.
    """
    with running(folder, where, processes=processes, receipts=receipts) as kanal:
        before = kanal.cpu_s()
        due = _sent(kanal, folder, count, per_second)
        done = kanal.wait_for(count, 30 + count / 50)
        used = {stage: s - before[stage] for stage, s in kanal.cpu_s().items()}
    return (
        {"per_second": count / (max(done.values()) - min(due.values()))}
        | _latencies(due, done)
        | {f"cpu_ms_{stage}": s * 1000 / count for stage, s in used.items()}
    )


def recover(
    folder: Path, where: Place, *, count: int, steady: int, per_second: float, processes: int = 1
) -> Figures:
    """*count* messages come while the database is away; then it comes back, and meanwhile *steady*
    others write, *per_second*.

    Seconds until the spools are empty and until everybody is acknowledged, and how long those
    waited for their acknowledgement who wrote after it came back.
    """
    with running(folder, where, processes=processes) as kanal:
        with where.outage():
            # The first few wait for the accept deadline, all others go to the spool at once.
            load(kanal.ports, "/webhooks/sms", count, senders=count)
            spooled = kanal.spooled_bytes()
        before = kanal.cpu_s()
        back = time.monotonic()
        with ThreadPoolExecutor(1) as beside:
            writing = beside.submit(_sent, kanal, folder, steady, per_second, first=count)
            while kanal.spooled_bytes() > _EMPTY:
                time.sleep(0.05)
            drained = time.monotonic()
            due = writing.result()
        done = kanal.wait_for(count + steady, 60 + (count + steady) / 20)
        used = {stage: s - before[stage] for stage, s in kanal.cpu_s().items()}
    return (
        {
            "spooled_mb": spooled / 1e6,
            "drained_s": drained - back,
            "acknowledged_s": max(done.values()) - back,
        }
        | _latencies(due, done)
        | {f"cpu_ms_{stage}": s * 1000 / (count + steady) for stage, s in used.items()}
    )


def _sent(
    kanal: Running, folder: Path, count: int, per_second: float, first: int = 0
) -> dict[str, float]:
    """When each of *count* people, from number *first* on, was due to write."""
    due_to = folder / "due.json"
    load(
        kanal.ports, "/webhooks/sms", count, senders=first + count, per_second=per_second,
        due_to=due_to, first=first,
    )  # fmt: skip
    found: dict[str, float] = json.loads(due_to.read_text())
    return found


def _latencies(due: Mapping[str, float], done: Mapping[str, float]) -> Figures:
    took = sorted(done[phone] - at for phone, at in due.items())
    return {
        "p50_ms": took[len(took) // 2] * 1000,
        "p99_ms": took[int(len(took) * 0.99)] * 1000,
    }
