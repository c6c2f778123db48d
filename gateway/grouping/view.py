"""What an officer sees of problems and links: only complaints that are the officer's business."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core import store
from core.access import Officer, in_scope, reads_confidential
from core.complaint import Complaint, ComplaintId, ProblemId, State, UnitId
from core.errors import NotFound
from core.number import ComplaintNumber
from core.tables import ACCUSATION_LIVE, accusation, assignment, complaint, problem
from gateway.desk.scope import within
from gateway.grouping import records
from gateway.tables import attachment, complaint_message, message
from normalizer.privacy import redact

PAGE = 50


@dataclass(frozen=True, slots=True)
class Group:
    """A problem: how many complaints are about it, of how many people; *members* are a page of
    those that the officer deals with, oldest first, *more*: it is not the last one. *lead* is the
    oldest of all of them that is open."""

    id: ProblemId
    opened_at: datetime
    reports: int
    reporters: int
    members: tuple[Complaint, ...]
    more: bool = False
    lead: ComplaintNumber | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """What *complaint* is to the one looked at: *earlier* or later, and by whom it was said."""

    kind: str
    complaint: Complaint
    earlier: bool
    state: str
    nth: int
    reasons: tuple[str, ...]
    at: datetime
    by: Literal["machine", "reporter", "officer"]


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the reporter, redacted."""

    id: int
    at: datetime
    words: str = field(repr=False)
    attachments: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything around one complaint."""

    group: Group | None
    merged_into: Complaint | None
    merged: tuple[Complaint, ...]
    relations: tuple[Relation, ...]
    messages: tuple[Said, ...]


async def surroundings(conn: AsyncConnection, officer: Officer, item: Complaint) -> Surroundings:
    """What *item* has to do with other complaints."""
    links = await records.links_of(conn, [item.id])
    merged = (await records.merged_into(conn, [item.id])).get(item.id, [])
    ids = {name for link in links for name in (link.complaint, link.other)}
    ids |= {c.id for c in merged} | ({item.merged_into} if item.merged_into else set())
    known = await seen(conn, officer, ids - {item.id})
    relations = []
    for link in links:
        earlier = link.complaint == item.id
        other = known.get(link.other if earlier else link.complaint)
        if other is not None:
            relations.append(
                Relation(
                    link.kind, other, earlier, link.state, link.nth, link.reasons,
                    link.last_said[0], _by(link.last_said[1]),
                )
            )  # fmt: skip
    return Surroundings(
        group=await _group(conn, officer, item.problem) if item.problem else None,
        merged_into=known.get(item.merged_into) if item.merged_into else None,
        merged=tuple(c for c in merged if c.id in known),
        relations=tuple(relations),
        messages=await _messages(conn, item.id),
    )


async def group(
    conn: AsyncConnection, officer: Officer, name: ProblemId, after: int = 0, limit: int = PAGE
) -> Group:
    """The problem with this id, with *limit* of its complaints behind the one with the id *after*.

    Raises:
        NotFound: There is none, or none of its complaints is the officer's business.
    """
    found = await _group(conn, officer, name, after, limit)
    if found is None:
        raise NotFound(f"no problem {name}")
    return found


async def neighbours(conn: AsyncConnection, item: Complaint) -> int:
    """How many other complaints about its problem everybody may know of."""
    if item.problem is None:
        return 0
    accuses = exists().where(accusation.c.complaint_id == complaint.c.id, ACCUSATION_LIVE)
    query = select(func.count()).where(
        complaint.c.problem_id == item.problem,
        complaint.c.id != item.id,
        complaint.c.confidential.is_(False),
        complaint.c.visibility == "public",
        complaint.c.withheld.is_(False),
        ~accuses,
    )
    return await conn.scalar(query) or 0


async def seen(
    conn: AsyncConnection, officer: Officer, ids: Collection[ComplaintId]
) -> Mapping[ComplaintId, Complaint]:
    """Those of *ids* that are the officer's business."""
    loaded = await store.load(conn, ids, confidential=reads_confidential(officer))
    if not loaded:
        return {}
    units: dict[ComplaintId, set[UnitId]] = defaultdict(set)
    query = select(assignment.c.complaint_id, assignment.c.unit_id).where(
        assignment.c.complaint_id.in_(list(loaded))
    )
    for row in (await conn.execute(query)).all():
        units[ComplaintId(row.complaint_id)].add(UnitId(row.unit_id))
    return {
        name: item
        for name, item in loaded.items()
        if in_scope(officer, item, frozenset(units[name]))
    }


async def _group(
    conn: AsyncConnection, officer: Officer, name: ProblemId, after: int = 0, limit: int = PAGE
) -> Group | None:
    """None where nothing of it is the officer's business."""
    row = (await conn.execute(select(problem).where(problem.c.id == name))).first()
    theirs = [complaint.c.problem_id == name, *within(officer)]
    if row is None or not await conn.scalar(select(exists().where(*theirs))):
        return None
    page = (
        select(complaint.c.id)
        .where(*theirs, complaint.c.id > after)
        .order_by(complaint.c.id)
        .limit(limit + 1)
    )
    ids = (await conn.scalars(page)).all()
    loaded = await store.load(conn, ids[:limit], confidential=reads_confidential(officer))
    still_open = (
        select(complaint.c.number)
        .where(*theirs, complaint.c.state != State.SELESAI.value)
        .order_by(complaint.c.id)
        .limit(1)
    )
    reports, reporters = (await records.counts(conn, [name])).get(name, (0, 0))
    return Group(
        name, row.opened_at, reports, reporters,
        members=tuple(loaded[i] for i in ids[:limit] if i in loaded),
        more=len(ids) > limit,
        lead=await conn.scalar(still_open),
    )  # fmt: skip


async def _messages(conn: AsyncConnection, item: ComplaintId) -> tuple[Said, ...]:
    files = (
        select(func.count())
        .where(attachment.c.message_id == message.c.id)
        .scalar_subquery()
        .label("files")
    )
    query = (
        select(message.c.id, message.c.accepted_at, message.c.text, files)
        .join(complaint_message, complaint_message.c.message_id == message.c.id)
        .where(
            complaint_message.c.complaint_id == item,
            complaint_message.c.unlinked_at.is_(None),
            message.c.direction == "in",
        )
        .order_by(message.c.accepted_at, message.c.id)
    )
    rows = (await conn.execute(query)).all()
    return tuple(Said(r.id, r.accepted_at, redact(r.text), r.files) for r in rows)


def _by(name: str) -> Literal["machine", "reporter", "officer"]:
    if name == records.MACHINE:
        return "machine"
    return "reporter" if name == records.REPORTER else "officer"
