"""The names of things: each an identifier of its own, so that none is taken for another."""

from collections.abc import Callable
from typing import NewType

ComplaintId = NewType("ComplaintId", int)
AssignmentId = NewType("AssignmentId", int)
ClockId = NewType("ClockId", int)
TicketId = NewType("TicketId", int)
ProblemId = NewType("ProblemId", int)
UnitId = NewType("UnitId", str)
"""An agency, bureau or kelurahan as a slug, e.g. ``biro-pemerintahan``."""

NewId = Callable[[], int]
"""Gives a fresh, growing 63-bit number; ids come in as arguments, rules never make their own."""
