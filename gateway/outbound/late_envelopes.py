"""Templates that were entered after news had been held for want of one: it is told of now.

When news becomes due it gets its envelope at once, where the account has the template then. Whoever
enters one later does so because people wait.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, literal_column, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from core.complaint import ComplaintId, NewId
from core.messages import AccountId
from core.tables import complaint
from gateway.lines import Line
from gateway.outbound.envelopes import purposes
from gateway.outbound.notices import ENVELOPED, ENVELOPES, Notice, envelopes
from gateway.outbound.reasons import Reason
from gateway.storage.database import Database
from gateway.storage.ids import Clock
from gateway.tables import NOTICE_HELD, conversation, notice

EVERY_S = 600.0

OLDEST = timedelta(days=30)
"""What is older nobody waits for any more; the tracker shows it (*ours*)."""

_MOST = 200


@dataclass(frozen=True)
class LateEnvelopes:
    """One per worker process; several find the same, and the key of a notice decides."""

    database: Database
    lines: Mapping[AccountId, Line]
    new_id: NewId
    clock: Clock

    async def once(self) -> int:
        """Some of what is held; how many envelopes became due."""
        found = {
            account: purposes(line.channel.capabilities.templates)
            for account, line in self.lines.items()
        }
        with_templates = {account: names for account, names in found.items() if names}
        made = 0
        for account, names in with_templates.items():
            kinds = [kind for kind, of in ENVELOPED.items() if ENVELOPES[of] in names]
            now = self.clock()
            async with self.database.read() as conn:
                waiting = await _without(conn, account, kinds, now)
            if not waiting:
                continue
            rows = [n.to_row() for n in envelopes(waiting, names, self.new_id)]
            async with self.database.write() as conn:
                dialect = sqlite if self.database.is_sqlite else postgresql
                statement = dialect.insert(notice).values(rows)
                dropped = notice.c.state == literal_column("'cancelled'")
                for_want = notice.c.reason == Reason.WINDOW_CLOSED.value
                await conn.execute(
                    statement.on_conflict_do_update(
                        index_elements=[
                            notice.c.conversation_id, notice.c.cause, notice.c.kind
                        ],
                        set_={
                            "state": "due", "reason": "", "not_before": now, "settled_at": None
                        },
                        where=and_(dropped, for_want),
                    )
                )  # fmt: skip
            made += len(rows)
        return made


async def _without(
    conn: AsyncConnection, account: AccountId, kinds: list[str], now: datetime
) -> list[Notice]:
    """What is held on *account* because free text may not leave, and has no envelope that was told
    or may still be. Of several about one complaint that the same template tells, the newest."""
    sort = case(*((notice.c.kind == kind, of) for kind, of in ENVELOPED.items()), else_="")
    newest = (
        select(func.max(notice.c.id))
        .join(conversation, conversation.c.id == notice.c.conversation_id)
        .join(complaint, complaint.c.id == notice.c.complaint_id)
        .where(
            NOTICE_HELD,
            notice.c.reason == Reason.WINDOW_CLOSED.value,
            notice.c.kind.in_(kinds),
            notice.c.created_at > now - OLDEST,
            conversation.c.account_id == account,
            complaint.c.confidential.is_(False),
        )
        .group_by(notice.c.conversation_id, notice.c.complaint_id, sort)
    )
    envelope = aliased(notice, name="envelope")
    for_want = and_(
        envelope.c.state == "cancelled", envelope.c.reason == Reason.WINDOW_CLOSED.value
    )
    known = (
        select(envelope.c.id)
        .where(
            envelope.c.conversation_id == notice.c.conversation_id,
            envelope.c.cause == notice.c.cause,
            envelope.c.kind.in_(list(ENVELOPES)),
            or_(envelope.c.state != "cancelled", ~for_want),
        )
        .exists()
    )
    query = select(notice).where(notice.c.id.in_(newest), ~known).order_by(notice.c.id).limit(_MOST)
    return [
        Notice(
            id=row.id,
            conversation=row.conversation_id,
            cause=row.cause,
            kind=row.kind,
            created_at=now,
            not_before=now,
            complaint=ComplaintId(row.complaint_id),
            event=row.event_id,
            params=row.params,
        )
        for row in (await conn.execute(query)).all()
    ]
