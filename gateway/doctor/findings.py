"""What the rules say: one line each, with its state, what it is about, and what to do."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta


class State(enum.StrEnum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    """Somebody should know; nothing is lost and nothing stands still because of it."""
    WRONG = "wrong"
    """Somebody must do something."""


@dataclass(frozen=True, slots=True)
class Finding:
    """*do* is empty where there is nothing to do."""

    state: State
    about: str
    what: str
    do: str = ""

    @property
    def sentence(self) -> str:
        """What it is and what to do, on one line."""
        return f"{self.what} → {self.do}" if self.do else self.what


def ok(about: str, what: str) -> Finding:
    """All is well with it."""
    return Finding(State.OK, about, what)


def note(about: str, what: str, do: str = "") -> Finding:
    """Somebody should know."""
    return Finding(State.NOTE, about, what, do)


def wrong(about: str, what: str, do: str) -> Finding:
    """Somebody must do something."""
    return Finding(State.WRONG, about, what, do)


def worst(findings: Iterable[Finding]) -> State:
    """The worst state among *findings*."""
    order = list(State)
    return max((f.state for f in findings), key=order.index, default=State.OK)


def spoken(span: timedelta) -> str:
    """A length of time in its two largest units: "40 s", "2 h 5 min", "3 d"."""
    seconds = max(0, int(span.total_seconds()))
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    parts: list[tuple[int, str]] = []
    for name, size in units:
        count, seconds = divmod(seconds, size)
        if count or parts:
            parts.append((count, name))
    said = [f"{count} {name}" for count, name in parts[:2] if count]
    return " ".join(said) or "0 s"


def size(count: int) -> str:
    """Bytes as people say them: "512 B", "3.4 MB"."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
