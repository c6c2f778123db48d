"""Takes a result photo in: looks at it, keeps it without its metadata, writes what is odd."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core import access
from core.access import Officer
from core.complaint import Assignment, Complaint, UnitId
from core.errors import Conflict, Impossible, Refused
from core.workflow import Action
from gateway.audit import trail
from gateway.audit.entry import Doer, Entry, about
from gateway.bootstrap import Parts
from gateway.desk import officers
from gateway.inbound.sniff import media_type
from gateway.photos.capture import TYPES, examine
from gateway.photos.fingerprint import parts_of
from gateway.photos.pictures import NotAPicture
from gateway.photos.policy import acting
from gateway.photos.signals import Capture, Facts, Signal, Twin, signals
from gateway.photos.tables import result_photo, result_photo_part, result_photo_signal
from gateway.photos.twins import sent_by_reporter, twins
from gateway.tables import media
from normalizer.gazetteer import kelurahan, metres
from normalizer.regions import Regions

_KEPT_AS = "image/jpeg"


async def add(
    parts: Parts, officer: Officer, number: str, content: bytes, unit: UnitId | None = None
) -> int:
    """Keep *content* as a photo of the work of *unit*, or of the officer's own; its id. The same
    file again for the same work is the same photo.

    Raises:
        NotFound: There is no such complaint, or none that *officer* deals with.
        NotAllowed: The role does not finish, or the unit does not have it.
        Impossible: Nobody works on it now.
        Refused: It is no picture of a kind that we keep.
        Conflict: The same file was sent twice at once; trying again helps.
    """
    async with parts.database.read() as conn:
        found = await officers.visible(conn, officer, number)
        _work(officer, found, unit)
    if media_type(content) not in TYPES:
        raise Refused(f"a result photo is one of {', '.join(TYPES)}", field="photo")
    try:
        examined = await asyncio.to_thread(examine, content)
    except NotAPicture as error:
        raise Refused(f"the photo {error}: take it anew", field="photo") from error
    original = hashlib.sha256(content).digest()
    sent = await sent_by_reporter(parts, found.id)
    digest = await asyncio.to_thread(parts.media.put, examined.picture)
    try:
        async with parts.database.write() as conn:
            found = await officers.visible(conn, officer, number)
            work = _work(officer, found, unit)
            known = await _same_of(conn, work, original)
            if known is not None:
                return known
            now = parts.clock()
            repeated = await twins(conn, found, work.id, original, examined.looks, sent)
            odd = signals(_facts(found, work, now, examined.capture, repeated, parts.regions))
            photo = parts.new_id()
            await _keep_media(conn, digest, len(examined.picture), now, parts.database.is_sqlite)
            await conn.execute(
                insert(result_photo).values(
                    id=photo, complaint_id=found.id, assignment_id=work.id, unit_id=work.unit,
                    uploaded_by=officer.id, uploaded_at=now, original_sha256=original,
                    media_sha256=digest, looks=examined.looks,
                )
            )  # fmt: skip
            await _keep_findings(conn, photo, examined.looks, odd)
            done = Entry(parts.new_id(), now, "photo.add", Doer.of(officer), about(found.id))
            await trail.record(conn, [done])
    except IntegrityError as error:
        raise Conflict("the same photo is being uploaded: send it again") from error
    return photo


def _work(officer: Officer, found: Complaint, unit: UnitId | None) -> Assignment:
    """The assignment that the photo belongs to: that of whoever could finish it."""
    access.require(officer, Action.FINISH, found)
    if unit is not None and unit != officer.unit:
        access.require_to_act_for(officer, unit, found)
    work = acting(found, unit or officer.unit)
    if not found.is_worked_on or work is None:
        raise Impossible(f"nobody works on {found.number} now", allowed=())
    return work


def _facts(
    found: Complaint,
    work: Assignment,
    now: datetime,
    capture: Capture,
    repeated: tuple[Twin, ...],
    regions: Regions,
) -> Facts:
    """Near a border the complaint's point says more than its kelurahan."""
    away = inside = None
    there, place = capture.point, found.place
    area = kelurahan().get(place.kelurahan)
    if there is not None and place.location is not None:
        away = metres(place.location.lat, place.location.lon, there.lat, there.lon)
    elif there is not None and area is not None and regions.approximate:
        inside = area.distance_m(there.lat, there.lon) <= area.reach_m
    elif there is not None and area is not None:
        inside = area.code in {r.code for r in regions.at(there.lat, there.lon)}
    return Facts(found.id, work.received_at, now, capture, away, inside, repeated)


async def _same_of(conn: AsyncConnection, work: Assignment, original: bytes) -> int | None:
    query = select(result_photo.c.id).where(
        result_photo.c.assignment_id == work.id, result_photo.c.original_sha256 == original
    )
    found: int | None = await conn.scalar(query)
    return found


async def _keep_media(
    conn: AsyncConnection, digest: bytes, size: int, now: datetime, is_sqlite: bool
) -> None:
    dialect = sqlite if is_sqlite else postgresql
    values = {"sha256": digest, "bytes": size, "type": _KEPT_AS, "stored_at": now}
    await conn.execute(dialect.insert(media).values(values).on_conflict_do_nothing())


async def _keep_findings(
    conn: AsyncConnection, photo: int, looks: int | None, odd: Sequence[Signal]
) -> None:
    if looks is not None:
        parts = [{"part": part, "photo_id": photo} for part in parts_of(looks)]
        await conn.execute(insert(result_photo_part), parts)
    rows = [
        {
            "photo_id": photo, "ord": place, "kind": one.kind.value, "reason": one.reason,
            "other_id": one.other,
        }
        for place, one in enumerate(odd)
    ]  # fmt: skip
    if rows:
        await conn.execute(insert(result_photo_signal), rows)
