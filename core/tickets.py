"""The tickets of Keputusan Sekda 99/2022: who decides about which, and what a change does to them.

| ticket | filed by | decided by | rule |
|---|---|---|---|
| Pindah SKPD, Salah Koordinasi | whoever has it and should not | Biro Pemerintahan | 3 |
| Pindah Kelurahan | a kelurahan outside of which it lies | Biro Pemerintahan | 4 |
| Laporan Tidak Jelas | whoever cannot make it out | the channel's owner asks | 5 |
| Laporan Tidak Ditemukan | whoever was there in vain | the channel's owner asks | 6 |

*Estimasi Waktu Selesai* (rule 7) is decided by nobody: it is an action like others. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from core.complaint import (
    Assignment,
    ClosingReason,
    Complaint,
)
from core.ticket import Ticket, TicketKind, TicketOutcome

MOVES = frozenset(
    {TicketKind.PINDAH_SKPD, TicketKind.SALAH_KOORDINASI, TicketKind.PINDAH_KELURAHAN}
)
"""It is not theirs: Biro Pemerintahan decides whose it is."""

QUESTIONS = frozenset({TicketKind.TIDAK_JELAS, TicketKind.TIDAK_DITEMUKAN})
"""Something is missing: the channel's owner checks with the reporter."""

RULE: Mapping[TicketKind, str] = {
    TicketKind.PINDAH_SKPD: "Keputusan Sekda 99/2022, 3",
    TicketKind.SALAH_KOORDINASI: "Keputusan Sekda 99/2022, 3",
    TicketKind.PINDAH_KELURAHAN: "Keputusan Sekda 99/2022, 4",
    TicketKind.TIDAK_JELAS: "Keputusan Sekda 99/2022, 5",
    TicketKind.TIDAK_DITEMUKAN: "Keputusan Sekda 99/2022, 6",
}
"""Where each comes from, as it is shown beside it."""

CLOSES_AS: Mapping[TicketKind, ClosingReason] = {
    TicketKind.TIDAK_JELAS: ClosingReason.BELUM_JELAS,
    TicketKind.TIDAK_DITEMUKAN: ClosingReason.TIDAK_DITEMUKAN,
}
"""How a complaint ends whose reporter was asked and did not answer."""


def lead_has(complaint: Complaint, ticket: Ticket) -> bool:
    """Whether *ticket* is of the unit that leads, and so about the whole complaint."""
    lead = complaint.lead
    return lead is not None and lead.id == ticket.assignment


def decided(ticket: Ticket, outcome: TicketOutcome, at: datetime) -> Ticket:
    """*ticket* once somebody has decided."""
    return replace(ticket, decided_at=at, outcome=outcome)


def lapsed(
    before: Complaint | None, after: Complaint, ended: Iterable[Assignment], at: datetime
) -> Iterator[Ticket]:
    """The open tickets of *before* for which there is no unit any more, or nobody who may decide:
    what is confidential goes to the Inspektorat and nowhere else."""
    gone = {a.id for a in ended if a.ended_at is not None}
    for ticket in before.tickets if before else ():
        if ticket.assignment in gone or after.confidential:
            yield decided(ticket, TicketOutcome.LAPSED, at)


def merged(before: Iterable[Ticket], changed: Iterable[Ticket]) -> tuple[Ticket, ...]:
    """The tickets that a complaint carries afterwards."""
    every = {t.id: t for t in before} | {t.id: t for t in changed}
    return tuple(t for t in every.values() if t.is_open)
