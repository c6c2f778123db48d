"""Whose figures an officer may read. Pure; which roles read what is `core.reports`."""

from core.access import Officer, Scope, scope_of
from core.clocks import VALIDATING_UNIT
from core.complaint import UnitId
from core.errors import NotAllowed
from core.reports import Report, require_report
from core.units import Hierarchy


def units_for(officer: Officer, asked: UnitId | None, units: Hierarchy) -> frozenset[UnitId] | None:
    """The units whose complaints the monthly report may count; None: the whole city.

    Biro Pemerintahan makes the city's books, so whoever it reports to reads them whole. *asked* is
    a unit that exists: the report is then limited to it and to what stands below it.

    Raises:
        NotAllowed: The role reads no monthly report, or the unit is none of the officer's.
    """
    require_report(officer, Report.MONTHLY)
    scope = scope_of(officer)
    if scope is Scope.ALL:
        return units.below(asked) if asked else None
    if scope is Scope.BELOW:
        if asked is None and VALIDATING_UNIT in officer.below:
            return None
        own = asked or officer.unit
        if own not in officer.below:
            raise NotAllowed(f"{own} is not below {officer.unit}")
        return units.below(own) & officer.below
    if asked not in {None, officer.unit}:
        raise NotAllowed(f"{officer.unit} reads its own figures, not those of {asked}")
    return frozenset({officer.unit})


def bureaus_for(officer: Officer, bureaus: frozenset[UnitId]) -> frozenset[UnitId]:
    """Those of the coordinating *bureaus* whose Pendopo recapitulation the officer may read.

    Raises:
        NotAllowed: None.
    """
    require_report(officer, Report.PENDOPO)
    if scope_of(officer) is Scope.ALL:
        return bureaus
    found = bureaus & officer.below
    if not found:
        raise NotAllowed(f"{officer.unit} coordinates no complaints of the Pendopo")
    return found
