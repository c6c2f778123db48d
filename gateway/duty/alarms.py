"""Which alarms ring in which officer's thread, read in a set."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import ComplaintId
from core.number import ComplaintNumber
from core.tables import complaint
from gateway.duty.hearing import Alarm
from gateway.inbox.tables import INBOX_OPEN, inbox_item
from gateway.outbound.notices import ALARM
from gateway.tables import notice


async def alarms_in(
    conn: AsyncConnection, conversations: Sequence[int]
) -> Mapping[int, Sequence[Alarm]]:
    """By thread, what its officer was told of and nobody has acknowledged, oldest first."""
    found: dict[int, list[Alarm]] = defaultdict(list)
    if not conversations:
        return found
    query = (
        select(notice.c.conversation_id, inbox_item.c.id, complaint.c.id, complaint.c.number)
        .distinct()
        .join(inbox_item, inbox_item.c.complaint_id == notice.c.complaint_id)
        .join(complaint, complaint.c.id == inbox_item.c.complaint_id)
        .where(notice.c.conversation_id.in_(conversations), notice.c.kind == ALARM, INBOX_OPEN)
        .order_by(inbox_item.c.id)
    )
    for thread, item, about, number in (await conn.execute(query)).all():
        found[thread].append(Alarm(item, ComplaintId(about), ComplaintNumber(number)))
    return found
