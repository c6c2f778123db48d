"""A person or a token as an `Officer`: unit and role, with what the unit owns and supervises."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import SCOPES, Officer, OfficerRole, Origin, Scope
from core.complaint import UnitId
from gateway.configuration.settings import Settings
from gateway.units import directory


async def officer(
    conn: AsyncConnection,
    settings: Settings,
    who: str,
    unit: UnitId,
    role: OfficerRole,
    origin: Origin,
    accounts: Collection[str] = (),
) -> Officer:
    """*who* (``user:3``, ``token:7``) as the rules know them. *accounts*: of those that the unit
    owns only these; none named: all of them."""
    supervises = SCOPES.get(role) is Scope.BELOW
    # On every request: all units only for those who need to know what is below them.
    units = await (directory.hierarchy(conn) if supervises else directory.lines(conn, [unit]))
    owned = frozenset(a.id for a in settings.accounts if a.owner == unit)
    return Officer(
        id=who,
        unit=unit,
        role=role,
        owned_accounts=owned & frozenset(accounts) if accounts else owned,
        below=units.below(unit) if supervises else frozenset(),
        area=units.area(unit) if supervises else frozenset(),
        line=units.line(unit),
        origin=origin,
    )
