"""What every text draws on: settings, names of units, codes, the moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.clocks import Deadlines
from gateway.configuration.holidays import deadlines
from gateway.configuration.settings import Settings


@dataclass(frozen=True, slots=True)
class World:
    """What all texts draw on."""

    settings: Settings
    units: Mapping[str, str]
    code: Callable[[int], str]
    now: datetime

    @property
    def deadlines(self) -> Deadlines:
        """The city's and our own, as configured."""
        return deadlines(self.settings)

    def deadlines_of(self, account: str) -> Deadlines:
        """Those of what came in through *account*."""
        return deadlines(self.settings, account)

    def unit(self, unit: str | None) -> str:
        """A unit's printed name."""
        return self.units.get(unit or "", unit or "")
