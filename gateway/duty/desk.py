"""A unit's roster as its admin keeps it: who stands on it, and another one in its place."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Officer, OfficerRole, require_to_keep_roster
from core.complaint import UnitId
from core.errors import NotAllowed, NotFound, Outdated, Refused
from gateway.audit.entry import Doer
from gateway.bootstrap import Parts
from gateway.duty.entering import known, lock, replace
from gateway.duty.lines import ListedOfficer, RosterLine, officer_of
from gateway.duty.roster import Matter, Shift
from gateway.duty.tables import ON_ROSTER, duty_officer
from gateway.sealing.keys import Keys
from gateway.tables import address, conversation

_GIVE_CONFIDENTIAL = frozenset({OfficerRole.SYSTEM_ADMIN, OfficerRole.INSPEKTORAT})


@dataclass(frozen=True, slots=True)
class Kept:
    """An officer on the roster, as whoever keeps it reads it; *confirmed*: is told, because the
    number's owner has agreed or the operator entered it."""

    name: str = field(repr=False)
    account: str
    address: str = field(repr=False)
    told: frozenset[Matter]
    shift: Shift | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class UnitRoster:
    """The roster of *unit* in its order; *mark* is another one for every other roster."""

    unit: UnitId
    officers: tuple[Kept, ...]
    mark: str


async def kept(parts: Parts, officer: Officer, unit: UnitId) -> UnitRoster:
    """The roster of *unit*.

    Raises:
        NotAllowed: It is not *officer*'s to keep.
        NotFound: There is no such unit.
    """
    require_to_keep_roster(officer, unit)
    async with parts.database.read() as conn:
        if await conn.scalar(known([unit])) is None:
            raise _no_unit(unit)
        return await _kept(conn, parts.keys, unit)


async def replaced(
    parts: Parts, officer: Officer, unit: UnitId, lines: Sequence[RosterLine], seen: str | None
) -> UnitRoster:
    """Make *lines* the roster of *unit*, if that is still the one with the mark *seen*.

    Raises:
        NotAllowed, NotFound: As for `kept`; or somebody new is to be told of what is confidential,
            which is said by a system admin or the Inspektorat.
        Refused: A line is wrong.
        Outdated: Somebody was faster.
    """
    require_to_keep_roster(officer, unit)
    listed = [_officer(parts, number, line) for number, line in enumerate(lines, 1)]
    async with parts.database.write() as conn:
        if not await lock(conn, [unit]):
            raise _no_unit(unit)
        before = await _kept(conn, parts.keys, unit)
        if seen not in {None, before.mark}:
            raise Outdated(
                f"the roster of {unit} is another one by now: read it again, then decide",
                version=before.mark,
            )
        _require_no_new_confidant(officer, before, listed)
        operators = officer.role is OfficerRole.SYSTEM_ADMIN
        by = Doer.of(officer)
        await replace(conn, parts, [unit], listed, "roster.replace", by, is_operators=operators)
        return await _kept(conn, parts.keys, unit)


def _officer(parts: Parts, number: int, line: RosterLine) -> ListedOfficer:
    try:
        return officer_of(line, parts.lines)
    except ValueError as error:
        raise Refused(f"officer {number}: {error}", field="officers") from error


def _require_no_new_confidant(
    officer: Officer, before: UnitRoster, listed: Sequence[ListedOfficer]
) -> None:
    if officer.role in _GIVE_CONFIDENTIAL:
        return
    had = {(k.account, k.address) for k in before.officers if Matter.CONFIDENTIAL in k.told}
    for item in listed:
        known = (item.account, item.address.value) in had
        if Matter.CONFIDENTIAL in item.told and not known:
            raise NotAllowed(
                "whom a confidential report is told to is said by a system admin: "
                f"leave out '{Matter.CONFIDENTIAL}'"
            )


def _no_unit(unit: UnitId) -> NotFound:
    return NotFound(f"there is no unit '{unit}': GET /api/v1/units lists them")


async def _kept(conn: AsyncConnection, keys: Keys, unit: UnitId) -> UnitRoster:
    query = (
        select(duty_officer, address.c.value_sealed, address.c.key_id.label("address_key_id"))
        .join(conversation, conversation.c.id == duty_officer.c.conversation_id)
        .join(address, address.c.id == conversation.c.address_id)
        .where(ON_ROSTER, duty_officer.c.unit_id == unit)
        .order_by(duty_officer.c.place, duty_officer.c.id)
    )
    rows = (await conn.execute(query)).all()
    mark = hashlib.sha256(" ".join(str(row.id) for row in rows).encode()).hexdigest()[:16]
    return UnitRoster(unit, tuple(_line(row, keys) for row in rows), mark)


def _line(row: Row[Any], keys: Keys) -> Kept:
    value = b""
    if row.value_sealed is not None:
        value = keys.open(row.value_sealed, row.address_key_id, "address.value")
    return Kept(
        name=keys.open(row.name_sealed, row.key_id, "duty_officer.name").decode(),
        account=row.account_id,
        address=value.decode(),
        told=frozenset(Matter(name) for name in row.told),
        shift=Shift.from_json(row.shift) if row.shift else None,
        confirmed=row.confirmed_at is not None,
    )
