"""Finds a photo elsewhere: among what its reporter sent, and among the results of complaints."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import AssignmentId, Complaint, ComplaintId
from core.tables import complaint as complaints
from gateway.bootstrap import Parts
from gateway.desk.briefs import linked_to
from gateway.photos.capture import TYPES, looks_of
from gateway.photos.fingerprint import NEAREST, distance, parts_of
from gateway.photos.pictures import NotAPicture
from gateway.photos.signals import Twin
from gateway.photos.tables import result_photo, result_photo_part
from gateway.tables import attachment, complaint_message, media

_MOST_OF_REPORTER = 20
_MOST_TWINS = 5


@dataclass(frozen=True, slots=True)
class Sent:
    """A photo of the reporter: the SHA-256 of the file, and its fingerprint."""

    sha256: bytes
    looks: int | None


async def sent_by_reporter(parts: Parts, of: ComplaintId) -> list[Sent]:
    """What the reporter sent with the complaint, the newest of it."""
    query = (
        select(media.c.sha256)
        .join(attachment, attachment.c.media_sha256 == media.c.sha256)
        .join(complaint_message, complaint_message.c.message_id == attachment.c.message_id)
        .where(linked_to(of), media.c.type.in_(TYPES))
        .order_by(attachment.c.id.desc())
        .limit(_MOST_OF_REPORTER)
    )
    async with parts.database.read() as conn:
        digests = (await conn.scalars(query)).all()

    def looked_at() -> list[Sent]:
        return [Sent(digest, _looks_of_kept(parts, digest)) for digest in digests]

    return await asyncio.to_thread(looked_at)


def _looks_of_kept(parts: Parts, digest: bytes) -> int | None:
    try:
        return looks_of(parts.media.get(digest))
    except (FileNotFoundError, NotAPicture):
        return None


async def twins(
    conn: AsyncConnection,
    found: Complaint,
    work: AssignmentId,
    original: bytes,
    looks: int | None,
    sent: Sequence[Sent],
) -> tuple[Twin, ...]:
    """One of the reporter's at most, then one for each complaint, the oldest first. What is
    confidential is compared with its like only."""
    repeated = []
    near_sent = [s for s in sent if s.sha256 == original or _is_near(looks, s.looks)]
    if near_sent:
        repeated.append(Twin(any(s.sha256 == original for s in near_sent), None))
    query = (
        select(result_photo.c.complaint_id, result_photo.c.original_sha256, result_photo.c.looks)
        .join(complaints, complaints.c.id == result_photo.c.complaint_id)
        .where(
            result_photo.c.assignment_id != work,
            complaints.c.confidential.is_(found.confidential),
        )
        .order_by(result_photo.c.id)
    )
    same = (await conn.execute(query.where(result_photo.c.original_sha256 == original))).all()
    near = []
    if looks is not None:
        alike = select(result_photo_part.c.photo_id).where(
            result_photo_part.c.part.in_(parts_of(looks))
        )
        rows = (await conn.execute(query.where(result_photo.c.id.in_(alike)))).all()
        near = [row for row in rows if _is_near(looks, row.looks)]
    exact = {row.complaint_id for row in same}
    of_results = dict.fromkeys([row.complaint_id for row in (*same, *near)])
    repeated += [Twin(of in exact, of) for of in list(of_results)[:_MOST_TWINS]]
    return tuple(repeated)


def _is_near(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and distance(one, other) <= NEAREST
