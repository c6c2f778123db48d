"""`make bench`: prints the tables of docs/performance.md. Takes some twenty minutes.

Everything stays on loopback, in temporary folders, with a fixed number of requests. Figures of one
run may be compared with each other; those of two runs on a shared machine may not.
"""

import argparse
import platform
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import accept, core, journey, memory, normalizer, report
from tests.bench.accept import Figures
from tests.bench.places import place

_DISK = "/var/tmp"
"""Durable means on a disk: not where temporary files may lie in memory."""

PARTS = ("accept", "journey", "recovery", "core", "memory", "normalizer", "report")
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Wanted:
    """What the command line says; *share* of the usual number of messages."""

    folder: Path
    port: int
    share: float
    rounds: int
    connections: Sequence[int]
    databases: Sequence[str]

    def count(self, usual: int) -> int:
        """So many instead of the *usual*."""
        return max(20, int(usual * self.share))

    def fresh(self) -> Path:
        """A new folder."""
        return Path(tempfile.mkdtemp(dir=self.folder))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all of them if none")
    parser.add_argument("--port", type=int, default=18110)
    parser.add_argument("--share", type=float, default=1.0, help="of the messages; 0.01 to try it")
    parser.add_argument("--rounds", type=int, default=5, help="of accept")
    parser.add_argument(
        "--connections", type=int, action="append", help="of accept; may be repeated"
    )
    parser.add_argument("--database", choices=DATABASES, action="append")
    given = parser.parse_args()
    chosen = given.parts or PARTS
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"{', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}")
    print(f"Python {platform.python_version()}, {platform.system()}", flush=True)
    for part in PARTS:
        if part in chosen:
            with tempfile.TemporaryDirectory(dir=_DISK) as folder:
                # A PostgreSQL of root's runs as somebody else, who must get through.
                Path(folder).chmod(0o755)
                wanted = Wanted(
                    Path(folder), given.port, given.share, given.rounds,
                    given.connections or [64], given.database or DATABASES,
                )  # fmt: skip
                _MEASURES[part](wanted)


def _accept(wanted: Wanted) -> None:
    for name in wanted.databases:
        for connections in wanted.connections:
            folder = wanted.fresh()
            with place(name, folder) as where:
                rounds = accept.measure(
                    folder, wanted.port, where.url, count=wanted.count(12_000),
                    rounds=wanted.rounds, connections=connections,
                )  # fmt: skip
            _print_accepted(f"{name}, {connections} connections", rounds)


def _print_accepted(title: str, rounds: list[dict[str, Figures]]) -> None:
    print(f"\n| {title} | per second | p50 ms | p99 ms |\n|---|---|---|---|")
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
_STAGES = ("gateway", "worker", "database", "stand-in")


def _journey(wanted: Wanted) -> None:
    heads = " | ".join(f"{stage} ms" for stage in _STAGES)
    print(f"\n| end to end | on | processes | per second | p50 ms | p99 ms | {heads} |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for database, processes in _installations(wanted):
        for name, count, per_second, receipts in _JOURNEYS:
            folder = wanted.fresh()
            with place(database, folder) as where:
                f = journey.measure(
                    folder, where, count=wanted.count(count), per_second=per_second,
                    receipts=receipts, processes=processes,
                )  # fmt: skip
            print(
                f"| {name} | {database} | {processes} + {processes} | {f['per_second']:.0f}"
                f" | {f['p50_ms']:.0f} | {f['p99_ms']:.0f} | {_stages(f)} |",
                flush=True,
            )


def _recovery(wanted: Wanted) -> None:
    count, steady = wanted.count(20_000), wanted.count(2000)
    print(f"\n{count:,} came while the database was away; then 50 a second, {steady:,} in all.")
    heads = " | ".join(f"{stage} ms" for stage in _STAGES)
    print(
        "\n| on | processes | spool MB | stored after s | all told after s | p50 ms while draining"
        f" | p99 ms | {heads} |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for database, processes in _installations(wanted):
        folder = wanted.fresh()
        with place(database, folder) as where:
            f = journey.recover(
                folder, where, count=count, steady=steady, per_second=50, processes=processes
            )
        print(
            f"| {database} | {processes} + {processes} | {f['spooled_mb']:.1f}"
            f" | {f['drained_s']:.1f} | {f['acknowledged_s']:.1f}"
            f" | {f['p50_ms']:.0f} | {f['p99_ms']:.0f} | {_stages(f)} |",
            flush=True,
        )


def _installations(wanted: Wanted) -> list[tuple[str, int]]:
    """Database and how many gateways and workers; a SQLite file takes one of each."""
    possible = [("sqlite", 1), ("postgresql", 1), ("postgresql", 2)]
    return [(name, count) for name, count in possible if name in wanted.databases]


def _stages(figures: Figures) -> str:
    return " | ".join(
        f"{figures[key]:.2f}" if (key := f"cpu_ms_{stage}") in figures else "-" for stage in _STAGES
    )


def _core(wanted: Wanted) -> None:
    clocks = wanted.count(1_000_000)
    print(f"\n| on | commands per second | ms, none of {clocks:,} clocks due | ms, 64 due |")
    print("|---|---|---|---|")
    for database in wanted.databases:
        folder = wanted.fresh()
        with place(database, folder) as where:
            f = core.measure(folder, where.url, complaints=wanted.count(200), clocks=clocks)
        print(
            f"| {database} | {f['per_second']:.0f} | {f['none_ms']:.1f} | {f['due_ms']:.1f} |",
            flush=True,
        )


def _memory(wanted: Wanted) -> None:
    count = wanted.count(100_000)
    f = memory.measure(wanted.folder, wanted.port, count)
    print(f"\n{count:,} waiting: gateway {f['gateway_mb']:.0f} MB, worker {f['worker_mb']:.0f} MB")


def _normalizer(_wanted: Wanted) -> None:
    f = normalizer.measure()
    print(f"\nnormalizer: {f['per_second']:,.0f} messages a second of {f['chars']:.0f} characters,")
    print(f"{f['long_per_second']:,.0f} of {f['long_chars']:.0f}")
    print("\n| characters | ms, understood | ms, redacted |\n|---|---|---|")
    for length in normalizer.LENGTHS:
        print(f"| {length:,} | {f[f'understand_{length}']:.1f} | {f[f'redact_{length}']:.1f} |")
    print(f"\nfour times a hostile text takes at most {f['growth']:.1f} times as long")
    print(f"its lists: {f['memory_mb']:.0f} MB", flush=True)


_REPORTS = (
    ("of two years", 1_000_000, 730),
    ("of one month", 1_000_000, 30),
)


def _report(wanted: Wanted) -> None:
    print(
        "\n| complaints | in the month | database MB | seconds | peak MB |\n|---|---|---|---|---|"
    )
    for name, usual, days in _REPORTS:
        count = wanted.count(usual)
        f = report.measure(wanted.fresh(), count=count, days=days)
        print(
            f"| {count:,} {name} | {count * min(days, 30) // days:,} | {f['database_mb']:,.0f}"
            f" | {f['seconds']:.0f} | {f['peak_mb']:.0f} |",
            flush=True,
        )


def _spread(figures: Sequence[Figures], key: str) -> str:
    values = sorted(f[key] for f in figures)
    digits = 0 if values[0] >= 100 else 1
    middle = statistics.median(values)
    return f"{middle:,.{digits}f} ({values[0]:,.{digits}f}–{values[-1]:,.{digits}f})"


_MEASURES = {
    "accept": _accept,
    "journey": _journey,
    "recovery": _recovery,
    "core": _core,
    "memory": _memory,
    "normalizer": _normalizer,
    "report": _report,
}


if __name__ == "__main__":
    sys.exit(main())
