"""Looks for others like each complaint that came in, or of which more is known now.

Not in the drain itself, because what is compared is often there only after the second message (a
pin, an answer to "Di mana?"), and because nobody's receipt may wait for it. What is to be compared
is a mark in the complaint's own row, set in the transaction that writes it.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core import grouping, store
from core.complaint import Actor, ActorKind, Change, Complaint, ComplaintId, ProblemId
from core.errors import Impossible
from core.tables import COMPLAINT_HAS_POINT, COMPLAINT_TO_COMPARE, complaint
from core.workflow import Act, Action
from gateway.audit import trail
from gateway.database import Database
from gateway.grouping import records
from gateway.grouping.records import MACHINE, Link
from gateway.grouping.told import address_of, is_compared, matters, told
from gateway.ids import Clock, Ids
from gateway.keys import Keys
from gateway.outbound.notices import Notice, pause_of
from gateway.settings import Pauses
from gateway.tables import NOTICE_WAITING, attachment, complaint_message, message, notice
from normalizer.dialogue.intents import Pause
from normalizer.likeness import NEAR_M, Likeness, Told, likest

_log = logging.getLogger(__name__)

AT_ONCE = 32
MOST = 40
"""So many earlier complaints are looked at for each reason to be near, the newest first."""

_LOOK_BACK = timedelta(days=365)
_DEGREES = NEAR_M / 110_000
"""Of latitude; a degree of longitude is shorter by half a percent in Jakarta."""

SAME_REPORTER = "pelapor yang sama"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for *item*: an open complaint that it is like, and an ended one of which it is
    a repeat."""

    item: Complaint
    alike: tuple[Complaint, Likeness, tuple[str, ...]] | None = None
    repeat: tuple[Complaint, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Comparison:
    """One per worker process; several may look, the mark is taken away by one."""

    database: Database
    keys: Keys
    pauses: Pauses
    new_id: Ids
    clock: Clock

    async def once(self, most: int = AT_ONCE) -> int:
        """Compare up to *most*; how many were."""
        query = select(complaint.c.id).where(COMPLAINT_TO_COMPARE).order_by(complaint.c.id)
        async with self.database.read() as conn:
            ids = (await conn.scalars(query.limit(most))).all()
            loaded = await store.load(conn, ids, confidential=True)
            found = [await self._compared(conn, loaded[i]) for i in ids if i in loaded]
        plain = [f.item.id for f in found if f.alike is None and f.repeat is None]
        done = len(plain)
        if plain:
            async with self.database.write() as conn:
                await _taken(conn, plain)
        for one in found:
            if one.alike is not None or one.repeat is not None:
                done += await self._write(one)
        return done

    async def _compared(self, conn: AsyncConnection, item: Complaint) -> Found:
        if not is_compared(item):
            return Found(item)
        known = [c for c in await _candidates(conn, item) if is_compared(c)]
        if not known:
            return Found(item)
        parted = await _parted(conn, item, known)
        later, earlier = await _told(conn, item, known, parted)
        # A group gathers around its first, a repeat follows the last.
        known.sort(key=lambda c: c.id)
        open_ = [c for c in known if c.is_open and not _is_grouped_with(c, item)]
        ended = [c for c in reversed(known) if not c.is_open]
        own = await _of_the_same_reporter(conn, item, open_)
        by_id = {c.id: c for c in known}
        name, likeness, reasons = likest(later, [(c.id, earlier[c.id]) for c in open_])
        alike = None
        if likeness in {Likeness.SAME, Likeness.SUGGESTED}:
            other = by_id[ComplaintId(name)]
            alike = (other, *_judged(likeness, reasons, item, other, own))
        name, likeness, reasons = likest(later, [(c.id, earlier[c.id]) for c in ended])
        again = likeness is Likeness.REPEAT
        return Found(item, alike, (by_id[ComplaintId(name)], reasons) if again else None)

    async def _write(self, found: Found) -> int:
        """1 where it was written; 0 where somebody else wrote first, and it is looked at again."""
        try:
            async with self.database.write() as conn:
                if not await _taken(conn, [found.item.id]):
                    return 0
                if found.repeat is not None:
                    await self._repeats(conn, found.item, *found.repeat)
                if found.alike is not None:
                    await self._is_like(conn, found.item, *found.alike)
        except (IntegrityError, Impossible):
            # It changed between the look and the lock.
            _log.info("compared too early", extra={"complaint": found.item.id})
            return 0
        return 1

    async def _repeats(
        self, conn: AsyncConnection, item: Complaint, first: Complaint, reasons: tuple[str, ...]
    ) -> None:
        before = await records.links_of(conn, [first.id])
        count = max((k.nth for k in before if k.kind == "repeat" and k.complaint == first.id),
                    default=0)  # fmt: skip
        now = self.clock()
        link = Link("repeat", item.id, first.id, "linked", count + 1, reasons, now, MACHINE)
        await records.add_links(conn, [link], self.new_id)

    async def _is_like(
        self,
        conn: AsyncConnection,
        item: Complaint,
        other: Complaint,
        likeness: Likeness,
        reasons: tuple[str, ...],
    ) -> None:
        now = self.clock()
        sure = likeness is Likeness.SAME
        state = "linked" if sure else "suggested"
        link = Link("alike", item.id, other.id, state, 0, reasons, now, MACHINE)
        await records.add_links(conn, [link], self.new_id)
        if not sure:
            return
        await records.settle_alike(conn, item.id, [other.id], "linked", MACHINE, now)
        target = other.problem
        if target is None:
            target = ProblemId(self.new_id())
            await records.open_problem(conn, target, now)
        act = Act(Action.LINK, Actor(ActorKind.SYSTEM), now, now)
        changes = [
            grouping.link(one, target, partner.id, act, self.new_id)
            for one, partner in ((item, other), (other, item))
            if one.problem != target
        ]
        await trail.write(conn, changes, self.keys.code_hash, self.new_id)
        await self._tell(conn, changes[0], other, now)

    async def _tell(
        self, conn: AsyncConnection, change: Change, other: Complaint, now: datetime
    ) -> None:
        """The later reporter, as the foot of the receipt where that has not left."""
        item = change.after
        fact = change.events[0]
        reporters = (await records.reporters_of(conn, [item.id])).get(item.id, frozenset())
        waiting = await conn.scalar(
            select(notice.c.not_before).where(
                notice.c.complaint_id == item.id, notice.c.kind == "receipt", NOTICE_WAITING
            )
        )
        rows = [
            Notice(
                id=self.new_id(), conversation=who, cause=f"event:{fact.id}", kind="neighbour",
                created_at=now, not_before=waiting or now + pause_of(Pause.TEXT, self.pauses),
                complaint=item.id, event=fact.id,
                params={"seq": fact.seq, "complaints": [str(other.id)]},
            ).to_row()
            for who in sorted(reporters)
        ]  # fmt: skip
        if rows:
            await conn.execute(insert(notice), rows)


def _judged(
    likeness: Likeness,
    reasons: tuple[str, ...],
    item: Complaint,
    other: Complaint,
    own: Collection[ComplaintId],
) -> tuple[Likeness, tuple[str, ...]]:
    """What the machine may do about it. One's own is no neighbour's, what is in danger is looked at
    by a person, and who is in a group already is not moved."""
    if other.id in own:
        return Likeness.SUGGESTED, (*reasons, SAME_REPORTER)
    if item.urgent or other.urgent or item.problem is not None:
        return Likeness.SUGGESTED, reasons
    return likeness, reasons


def _is_grouped_with(one: Complaint, other: Complaint) -> bool:
    return one.problem is not None and one.problem == other.problem


async def _candidates(conn: AsyncConnection, item: Complaint) -> list[Complaint]:
    """Earlier complaints of the same matter, in the same kelurahan or near the same point, and at
    an unknown place: at most so many of each, the newest first."""
    common = (
        complaint.c.category.in_(matters(item.category)),
        complaint.c.id < item.id,
        complaint.c.received_at > item.received_at - _LOOK_BACK,
    )
    ids: set[ComplaintId] = set()
    for near in _nearness(item):
        query = select(complaint.c.id).where(near, *common)
        ids |= set((await conn.scalars(query.order_by(complaint.c.id.desc()).limit(MOST))).all())
    return list((await store.load(conn, ids, confidential=False)).values())


def _nearness(item: Complaint) -> list[ColumnElement[bool]]:
    point, area = item.place.location, item.place.kelurahan
    found: list[ColumnElement[bool]] = []
    if area:
        found.append(complaint.c.kelurahan_code == area)
    if point is not None:
        found.append(
            and_(
                COMPLAINT_HAS_POINT,
                complaint.c.lat.between(point.lat - _DEGREES, point.lat + _DEGREES),
                complaint.c.lon.between(point.lon - _DEGREES, point.lon + _DEGREES),
            )
        )
    if item.place.words:
        # The same address may have been named without its kelurahan.
        found.append(complaint.c.kelurahan_code == "")
    return found


async def _parted(
    conn: AsyncConnection, item: Complaint, known: Sequence[Complaint]
) -> frozenset[ComplaintId]:
    """Those of which somebody has said that they are something else: with whatever they are grouped
    with, if the reporter or an officer took *item* out of that group."""
    left = grouping.parted(await store.history(conn, item.id))
    links = await records.links_of(conn, [item.id])
    undone = {n for k in links if k.state == "undone" for n in (k.complaint, k.other)}
    return frozenset(c.id for c in known if c.id in undone or c.problem in left)


async def _told(
    conn: AsyncConnection,
    item: Complaint,
    known: Sequence[Complaint],
    parted: frozenset[ComplaintId],
) -> tuple[Told, Mapping[ComplaintId, Told]]:
    ids = [item.id, *(c.id for c in known)]
    words: dict[ComplaintId, list[str]] = defaultdict(list)
    photos: dict[ComplaintId, list[bytes]] = defaultdict(list)
    query = (
        select(complaint_message.c.complaint_id, message.c.text, attachment.c.media_sha256)
        .join(message, message.c.id == complaint_message.c.message_id)
        .join(attachment, attachment.c.message_id == message.c.id, isouter=True)
        .where(
            complaint_message.c.complaint_id.in_(ids),
            complaint_message.c.unlinked_at.is_(None),
            message.c.direction == "in",
        )
    )
    for row in (await conn.execute(query)).all():
        words[row.complaint_id].append(row.text)
        if row.media_sha256:
            photos[row.complaint_id].append(row.media_sha256)
    address = address_of(item)

    def seen(one: Complaint) -> Told:
        where = address_of(one) if address else ""
        return told(one, " ".join(words[one.id]), photos[one.id], address=where)

    later = replace(seen(item), parted_from=frozenset(int(name) for name in parted))
    return later, {c.id: seen(c) for c in known}


async def _of_the_same_reporter(
    conn: AsyncConnection, item: Complaint, others: Sequence[Complaint]
) -> frozenset[ComplaintId]:
    who = await records.people_of(conn, [item.id, *(c.id for c in others)])
    mine = who.get(item.id, frozenset())
    return frozenset(c.id for c in others if who.get(c.id, frozenset()) & mine)


async def _taken(conn: AsyncConnection, ids: Sequence[ComplaintId]) -> Sequence[int]:
    """Take the mark away; those that still had it."""
    statement = (
        update(complaint)
        .where(complaint.c.id.in_(ids), COMPLAINT_TO_COMPARE)
        .values(to_compare=False)
        .returning(complaint.c.id)
    )
    return (await conn.scalars(statement)).all()
