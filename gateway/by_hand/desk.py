"""Who is still to be told by hand, how, and that somebody was."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import Capabilities
from core.access import Officer, Scope
from core.by_hand import Way, require_to_know, tells
from core.complaint import Complaint, ComplaintId
from core.errors import Impossible, NotFound, Outdated, Refused
from core.messages import AccountId, Address
from core.tables import complaint, transition
from gateway.audit import trail
from gateway.audit.entry import Doer, Entry
from gateway.audit.entry import about as subject
from gateway.bootstrap import Parts
from gateway.by_hand.tables import TELLING_OPEN, hand_telling, hand_way
from gateway.configuration.settings import Account
from gateway.counter.people import Visitor, visitors
from gateway.desk import officers
from gateway.desk.scope import accuses
from gateway.inbox.listing import Mark
from gateway.outbound.compose import Composer
from gateway.outbound.facts import About, DueNotice, FactBook, Listener, about
from gateway.outbound.notices import Class
from gateway.outbound.world import World
from gateway.tables import party


@dataclass(frozen=True, slots=True)
class Telling:
    """Somebody who is to be told, or was. *stands* is how the complaint stands, in the words that
    its reporter would read; *text* is what an officer said with it. *version* is another one when
    more has happened. *visitor*: who came, for those who wrote it down."""

    id: int
    version: int
    complaint: Complaint
    why: str
    way: Way | None
    since: datetime
    due: datetime
    stands: str = field(repr=False)
    text: str = field(repr=False)
    visitor: Visitor | None = None
    told_at: datetime | None = None
    told_way: Way | None = None

    @property
    def mark(self) -> Mark:
        """Its place in the list."""
        return Mark(self.due, self.id)


async def listed(
    parts: Parts, officer: Officer, world: World, after: Mark | None, limit: int
) -> list[Telling]:
    """Who *officer* sees to that they are told, whoever is due first on top.

    Raises:
        NotAllowed: The role tells nobody by hand.
    """
    query = _open(officer).order_by(hand_telling.c.due_at, hand_telling.c.id).limit(limit)
    if after is not None:
        place = tuple_(hand_telling.c.due_at, hand_telling.c.id)
        query = query.where(place > tuple_(after.at, after.id))
    async with parts.database.read() as conn:
        return await _shown(conn, parts, world, officer, (await conn.execute(query)).all())


async def note_told(
    parts: Parts,
    officer: Officer,
    world: World,
    item: int,
    way: Way,
    at: datetime | None,
    seen: int | None,
) -> Telling:
    """Somebody was told, by this *way*, *at* that moment or now.

    Raises:
        NotFound: Nobody waits under this id for *officer* to tell them.
        Outdated: More has happened than was *seen*: the reporter has not heard all.
        Refused: It was not between the last of what is to be told, and now.
        NotAllowed: The role tells nobody by hand.
    """
    now = parts.clock()
    async with parts.database.write() as conn:
        locked = _open(officer).where(hand_telling.c.id == item)
        row = (await conn.execute(locked.with_for_update(of=hand_telling))).one_or_none()
        if row is None:
            raise NotFound(f"nobody waits under {item} to be told by you")
        if seen is not None and seen != row.seq:
            raise Outdated(f"more has happened since: read {item} again", version=row.seq)
        told_at = at or now
        if not await _happened_at(conn, row) <= told_at <= now:
            raise Refused(
                "nobody was told before it happened, the last of it too, or later than now",
                field="at",
            )
        told = {"told_at": told_at, "told_way": way.value, "told_by": officer.id, "noted_at": now}
        await conn.execute(update(hand_telling).where(hand_telling.c.id == item).values(told))
        done = Entry(
            parts.new_id(), now, "by-hand.told", Doer.of(officer),
            subject(ComplaintId(row.complaint_id)), row.seq,
        )  # fmt: skip
        await trail.record(conn, [done])
        (shown,) = await _shown(conn, parts, world, officer, [row], told=(told_at, way))
    return shown


async def _happened_at(conn: AsyncConnection, row: Row[Any]) -> datetime:
    """When the last of what is to be told happened: whoever was called before has not heard it."""
    query = select(transition.c.recorded_at).where(
        transition.c.complaint_id == row.complaint_id, transition.c.seq == row.seq
    )
    at: datetime = (await conn.scalars(query)).one()
    return at


async def set_way(parts: Parts, officer: Officer, number: str, way: Way) -> None:
    """The reporter of *number* is told in this *way*.

    Raises:
        NotFound: There is no such complaint, or none that *officer* deals with.
        NotAllowed: Somebody else wrote it down.
        Impossible: The reporter has an address, and is told there.
    """
    now = parts.clock()
    async with parts.database.write() as conn:
        found = await officers.visible(conn, officer, number)
        require_to_know(officer, found.account)
        if await conn.scalar(select(exists().where(*_reached(found.id)))):
            raise Impossible(f"the reporter of {number} is told in the own thread", allowed=())
        dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
        said = {"way": way.value, "said_at": now, "said_by": officer.id}
        statement = dialect.insert(hand_way).values(complaint_id=found.id, **said)
        await conn.execute(
            statement.on_conflict_do_update(index_elements=[hand_way.c.complaint_id], set_=said)
        )
        done = Entry(parts.new_id(), now, "by-hand.way", Doer.of(officer), subject(found.id))
        await trail.record(conn, [done])


def _reached(complaint_id: ComplaintId) -> list[ColumnElement[bool]]:
    return [
        party.c.complaint_id == complaint_id, party.c.role == "reporter", party.c.until.is_(None)
    ]  # fmt: skip


def _open(officer: Officer) -> Select[Any]:
    """What is confidential, or accuses the officer's own, is nobody's to tell by hand."""
    return (
        select(hand_telling, hand_way.c.way)
        .join(complaint, complaint.c.id == hand_telling.c.complaint_id)
        .outerjoin(hand_way, hand_way.c.complaint_id == hand_telling.c.complaint_id)
        .where(
            TELLING_OPEN,
            complaint.c.confidential.is_(False),
            ~accuses(officer),
            *_of(officer),
        )
    )


def _of(officer: Officer) -> list[ColumnElement[bool]]:
    match tells(officer):
        case Scope.OWN_ACCOUNTS:
            return [complaint.c.account_id.in_(officer.owned_accounts)]
        case Scope.BELOW:
            return [complaint.c.lead_unit_id.in_(officer.below)]
        case _:
            return []


async def _shown(
    conn: AsyncConnection,
    parts: Parts,
    world: World,
    officer: Officer,
    rows: Sequence[Row[Any]],
    told: tuple[datetime, Way] | None = None,
) -> list[Telling]:
    names = {ComplaintId(row.complaint_id) for row in rows}
    known = await about(conn, names)
    wrote_it_down = tells(officer) is Scope.OWN_ACCOUNTS
    people = await visitors(conn, parts.keys, names) if wrote_it_down else {}
    return [
        Telling(
            id=row.id,
            version=row.seq,
            complaint=known[row.complaint_id].complaint,
            why=row.why,
            way=Way(row.way) if row.way else None,
            since=row.since_at,
            due=row.due_at,
            stands=_stands(parts, world, known[row.complaint_id]),
            text=_said(known[row.complaint_id], row.seq),
            visitor=people.get(row.complaint_id),
            told_at=told[0] if told else None,
            told_way=told[1] if told else None,
        )
        for row in rows
    ]


def _said(item: About, seq: int) -> str:
    return next((t.public_text for t in item.history if t.seq == seq), "")


def _stands(parts: Parts, world: World, item: About) -> str:
    """What STATUS would be answered with, to be read aloud or written."""
    found = item.complaint
    account = parts.settings.account(found.account)
    account = account or Account(id=found.account, connector="", name=found.account)
    nobody = Listener(
        conversation=0, account=AccountId(found.account), address_id=0, address=Address("none", ""),
        usable=False, language="id", last_inbound_at=None, pushes_stopped=False, blocked="",
    )  # fmt: skip
    book = FactBook({}, {found.id: item}, frozenset())
    aloud = Capabilities("", "")
    asked = DueNotice(0, 0, "status_one", found.id, {}, int(Class.ANSWER), world.now)
    return Composer(world, book, nobody, account, aloud).write(asked)
