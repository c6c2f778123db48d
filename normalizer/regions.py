"""Which kelurahan a point lies in.

`Regions` is what the program asks; `Centroids` answers without any file. An operator's boundaries
answer exactly (`normalizer.boundaries`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from normalizer.gazetteer import kelurahan, nearest_kelurahan


@dataclass(frozen=True, slots=True)
class Region:
    """A kelurahan in which a point lies, or may lie.

    *distance_m* is how far outside the point lies, 0 inside; for centroids, from the middle.
    """

    code: str
    confidence: float
    distance_m: float


class BoundariesInvalid(Exception):
    """A file of borders cannot be used; *problems* say why. Trying again does not help."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class Regions(Protocol):
    """Answers for points."""

    @property
    def source(self) -> str:
        """What the answers stand on, in words for the operator."""
        ...

    @property
    def approximate(self) -> bool:
        """Whether the answers are guesses by distance."""
        ...

    def at(self, lat: float, lon: float) -> tuple[Region, ...]:
        """Every kelurahan that the point may lie in, the likeliest first; none outside Jakarta."""
        ...


class Centroids:
    """The nearest middle, each weighed by the size of its kelurahan: right for four in five."""

    source = "by the nearest middle, approximate (right for four in five)"
    approximate = True

    def at(self, lat: float, lon: float) -> tuple[Region, ...]:
        near = nearest_kelurahan(lat, lon)
        if near is None:
            return ()
        code, _, distance = near
        inside = distance <= kelurahan()[code].radius_m / 2
        return (Region(code, 0.85 if inside else 0.7, distance),)


CENTROIDS = Centroids()
