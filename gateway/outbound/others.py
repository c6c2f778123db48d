"""Who else reports what somebody takes back."""

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import ClosingReason, ComplaintId, State
from core.tables import ACCUSATION_LIVE, accusation, complaint
from gateway.tables import party


async def reported_by_others(
    conn: AsyncConnection, complaints: Collection[ComplaintId]
) -> frozenset[ComplaintId]:
    """Those of *complaints* that their reporter withdrew while other people's about the same
    problem, which everybody may know of, go on."""
    own = complaint.alias("own")
    mine, theirs = party.alias("mine"), party.alias("theirs")
    accuses = exists().where(accusation.c.complaint_id == complaint.c.id, ACCUSATION_LIVE)
    same_person = exists().where(
        mine.c.complaint_id == own.c.id,
        theirs.c.complaint_id == complaint.c.id,
        mine.c.conversation_id == theirs.c.conversation_id,
    )
    query = (
        select(own.c.id)
        .distinct()
        .join(complaint, complaint.c.problem_id == own.c.problem_id)
        .where(
            own.c.id.in_(complaints),
            own.c.closing_reason == ClosingReason.DIBATALKAN.value,
            complaint.c.id != own.c.id,
            complaint.c.state != State.SELESAI.value,
            complaint.c.confidential.is_(False),
            complaint.c.visibility == "public",
            complaint.c.withheld.is_(False),
            ~accuses,
            ~same_person,
        )
    )
    return frozenset(ComplaintId(i) for i in (await conn.scalars(query)).all())
