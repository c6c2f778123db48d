"""`make bench`: prints the tables of docs/performance.md. Takes some five minutes.

Everything stays on loopback, in temporary folders, with a fixed number of requests. Figures of one
run may be compared with each other; those of two runs on a shared machine may not.
"""

import argparse
import platform
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import accept, journey, memory, normalizer
from tests.bench.accept import Figures

PARTS = ("accept", "journey", "memory", "normalizer")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all of them if none")
    parser.add_argument("--port", type=int, default=18110)
    wanted = parser.parse_args()
    chosen = wanted.parts or PARTS
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"{', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}")
    print(f"Python {platform.python_version()}, {platform.system()}", flush=True)
    for part in PARTS:
        if part in chosen:
            with tempfile.TemporaryDirectory() as folder:
                {
                    "accept": _accept,
                    "journey": _journey,
                    "memory": _memory,
                    "normalizer": _normalizer,
                }[part](Path(folder), wanted.port)


def _accept(folder: Path, port: int) -> None:
    rounds = accept.measure(folder, port)
    print("\n| route | per second | p50 ms | p99 ms |\n|---|---|---|---|")
    for name, _ in accept.ROUTES:
        figures = [r[name] for r in rounds]
        cells = [_spread(figures, key) for key in ("per_second", "p50_ms", "p99_ms")]
        print(f"| {name} | {' | '.join(cells)} |")
    ratios = [r["durable"]["per_second"] / r["parsed"]["per_second"] for r in rounds]
    print(
        f"\ndurable / parsed: {statistics.median(ratios):.2f}"
        f" ({min(ratios):.2f}–{max(ratios):.2f} in {len(ratios)} rounds)",
        flush=True,
    )


_JOURNEYS = (
    ("all at once, no receipts", 4000, 0, False),
    ("all at once", 4000, 0, True),
    ("100 a second", 2000, 100, True),
)


def _journey(folder: Path, port: int) -> None:
    print("\n| end to end | per second | p50 ms | p99 ms |\n|---|---|---|---|")
    for name, count, per_second, receipts in _JOURNEYS:
        inside = folder / name.replace(" ", "-")
        inside.mkdir()
        f = journey.measure(
            inside, port, port + 1, count=count, per_second=per_second, receipts=receipts
        )
        print(
            f"| {name} | {f['per_second']:.0f} | {f['p50_ms']:.0f} | {f['p99_ms']:.0f} |",
            flush=True,
        )


def _memory(folder: Path, port: int) -> None:
    f = memory.measure(folder, port)
    print(f"\n100,000 waiting: gateway {f['gateway_mb']:.0f} MB, worker {f['worker_mb']:.0f} MB")


def _normalizer(_folder: Path, _port: int) -> None:
    f = normalizer.measure()
    print(f"\nnormalizer: {f['per_second']:,.0f} messages a second of {f['chars']:.0f} characters")
    print("\n| characters | ms, understood | ms, redacted |\n|---|---|---|")
    for length in normalizer.LENGTHS:
        print(f"| {length:,} | {f[f'understand_{length}']:.1f} | {f[f'redact_{length}']:.1f} |")
    print(f"\nfour times a hostile text takes at most {f['growth']:.1f} times as long")
    print(f"its lists: {f['memory_mb']:.0f} MB", flush=True)


def _spread(figures: Sequence[Figures], key: str) -> str:
    values = sorted(f[key] for f in figures)
    digits = 0 if values[0] >= 100 else 1
    middle = statistics.median(values)
    return f"{middle:,.{digits}f} ({values[0]:,.{digits}f}–{values[-1]:,.{digits}f})"


if __name__ == "__main__":
    sys.exit(main())
