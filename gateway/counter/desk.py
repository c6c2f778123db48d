"""Files what somebody says at a counter, and keeps the papers that they brought."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from channels import counter
from channels.contract import AddressBook
from core import commands
from core.access import Officer
from core.complaint import (
    Actor,
    ActorKind,
    Change,
    Complaint,
    ComplaintDraft,
    ComplaintId,
    UnitId,
)
from core.counter import PAPERS_WITHIN, require_lately, require_to_enter
from core.errors import NotFound, Refused
from core.messages import AccountId, Address
from core.number import day_of
from core.routing import Channel
from core.tables import complaint, transition
from core.workflow import Action
from gateway.audit import trail
from gateway.audit.entry import Doer, Entry, about
from gateway.bootstrap import Parts
from gateway.by_hand.tables import hand_way
from gateway.configuration.holidays import deadlines
from gateway.configuration.settings import Account
from gateway.counter.people import VISIT, VISITOR, Visitor
from gateway.counter.visit import Contact, Visit, draft_of
from gateway.desk.telling import tell
from gateway.desk.threads import thread_of
from gateway.inbound.sniff import media_type
from gateway.inbox.entering import ring
from gateway.outbound.envelopes import purposes
from gateway.outbound.notices import COUNTER_RECEIPT, Notice, envelopes
from gateway.storage.numbers import NumberSource
from gateway.tables import (
    attachment,
    complaint_message,
    conversation,
    media,
    message,
    notice,
    party,
)

MOST_PAPERS = 20


@dataclass(frozen=True, slots=True)
class Entered:
    """One matter with what its receipt says; the *code* stands nowhere but there."""

    complaint: Complaint
    code: str = field(repr=False)


class CounterDesk:
    """One for each process: it keeps a block of numbers."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        numbers = parts.settings.numbers
        self._numbers = NumberSource(parts.database, numbers.prefix, numbers.first_serial)

    def contact(self, account: str, text: str) -> Contact:
        """Where somebody wants to be told, as they wrote it down.

        Raises:
            Refused: Nobody can be told there; names the field.
        """
        line = self._parts.lines.get(AccountId(account))
        known = line.channel.capabilities if line else None
        if line is None or known is None or not known.may_write_first or known.reply_only:
            raise Refused(f"nobody can be told on '{account}' first", field="account")
        channel: object = line.channel
        who = channel.address(text) if isinstance(channel, AddressBook) else None
        ours = {name for each in self._parts.lines.values() for name in each.channel.own_addresses}
        if known.public or who is None or who.value in ours:
            raise Refused(f"'{account}' cannot write to such an address", field="address")
        return Contact(AccountId(account), who)

    async def enter(
        self, officer: Officer, visit: Visit, kelurahan: Mapping[str, UnitId]
    ) -> tuple[int, list[Entered]]:
        """File every matter of *visit*, all or none; its id, and what the receipt says.

        Raises:
            NotAllowed: The role enters nothing, or the counter is another unit's.
            Refused: Something in it cannot be, or the contact has ended our messages; names the
                field.
        """
        parts, now = self._parts, self._parts.clock()
        account = self.require_counter(officer, visit.account)
        require_lately(visit.at, now)
        prefix = parts.settings.numbers.prefix
        drafts = await asyncio.to_thread(
            lambda: [draft_of(m, visit.at, prefix, parts.regions) for m in visit.matters]
        )
        if account.confidential:
            drafts = [replace(draft, confidential=True) for draft in drafts]
        await self._numbers.reserve(day_of(now), len(drafts))
        async with parts.database.write() as conn:
            there = await self._thread(conn, visit)
            changes = [self._filed(officer, account, d, kelurahan, there, now) for d in drafts]
            for matter, change in zip(visit.matters, changes, strict=True):
                words = {
                    "id": parts.new_id(), "conversation_id": there, "direction": "in",
                    "account_id": visit.account, "text": matter.text,
                    "lat": matter.point.lat if matter.point else None,
                    "lon": matter.point.lon if matter.point else None,
                    "sent_at": visit.at, "accepted_at": now,
                }  # fmt: skip
                await conn.execute(insert(message).values(words))
                said = replace(change, after=replace(change.after, received_at=visit.at))
                await self._write(conn, officer, said, visit, words["id"], now)
        parts.bell.ring()
        return there, [Entered(c.after, parts.keys.code(c.after.id)) for c in changes]

    async def add_paper(self, officer: Officer, visit: int, number: str, content: bytes) -> int:
        """Keep *content* as something that was brought with the matter *number*; its id.

        Raises:
            NotFound: *officer* has entered no such matter within the last day.
            NotAllowed: The role enters nothing any more, or the counter is another unit's.
            Refused: It is no file of a kind that we keep, or there are too many.
        """
        parts = self._parts
        async with parts.database.read() as conn:
            await _entered(conn, officer, visit, number, parts.clock())
        found = media_type(content)
        if found is None:
            raise Refused("it is no picture, document or recording that we keep", field="paper")
        digest = await asyncio.to_thread(parts.media.put, content)
        async with parts.database.write() as conn:
            now = parts.clock()
            row = await _entered(conn, officer, visit, number, now, lock=True)
            mine = attachment.c.message_id == row.message
            known = (
                await conn.execute(
                    select(attachment.c.id).where(mine, attachment.c.media_sha256 == digest)
                )
            ).first()
            if known is not None:
                return int(known.id)
            count = int(await conn.scalar(select(func.count()).where(mine)) or 0)
            if count >= MOST_PAPERS:
                raise Refused(f"{number} has {count} papers already", field="paper")
            dialect = sqlite if parts.database.is_sqlite else postgresql
            kept = {"sha256": digest, "bytes": len(content), "type": found, "stored_at": now}
            await conn.execute(dialect.insert(media).values(kept).on_conflict_do_nothing())
            paper = parts.new_id()
            await conn.execute(
                insert(attachment).values(
                    id=paper, message_id=row.message, ord=count, key_id=parts.keys.current,
                    claimed_type=found, state="stored", media_sha256=digest,
                )
            )  # fmt: skip
            await conn.execute(
                update(complaint).where(complaint.c.id == row.id).values(to_compare=True)
            )
            done = Entry(parts.new_id(), now, "paper.add", Doer.of(officer), about(row.id))
            await trail.record(conn, [done])
        return paper

    def require_counter(self, officer: Officer, account_id: str) -> Account:
        """The counter *account_id*, if *officer* enters what is said there.

        Raises:
            NotAllowed: The role enters nothing, or the counter is another unit's.
            Refused: It is no counter.
        """
        account = self._parts.settings.account(account_id)
        require_to_enter(officer, account_id)
        if account is None or account.connector != counter.NAME:
            raise Refused(f"'{account_id}' is no counter", field="account")
        return account

    def _filed(
        self,
        officer: Officer,
        account: Account,
        draft: ComplaintDraft,
        kelurahan: Mapping[str, UnitId],
        visit: int,
        now: datetime,
    ) -> Change:
        """Its clocks run from the entry (S2), also where somebody came before."""
        parts, name = self._parts, ComplaintId(self._parts.new_id())
        channel = Channel(
            UnitId(account.owner), account.geo_tagged, account.confidential, kelurahan
        )
        return commands.file_complaint(
            draft,
            complaint_id=name,
            number=self._numbers.take(day_of(now)),
            account=AccountId(account.id),
            channel=channel,
            origin_key=f"counter:{name}",
            reporter="",
            at=now,
            recorded_at=now,
            new_id=parts.new_id,
            deadlines=deadlines(parts.settings, account.id),
            data={VISIT: str(visit)},
            by=Actor(ActorKind.OFFICER, officer.id, officer.unit),
        )

    async def _thread(self, conn: AsyncConnection, visit: Visit) -> int:
        """Every visit is a thread of its own: nobody is known again by a name that was said."""
        parts = self._parts
        who = Address(VISITOR, str(parts.new_id()), visit.account)
        known = Visitor(visit.name, visit.reach).to_text()
        return await thread_of(conn, parts.keys, visit.account, who, parts.new_id, known)

    async def _write(
        self,
        conn: AsyncConnection,
        officer: Officer,
        change: Change,
        visit: Visit,
        words: object,
        now: datetime,
    ) -> None:
        parts, filed = self._parts, change.after
        await trail.write(conn, [change], parts.keys.code_hash, parts.new_id, officer)
        await conn.execute(
            insert(complaint_message).values(
                id=parts.new_id(), complaint_id=filed.id, message_id=words, role="report",
                linked_at=now, linked_by="counter",
            )
        )  # fmt: skip
        if visit.contact is not None:
            await self._follow(conn, change, visit.contact, now)
        elif visit.way is not None and not filed.confidential:
            said = {"way": visit.way.value, "said_at": now, "said_by": officer.id}
            await conn.execute(insert(hand_way).values(complaint_id=filed.id, **said))
        figures = deadlines(parts.settings, filed.account)
        await tell(conn, change, figures, now, parts.new_id, parts.lines)
        if filed.urgent:
            await ring(conn, filed, filed.id, now, parts.new_id)

    async def _follow(
        self, conn: AsyncConnection, change: Change, contact: Contact, now: datetime
    ) -> None:
        """From now on the person is told there; of what is confidential only what they ask for."""
        parts, filed = self._parts, change.after
        there = await thread_of(conn, parts.keys, contact.account, contact.who, parts.new_id)
        ended = select(conversation.c.pushes_stopped_at).where(conversation.c.id == there)
        if await conn.scalar(ended) is not None:
            # Nobody would be told at all: neither there, nor by hand as one who is reached.
            said = f"who has it wants no messages of '{contact.account}' (STOP): leave it out"
            raise Refused(f"{said}, and they are told by hand", field="address")
        await conn.execute(
            insert(party).values(
                id=parts.new_id(), complaint_id=filed.id, conversation_id=there, role="reporter",
                since=now,
            )
        )  # fmt: skip
        # What is being decided in that thread now does not know of the complaint yet.
        await conn.execute(
            update(conversation)
            .where(conversation.c.id == there)
            .values(version=conversation.c.version + 1)
        )
        if filed.confidential:
            return
        fact = change.events[0]
        first = Notice(
            id=parts.new_id(), conversation=there, cause=f"event:{fact.id}", kind=COUNTER_RECEIPT,
            created_at=now, not_before=now, complaint=filed.id, event=fact.id,
            params={"seq": fact.seq, "said": False},
        )  # fmt: skip
        templates = parts.lines[contact.account].channel.capabilities.templates
        rows = [first, *envelopes([first], purposes(templates), parts.new_id)]
        await conn.execute(insert(notice), [row.to_row() for row in rows])


async def _entered(
    conn: AsyncConnection, officer: Officer, visit: int, number: str, now: datetime,
    *, lock: bool = False,
) -> Any:  # fmt: skip
    """Complaint and message of a matter that *officer* has entered lately, confidential or not: who
    wrote it down knows it, and nobody else learns by this that there is one."""
    query = (
        select(
            complaint.c.id,
            complaint.c.account_id,
            complaint_message.c.message_id.label("message"),
        )
        .join(complaint_message, complaint_message.c.complaint_id == complaint.c.id)
        .join(message, message.c.id == complaint_message.c.message_id)
        .join(transition, transition.c.complaint_id == complaint.c.id)
        .where(
            complaint.c.number == number,
            message.c.conversation_id == visit,
            complaint_message.c.unlinked_at.is_(None),
            transition.c.action == Action.FILE.value,
            transition.c.actor_id == officer.id,
            transition.c.recorded_at > now - PAPERS_WITHIN,
        )
    )
    if lock:
        query = query.with_for_update(of=complaint)
    row = (await conn.execute(query)).first()
    if row is None:
        raise NotFound(f"you have entered no {number} in this visit within the last day")
    require_to_enter(officer, row.account_id)
    return row
