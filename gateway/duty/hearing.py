"""What an officer's reply to a duty notice means. It is never a complaint. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.complaint import ComplaintId
from core.number import ComplaintNumber
from normalizer.dialogue import Reply
from normalizer.reading import Reading

_OK = re.compile(r"^\W*(ok(e|ay)?|oke?y?|siap|86|terima|diterima|ya|y)\b", re.IGNORECASE)
_READY = re.compile(r"\W*(siap|ready)\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Alarm:
    """An emergency of which this officer was told and that nobody has acknowledged. *item* is its
    entry in the inbox."""

    item: int
    complaint: ComplaintId
    number: ComplaintNumber


@dataclass(frozen=True, slots=True)
class Heard:
    """The alarms that the officer has in hand now, and what is answered."""

    acknowledged: tuple[Alarm, ...]
    reply: Reply


def agrees(text: str) -> bool:
    """Whether *text* is the word for which an invitation to a roster asks, and nothing else."""
    return _READY.fullmatch(text) is not None


def heard(reading: Reading, alarms: Sequence[Alarm], quoted: ComplaintId | None) -> Heard:
    """A number, an answer to the very message, or OK where one alarm rings; else what this thread
    is for. A number that this officer was not told of discloses nothing."""
    named = tuple(a for a in alarms if a.number in reading.numbers or a.complaint == quoted)
    says_ok = _OK.match(reading.text) is not None
    if not named and says_ok and not reading.numbers:
        named = tuple(alarms) if len(alarms) == 1 else ()
        if len(alarms) > 1:
            ids = [str(a.complaint) for a in alarms]
            return Heard((), Reply("duty_which", None, {"complaints": ids}))
    if named:
        return Heard(named, Reply("duty_acknowledged", named[0].complaint))
    return Heard((), Reply("duty_thread"))
