"""Ids that the program makes itself, so that a decision can be complete before it is written.

63 bits: milliseconds since 2025 (41), a node number (10), a counter (12). They grow, so rows lie in
the order in which they were made. A node number is drawn per process; two processes that drew the
same one could only collide within one millisecond, and the primary key would refuse the later.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

_EPOCH_MS = 1_735_689_600_000  # 2025-01-01T00:00:00Z
COUNT_BITS = 12
NODE_BITS = 10
_NODES = 1 << NODE_BITS
_PER_MS = 1 << COUNT_BITS


Clock = Callable[[], datetime]
"""Gives the present moment, aware UTC."""


def now() -> datetime:
    """The present moment, aware UTC. Handed to everything that needs a clock."""
    return datetime.now(UTC)


def first_at(moment: datetime) -> int:
    """No id made at *moment* or later is smaller: ids find what is recent without an index."""
    return (int(moment.timestamp() * 1000) - _EPOCH_MS) << COUNT_BITS + NODE_BITS


class Ids:
    """Callable: each call gives a fresh number, larger than the one before."""

    def __init__(self, clock: Clock = now, node: int | None = None) -> None:
        self._clock = clock
        self.node = (secrets.randbelow(_NODES) if node is None else node) % _NODES
        self._ms = 0
        self._count = 0

    def __call__(self) -> int:
        ms = int(self._clock().timestamp() * 1000) - _EPOCH_MS
        if ms > self._ms:
            self._ms, self._count = ms, 0
        else:
            # The clock stands or went back: keep growing, borrow from the next millisecond if full.
            self._count += 1
            if self._count == _PER_MS:
                self._ms, self._count = self._ms + 1, 0
        return (self._ms << COUNT_BITS + NODE_BITS) | (self.node << COUNT_BITS) | self._count
