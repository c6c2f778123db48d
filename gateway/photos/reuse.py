"""A photo that has proved another result proves no second one, unless a reason is given.

March 2025, Angke: one photo closed JK2503050007 and JK2503020020 (finding 5 of the user research).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Officer
from core.complaint import Complaint, ComplaintId
from core.errors import Refused
from core.tables import complaint, transition
from core.workflow import Action
from gateway.grouping.view import seen
from gateway.photos.signals import SignalKind, Twin, repeats
from gateway.photos.tables import result_photo, result_photo_signal


@dataclass(frozen=True, slots=True)
class Reuse:
    """A photo, and the other complaint whose result was reported with the same file."""

    photo: int
    other: ComplaintId


async def answer_for_reuse(
    conn: AsyncConnection,
    officer: Officer,
    found: Complaint,
    photos: Sequence[int],
    reason: str,
    now: datetime,
) -> None:
    """Pass if none of *photos* has proved the result of another complaint, or a *reason* is given;
    that is kept with what is odd about them.

    In the transaction that writes the result: whoever finishes another complaint with the same
    file meanwhile waits here, and is refused.

    Raises:
        Refused: Names the field, and the other complaint to whoever may know it.
    """
    if not photos:
        return
    reused = await _reused(conn, officer, found, photos)
    if any(c.isalnum() for c in reason):
        await _explain(conn, photos, reused, found.id, reason, now)
    elif reused:
        first = reused[0]
        known = (await seen(conn, officer, [first.other])).get(first.other)
        whose = f"of {known.number}" if known else "of another complaint"
        raise Refused(
            f"photo {first.photo} has proved the result {whose} already: upload one of this work, "
            "or say in photo_reason why it is the same",
            field="photos",
        )


async def _reused(
    conn: AsyncConnection, officer: Officer, found: Complaint, photos: Collection[int]
) -> list[Reuse]:
    """Of what is confidential, only complaints that *officer* may know: a refusal would tell."""
    mine = select(result_photo.c.original_sha256).where(result_photo.c.id.in_(photos))
    # In the order of their ids, so that nobody waits in a circle. Not FOR UPDATE: signals that
    # name a photo may be written meanwhile.
    query = (
        select(result_photo.c.id, result_photo.c.complaint_id, result_photo.c.original_sha256)
        .where(result_photo.c.original_sha256.in_(mine))
        .order_by(result_photo.c.id)
        .with_for_update(key_share=True)
    )
    rows = (await conn.execute(query)).all()
    others = await _others(conn, found, {row.complaint_id for row in rows})
    if others and found.confidential:
        others &= set(await seen(conn, officer, others))
    proving = await _proving(conn, others)
    wanted = {row.original_sha256: row.id for row in rows if row.id in photos}
    reused = {
        Reuse(wanted[row.original_sha256], row.complaint_id): None
        for row in rows
        if row.complaint_id in others and str(row.id) in proving
    }
    return list(reused)


async def _others(
    conn: AsyncConnection, found: Complaint, ids: Collection[ComplaintId]
) -> set[ComplaintId]:
    """Without those about the same problem, or one with it: one work, one photo."""
    query = select(complaint.c.id, complaint.c.problem_id, complaint.c.merged_into_id).where(
        complaint.c.id.in_(ids),
        complaint.c.id != found.id,
        complaint.c.confidential.is_(found.confidential),
    )
    return {
        ComplaintId(row.id)
        for row in (await conn.execute(query)).all()
        if not (found.problem is not None and row.problem_id == found.problem)
        and row.merged_into_id != found.id
    }


async def _proving(conn: AsyncConnection, ids: Collection[ComplaintId]) -> frozenset[str]:
    if not ids:
        return frozenset()
    query = select(transition.c.data).where(
        transition.c.complaint_id.in_(ids), transition.c.action == Action.FINISH.value
    )
    rows = (await conn.scalars(query)).all()
    return frozenset(photo for data in rows for photo in data.get("photos", ()))


async def _explain(
    conn: AsyncConnection,
    photos: Collection[int],
    reused: Sequence[Reuse],
    found: ComplaintId,
    reason: str,
    now: datetime,
) -> None:
    """What was used elsewhere only after its upload has no signal yet."""
    query = select(result_photo_signal).where(result_photo_signal.c.photo_id.in_(photos))
    there = (await conn.execute(query)).all()
    said = {Reuse(r.photo_id, r.other_id) for r in there if r.kind == SignalKind.REUSE.value}
    for new in (r for r in reused if r not in said):
        signal = repeats(Twin(exact=True, complaint=new.other), found)
        behind = select(func.coalesce(func.max(result_photo_signal.c.ord), -1) + 1).where(
            result_photo_signal.c.photo_id == new.photo
        )
        await conn.execute(
            insert(result_photo_signal).values(
                photo_id=new.photo, ord=behind.scalar_subquery(), kind=signal.kind.value,
                reason=signal.reason, other_id=signal.other, found_at=now,
            )
        )  # fmt: skip
    await conn.execute(
        update(result_photo_signal)
        .where(
            result_photo_signal.c.photo_id.in_(photos),
            result_photo_signal.c.kind != SignalKind.METADATA.value,
        )
        .values(explained=reason, explained_at=now)
    )
