"""What is compared of a complaint, and which may be compared at all. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from core.complaint import ClosingReason, Complaint, ComplaintId, Kind, ProblemId
from core.messages import Location
from normalizer.likeness import Told, content_words
from normalizer.place import read_place
from normalizer.problem import categories
from normalizer.text import clean, words_of

NO_EVENT = frozenset(
    {ClosingReason.DIBATALKAN, ClosingReason.DIGABUNG, ClosingReason.BUKAN_LAPORAN}
)
"""What ended like this says nothing of what is there."""


@dataclass(frozen=True, slots=True)
class Report:
    """What of a complaint is needed to compare it. *where* is the place in its reporter's words;
    *ended* is None while it is open."""

    id: ComplaintId
    category: str
    at: datetime
    kelurahan: str
    point: Location | None
    where: str = field(repr=False)
    urgent: bool
    problem: ProblemId | None
    ended: datetime | None


def report_of(item: Complaint) -> Report:
    """*item*, as it is compared."""
    return Report(
        item.id, item.category, item.received_at, item.place.kelurahan, item.place.location,
        item.place.words, item.urgent, item.problem, None if item.is_open else item.ended_at,
    )  # fmt: skip


def is_compared(item: Complaint) -> bool:
    """Whether *item* may be anybody's neighbour: a thing in public space, and nothing that its
    reporter or somebody else keeps from others."""
    return (
        item.kind is Kind.PUBLIC_SPACE
        and bool(item.category)
        and item.is_public
        and not item.confidential
        and not item.anonymous
        and not item.accused
        and item.merged_into is None
        and item.closing_reason not in NO_EVENT
    )


def matters(category: str) -> list[str]:
    """*category* with all that are one matter with it (`normalizer.dialogue.routing`)."""
    known = categories()
    group = known[category].jaki if category in known else ""
    return [category, *(k for k, c in known.items() if group and c.jaki == group and k != category)]


def address_of(report: Report) -> str:
    """The street with its number, folded; empty where either is not named."""
    return _address_in(report.where) if report.where else ""


@lru_cache(maxsize=4096)
def _address_in(words: str) -> str:
    """Read once, though each new report is compared with the same earlier ones."""
    found = read_place(words_of(clean(words))).found
    address = found.address if found else None
    if address is None or not (address.street and address.number):
        return ""
    return " ".join(f"{address.street} {address.number}".casefold().split())


def told(
    report: Report,
    text: str,
    photos: Iterable[bytes] = (),
    *,
    address: str = "",
    parted_from: frozenset[ComplaintId] = frozenset(),
) -> Told:
    """*report* as `normalizer.likeness` compares it. *photos* are digests of what was sent with it:
    the same file has the same first bits, and any other has not."""
    return Told(
        category=report.category,
        at=report.at,
        kelurahan=report.kelurahan,
        point=report.point,
        address=address,
        words=content_words(text),
        photos=tuple(int.from_bytes(digest[:8]) for digest in photos),
        ended=report.ended,
        parted_from=frozenset(int(name) for name in parted_from),
    )
