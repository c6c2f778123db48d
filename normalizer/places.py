"""Words and point put together: one list of candidates, and whether the two contradict."""

from dataclasses import dataclass

from core.messages import Location
from normalizer.candidates import named
from normalizer.gazetteer import kelurahan
from normalizer.reading import Candidate, Finding, PlaceFound
from normalizer.regions import Region, Regions

_BESIDE_M = 400
"""So far a point may lie from the kelurahan that is named: people pin the corner they stand at."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a complaint lies.

    *code* is empty where nothing decides. *conflict* says that the words name another kelurahan
    than the point's, *rival*, the one that was not taken, which: offer "Pindah Kelurahan".
    *outside* names what lies beyond the border. *pinned*: the point lies in *code*, by borders, or
    as far as distance can tell and the words say.
    """

    code: str
    candidates: tuple[Candidate, ...] = ()
    point: Location | None = None
    approximate: bool = False
    conflict: bool = False
    outside: str = ""
    rival: str = ""
    pinned: bool = False


def placed(
    found: PlaceFound | None, pin: Location | None, regions: Regions, outside: str = ""
) -> Placed:
    """The place of *found* words and a shared *pin*; the pin beats a point in the words.

    Exact borders decide over a name, as the decree sends what has a point to where the point lies
    (S1 art. 8(3)); a guess by distance does not.
    """
    said = found.candidates if found else ()
    point = pin or (found.location if found else None)
    code = named(said)
    if point is None:
        return Placed(code, said, outside=outside)
    here = regions.at(point.lat, point.lon)
    if not here:
        return Placed(code, said, point, outside=outside or f"{point.lat:.4f}, {point.lon:.4f}")
    both = _together(said, here)
    conflict = bool(code) and _contradicts(code, point, here, regions)
    near = here[0].code
    if code and regions.approximate:
        rival = near if conflict else ""
        return Placed(code, both, point, conflict=conflict, rival=rival, pinned=not conflict)
    rival = code if conflict else ""
    sure = not regions.approximate
    return Placed(near, both, point, not sure, conflict, rival=rival, pinned=sure)


def _contradicts(code: str, point: Location, here: tuple[Region, ...], regions: Regions) -> bool:
    """Whether the point lies elsewhere than the kelurahan named; by distance only if far off."""
    if not regions.approximate:
        return all(region.code != code for region in here)
    row = kelurahan()[code]
    return row.distance_m(point.lat, point.lon) > row.reach_m + _BESIDE_M


def _together(said: tuple[Candidate, ...], here: tuple[Region, ...]) -> tuple[Candidate, ...]:
    """All candidates of both, the surest first; what both say is surer than either."""
    best = {c.code: c for c in said}
    for region in here:
        known = best.get(region.code)
        words = known.finding.words if known else ()
        sure = region.confidence
        if known is not None:
            sure = 1 - (1 - sure) * (1 - known.finding.confidence)
        best[region.code] = Candidate(region.code, Finding(round(sure, 2), words))
    return tuple(sorted(best.values(), key=lambda c: -c.finding.confidence))
