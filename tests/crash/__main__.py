"""`make soak`: every fault for itself, many rounds, each with a seed of its own; then a table.

``python -m tests.crash --minutes 10``, ``--rounds 100``, ``--fault postgres_killed --seed 7``.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from gateway.demo.provider import Message
from tests.crash.cluster import cluster
from tests.crash.faults import FAULTS
from tests.crash.promises import check, settled
from tests.crash.traffic import break_now_and_then, write


@dataclass
class Result:
    """What became of one fault's rounds."""

    rounds: int = 0
    messages: int = 0
    acknowledged: int = 0
    seconds: list[float] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


async def one_round(name: str, seed: int, count: int) -> tuple[int, float]:
    """Traffic, the fault in the middle of it, then the promises; acknowledged and seconds to rest.

    Raises:
        AssertionError, TimeoutError: A promise was broken.
    """
    rng = random.Random(seed)
    acknowledged: list[Message] = []
    with tempfile.TemporaryDirectory() as folder:
        async with cluster(Path(folder)) as found:
            if rng.random() < 0.5:
                break_now_and_then(found.provider)
            writing = asyncio.create_task(write(found.provider, count, acknowledged))
            await asyncio.sleep(rng.uniform(0.05, 1.0))
            await FAULTS[name](found, rng)
            await writing
            found.provider.faults.set(())
            began = time.monotonic()
            await settled(found.postgres.url, acknowledged)
            check(found.postgres.url, found.provider, acknowledged)
    return len(acknowledged), time.monotonic() - began


def table(results: dict[str, Result]) -> str:
    """A line per fault."""
    lines = [
        "| fault | rounds | messages | acknowledged | longest to rest, s | broken (seeds) |",
        "|---|---|---|---|---|---|",
    ]
    for name, r in sorted(results.items()):
        broken = ", ".join(map(str, r.failed)) or "none"
        longest = f"{max(r.seconds):.1f}" if r.seconds else "-"
        lines.append(
            f"| {name} | {r.rounds} | {r.messages} | {r.acknowledged} | {longest} | {broken} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Command line; exit code 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10**9)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--messages", type=int, default=80)
    parser.add_argument("--fault", choices=sorted(FAULTS), action="append")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    wanted = parser.parse_args()
    names = wanted.fault or sorted(FAULTS)
    results: dict[str, Result] = defaultdict(Result)
    until = time.monotonic() + wanted.minutes * 60
    for number in range(wanted.rounds):
        if time.monotonic() > until:
            break
        name, seed = names[number % len(names)], wanted.seed + number
        result = results[name]
        result.rounds += 1
        result.messages += wanted.messages
        try:
            acknowledged, seconds = asyncio.run(one_round(name, seed, wanted.messages))
            result.acknowledged += acknowledged
            result.seconds.append(seconds)
            print(f"{name} seed {seed}: kept, at rest after {seconds:.1f} s", flush=True)
        except (AssertionError, TimeoutError):
            result.failed.append(seed)
            traceback.print_exc()
            print(f"{name} seed {seed}: BROKEN", flush=True)
    print("\n" + table(results))
    return 1 if any(r.failed for r in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
