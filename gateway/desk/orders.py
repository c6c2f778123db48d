"""An officer's order on one complaint, carried out in the caller's transaction."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.text import clean, level
from core import access, commands
from core.access import Officer
from core.commands import NO_EVIDENCE, Evidence
from core.complaint import Change, Complaint, TicketId, UnitId
from core.errors import Impossible, Outdated, Refused
from core.filing import open_ticket
from core.tables import unit
from core.units import NOBODY, Hierarchy
from core.workflow import OF_MERGED, RULES, Action, Filing
from gateway.audit import trail
from gateway.bootstrap import Parts
from gateway.configuration.holidays import deadlines, end_of_work
from gateway.configuration.settings import Account
from gateway.desk.telling import asks_by_itself, tell
from gateway.grouping.records import merged_into
from gateway.inbox.entering import acknowledge_complaint
from gateway.photos.listing import uploaded_at
from gateway.photos.policy import check_photos
from gateway.photos.reuse import answer_for_reuse
from gateway.units import directory


@dataclass(frozen=True, slots=True)
class Order:
    """An action on one complaint as an officer asks for it; see `core.commands.act_as_officer`.

    *unit*, and that of *filing*, may be one that is not there; *until* is a day of Jakarta, to its
    end of work. *evidence*: the photos of a result, *photo_reason* says why these although one
    was used before. *seen*: the version of the complaint on which the officer decided; None:
    whichever it has now.
    """

    action: Action
    unit: str | None = None
    text: str = ""
    note: str = ""
    reason: str = ""
    ticket: TicketId | None = None
    filing: Filing | None = None
    until: date | None = None
    evidence: Evidence = NO_EVIDENCE
    photo_reason: str = ""
    seen: int | None = None


async def carried_out(
    conn: AsyncConnection, parts: Parts, officer: Officer, found: Complaint, order: Order
) -> Change:
    """*order* on a complaint that *officer* deals with, written but not committed.

    Raises:
        CoreError: Nothing was written for this complaint.
    """
    try:
        return await _carried_out(conn, parts, officer, found, order)
    except Impossible as error:
        raise commands.explained(error, found, officer) from error


async def _carried_out(
    conn: AsyncConnection, parts: Parts, officer: Officer, found: Complaint, order: Order
) -> Change:
    require_seen(found, order.seen)
    if order.ticket is not None:
        # Whether there is one matters more than whom it would be given to.
        access.require(officer, order.action, found)
        open_ticket(found, order.ticket)
    now = parts.clock()
    figures = deadlines(parts.settings, found.account)
    target = await _unit(conn, order.unit)
    account = parts.settings.account(found.account)
    filing = await _filing(conn, order, account)
    owner = UnitId(account.owner if account else directory.COORDINATOR)
    merged = await _merged(conn, found) if order.action in OF_MERGED else ()
    units = await _units(conn, [found, *merged], order, owner, officer.unit)

    def changed(item: Complaint) -> Change:
        return commands.act_as_officer(
            item, order.action, officer, unit=target, text=level(clean(order.text)),
            note=level(clean(order.note)), now=now, new_id=parts.new_id, units=units,
            owner=owner, deadlines=figures, reason=order.reason, ticket=order.ticket, filing=filing,
            until=end_of_work(order.until, parts.settings) if order.until else None,
            evidence=order.evidence,
        )  # fmt: skip

    change = changed(found)
    if order.action is Action.FINISH and not order.evidence.of_problem:
        photos = order.evidence.photos
        uploaded = await uploaded_at(conn, found.id) if photos else {}
        policy = parts.settings.results.photo
        check_photos(found, target or officer.unit, photos, uploaded, policy)
        reason = level(clean(order.photo_reason)).strip()
        await answer_for_reuse(conn, officer, found, photos, reason, now)
    changes = [change]
    for item in merged:
        with suppress(Impossible):  # it is so already
            changes.append(changed(item))
    await trail.write(conn, changes, parts.keys.code_hash, parts.new_id, officer)
    await tell(conn, change, figures, now, parts.new_id, parts.lines)
    if found.urgent:
        await acknowledge_complaint(conn, found.id, now, officer.id)
    return change


def require_seen(found: Complaint, seen: int | None) -> None:
    """Pass if the complaint stands as it was seen.

    Raises:
        Outdated: It does not.
    """
    if seen is not None and found.version != seen:
        raise Outdated(
            f"{found.number} is at version {found.version} by now: read it again, then decide",
            version=found.version,
        )


async def _merged(conn: AsyncConnection, found: Complaint) -> Sequence[Complaint]:
    return (await merged_into(conn, [found.id])).get(found.id, ())


async def _units(
    conn: AsyncConnection,
    items: Sequence[Complaint],
    order: Order,
    owner: UnitId,
    acting: UnitId,
) -> Hierarchy:
    """Whose line matters to *order*: of the unit that it names, of the one that files a ticket,
    and of whoever has one of the complaints, might get it or see it again."""
    goes_nowhere = order.filing is None and not RULES[order.action].needs_unit
    if goes_nowhere and order.action is not Action.LIFT_CONFIDENTIAL:
        return NOBODY
    named = {order.unit, order.filing.suggested if order.filing else None}
    having = {i.lead_unit for i in items} | {a.unit for i in items for a in i.assignments}
    wanted = {UnitId(slug) for slug in named if slug} | having
    return await directory.lines(conn, sorted(wanted | {owner, acting, access.INSPEKTORAT}))


async def _filing(conn: AsyncConnection, order: Order, account: Account | None) -> Filing | None:
    if order.filing is None:
        return None
    suggested = await _unit(conn, order.filing.suggested, "suggested")
    leaves = asks_by_itself(order.filing.kind, order.note, account)
    return replace(order.filing, suggested=suggested, asks=leaves)


async def _unit(conn: AsyncConnection, unit_id: str | None, field: str = "unit") -> UnitId | None:
    if unit_id is None:
        return None
    known = await conn.scalar(
        select(unit.c.id).where(unit.c.id == unit_id, unit.c.retired_at.is_(None))
    )
    if known is None:
        raise Refused(f"there is no unit '{unit_id}'", field=field)
    return UnitId(known)
