"""Which messages wait for a person, why, and by when somebody should have looked. Pure."""

import enum
from collections.abc import Iterable
from datetime import datetime, timedelta

from core.clocks import Deadlines
from core.complaint import ClockKind
from normalizer.dialogue import Outcome
from normalizer.reading import MessageKind, Reading


class Why(enum.StrEnum):
    """Why it waits."""

    EMERGENCY = "emergency"
    """Ongoing danger to life, until somebody acknowledges it."""
    PERSON = "person"
    """PETUGAS: a person is asked for."""
    ERASURE = "erasure"
    COPY = "copy"
    ABUSE = "abuse"
    UNCLEAR = "unclear"
    """Not understood, and of no report."""
    UNPARSED = "unparsed"
    """What the provider sent could not be read."""
    PARKED = "parked"
    """It was read and could not be handled; the work behind it goes on."""


SETTLED_BY_A_REPORT = frozenset({Why.UNCLEAR, Why.ABUSE})
"""Whoever has said it better meanwhile, and has a number, waits for nobody."""

_ASKED = {
    "person": Why.PERSON, "meaning": Why.PERSON, "question_noted": Why.PERSON,
    "erasure": Why.ERASURE, "copy": Why.COPY,
}  # fmt: skip
_RIGHTS = frozenset({Why.ERASURE, Why.COPY})
EMERGENCY_WITHIN = timedelta(minutes=2)
_RIGHTS_WITHIN = timedelta(hours=72)
"""UU 27/2022 art. 32(2) gives 3 x 24 hours for access to one's data; we hold erasure to it too."""


def waits_because(outcome: Outcome, replies: Iterable[str], reading: Reading) -> Why | None:
    """Why a message with this *outcome* waits; None where the machine has dealt with it."""
    asked = next((_ASKED[kind] for kind in replies if kind in _ASKED), None)
    if asked is not None:
        return asked
    if outcome is not Outcome.UNCLEAR:
        return None
    return Why.ABUSE if reading.kind is MessageKind.ABUSE else Why.UNCLEAR


def due(why: Why, since: datetime, deadlines: Deadlines) -> datetime | None:
    """By when somebody should have looked: what the owner has to forward is the measure for
    whatever the law gives no hour (*ours*)."""
    if why is Why.EMERGENCY:
        return since + EMERGENCY_WITHIN
    if why in _RIGHTS:
        return since + _RIGHTS_WITHIN
    return deadlines.due(ClockKind.TRIAGE, since)
