"""What officers do and see: actions in one transaction, and the brief without who reported."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.text import clean, level
from core import access, commands, store
from core.access import (
    Officer,
    Scope,
    in_scope,
    reads_confidential,
    require_to_acknowledge,
    scope_of,
)
from core.complaint import Complaint, TicketId, Transition, UnitId
from core.errors import Conflict, Impossible, NotFound, Outdated, Refused
from core.filing import open_ticket
from core.tables import (
    ACCUSATION_LIVE,
    CLOCK_RUNS,
    accusation,
    assignment,
    clock,
    complaint,
    unit,
)
from core.workflow import ABOUT_THE_ACCUSED, Action, Filing
from gateway import directory
from gateway.audit import trail
from gateway.audit.entry import Doer, Entry, about
from gateway.bootstrap import Parts
from gateway.briefs import Brief, briefs, linked_to
from gateway.holidays import deadlines, end_of_work
from gateway.inbox.entering import acknowledge_complaint
from gateway.outbound.ledger import Told, ledger
from gateway.tables import (
    attachment,
    complaint_message,
    media,
)
from gateway.telling import asks_by_itself, tell


async def act(
    parts: Parts,
    officer: Officer,
    number: str,
    action: Action,
    *,
    unit_id: str | None,
    text: str,
    note: str,
    reason: str = "",
    ticket: TicketId | None = None,
    filing: Filing | None = None,
    until: date | None = None,
    seen: int | None = None,
) -> Complaint:
    """Carry out *action* and write what it causes: state, events and notices together.

    The unit of *filing* is one that may not be there; *until* is a day of Jakarta, to its end of
    work. *seen*: the version of the complaint on which the officer decided; None: whichever it has
    now.

    Raises:
        CoreError: See `core.errors`; nothing was written.
    """
    now = parts.clock()
    try:
        async with parts.database.write() as conn:
            found = await _visible(conn, officer, number)
            _require_seen(found, seen)
            if ticket is not None:
                # Whether there is one matters more than whom it would be given to.
                access.require(officer, action, found)
                open_ticket(found, ticket)
            target = await _unit(conn, unit_id)
            account = parts.settings.account(found.account)
            if filing is not None:
                suggested = await _unit(conn, filing.suggested)
                leaves = asks_by_itself(filing.kind, note, account)
                filing = replace(filing, suggested=suggested, asks=leaves)
            change = commands.act_as_officer(
                found, action, officer, unit=target,
                text=level(clean(text)), note=level(clean(note)),
                now=now, new_id=parts.new_id, units=await directory.hierarchy(conn),
                owner=UnitId(account.owner if account else directory.COORDINATOR),
                deadlines=deadlines(parts.settings), reason=reason, ticket=ticket,
                filing=filing, until=end_of_work(until, parts.settings) if until else None,
            )  # fmt: skip
            await trail.write(conn, [change], parts.keys.code_hash, parts.new_id, officer)
            await tell(conn, change, deadlines(parts.settings), now, parts.new_id)
            await acknowledge_complaint(conn, found.id, now, officer.id)
    except IntegrityError as error:
        if seen is not None:
            async with parts.database.read() as conn:
                _require_seen(await _visible(conn, officer, number), seen)
        raise Conflict(f"{number} changed meanwhile: read it again, then decide") from error
    parts.bell.ring()
    return change.after


async def acknowledge(parts: Parts, officer: Officer, number: str) -> None:
    """The emergency is in hand: nobody else is called.

    Raises:
        NotFound: There is no such complaint, or none that *officer* deals with.
        NotAllowed: The role does not act, or the unit does not have it.
        Impossible: It is no emergency, or somebody has acknowledged it already.
    """
    now = parts.clock()
    async with parts.database.write() as conn:
        found = await _visible(conn, officer, number)
        require_to_acknowledge(officer, found)
        if not await acknowledge_complaint(conn, found.id, now, officer.id):
            raise Impossible(f"{number} is no emergency that waits for anybody", allowed=())
        done = Entry(parts.new_id(), now, "acknowledge", Doer.of(officer), about(found.id))
        await trail.record(conn, [done])


def _require_seen(found: Complaint, seen: int | None) -> None:
    """Pass if the complaint stands as it was seen.

    Raises:
        Outdated: It does not.
    """
    if seen is not None and found.version != seen:
        raise Outdated(
            f"{found.number} is at version {found.version} by now: read it again, then decide",
            version=found.version,
        )


async def get(parts: Parts, officer: Officer, number: str) -> Brief:
    """One complaint with its history.

    Raises:
        NotFound: There is none, or none that *officer* deals with.
    """
    async with parts.database.read() as conn:
        found = await _visible(conn, officer, number)
        history = await store.history(conn, found.id)
        known = (await briefs(conn, parts.keys, [found]))[0]
        clocks = await store.clocks_of(conn, found.id)
        tickets = await store.tickets_of(conn, found.id)
        assignments = await store.assignments_of(conn, found.id)
    await trail.looked(parts, Doer.of(officer), "brief", [found])
    shown = [t for t in history if not _tells_the_accused(officer, t)]
    return replace(
        known, history=tuple(shown), clocks=tuple(clocks), tickets=tuple(tickets),
        assignments=tuple(assignments),
    )  # fmt: skip


async def told(parts: Parts, officer: Officer, number: str) -> list[Told]:
    """What the reporters were told, oldest first.

    Raises:
        NotFound: There is no such complaint, or none that *officer* deals with.
    """
    async with parts.database.read() as conn:
        found = await _visible(conn, officer, number)
        lines = await ledger(conn, found.id)
    await trail.looked(parts, Doer.of(officer), "ledger", [found])
    return lines


async def listed(
    parts: Parts,
    officer: Officer,
    *,
    state: str | None,
    unit_id: str | None,
    before: int | None,
    limit: int,
    stage: str | None = None,
    late: str | None = None,
) -> list[Brief]:
    """Complaints in the officer's scope, newest first; *before* is the id behind the last page."""
    secret = reads_confidential(officer)
    accuses = exists().where(
        accusation.c.complaint_id == complaint.c.id,
        accusation.c.unit_id.in_(officer.barred_by),
        ACCUSATION_LIVE,
    )
    query = select(complaint.c.id).where(
        complaint.c.confidential.is_(secret), ~accuses, *_scope(officer)
    )
    if state:
        query = query.where(complaint.c.state == state)
    if unit_id:
        query = query.where(complaint.c.lead_unit_id == unit_id)
    if stage:
        query = query.where(complaint.c.stage == stage)
    if late:
        query = query.where(_has_missed(late))
    if before is not None:
        query = query.where(complaint.c.id < before)
    async with parts.database.read() as conn:
        ids = (await conn.scalars(query.order_by(complaint.c.id.desc()).limit(limit))).all()
        loaded = await store.load(conn, list(ids), confidential=secret)
        found = await briefs(conn, parts.keys, [loaded[i] for i in ids if i in loaded])
    await trail.looked(parts, Doer.of(officer), "list", [b.complaint for b in found])
    return found


async def photo(parts: Parts, officer: Officer, number: str, photo_id: int) -> tuple[str, bytes]:
    """Type and content of something the reporter sent with this complaint.

    Raises:
        NotFound: It is not of this complaint, or not fetched yet.
    """
    async with parts.database.read() as conn:
        found = await _visible(conn, officer, number)
        query = (
            select(media.c.type, media.c.sha256)
            .join(attachment, attachment.c.media_sha256 == media.c.sha256)
            .join(complaint_message, complaint_message.c.message_id == attachment.c.message_id)
            .where(attachment.c.id == photo_id, linked_to(found.id))
        )
        row = (await conn.execute(query)).first()
    if row is None:
        raise NotFound(f"no such photo of {number}")
    await trail.looked(parts, Doer.of(officer), "photo", [found])
    try:
        return row.type, await asyncio.to_thread(parts.media.get, row.sha256)
    except FileNotFoundError as error:
        raise NotFound(f"this photo of {number} is not kept any more") from error


async def _visible(conn: AsyncConnection, officer: Officer, number: str) -> Complaint:
    secret = reads_confidential(officer)
    found = await store.find(conn, number, confidential=secret)
    if found is None:
        raise NotFound(f"no complaint {number}")
    units = await store.units_of(conn, found.id)
    if not in_scope(officer, found, units):
        raise NotFound(f"no complaint {number}")
    return found


def _tells_the_accused(officer: Officer, line: Transition) -> bool:
    """Whoever was cleared does not read in the history that it had been accused."""
    return Action(line.action) in ABOUT_THE_ACCUSED and line.unit in officer.barred_by


async def _unit(conn: AsyncConnection, unit_id: str | None) -> UnitId | None:
    if unit_id is None:
        return None
    known = await conn.scalar(
        select(unit.c.id).where(unit.c.id == unit_id, unit.c.retired_at.is_(None))
    )
    if known is None:
        raise Refused(f"there is no unit '{unit_id}'", field="unit")
    return UnitId(known)


def _has_missed(kind: str) -> ColumnElement[bool]:
    """A clock of this *kind* runs on though it was missed."""
    return exists().where(
        clock.c.complaint_id == complaint.c.id,
        clock.c.kind == kind,
        clock.c.missed_at.is_not(None),
        CLOCK_RUNS,
    )


def _scope(officer: Officer) -> list[Any]:
    """The condition that keeps a list inside what the officer deals with."""
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
