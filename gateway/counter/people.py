"""Who came to a counter and how to reach them: for the officers who wrote it down, nobody else."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import ComplaintId
from gateway.sealing.keys import Keys
from gateway.tables import address, complaint_message, conversation, message

VISITOR = "counter:visit"
"""The kind of address that stands for one visit. Nothing can be sent there."""

VISIT = "visit"
"""In the first line of history: the conversation that stands for the visit, as a text."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """*reach*: a telephone that was left, or where letters go."""

    name: str = field(default="", repr=False)
    reach: str = field(default="", repr=False)

    def to_text(self) -> str:
        """As it is sealed; empty where nothing is known."""
        known = {"name": self.name, "reach": self.reach}
        return json.dumps(known, ensure_ascii=False) if any(known.values()) else ""


async def visitors(
    conn: AsyncConnection, keys: Keys, complaints: Collection[ComplaintId]
) -> Mapping[ComplaintId, Visitor]:
    """Of those that were entered at a counter and left something; the others are not in it."""
    query = (
        select(complaint_message.c.complaint_id, address.c.name_sealed, address.c.key_id)
        .join(message, message.c.id == complaint_message.c.message_id)
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .join(address, address.c.id == conversation.c.address_id)
        .where(
            complaint_message.c.complaint_id.in_(complaints),
            complaint_message.c.unlinked_at.is_(None),
            address.c.kind == VISITOR,
            address.c.name_sealed.is_not(None),
        )
        .order_by(complaint_message.c.id)
    )
    rows = (await conn.execute(query)).all()
    return {
        row.complaint_id: Visitor(
            **json.loads(keys.open(row.name_sealed, row.key_id, "address.name"))
        )
        for row in rows
    }
