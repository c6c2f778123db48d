"""What officers do and see: actions in one transaction, and the brief without who reported."""

import asyncio
from dataclasses import replace

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core import store, whole
from core.access import (
    Officer,
    in_scope,
    reads_confidential,
    require_to_acknowledge,
)
from core.complaint import Complaint, Transition
from core.errors import Conflict, Impossible, NotFound
from core.tables import (
    CLOCK_RUNS,
    clock,
    complaint,
)
from core.whole import Whole
from core.workflow import ABOUT_THE_ACCUSED, Action
from gateway.audit import trail
from gateway.audit.entry import Doer, Entry, about
from gateway.bootstrap import Parts
from gateway.desk.briefs import Brief, briefs, linked_to
from gateway.desk.orders import Order, carried_out, require_seen
from gateway.desk.scope import within
from gateway.inbox.entering import acknowledge_complaint
from gateway.outbound.ledger import Told, ledger
from gateway.photos import listing as result_photos
from gateway.tables import (
    attachment,
    complaint_message,
    media,
)


async def act(parts: Parts, officer: Officer, number: str, order: Order) -> Complaint:
    """Carry out *order* and write what it causes: state, events and notices together.

    Raises:
        CoreError: See `core.errors`; nothing was written.
    """
    try:
        async with parts.database.write() as conn:
            found = await visible(conn, officer, number)
            change = await carried_out(conn, parts, officer, found, order)
    except IntegrityError as error:
        if order.seen is not None:
            async with parts.database.read() as conn:
                require_seen(await visible(conn, officer, number), order.seen)
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
        found = await visible(conn, officer, number)
        require_to_acknowledge(officer, found)
        if not await acknowledge_complaint(conn, found.id, now, officer.id):
            raise Impossible(f"{number} is no emergency that waits for anybody", allowed=())
        done = Entry(parts.new_id(), now, "acknowledge", Doer.of(officer), about(found.id))
        await trail.record(conn, [done])


async def get(parts: Parts, officer: Officer, number: str) -> Brief:
    """One complaint with its history.

    Raises:
        NotFound: There is none, or none that *officer* deals with.
    """
    async with parts.database.read() as conn:
        seen = await _seen(conn, officer, number)
        found = seen.complaint
        history = await store.history(conn, found.id)
        known = (await briefs(conn, parts.keys, [found]))[0]
        photos = await result_photos.of_complaint(conn, officer, found.id, history)
    await trail.looked(parts, Doer.of(officer), "brief", [found])
    shown = [t for t in history if not _tells_the_accused(officer, t)]
    return replace(
        known, history=tuple(shown), clocks=tuple(seen.clocks), tickets=tuple(seen.tickets),
        assignments=tuple(seen.assignments), result_photos=photos,
    )  # fmt: skip


async def told(parts: Parts, officer: Officer, number: str) -> list[Told]:
    """What the reporters were told, oldest first.

    Raises:
        NotFound: There is no such complaint, or none that *officer* deals with.
    """
    async with parts.database.read() as conn:
        found = await visible(conn, officer, number)
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
    query = select(complaint.c.id).where(*within(officer))
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
    """Type and content of something the reporter sent with this complaint, or of a result photo.

    Raises:
        NotFound: It is not of this complaint, or not fetched yet.
    """
    async with parts.database.read() as conn:
        found = await visible(conn, officer, number)
        query = (
            select(media.c.type, media.c.sha256)
            .join(attachment, attachment.c.media_sha256 == media.c.sha256)
            .join(complaint_message, complaint_message.c.message_id == attachment.c.message_id)
            .where(attachment.c.id == photo_id, linked_to(found.id))
        )
        row = (await conn.execute(query)).first()
        row = row or await result_photos.kept(conn, found.id, photo_id)
    if row is None:
        raise NotFound(f"no such photo of {number}")
    await trail.looked(parts, Doer.of(officer), "photo", [found])
    try:
        return row.type, await asyncio.to_thread(parts.media.get, row.sha256)
    except FileNotFoundError as error:
        raise NotFound(f"this photo of {number} is not kept any more") from error


async def visible(conn: AsyncConnection, officer: Officer, number: str) -> Complaint:
    """The complaint with this *number*.

    Raises:
        NotFound: There is none, or none that *officer* deals with.
    """
    return (await _seen(conn, officer, number)).complaint


async def _seen(conn: AsyncConnection, officer: Officer, number: str) -> Whole:
    found = await whole.find(conn, number, confidential=reads_confidential(officer))
    if found is None or not in_scope(officer, found.complaint, found.units):
        raise NotFound(f"no complaint {number}")
    return found


def _tells_the_accused(officer: Officer, line: Transition) -> bool:
    """Whoever was cleared does not read in the history that it had been accused."""
    return Action(line.action) in ABOUT_THE_ACCUSED and line.unit in officer.barred_by


def _has_missed(kind: str) -> ColumnElement[bool]:
    """A clock of this *kind* runs on though it was missed."""
    return exists().where(
        clock.c.complaint_id == complaint.c.id,
        clock.c.kind == kind,
        clock.c.missed_at.is_not(None),
        CLOCK_RUNS,
    )
