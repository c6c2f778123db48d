"""How units stand to each other: who is below whom, and who coordinates whom. Pure.

Two lines lead upwards. *parent* is the institution a unit is part of (kelurahan → kecamatan → kota,
Suku Dinas → Dinas, bureau → Asisten). *coordinator* is the bureau that coordinates and monitors it
(SE Sekda 40/2019 no. 3; Instruksi Sekda 28/2025 KESATU b.4 to h.4).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.complaint import UnitId


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as far as rules need it; *kelurahan* is a Kemendagri code, for a kelurahan only."""

    id: UnitId
    parent: UnitId | None = None
    coordinator: UnitId | None = None
    kelurahan: str = ""


class Hierarchy:
    """All units, retired ones too: history refers to them."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units: Mapping[UnitId, Unit] = {u.id: u for u in units}
        self._parts: dict[UnitId, list[UnitId]] = defaultdict(list)
        self._coordinated: dict[UnitId, list[UnitId]] = defaultdict(list)
        for item in self._units.values():
            if item.parent:
                self._parts[item.parent].append(item.id)
            if item.coordinator:
                self._coordinated[item.coordinator].append(item.id)

    def line(self, unit: UnitId) -> frozenset[UnitId]:
        """*unit* and every institution that it is part of."""
        return frozenset(self.upwards(unit))

    def upwards(self, unit: UnitId) -> list[UnitId]:
        """*unit* and the institutions that it is part of, from below."""
        found: list[UnitId] = []
        above: UnitId | None = unit
        while above is not None and above not in found:
            found.append(above)
            known = self._units.get(above)
            above = known.parent if known else None
        return found

    def parent(self, unit: UnitId) -> UnitId | None:
        """What *unit* is part of."""
        known = self._units.get(unit)
        return known.parent if known else None

    def coordinator(self, unit: UnitId) -> UnitId | None:
        """The bureau that coordinates *unit*, if one is named for it itself."""
        known = self._units.get(unit)
        return known.coordinator if known else None

    def __contains__(self, unit: object) -> bool:
        return unit in self._units

    def below(self, unit: UnitId) -> frozenset[UnitId]:
        """*unit*, its parts, whatever these coordinate, and the parts of that."""
        found, waiting = {unit}, [unit]
        while waiting:
            here = waiting.pop()
            for lower in (*self._parts[here], *self._coordinated[here]):
                if lower not in found:
                    found.add(lower)
                    waiting.append(lower)
        return frozenset(found)

    def is_kelurahan(self, unit: UnitId) -> bool:
        """Whether *unit* is one, and so has an area that a complaint can lie outside of."""
        known = self._units.get(unit)
        return known is not None and bool(known.kelurahan)

    def area(self, unit: UnitId) -> frozenset[str]:
        """The codes of the kelurahan that are parts of *unit*; empty for an agency or a bureau."""
        found: set[str] = set()
        waiting = [unit]
        while waiting:
            here = waiting.pop()
            known = self._units.get(here)
            if known and known.kelurahan:
                found.add(known.kelurahan)
            waiting.extend(self._parts[here])
        return frozenset(found)

    def loop(self) -> UnitId | None:
        """A unit that is part of itself, if there is one."""
        for unit in self._units:
            above, seen = self._units[unit].parent, 0
            while above is not None and above in self._units and seen <= len(self._units):
                if above == unit:
                    return unit
                above, seen = self._units[above].parent, seen + 1
        return None


NOBODY = Hierarchy(())
"""No unit is part of another."""
