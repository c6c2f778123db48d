"""What an officer deals with, as conditions on a list: `core.access.in_scope` for the database."""

from sqlalchemy import ColumnElement, and_, exists, or_

from core.access import Officer, Scope, reads_confidential, scope_of
from core.tables import ACCUSATION_LIVE, accusation, assignment, complaint


def within(officer: Officer) -> list[ColumnElement[bool]]:
    """The conditions that keep a list of complaints inside what *officer* deals with."""
    secret = reads_confidential(officer)
    return [complaint.c.confidential.is_(secret), ~accuses(officer), *_by_role(officer)]


def accuses(officer: Officer) -> ColumnElement[bool]:
    """The condition for complaints that accuse the officer's unit, or what that is part of."""
    return exists().where(
        accusation.c.complaint_id == complaint.c.id,
        accusation.c.unit_id.in_(officer.barred_by),
        ACCUSATION_LIVE,
    )


def _by_role(officer: Officer) -> list[ColumnElement[bool]]:
    of_complaint = assignment.c.complaint_id == complaint.c.id
    had = exists().where(and_(of_complaint, assignment.c.unit_id == officer.unit))
    match scope_of(officer):
        case Scope.ALL | Scope.CONFIDENTIAL:
            return []
        case Scope.CONFIDENTIAL_HERE:
            own = complaint.c.account_id.in_(officer.owned_accounts)
            return [own, complaint.c.lead_unit_id == officer.unit]
        case Scope.OWN_CHANNELS:
            return [or_(complaint.c.account_id.in_(officer.owned_accounts), had)]
        case Scope.OWN_UNIT:
            return [had]
        case Scope.OWN_ACCOUNTS:
            return [complaint.c.account_id.in_(officer.owned_accounts)]
        case Scope.BELOW:
            with_one = exists().where(and_(of_complaint, assignment.c.unit_id.in_(officer.below)))
            return [or_(with_one, complaint.c.kelurahan_code.in_(officer.area))]
        case Scope.NONE:
            return [complaint.c.id.is_(None)]
