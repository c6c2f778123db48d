"""The brief for an agency: the reporter's words redacted, the sender masked, the photos named."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import Assignment, Clock, Complaint, ComplaintId, Transition
from core.messages import Address, MediaKind
from core.ticket import Ticket
from gateway.outbound.notices import RECEIPT_REMINDER
from gateway.outbound.reminding import missing_of
from gateway.photos.listing import ResultPhoto
from gateway.sealing.keys import Keys
from gateway.tables import (
    address,
    attachment,
    complaint_message,
    conversation,
    media,
    message,
    notice,
    party,
)
from gateway.words import catalogue
from normalizer.privacy import redact
from normalizer.reading import Missing


@dataclass(frozen=True, slots=True)
class Photo:
    """Something the reporter sent; *ready* once it has been fetched and is of a kind we keep."""

    id: int
    kind: MediaKind
    ready: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """A complaint as an agency may know it: the words redacted, the sender masked."""

    complaint: Complaint
    words: str = field(repr=False)
    reporter: str
    photos: tuple[Photo, ...]
    history: tuple[Transition, ...] = ()
    clocks: tuple[Clock, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    result_photos: tuple[ResultPhoto, ...] = ()
    lacks: "Lacks | None" = None


@dataclass(frozen=True, slots=True)
class Lacks:
    """What is missing in an open complaint, and how often its reporter was asked and reminded."""

    what: Missing
    asked: int
    reminded: int


_ASKS = ("receipt", "place_again", "problem_noted")
"""Each of these asked for what is missing, as long as it still is."""


def linked_to(*complaints: ComplaintId) -> Any:
    """The condition for the links that count: those that were not undone."""
    return and_(
        complaint_message.c.complaint_id.in_(complaints),
        complaint_message.c.unlinked_at.is_(None),
    )


async def briefs(conn: AsyncConnection, keys: Keys, complaints: Sequence[Complaint]) -> list[Brief]:
    """One for each, in their order, without history and clocks."""
    ids = [c.id for c in complaints]
    if not ids:
        return []
    words = await _words(conn, ids)
    reporters = await _reporters(conn, keys, ids)
    photos = await _photos(conn, ids)
    lacks = await _lacks(conn, complaints, words)
    return [
        Brief(
            complaint=c,
            # Who says it once more says nothing new.
            words=redact("\n".join(dict.fromkeys(words[c.id]))),
            reporter=reporters.get(c.id, "••••"),
            photos=tuple(photos[c.id]),
            lacks=lacks.get(c.id),
        )
        for c in complaints
    ]


async def _lacks(
    conn: AsyncConnection,
    complaints: Sequence[Complaint],
    words: Mapping[ComplaintId, Sequence[str]],
) -> Mapping[ComplaintId, Lacks]:
    """By complaint; *words* are what their reporters wrote."""
    missing = {
        c.id: what
        for c in complaints
        if c.is_open and not c.confidential and c.merged_into is None
        if (what := missing_of(c, has_words=bool(words.get(c.id))))
    }
    if not missing:
        return {}
    query = (
        select(notice.c.complaint_id, notice.c.kind, func.count().label("times"))
        .where(
            notice.c.complaint_id.in_(list(missing)),
            notice.c.kind.in_((*_ASKS, RECEIPT_REMINDER)),
            notice.c.state == "told",
        )
        .group_by(notice.c.complaint_id, notice.c.kind)
    )
    asked, reminded = Counter[ComplaintId](), Counter[ComplaintId]()
    for row in (await conn.execute(query)).all():
        counter = reminded if row.kind == RECEIPT_REMINDER else asked
        counter[row.complaint_id] += row.times
    return {c: Lacks(what, asked[c], reminded[c]) for c, what in missing.items()}


async def _words(
    conn: AsyncConnection, ids: Sequence[ComplaintId]
) -> Mapping[ComplaintId, list[str]]:
    query = (
        select(complaint_message.c.complaint_id, complaint_message.c.role, message.c.text)
        .join(message, message.c.id == complaint_message.c.message_id)
        .where(
            linked_to(*ids),
            message.c.direction == "in",
            message.c.text != "",
            # What was said about the result stands in the history.
            complaint_message.c.role != "result",
        )
        .order_by(message.c.accepted_at, message.c.id)
    )
    found: dict[ComplaintId, list[str]] = defaultdict(list)
    for row in (await conn.execute(query)).all():
        because = row.role == "reason"
        text = catalogue("id").piece("withdrawn_because", text=row.text) if because else row.text
        found[row.complaint_id].append(text)
    return found


async def _reporters(
    conn: AsyncConnection, keys: Keys, ids: Sequence[ComplaintId]
) -> Mapping[ComplaintId, str]:
    query = (
        select(
            party.c.complaint_id, address.c.kind, address.c.scope, address.c.value_sealed,
            address.c.key_id,
        )
        .join(conversation, conversation.c.id == party.c.conversation_id)
        .join(address, address.c.id == conversation.c.address_id)
        .where(party.c.complaint_id.in_(ids), party.c.role == "reporter")
    )  # fmt: skip
    found: dict[ComplaintId, str] = {}
    for row in (await conn.execute(query)).all():
        if row.value_sealed is not None:
            value = keys.open(row.value_sealed, row.key_id, "address.value").decode()
            found[row.complaint_id] = Address(row.kind, value, row.scope).masked
    return found


async def _photos(
    conn: AsyncConnection, ids: Sequence[ComplaintId]
) -> Mapping[ComplaintId, list[Photo]]:
    query = (
        select(
            complaint_message.c.complaint_id, attachment.c.id, attachment.c.claimed_type,
            attachment.c.state, media.c.type,
        )
        .join(attachment, attachment.c.message_id == complaint_message.c.message_id)
        .join(media, media.c.sha256 == attachment.c.media_sha256, isouter=True)
        .where(linked_to(*ids))
        .order_by(attachment.c.id)
    )  # fmt: skip
    found: dict[ComplaintId, list[Photo]] = defaultdict(list)
    for row in (await conn.execute(query)).all():
        kind = MediaKind.of(row.type or row.claimed_type)
        found[row.complaint_id].append(Photo(row.id, kind, row.state == "stored"))
    return found
