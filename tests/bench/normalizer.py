"""The normalizer by itself: messages a second on one core, time over length, memory."""

import itertools
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from normalizer.privacy import redact
from normalizer.understand import understand

_CASES = Path(__file__).parent.parent / "normalizer" / "cases"
_AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
_SECONDS = 3.0
_ROUNDS = 6
_LONG = 240
HOSTILE = [
    "a", "0", "8 1 2 ", "\n\n ", "a.b@", "Saya Budi ", "&amp;", "!?", "nama saya ", "-6.1936, ",
    "👍🏽\u200d", "https://a.b/?q=", "rt/", "B 12", "takut sama ", "rek bca ", "jangan sampai ",
    "dpn ", "belum ", "jl ", "no 1 ", "kode a ", "api ", "kapan ", "jk 2611190041 ", "lampu mati ",
    "kel ", "a' ", "0812-", "kebakaran ",
    "kebakaran x x sekarang ", "jam 1", "kemarin ", "sudah 3 hari ", "kelurahan cipinangcempedag ",
    "> a\n", "pada a", "dari: a\n", "10110 ", "menteng ", "suami saya dipukul ", "ppsu setu ",
    "kemang kedoya ", "orang kesetrum mobil air ", "8 malam ", "stroke ", "beberapa hari ",
]  # fmt: skip
"""What a careless regular expression would take ages for, repeated to any length."""
LENGTHS = (1_000, 10_000, 100_000)
_MEMORY = """
import sys, tracemalloc
sys.path.insert(0, sys.argv[1])
tracemalloc.start()
from normalizer.understand import understand
understand("lampu jalan mati di jl panjang kel kebon jeruk sejak kemarin")
print(tracemalloc.get_traced_memory()[0] / 1e6)
"""


def texts() -> Sequence[str]:
    """Messages of the length of real ones: the project's own cases."""
    return [
        case["say"]
        for path in sorted(_CASES.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


def long_texts(said: Sequence[str]) -> Sequence[str]:
    """Texts of about 260 characters, as they come by chat and mail: several cases in a row."""
    texts, current = [], ""
    for case in said:
        current = f"{current} {case}".strip()
        if len(current) >= _LONG:
            texts.append(current[: _LONG + 60])
            current = ""
    return texts


def measure() -> Mapping[str, float]:
    """Figures by name: ``per_second``, ``understand_1000``, ``redact_1000``, …, ``memory_mb``."""
    said = texts()
    for text in said:
        understand(text, at=_AT)
    long = long_texts(said)
    figures = {"per_second": _rate(said), "chars": sum(map(len, said)) / len(said)}
    figures |= {"long_per_second": _rate(long), "long_chars": sum(map(len, long)) / len(long)}
    pattern = " ".join(said)
    for length in LENGTHS:
        text = (pattern * (length // len(pattern) + 1))[:length]
        figures[f"understand_{length}"] = _milliseconds(understand, text)
        figures[f"redact_{length}"] = _milliseconds(redact, text)
    figures["growth"] = max(
        _growth(read, unit) for read in (understand, redact) for unit in HOSTILE
    )
    figures["memory_mb"] = _memory()
    return figures


def _growth(read: Callable[[str], object], unit: str) -> float:
    """How much longer four times the text takes; 4 is linear, 16 would be squared."""
    short, long = (_milliseconds(read, (unit * n)[:n]) for n in (16_000, 64_000))
    return long / max(short, 0.5)


def _rate(said: Sequence[str]) -> float:
    """Messages a second in the best of several rounds: what else runs can only slow one down."""
    return max(_round(said) for _ in range(_ROUNDS))


def _round(said: Sequence[str]) -> float:
    began, count = time.process_time(), 0
    for text in itertools.cycle(said):
        understand(text, at=_AT)
        count += 1
        if count % 64 == 0 and time.process_time() - began > _SECONDS / _ROUNDS:
            break
    return count / (time.process_time() - began)


def _milliseconds(read: Callable[[str], object], text: str) -> float:
    costs = []
    for _ in range(5):
        began = time.process_time()
        read(text)
        costs.append(time.process_time() - began)
    return min(costs) * 1000


def _memory() -> float:
    """What a fresh process needs more once the lists are read."""
    root = str(Path(__file__).parent.parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", _MEMORY, root], check=True, capture_output=True, text=True
    )
    return float(done.stdout)
