"""The Pendopo's recapitulation per coordinating bureau, due on the 5th of the month that follows.

Instruksi Sekda 28/2025 KESATU b to h: each of the seven units sees to it that results come within
three days of the entry in CRM, and reports through its Asisten to the Sekda.
"""

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.calendar import Calendar
from core.clocks import Days
from core.complaint import ClosingReason, Stage, UnitId
from core.units import Hierarchy
from gateway.reports.figures import Names
from gateway.reports.labels import REASONS, STATES, label
from gateway.reports.month import Period
from gateway.reports.standing import Life
from gateway.reports.table import Column, Report, Table

DAYS = 3


class Fate(enum.StrEnum):
    """How a complaint of the Pendopo stands at the end of the month."""

    IN_TIME = "in_time"
    LATE = "late"
    PENDING = "pending"
    OVERDUE = "overdue"
    WITHOUT_RESULT = "without_result"


_FATES = {
    Fate.IN_TIME: "Hasil tepat waktu",
    Fate.LATE: "Hasil terlambat",
    Fate.PENDING: "Belum, masih dalam batas waktu",
    Fate.OVERDUE: "Belum, lewat batas waktu",
    Fate.WITHOUT_RESULT: "Ditutup tanpa hasil",
}
_HAS_RESULT = {ClosingReason.TUNTAS.value, ClosingReason.OTOMATIS.value}


@dataclass(frozen=True, slots=True)
class Limit:
    """Until when a result is due; whether "3 (tiga) hari" are working days no decree says."""

    counted: Days
    calendar: Calendar
    days: int = DAYS

    def due(self, filed_at: datetime) -> datetime:
        """Until when."""
        if self.counted is Days.WORKING:
            return self.calendar.after_working_days(filed_at, self.days)
        return filed_at + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint of the Pendopo in a month; *result_at* is the agency's last word that it is
    done."""

    number: str
    life: Life
    result_at: datetime | None

    def fate(self, due: datetime, until: datetime) -> Fate:
        """How it stands at *until*."""
        after = self.life.after
        checked = after.is_open and after.stage != Stage.NONE.value
        if self.result_at is not None and (checked or after.reason in _HAS_RESULT):
            return Fate.IN_TIME if self.result_at <= due else Fate.LATE
        if not after.is_open:
            return Fate.WITHOUT_RESULT
        return Fate.PENDING if until <= due else Fate.OVERDUE


def bureau_of(unit: UnitId, units: Hierarchy, bureaus: frozenset[UnitId]) -> UnitId | None:
    """Which of *bureaus* coordinates *unit*: itself, or the one above it that is nearest."""
    above: UnitId | None = unit
    seen: set[UnitId] = set()
    while above is not None and above not in seen:
        if above in bureaus:
            return above
        seen.add(above)
        above = units.coordinator(above) or units.parent(above)
    return None


def recapitulation(
    cases: Iterable[Case],
    period: Period,
    units: Hierarchy,
    bureaus: Sequence[UnitId],
    limit: Limit,
    names: Names,
) -> Report:
    """One line per bureau, and the complaints one by one. What is confidential or accuses a unit
    is left out."""
    received: Mapping[UnitId, Counter[Fate]] = defaultdict(Counter)
    carried: Mapping[UnitId, Counter[bool]] = defaultdict(Counter)
    lines = []
    wanted = frozenset(bureaus)
    for case in sorted(cases, key=lambda c: (c.life.filed_at, c.number)):
        after = case.life.after
        bureau = bureau_of(UnitId(after.unit), units, wanted)
        if after.reserved or bureau is None:
            continue
        due = limit.due(case.life.filed_at)
        fate = case.fate(due, period.until)
        if case.life.before is None:
            received[bureau][fate] += 1
        elif case.life.before.is_open:
            carried[bureau][after.is_open] += 1
        lines.append(
            (
                case.number, case.life.filed_at, names.unit(bureau), names.unit(after.unit),
                names.category(after.category), _status(case), due, case.result_at, _FATES[fate],
            )
        )  # fmt: skip
    title = f"Rekapitulasi Pendopo Balai Kota {period.month.title}"
    return Report(
        f"pendopo-{period.month.name}",
        title,
        [
            Table(
                "rekap-per-biro",
                title,
                f"Instruksi Sekda 28/2025. Diterima di Pendopo dalam bulan ini, menurut biro yang "
                f"mengoordinasikan unit yang menanganinya pada akhir bulan; hasil paling lambat "
                f"{limit.days} hari sejak masuk ke CRM. Disampaikan tanggal 5 kepada Sekretaris "
                "Daerah melalui Asisten.",
                [
                    Column("key", "Kode"), Column("name", "Unit"), Column("via", "Melalui"),
                    Column("received", "Diterima"),
                    *(Column(f.value, title) for f, title in _FATES.items()),
                    Column("carried_ended", "Sisa bulan lalu yang berakhir"),
                    Column("carried_open", "Sisa bulan lalu yang masih terbuka"),
                ],
                [
                    (
                        b, names.unit(b), _via(b, units, names), received[b].total(),
                        *(received[b][f] for f in _FATES), carried[b][False], carried[b][True],
                    )
                    for b in bureaus
                ],
            ),
            Table(
                "pengaduan",
                "Pengaduan satu per satu",
                "Yang diterima dalam bulan ini, dan yang dari bulan-bulan sebelumnya masih terbuka "
                "ketika bulan ini mulai atau berubah dalam bulan ini.",
                [
                    Column("number", "Nomor"), Column("filed_at", "Masuk ke CRM"),
                    Column("bureau", "Koordinator"), Column("unit", "Unit"),
                    Column("category", "Kategori"), Column("status", "Status"),
                    Column("due_at", "Batas waktu"), Column("result_at", "Hasil"),
                    Column("fate", "Keterangan"),
                ],
                lines,
            ),
        ],
    )  # fmt: skip


def _status(case: Case) -> str:
    after = case.life.after
    state = label(STATES, after.state)
    return f"{state} ({label(REASONS, after.reason)})" if after.reason else state


def _via(bureau: UnitId, units: Hierarchy, names: Names) -> str:
    above = units.parent(bureau)
    return names.unit(above) if above else ""
