"""The result photos of a complaint, as somebody may know them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Field, Officer, may_see
from core.complaint import ComplaintId, Transition, UnitId
from core.workflow import Action
from gateway.grouping.view import seen
from gateway.photos.signals import Signal, SignalKind
from gateway.photos.tables import result_photo, result_photo_signal
from gateway.tables import media


@dataclass(frozen=True, slots=True)
class Seen:
    """A signal as its reader may know it; *number* of the other complaint, empty where that is none
    of the reader's business; what whoever finished with the photo *explained*."""

    signal: Signal
    number: str = ""
    explained: str = ""


@dataclass(frozen=True, slots=True)
class ResultPhoto:
    """What an officer uploaded. *proves*: a result was reported with it. *signals* is None for
    whoever does not verify."""

    id: int
    unit: UnitId
    uploaded_at: datetime
    proves: bool
    signals: tuple[Seen, ...] | None


def proving(history: Sequence[Transition]) -> list[int]:
    """The photos of the result that was reported last, in the order in which they were named."""
    finishes = [t for t in history if t.action == Action.FINISH]
    return [int(photo) for photo in finishes[-1].data.get("photos", ())] if finishes else []


async def of_complaint(
    conn: AsyncConnection, officer: Officer, complaint: ComplaintId, history: Sequence[Transition]
) -> tuple[ResultPhoto, ...]:
    """All of them, oldest first."""
    query = (
        select(result_photo.c.id, result_photo.c.unit_id, result_photo.c.uploaded_at)
        .where(result_photo.c.complaint_id == complaint)
        .order_by(result_photo.c.id)
    )
    rows = (await conn.execute(query)).all()
    named = {int(p) for t in history for p in t.data.get("photos", ())}
    shows = may_see(officer, Field.SIGNALS)
    found = await _signals(conn, officer, [r.id for r in rows]) if shows and rows else {}
    return tuple(
        ResultPhoto(
            row.id, UnitId(row.unit_id), row.uploaded_at, row.id in named,
            tuple(found.get(row.id, ())) if shows else None,
        )
        for row in rows
    )  # fmt: skip


async def uploaded_at(conn: AsyncConnection, complaint: ComplaintId) -> Mapping[int, datetime]:
    """When each photo of *complaint* was uploaded."""
    query = select(result_photo.c.id, result_photo.c.uploaded_at)
    rows = (await conn.execute(query.where(result_photo.c.complaint_id == complaint))).all()
    return {row.id: row.uploaded_at for row in rows}


async def kept(conn: AsyncConnection, complaint: ComplaintId, photo: int) -> Any:
    """Type and SHA-256 of what is kept of a photo of *complaint*; None if it has no such photo."""
    query = (
        select(media.c.type, media.c.sha256)
        .join(result_photo, result_photo.c.media_sha256 == media.c.sha256)
        .where(result_photo.c.id == photo, result_photo.c.complaint_id == complaint)
    )
    return (await conn.execute(query)).first()


async def _signals(
    conn: AsyncConnection, officer: Officer, photos: Collection[int]
) -> Mapping[int, list[Seen]]:
    query = (
        select(result_photo_signal)
        .where(result_photo_signal.c.photo_id.in_(photos))
        .order_by(result_photo_signal.c.photo_id, result_photo_signal.c.ord)
    )
    rows = (await conn.execute(query)).all()
    numbers = await _numbers(conn, officer, {r.other_id for r in rows if r.other_id})
    found: dict[int, list[Seen]] = defaultdict(list)
    for row in rows:
        signal = Signal(SignalKind(row.kind), row.reason, row.other_id)
        number = numbers.get(row.other_id, "")
        found[row.photo_id].append(Seen(signal, number, row.explained or ""))
    return found


async def _numbers(
    conn: AsyncConnection, officer: Officer, others: Collection[ComplaintId]
) -> Mapping[ComplaintId, str]:
    """The numbers of those of *others* that *officer* would find by them."""
    return {name: item.number for name, item in (await seen(conn, officer, others)).items()}
