"""Results that were rejected twice or more: Biro Pemerintahan's monthly list for the Inspektorat.

Keputusan Sekda 99/2022, 12. A rejection belongs to the month of Jakarta in which it was made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Officer, OfficerRole
from core.errors import NotAllowed
from core.number import WIB
from core.tables import ACCUSATION_LIVE, accusation, complaint, transition
from core.workflow import Action

READERS = frozenset({OfficerRole.INSPEKTORAT, OfficerRole.VALIDATOR, OfficerRole.SYSTEM_ADMIN})

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


def month_of(text: str) -> tuple[datetime, datetime]:
    """Beginning and end of a month given as ``2026-10``, in Jakarta's time.

    Raises:
        ValueError: It is no month.
    """
    first = date.fromisoformat(f"{text}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    begin, end = (datetime(d.year, d.month, 1, tzinfo=WIB) for d in (first, following))
    return begin, end


async def twice_rejected(
    conn: AsyncConnection, officer: Officer, begin: datetime, end: datetime
) -> Sequence[TwiceRejected]:
    """Those of the time from *begin* to *end*, oldest first, but none that accuses the reader's
    own unit.

    Raises:
        NotAllowed: Neither Biro Pemerintahan nor the Inspektorat asks.
    """
    if officer.role not in READERS:
        roles = ", ".join(sorted(READERS))
        raise NotAllowed(f"the list needs one of the roles {roles}; yours is {officer.role}")
    accuses = exists().where(
        accusation.c.complaint_id == complaint.c.id,
        accusation.c.unit_id.in_(officer.barred_by),
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
            transition.c.at >= begin,
            transition.c.at < end,
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
