"""Who writes down what somebody says at a counter, and from when on that can be entered. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.access import Officer, OfficerRole, Scope
from core.errors import NotAllowed, Refused

ENTERERS: Mapping[OfficerRole, Scope] = {
    OfficerRole.SYSTEM_ADMIN: Scope.ALL,
    OfficerRole.CHANNEL_ADMIN: Scope.OWN_ACCOUNTS,
    OfficerRole.COUNTER_OFFICER: Scope.OWN_ACCOUNTS,
    OfficerRole.INSPEKTORAT: Scope.OWN_ACCOUNTS,
}
"""The Inspektorat has a counter of its own (S4, figure 2.5)."""

LATEST = timedelta(days=30)
"""Older than this nobody enters what was said (*ours*): then it is a date that was mistyped."""

PAPERS_WITHIN = timedelta(hours=24)
"""So long after a visit its papers can be added, by who entered it."""


def require_to_enter(officer: Officer, account: str) -> None:
    """Pass if *officer* writes down what is said at the counter *account*.

    Raises:
        NotAllowed: Says what is missing.
    """
    scope = ENTERERS.get(officer.role)
    if scope is None:
        roles = ", ".join(sorted(ENTERERS))
        raise NotAllowed(f"a counter needs one of the roles {roles}; yours is {officer.role}")
    if scope is not Scope.ALL and account not in officer.owned_accounts:
        raise NotAllowed(f"'{account}' is the counter of another unit; you are {officer.unit}")


def require_lately(came_at: datetime, now: datetime) -> None:
    """Pass if somebody can have been there at *came_at*.

    Raises:
        Refused: Not yet, or too long ago; names the field.
    """
    if not now - LATEST <= came_at <= now:
        raise Refused(f"they came within the last {LATEST.days} days, not later", field="at")
