"""What messages that leave a complaint say by themselves, and whether its danger goes with them.
Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.complaint import Complaint, ComplaintDraft, Kind
from core.messages import Location
from normalizer.dialogue.placing import merged, place_of
from normalizer.dialogue.timing import happened
from normalizer.regions import Regions
from normalizer.understand import understand


@dataclass(frozen=True, slots=True)
class Part:
    """A message of the reporter; *lat* and *lon* of a pin that came with it."""

    message: int
    text: str = field(repr=False)
    at: datetime
    lat: float | None = None
    lon: float | None = None

    @property
    def pin(self) -> Location | None:
        """Where it was sent from, or points to."""
        return None if self.lat is None or self.lon is None else Location(self.lat, self.lon)


def draft_of(
    parts: Sequence[Part], first: Complaint, prefix: str, regions: Regions
) -> ComplaintDraft:
    """The content of the complaint that *parts* make; where they name no place, it is that of the
    complaint they come from. What that keeps secret they keep secret; its danger to life is theirs
    where they speak of one."""
    readings = [(understand(p.text, prefix=prefix, at=p.at), p.pin) for p in parts]
    problems = [r.problem for r, _ in readings if r.problem]
    found = next((p for p in problems if p.category), next(iter(problems), None))
    place = place_of(readings[0][0].place, readings[0][1], regions)
    for reading, pin in readings[1:]:
        place = merged(place, place_of(reading.place, pin, regions))
    times = (happened(r.moment) for r, _ in readings)
    return ComplaintDraft(
        kind=found.kind if found else Kind.OTHER,
        category=found.category if found else "",
        place=place if place.is_known or place.kelurahan else first.place,
        happened=next((t for t in times if t), None),
        urgent=first.urgent and any(r.danger for r, _ in readings),
        confidential=first.confidential,
        anonymous=first.anonymous,
    )


def is_calm(parts: Sequence[Part], prefix: str) -> bool:
    """Whether none of *parts* speaks of a danger to life."""
    return not any(understand(p.text, prefix=prefix, at=p.at).danger for p in parts)
