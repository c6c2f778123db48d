"""What a change causes: notices to everybody who follows the complaint, and open questions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.clocks import Deadlines
from core.complaint import Change, NewId
from core.messages import AccountId
from core.ticket import TicketKind
from core.tickets import QUESTIONS
from gateway.by_hand.owing import owe
from gateway.configuration.settings import Account
from gateway.configuration.ticket_settings import Ask
from gateway.duty.calling import call
from gateway.lines import Line
from gateway.outbound.envelopes import purposes
from gateway.outbound.notices import envelopes, reminders, telling
from gateway.tables import conversation, notice, party
from normalizer.dialogue import DialogueState, Question, QuestionKind
from normalizer.questions import fault_of

_ASKS: Mapping[str, QuestionKind] = {
    "complaint.finished": QuestionKind.RESULT,
    "complaint.validated": QuestionKind.RESULT,
    "complaint.auto_finished": QuestionKind.RESULT,
    "complaint.asked": QuestionKind.CLARIFICATION,
    "complaint.unanswered": QuestionKind.CLARIFICATION,
}


def asks_by_itself(kind: TicketKind, question: str, account: Account | None) -> bool:
    """Whether the *question* of a ticket leaves unless the owner is faster: it asks the reporter,
    nothing is wrong with it, and the account does not want to see it first."""
    auto = account is not None and account.ask is Ask.AUTO
    return kind in QUESTIONS and auto and fault_of(question) is None


async def tell(
    conn: AsyncConnection,
    change: Change,
    figures: Deadlines,
    now: datetime,
    new_id: NewId,
    lines: Mapping[AccountId, Line],
) -> None:
    """Notices to everybody who follows the complaint, and to the officers whose work it is; a
    result is also a question, and a question has its reminder. Whoever has no address is owed to be
    told by hand. Where the account of a thread, among *lines*, has a template for it, whom free
    text may not reach there is told that there is something to read."""
    await call(conn, [change], figures, now, new_id)
    query = (
        select(party.c.conversation_id, conversation.c.account_id)
        .join(conversation, conversation.c.id == party.c.conversation_id)
        .where(party.c.complaint_id == change.after.id, party.c.until.is_(None))
        .order_by(party.c.id)
    )
    accounts = {r.conversation_id: r.account_id for r in (await conn.execute(query)).all()}
    conversations = list(accounts)
    if not conversations:
        await owe(conn, change, figures.calendar, now, new_id)
    rows = telling(change, conversations, now, new_id)
    rows += reminders(change, rows, figures.remind, now, new_id)
    templates = {
        there: purposes(line.channel.capabilities.templates) if line else set()
        for there, account in accounts.items()
        for line in [lines.get(AccountId(account))]
    }
    rows += [one for n in rows for one in envelopes([n], templates[n.conversation], new_id)]
    if rows:
        await conn.execute(notice.insert(), [n.to_row() for n in rows])
    for fact in change.events:
        if fact.kind in _ASKS:
            asked = Question(_ASKS[fact.kind], now, change.after.id)
            await _ask(conn, asked, conversations)


async def _ask(conn: AsyncConnection, asked: Question, conversations: Sequence[int]) -> None:
    """What the reporter says next answers this question; it replaces the one open before."""
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
