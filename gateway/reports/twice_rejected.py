"""Results that were rejected twice or more: Biro Pemerintahan's monthly list for the Inspektorat.

Keputusan Sekda 99/2022, 12. A rejection belongs to the month of Jakarta in which it was made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import UnitId
from core.tables import ACCUSATION_LIVE, accusation, complaint, transition
from core.workflow import Action
from gateway.reports.figures import Names
from gateway.reports.month import Period
from gateway.reports.table import Column, Report, Table
from normalizer.gazetteer import name_of

_REPORTED_FROM = 2


@dataclass(frozen=True, slots=True)
class TwiceRejected:
    """One rejection that is reported; *rejection* is 2 or more, *reason* what the reporter read."""

    number: str
    unit: str
    category: str
    kelurahan: str
    rejection: int
    rejected_at: datetime
    reason: str


async def twice_rejected(
    conn: AsyncConnection, period: Period, barred_by: frozenset[UnitId]
) -> Sequence[TwiceRejected]:
    """Those of *period*, oldest first, but none that accuses one of *barred_by*: the units whose
    accusation keeps a complaint from the reader.

    The list names complaints, so what has become confidential since is gone from it.
    """
    accuses = exists().where(
        accusation.c.complaint_id == complaint.c.id,
        accusation.c.unit_id.in_(barred_by),
        ACCUSATION_LIVE,
    )
    query = (
        select(
            complaint.c.number, complaint.c.category, complaint.c.kelurahan_code,
            transition.c.unit_id, transition.c.at, transition.c.data, transition.c.public_text,
        )
        .join(complaint, complaint.c.id == transition.c.complaint_id)
        .where(
            complaint.c.rejections >= _REPORTED_FROM,
            complaint.c.confidential.is_(False),
            ~accuses,
            transition.c.action == Action.REJECT.value,
            transition.c.recorded_at >= period.begin,
            transition.c.recorded_at < period.end,
        )
        .order_by(transition.c.at, complaint.c.id)
    )  # fmt: skip
    return [
        TwiceRejected(
            number=row.number,
            unit=row.unit_id,
            category=row.category,
            kelurahan=row.kelurahan_code,
            rejection=row.data["rejection"],
            rejected_at=row.at,
            reason=row.public_text,
        )
        for row in (await conn.execute(query)).all()
        if row.data["rejection"] >= _REPORTED_FROM
    ]


def as_report(found: Sequence[TwiceRejected], period: Period, names: Names) -> Report:
    """The list as it goes to the Inspektorat."""
    title = f"Hasil yang ditolak dua kali atau lebih, {period.month.title}"
    table = Table(
        "daftar",
        title,
        "Keputusan Sekda 99/2022 angka 12. Penolakan kedua dan seterusnya, menurut bulan "
        "penolakan. Pengaduan rahasia tidak dicantumkan.",
        [
            Column("number", "Nomor"), Column("unit", "Unit"), Column("category", "Kategori"),
            Column("kelurahan", "Kelurahan"), Column("rejection", "Penolakan ke"),
            Column("rejected_at", "Ditolak"), Column("reason", "Alasan"),
        ],
        [
            (
                f.number, names.unit(f.unit), names.category(f.category),
                name_of(f.kelurahan) if f.kelurahan else "", f.rejection, f.rejected_at, f.reason,
            )
            for f in found
        ],
    )  # fmt: skip
    return Report(f"ditolak-dua-kali-{period.month.name}", title, [table])
