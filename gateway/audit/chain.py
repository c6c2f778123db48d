"""The hash chain: each row's digest covers the row and the digest before it. Pure.

It needs no secret: whoever has the rows and a head that was printed can follow it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

FIELDS = (
    "id", "at", "action", "actor", "unit", "role", "via", "asker", "request", "subject", "seq",
)  # fmt: skip
"""What is sealed, in this order."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far the chain reaches: the number of rows in it, and the digest of the last."""

    position: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.digest.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """The reverse of `str`.

        Raises:
            ValueError: It is no head.
        """
        position, _, digest = text.strip().partition(":")
        found = cls(int(position), bytes.fromhex(digest))
        if found.position < 0 or len(found.digest) != len(BEGINNING.digest):
            raise ValueError(f"not a head: {text}")
        return found


BEGINNING = Head(0, bytes(32))


def following(head: Head, row: Any) -> Head:
    """The head with *row* (anything that has `FIELDS` as attributes) behind it."""
    return Head(head.position + 1, hashlib.sha256(head.digest + _written(row)).digest())


def extended(head: Head, rows: Iterable[Any]) -> Iterator[Head]:
    """One head for each of *rows*, in their order."""
    for row in rows:
        head = following(head, row)
        yield head


def _written(row: Any) -> bytes:
    """A row as bytes: a JSON list without spaces, ASCII, the moment in UTC with microseconds."""
    values = [getattr(row, name) for name in FIELDS]
    values[1] = row.at.isoformat(timespec="microseconds")
    return json.dumps(values, separators=(",", ":")).encode("ascii")
