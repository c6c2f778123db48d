"""What a change causes: notices to everybody who follows the complaint, and open questions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.clocks import Deadlines
from core.complaint import Change, NewId
from gateway.duty.calling import call
from gateway.outbound.notices import telling
from gateway.tables import conversation, notice, party
from normalizer.dialogue import DialogueState, Question, QuestionKind

_ASKS = frozenset({"complaint.finished", "complaint.validated", "complaint.auto_finished"})


async def tell(
    conn: AsyncConnection, change: Change, figures: Deadlines, now: datetime, new_id: NewId
) -> None:
    """Notices to everybody who follows the complaint, and to the officers whose work it is; a
    result is also a question."""
    await call(conn, [change], figures, now, new_id)
    query = select(party.c.conversation_id).where(
        party.c.complaint_id == change.after.id, party.c.until.is_(None)
    )
    conversations = list((await conn.scalars(query)).all())
    rows = telling(change, conversations, now, new_id)
    if rows:
        await conn.execute(notice.insert(), [n.to_row() for n in rows])
    if any(fact.kind in _ASKS for fact in change.events):
        asked = Question(QuestionKind.RESULT, now, change.after.id)
        await _ask(conn, asked, conversations)


async def _ask(conn: AsyncConnection, asked: Question, conversations: Sequence[int]) -> None:
    """SUDAH, BELUM and a digit now answer this question; it replaces the one open before."""
    query = select(conversation.c.id, conversation.c.dialogue).where(
        conversation.c.id.in_(conversations)
    )
    for row in (await conn.execute(query.with_for_update())).all():
        state = replace(DialogueState.from_json(row.dialogue), question=asked)
        await conn.execute(
            update(conversation)
            .where(conversation.c.id == row.id)
            .values(dialogue=state.to_json(), version=conversation.c.version + 1)
        )
