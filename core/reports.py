"""Which role reads which of the city's monthly reports: a table, checked here, failing closed."""

import enum
from collections.abc import Mapping

from core.access import Officer, OfficerRole
from core.errors import NotAllowed


class Report(enum.StrEnum):
    """What the city reports every month."""

    MONTHLY = "monthly"
    PENDOPO = "pendopo"
    TWICE_REJECTED = "twice-rejected"
    PHOTO_SIGNALS = "photo-signals"


_PENDOPO = frozenset(
    {
        OfficerRole.SYSTEM_ADMIN, OfficerRole.VALIDATOR, OfficerRole.FACILITATOR,
        OfficerRole.SUPERVISOR, OfficerRole.COORDINATOR,
    }
)  # fmt: skip

_OF_RESULTS = frozenset({OfficerRole.SYSTEM_ADMIN, OfficerRole.VALIDATOR, OfficerRole.INSPEKTORAT})

REPORTS: Mapping[Report, frozenset[OfficerRole]] = {
    Report.MONTHLY: _PENDOPO | {OfficerRole.AGENCY_ADMIN, OfficerRole.CHANNEL_ADMIN},
    Report.PENDOPO: _PENDOPO,
    Report.TWICE_REJECTED: frozenset(
        {OfficerRole.SYSTEM_ADMIN, OfficerRole.VALIDATOR, OfficerRole.INSPEKTORAT}
    ),
    Report.PHOTO_SIGNALS: frozenset(
        {
            OfficerRole.SYSTEM_ADMIN,
            OfficerRole.VALIDATOR,
            OfficerRole.FACILITATOR,
            OfficerRole.INSPEKTORAT,
        }
    ),
}
"""Who reads which report; how much of it, `gateway.reports.readers` says."""


def require_report(officer: Officer, report: Report) -> None:
    """Pass if *officer*'s role reads *report*.

    Raises:
        NotAllowed: It does not; names those that do.
    """
    readers = REPORTS.get(report, frozenset())
    if officer.role not in readers:
        roles = ", ".join(sorted(readers))
        raise NotAllowed(f"this report needs one of the roles {roles}; yours is {officer.role}")
