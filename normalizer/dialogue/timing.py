"""From what a message says about the time to the time of a case."""

from core.happened import Happened
from normalizer.reading import Moment, MomentKind

SURE = 0.6
"""Below this a word of time may belong to anything ("lama sekali")."""


def happened(found: Moment | None) -> Happened | None:
    """What is worth keeping of *found*: a time, or what it recurs with; None where there is none.

    The words stay in the message: they may name more than the time ("kemarin pas saya pulang").
    """
    if found is None or found.finding.confidence < SURE:
        return None
    recurs = found.kind is MomentKind.RECURRING
    if found.start is None and not recurs:
        return None
    return Happened(
        kind=found.kind.value,
        precision=found.precision.name.lower(),
        start=found.start,
        end=found.end if found.end != found.start else None,
        every=found.every,
        from_hour=found.from_hour,
        until_hour=found.until_hour,
    )
