"""What was odd about the result photos of a month, per unit: for those who verify them, and for the
Inspektorat (finding 5 of the user research: a photo proved two results, a made one a third).

A photo belongs to the month of Jakarta in which it was uploaded; what was found or explained later,
when a result was reported with it, to that month. Agencies do not read it: whoever knows what is
looked for can evade it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import UnitId
from core.tables import ACCUSATION_LIVE, accusation, complaint, transition
from core.workflow import Action
from gateway.photos.signals import SignalKind
from gateway.photos.tables import result_photo, result_photo_signal
from gateway.reports.figures import Names
from gateway.reports.labels import SIGNALS, label
from gateway.reports.month import Period
from gateway.reports.table import Column, Report, Table

_PAGE = 500
_NOTE = SignalKind.METADATA.value
_LATER = (result_photo_signal.c.found_at, result_photo_signal.c.explained_at)


@dataclass(frozen=True, slots=True)
class OddPhoto:
    """One thing that is odd about one photo. *proves*: a result was reported with it by the end of
    the month; *other* is the number of the complaint that the reason speaks of, where the reader
    may know it; *explained*, what whoever finished with the photo said to it."""

    number: str
    unit: str
    uploaded_at: datetime
    proves: bool
    kind: str
    reason: str
    other: str
    explained: str


@dataclass(slots=True)
class PhotoBook:
    """The photos of one unit: all, those with a suspicion, and how often each kind was found."""

    photos: int = 0
    odd: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


async def photo_signals(
    conn: AsyncConnection, period: Period, barred_by: frozenset[UnitId]
) -> tuple[Mapping[str, PhotoBook], Sequence[OddPhoto]]:
    """Books by unit and the list, oldest first; nothing of complaints that are confidential or
    accuse one of *barred_by*, the units whose accusation keeps a complaint from the reader."""
    books: dict[str, PhotoBook] = defaultdict(PhotoBook)
    odd: list[OddPhoto] = []
    result = await conn.stream(_photos(period, barred_by).execution_options(yield_per=_PAGE))
    async for page in result.partitions():
        signals = await _signals(conn, page, period, barred_by)
        suspicious = {row.complaint_id for row in page if _suspicions(signals[row.id])}
        proving = await _proving(conn, suspicious, period)
        for row in page:
            found = signals[row.id]
            if row.uploaded_at >= period.begin:
                book = books[row.unit_id]
                book.photos += 1
                book.odd += bool(_suspicions(found))
                book.kinds.update({s.kind for s in found})
            odd += [
                OddPhoto(
                    row.number, row.unit_id, row.uploaded_at, str(row.id) in proving, s.kind,
                    s.reason, s.number or "", s.explained or "",
                )
                for s in _suspicions(found)
            ]  # fmt: skip
    return books, odd


def as_report(
    books: Mapping[str, PhotoBook], odd: Sequence[OddPhoto], period: Period, names: Names
) -> Report:
    """As it goes to Biro Pemerintahan and the Inspektorat."""
    title = f"Tanda pada foto hasil, {period.month.title}"
    kinds = [k.value for k in SignalKind]
    per_unit = Table(
        "per-unit",
        "Foto hasil per unit",
        "Foto hasil yang diunggah dalam bulan ini. Bertanda: ada yang perlu dilihat, bukan "
        "putusan. 'Tanpa data kamera' hanya catatan dan tidak dihitung bertanda. Pengaduan "
        "rahasia tidak dicantumkan.",
        [
            Column("key", "Kode"), Column("name", "Unit"), Column("photos", "Foto"),
            Column("odd", "Bertanda"), *(Column(k, label(SIGNALS, k)) for k in kinds),
        ],
        [
            (unit, names.unit(unit), book.photos, book.odd, *(book.kinds[k] for k in kinds))
            for unit, book in sorted(books.items(), key=lambda kv: (names.unit(kv[0]), kv[0]))
        ],
    )  # fmt: skip
    listed = Table(
        "daftar",
        title,
        "Satu baris per tanda. Laporan lain: yang fotonya sama, bila ada. Foto dari bulan "
        "sebelumnya tercantum bila tanda atau penjelasannya baru ada dalam bulan ini.",
        [
            Column("number", "Nomor"), Column("unit", "Unit"), Column("uploaded_at", "Diunggah"),
            Column("proves", "Dipakai sebagai bukti"), Column("kind", "Tanda"),
            Column("reason", "Alasan"), Column("other", "Laporan lain"),
            Column("explained", "Penjelasan unit"),
        ],
        [
            (o.number, names.unit(o.unit), o.uploaded_at, "ya" if o.proves else "tidak",
             label(SIGNALS, o.kind), o.reason, o.other, o.explained)
            for o in odd
        ],
    )  # fmt: skip
    return Report(f"tanda-foto-{period.month.name}", title, [per_unit, listed])


def _photos(period: Period, barred_by: frozenset[UnitId]) -> Select[Any]:
    later = select(result_photo_signal.c.photo_id).where(
        or_(*(_in(period, at) for at in _LATER)), result_photo_signal.c.kind != _NOTE
    )
    return (
        select(
            result_photo.c.id, result_photo.c.complaint_id, result_photo.c.unit_id,
            result_photo.c.uploaded_at, complaint.c.number,
        )
        .join(complaint, complaint.c.id == result_photo.c.complaint_id)
        .where(
            result_photo.c.uploaded_at < period.end,
            or_(result_photo.c.uploaded_at >= period.begin, result_photo.c.id.in_(later)),
            *_readable(barred_by),
        )
        .order_by(result_photo.c.id)
    )  # fmt: skip


def _readable(barred_by: frozenset[UnitId]) -> Sequence[ColumnElement[bool]]:
    accuses = exists().where(
        accusation.c.complaint_id == complaint.c.id,
        accusation.c.unit_id.in_(barred_by),
        ACCUSATION_LIVE,
    )
    return [complaint.c.confidential.is_(False), ~accuses]


async def _signals(
    conn: AsyncConnection, photos: Sequence[Any], period: Period, barred_by: frozenset[UnitId]
) -> Mapping[int, list[Any]]:
    """What was known at the end of *period*; of photos from before it, what is new in it."""
    other = (
        select(complaint.c.number)
        .where(complaint.c.id == result_photo_signal.c.other_id, *_readable(barred_by))
        .correlate(result_photo_signal)
        .scalar_subquery()
    )
    query = (
        select(
            result_photo_signal.c.photo_id, result_photo_signal.c.kind,
            result_photo_signal.c.reason, other.label("number"),
            case((result_photo_signal.c.explained_at < period.end, result_photo_signal.c.explained))
            .label("explained"),
            or_(*(_in(period, at) for at in _LATER)).label("is_new"),
        )
        .where(
            result_photo_signal.c.photo_id.in_([row.id for row in photos]),
            func.coalesce(result_photo_signal.c.found_at, period.begin) < period.end,
        )
        .order_by(result_photo_signal.c.photo_id, result_photo_signal.c.ord)
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    before = {row.id for row in photos if row.uploaded_at < period.begin}
    for row in (await conn.execute(query)).all():
        if row.is_new or row.photo_id not in before:
            found[row.photo_id].append(row)
    return found


def _in(period: Period, at: ColumnElement[datetime]) -> ColumnElement[bool]:
    return func.coalesce(and_(at >= period.begin, at < period.end), false())


def _suspicions(found: Sequence[Any]) -> list[Any]:
    return [s for s in found if s.kind != _NOTE]


async def _proving(conn: AsyncConnection, ids: Collection[int], period: Period) -> frozenset[str]:
    """The photos with which a result of these complaints was reported by the end of *period*."""
    query = select(transition.c.data).where(
        transition.c.complaint_id.in_(ids),
        transition.c.action == Action.FINISH.value,
        transition.c.recorded_at < period.end,
    )
    rows = (await conn.scalars(query)).all()
    return frozenset(photo for data in rows for photo in data.get("photos", ()))
