"""Rows of problems and links, and messages that move between complaints. Never commits."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core import store
from core.complaint import Complaint, ComplaintId, NewId, ProblemId
from core.tables import complaint, complaint_link, problem, transition
from gateway.counter.people import VISIT
from gateway.tables import complaint_message, conversation, party

MOST_MEMBERS = 500
"""So many complaints about one problem are changed at once; more are refused, not left out."""

MACHINE = "likeness"
REPORTER = "reporter"


@dataclass(frozen=True, slots=True)
class Link:
    """A row of ``complaint_link``: what *complaint* is to the earlier *other*."""

    kind: str
    complaint: ComplaintId
    other: ComplaintId
    state: str
    nth: int
    reasons: tuple[str, ...]
    made_at: datetime
    made_by: str
    settled_at: datetime | None = None
    settled_by: str | None = None

    @property
    def last_said(self) -> tuple[datetime, str]:
        """When its state was said, and by whom."""
        return self.settled_at or self.made_at, self.settled_by or self.made_by


async def open_problem(conn: AsyncConnection, name: ProblemId, now: datetime) -> None:
    """A problem that nothing is about yet."""
    await conn.execute(insert(problem).values(id=name, opened_at=now))


async def members(
    conn: AsyncConnection, problem_id: ProblemId, *, confidential: bool = False
) -> list[Complaint]:
    """The complaints about a problem, oldest first. For whoever has counted them: see
    `MOST_MEMBERS`."""
    mine = complaint.c.problem_id == problem_id
    query = select(complaint.c.id).where(mine).order_by(complaint.c.id)
    ids = (await conn.scalars(query)).all()
    loaded = await store.load(conn, ids, confidential=confidential)
    return [loaded[i] for i in ids if i in loaded]


async def size(conn: AsyncConnection, problem_id: ProblemId | None) -> int:
    """How many complaints are about a problem; 0 where there is none."""
    query = select(func.count()).where(complaint.c.problem_id == problem_id)
    return await conn.scalar(query) or 0


async def counts(
    conn: AsyncConnection, problems: Collection[ProblemId]
) -> Mapping[ProblemId, tuple[int, int]]:
    """By problem how many complaints are about it, and how many people sent them."""
    if not problems:
        return {}
    query = (
        select(
            complaint.c.problem_id,
            func.count(complaint.c.id.distinct()).label("reports"),
            func.count(conversation.c.address_id.distinct()).label("reporters"),
        )
        .join(
            party,
            and_(party.c.complaint_id == complaint.c.id, party.c.role == "reporter"),
            isouter=True,
        )
        .join(conversation, conversation.c.id == party.c.conversation_id, isouter=True)
        .where(complaint.c.problem_id.in_(problems))
        .group_by(complaint.c.problem_id)
    )
    rows = (await conn.execute(query)).all()
    return {ProblemId(r.problem_id): (r.reports, r.reporters) for r in rows}


async def merged_into(
    conn: AsyncConnection, ids: Collection[ComplaintId]
) -> Mapping[ComplaintId, list[Complaint]]:
    """What was merged into each complaint, oldest first; confidential ones too."""
    query = (
        select(complaint.c.id).where(complaint.c.merged_into_id.in_(ids)).order_by(complaint.c.id)
    )
    found = (await conn.scalars(query)).all()
    loaded = await store.load(conn, found, confidential=True)
    by_survivor: dict[ComplaintId, list[Complaint]] = defaultdict(list)
    for name in found:
        item = loaded[name]
        assert item.merged_into is not None  # noqa: S101 - it was asked for
        by_survivor[item.merged_into].append(item)
    return by_survivor


async def links_of(conn: AsyncConnection, ids: Collection[ComplaintId]) -> list[Link]:
    """Every link of these complaints, in either direction, oldest first."""
    if not ids:
        return []
    query = (
        select(complaint_link)
        .where(or_(complaint_link.c.complaint_id.in_(ids), complaint_link.c.other_id.in_(ids)))
        .order_by(complaint_link.c.id)
    )
    return [
        Link(
            r.kind, ComplaintId(r.complaint_id), ComplaintId(r.other_id), r.state, r.nth,
            tuple(r.reasons), r.made_at, r.made_by, r.settled_at, r.settled_by,
        )
        for r in (await conn.execute(query)).all()
    ]  # fmt: skip


async def add_links(conn: AsyncConnection, links: Iterable[Link], new_id: NewId) -> None:
    """Write *links* that are not there yet; one that is stays as it is."""
    rows = [_row(link, new_id()) for link in links]
    if rows:
        dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
        await conn.execute(dialect.insert(complaint_link).on_conflict_do_nothing(), rows)


async def settle_alike(
    conn: AsyncConnection,
    item: ComplaintId,
    others: Collection[ComplaintId] | None,
    state: str,
    by: str,
    now: datetime,
) -> None:
    """Say of *item* and each of *others* (None: of all that it is alike to) that they are one
    problem (``linked``), or are not (``undone``)."""
    one = complaint_link.c.complaint_id == item
    other = complaint_link.c.other_id == item
    if others is not None:
        one = and_(one, complaint_link.c.other_id.in_(others))
        other = and_(other, complaint_link.c.complaint_id.in_(others))
    await conn.execute(
        update(complaint_link)
        .where(complaint_link.c.kind == "alike", or_(one, other), complaint_link.c.state != state)
        .values(state=state, settled_at=now, settled_by=by)
    )


async def reporters_of(
    conn: AsyncConnection, ids: Collection[ComplaintId]
) -> Mapping[ComplaintId, frozenset[int]]:
    """The conversations that reported each complaint."""
    query = select(party.c.complaint_id, party.c.conversation_id).where(
        party.c.complaint_id.in_(ids), party.c.role == "reporter", party.c.until.is_(None)
    )
    found: dict[ComplaintId, set[int]] = defaultdict(set)
    for row in (await conn.execute(query)).all():
        found[ComplaintId(row.complaint_id)].add(row.conversation_id)
    return {name: frozenset(who) for name, who in found.items()}


async def of_one_visit(conn: AsyncConnection, one: ComplaintId, other: ComplaintId) -> bool:
    """Whether both were entered in one visit to a counter: nobody is known by an address there."""
    query = select(transition.c.data[VISIT].as_string()).where(
        transition.c.complaint_id.in_((one, other)), transition.c.seq == 1
    )
    visits = (await conn.scalars(query)).all()
    return len(visits) == 2 and visits[0] is not None and visits[0] == visits[1]


async def people_of(
    conn: AsyncConnection, ids: Collection[ComplaintId]
) -> Mapping[ComplaintId, frozenset[int]]:
    """The addresses that reported each complaint, whatever account they wrote to."""
    query = (
        select(party.c.complaint_id, conversation.c.address_id)
        .join(conversation, conversation.c.id == party.c.conversation_id)
        .where(party.c.complaint_id.in_(ids), party.c.role == "reporter")
    )
    found: dict[ComplaintId, set[int]] = defaultdict(set)
    for row in (await conn.execute(query)).all():
        found[ComplaintId(row.complaint_id)].add(row.address_id)
    return {name: frozenset(who) for name, who in found.items()}


async def read_again(conn: AsyncConnection, conversations: Collection[int]) -> None:
    """Whatever is being decided about these conversations was read too early: it is read again."""
    await conn.execute(
        update(conversation)
        .where(conversation.c.id.in_(conversations))
        .values(version=conversation.c.version + 1)
    )


# --- messages that move ------------------------------------------------------------------------


async def move(
    conn: AsyncConnection,
    source: ComplaintId,
    target: ComplaintId,
    *,
    by: str,
    now: datetime,
    new_id: NewId,
    only: Collection[int] | None = None,
) -> None:
    """All messages of *source*, or *only* some, belong to *target* from now on."""
    rows = [r for r in await _live(conn, source) if only is None or r.message_id in only]
    await _unlink(conn, [r.id for r in rows], by, now)
    await _link(conn, target, [(r.message_id, r.role) for r in rows], by, now, new_id)


async def move_back(
    conn: AsyncConnection,
    source: ComplaintId,
    target: ComplaintId,
    *,
    moved_by: str,
    by: str,
    now: datetime,
    new_id: NewId,
) -> None:
    """What *moved_by* took from *target* to *source* belongs to *target* again, unless somebody
    has moved it on since. What *source* had by itself it keeps."""
    query = select(complaint_message.c.message_id, complaint_message.c.role).where(
        complaint_message.c.complaint_id == target, complaint_message.c.unlinked_by == moved_by
    )
    taken = {r.message_id: r.role for r in (await conn.execute(query)).all()}
    here = {r.message_id: r for r in await _live(conn, source) if r.message_id in taken}
    await _unlink(conn, [r.id for r in here.values() if r.linked_by == moved_by], by, now)
    await _link(conn, target, [(m, taken[m]) for m in here], by, now, new_id)


async def _live(conn: AsyncConnection, item: ComplaintId) -> Sequence[Any]:
    query = select(complaint_message).where(
        complaint_message.c.complaint_id == item, complaint_message.c.unlinked_at.is_(None)
    )
    return (await conn.execute(query.order_by(complaint_message.c.id))).all()


async def _unlink(conn: AsyncConnection, rows: Sequence[int], by: str, now: datetime) -> None:
    await conn.execute(
        update(complaint_message)
        .where(complaint_message.c.id.in_(rows))
        .values(unlinked_at=now, unlinked_by=by)
    )


async def _link(
    conn: AsyncConnection,
    item: ComplaintId,
    messages: Sequence[tuple[int, str]],
    by: str,
    now: datetime,
    new_id: NewId,
) -> None:
    rows = [
        {
            "id": new_id(), "complaint_id": item, "message_id": name, "role": role,
            "linked_at": now, "linked_by": by,
        }
        for name, role in messages
    ]  # fmt: skip
    if rows:
        dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
        await conn.execute(dialect.insert(complaint_message).on_conflict_do_nothing(), rows)


def _row(link: Link, name: int) -> dict[str, Any]:
    return {
        "id": name,
        "kind": link.kind,
        "complaint_id": link.complaint,
        "other_id": link.other,
        "state": link.state,
        "nth": link.nth,
        "reasons": list(link.reasons),
        "made_at": link.made_at,
        "made_by": link.made_by,
    }
