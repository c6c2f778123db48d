"""The inbox of one officer: whatever is due first on top, with the words that wait, redacted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Officer, Scope, inbox_of
from core.messages import Address
from core.tables import account, complaint
from gateway.inbox.tables import INBOX_OPEN, inbox_item
from gateway.inbox.waiting import Why
from gateway.sealing.keys import Keys
from gateway.tables import address, complaint_message, conversation, inbound, message, raw_inbound
from normalizer.privacy import redact

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_WORDS = 1000
_MOST_MESSAGES = 2000

DUE_FIRST = func.coalesce(inbox_item.c.due_at, inbox_item.c.since_at)
"""What has no due time stands as if it had been due when it came: it must not sink below
everything that has one (finding 13 of the user research)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that waits. *conversation* is None for what could not be read; *reporter* is the
    masked address, *words* are redacted. *problem* says what could not be read or handled."""

    id: int
    account: str
    why: Why
    since: datetime
    due: datetime | None
    conversation: int | None
    number: str | None
    reporter: str = ""
    words: str = field(default="", repr=False)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ended."""

    at: datetime
    id: int

    @classmethod
    def of(cls, entry: Entry) -> "Mark":
        """Behind *entry*."""
        return cls(entry.due or entry.since, entry.id)

    def to_text(self) -> str:
        """Microseconds since 1970, and the id."""
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}.{self.id}"

    @classmethod
    def from_text(cls, text: str) -> "Mark":
        """The reverse."""
        micros, _, item = text.partition(".")
        return cls(_EPOCH + timedelta(microseconds=int(micros)), int(item))


async def listed(
    conn: AsyncConnection, keys: Keys, officer: Officer, after: Mark | None, limit: int
) -> list[Entry]:
    """What waits for *officer*, at most *limit* behind *after*.

    Raises:
        NotAllowed: The role has no inbox.
    """
    query = _open(officer).order_by(DUE_FIRST, inbox_item.c.id).limit(limit)
    if after is not None:
        query = query.where(tuple_(DUE_FIRST, inbox_item.c.id) > tuple_(after.at, after.id))
    return await _entries(conn, keys, (await conn.execute(query)).all())


async def find(conn: AsyncConnection, keys: Keys, officer: Officer, item: int) -> Entry | None:
    """One entry that waits for *officer*, or None.

    Raises:
        NotAllowed: The role has no inbox.
    """
    rows = (await conn.execute(_open(officer).where(inbox_item.c.id == item))).all()
    found = await _entries(conn, keys, rows)
    return found[0] if found else None


def _open(officer: Officer) -> Select[Any]:
    return (
        select(
            inbox_item, complaint.c.number,
            raw_inbound.c.problem.label("raw_problem"), inbound.c.problem.label("event_problem"),
            address.c.kind, address.c.scope, address.c.value_sealed, address.c.key_id,
        )
        .join(account, account.c.id == inbox_item.c.account_id)
        .outerjoin(complaint, complaint.c.id == inbox_item.c.complaint_id)
        .outerjoin(raw_inbound, raw_inbound.c.id == inbox_item.c.raw_id)
        .outerjoin(inbound, inbound.c.id == inbox_item.c.inbound_id)
        .outerjoin(conversation, conversation.c.id == inbox_item.c.conversation_id)
        .outerjoin(address, address.c.id == conversation.c.address_id)
        .where(INBOX_OPEN, *_of(officer))
    )  # fmt: skip


def _of(officer: Officer) -> list[ColumnElement[bool]]:
    """What is confidential, or came through a confidential account, is its own readers' only."""
    scope = inbox_of(officer)
    secret = or_(inbox_item.c.confidential, account.c.confidential)
    own = inbox_item.c.account_id.in_(officer.owned_accounts)
    match scope:
        case Scope.CONFIDENTIAL:
            return [secret]
        case Scope.CONFIDENTIAL_HERE:
            # What comes through a confidential account goes to the Inspektorat and nowhere else.
            return [inbox_item.c.confidential, ~account.c.confidential, own]
        case Scope.OWN_ACCOUNTS:
            return [~secret, own]
        case _:
            return [~secret]


async def _entries(conn: AsyncConnection, keys: Keys, rows: Sequence[Row[Any]]) -> list[Entry]:
    words = await _words(conn, [row for row in rows if row.conversation_id is not None])
    return [
        Entry(
            id=row.id,
            account=row.account_id,
            why=Why(row.why),
            since=row.since_at,
            due=row.due_at,
            conversation=row.conversation_id,
            number=row.number,
            reporter=_masked(row, keys),
            words=redact("\n".join(words.get(row.id, ())))[:_MOST_WORDS],
            problem=row.raw_problem or row.event_problem or "",
        )
        for row in rows
    ]


def _masked(row: Row[Any], keys: Keys) -> str:
    if row.value_sealed is None:
        return ""
    value = keys.open(row.value_sealed, row.key_id, "address.value").decode()
    return Address(row.kind, value, row.scope).masked


async def _words(conn: AsyncConnection, rows: Sequence[Row[Any]]) -> Mapping[int, list[str]]:
    """By entry what was written since it waits: of an alarm what belongs to its complaint, of
    everything else what belongs to no complaint, for that may be one that others must not read."""
    found: dict[int, list[str]] = defaultdict(list)
    link = and_(
        complaint_message.c.message_id == message.c.id, complaint_message.c.unlinked_at.is_(None)
    )
    of_alarm = exists().where(link, complaint_message.c.complaint_id == inbox_item.c.complaint_id)
    of_none = and_(inbox_item.c.complaint_id.is_(None), ~exists().where(link))
    since = and_(
        message.c.conversation_id == inbox_item.c.conversation_id,
        message.c.id >= inbox_item.c.message_id,
    )
    query = (
        select(inbox_item.c.id, message.c.text)
        .join(message, since)
        .where(
            inbox_item.c.id.in_([row.id for row in rows]),
            message.c.direction == "in",
            message.c.text != "",
            or_(of_alarm, of_none),
        )
        .order_by(message.c.id)
        .limit(_MOST_MESSAGES)
    )
    for row in (await conn.execute(query)).all():
        found[row.id].append(row.text)
    return found
