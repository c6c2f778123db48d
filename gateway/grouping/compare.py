"""Looks for others like each complaint that came in, or of which more is known now.

Not in the drain itself, because what is compared is often there only after the second message (a
pin, an answer to "Di mana?"), and because nobody's receipt may wait for it. What is to be compared
is a mark in the complaint's own row, set in the transaction that writes it.
"""

import logging
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core import grouping, store
from core.complaint import Actor, ActorKind, Change, Complaint, ComplaintId, ProblemId
from core.errors import Impossible
from core.tables import COMPLAINT_TO_COMPARE, complaint
from core.workflow import Act, Action
from gateway.audit import trail
from gateway.configuration.settings import Pauses
from gateway.grouping import near, records
from gateway.grouping.records import MACHINE, Link
from gateway.grouping.told import Report, address_of, is_compared, report_of, told
from gateway.outbound.notices import Notice, pause_of
from gateway.sealing.keys import Keys
from gateway.storage.database import Database, is_transient
from gateway.storage.ids import Clock, Ids
from gateway.tables import NOTICE_WAITING, notice
from normalizer.dialogue.intents import Pause
from normalizer.likeness import Likeness, Told, likest

_log = logging.getLogger(__name__)

SAME_REPORTER = "pelapor yang sama"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for *item*: an open complaint that it is like, and an ended one of which it is
    a repeat. *photos* are the digests that were compared; None where there was nothing like it."""

    item: Complaint
    alike: tuple[Report, Likeness, tuple[str, ...]] | None = None
    repeat: tuple[Report, tuple[str, ...]] | None = None
    photos: frozenset[bytes] | None = None

    @property
    def is_sure(self) -> bool:
        """Whether the machine groups it: nobody has to look at it first."""
        return self.alike is not None and self.alike[1] is Likeness.SAME


@dataclass(frozen=True)
class Comparison:
    """One per worker process; several may look, the mark is taken away by one."""

    database: Database
    keys: Keys
    pauses: Pauses
    new_id: Ids
    clock: Clock

    async def once(self, most: int = near.AT_ONCE) -> int:
        """Compare up to *most*; how many were.

        One that cannot be compared, by a fault of ours, holds up no other: it is left as it is.
        """
        query = select(complaint.c.id).where(COMPLAINT_TO_COMPARE).order_by(complaint.c.id)
        async with self.database.read() as conn:
            ids = (await conn.scalars(query.limit(most))).all()
        if not ids:
            return 0
        try:
            return await self._together(ids)
        except Exception as error:
            if is_transient(error):
                raise
        return sum([await self._alone(one) for one in ids])

    async def _alone(self, name: ComplaintId) -> int:
        try:
            return await self._together([name])
        except Exception as error:
            if is_transient(error):
                raise
            said = {"complaint": name, "error": type(error).__name__}
            _log.exception("complaint cannot be compared", extra=said)
        async with self.database.write() as conn:
            await conn.execute(
                update(complaint).where(complaint.c.id == name).values(to_compare=False)
            )
        return 1

    async def _together(self, ids: Sequence[ComplaintId]) -> int:
        async with self.database.read() as conn:
            loaded = await store.load(conn, ids, confidential=True)
            found = await _compared(conn, [loaded[i] for i in ids if i in loaded])
            sure = [f for f in found if f.is_sure]
            others = {f.alike[0].id for f in sure if f.alike}
            known = await store.load(conn, others, confidential=False)
        done = await self._note([f for f in found if not f.is_sure])
        for one in sure:
            done += await self._group(one, known)
        return done

    async def _note(self, found: Sequence[Found]) -> int:
        """Write what changes no complaint, all together; how many had still to be compared."""
        if not found:
            return 0
        async with self.database.write() as conn:
            taken = await _taken(conn, found)
            mine = [f for f in found if f.item.id in taken]
            await records.add_links(conn, await self._repeats(conn, mine), self.new_id)
            links = [
                self._link("alike", f.item, f.alike[0], "suggested", 0, f.alike[2])
                for f in mine
                if f.alike
            ]
            await records.add_links(conn, links, self.new_id)
        return len(taken)

    async def _group(self, found: Found, known: Mapping[ComplaintId, Complaint]) -> int:
        """1 where it was written; 0 where somebody else wrote first, and it is looked at again."""
        assert found.alike is not None  # noqa: S101 - whoever is sure has found one
        report, _, reasons = found.alike
        if report.id not in known:
            return 0
        try:
            async with self.database.write() as conn:
                if not await _taken(conn, [found]):
                    return 0
                await records.add_links(conn, await self._repeats(conn, [found]), self.new_id)
                link = self._link("alike", found.item, report, "linked", 0, reasons)
                await records.add_links(conn, [link], self.new_id)
                await self._is_like(conn, found.item, known[report.id])
        except (IntegrityError, Impossible):
            # It changed between the look and the lock.
            _log.info("compared too early", extra={"complaint": found.item.id})
            return 0
        return 1

    async def _repeats(self, conn: AsyncConnection, found: Sequence[Found]) -> list[Link]:
        """What follows something that had ended, counted on from that."""
        repeats = [(f.item, *f.repeat) for f in found if f.repeat]
        count: Counter[ComplaintId] = Counter()
        for known in await records.links_of(conn, [first.id for _, first, _ in repeats]):
            if known.kind == "repeat":
                count[known.complaint] = max(count[known.complaint], known.nth)
        return [
            self._link("repeat", item, first, "linked", count[first.id] + 1, reasons)
            for item, first, reasons in repeats
        ]

    def _link(
        self,
        kind: str,
        item: Complaint,
        other: Report,
        state: str,
        nth: int,
        reasons: tuple[str, ...],
    ) -> Link:
        return Link(kind, item.id, other.id, state, nth, reasons, self.clock(), MACHINE)

    async def _is_like(self, conn: AsyncConnection, item: Complaint, other: Complaint) -> None:
        now = self.clock()
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


async def _compared(conn: AsyncConnection, items: Sequence[Complaint]) -> list[Found]:
    """What each of *items* is like."""
    new = {item.id: report_of(item) for item in items if is_compared(item)}
    known = await near.candidates(conn, list(new.values()))
    asked = [item.id for item in items if known.get(item.id)]
    if not asked:
        return [Found(item) for item in items]
    parted = await _parted(conn, [new[name] for name in asked], known)
    words, photos = await near.said(conn, {*asked, *(r.id for n in asked for r in known[n])})
    found = []
    for item in items:
        if item.id not in asked:
            found.append(Found(item))
            continue
        address = address_of(new[item.id])

        def seen(report: Report, address: str = address) -> Told:
            where = address_of(report) if address else ""
            return told(report, words[report.id], photos[report.id], address=where)

        later = replace(seen(new[item.id]), parted_from=parted[item.id])
        # A group gathers around its first, a repeat follows the last.
        open_ = [r for r in known[item.id] if r.ended is None and not _is_grouped(r, item)]
        ended = [r for r in reversed(known[item.id]) if r.ended is not None]
        like = _found(item, later, [(r, seen(r)) for r in open_], [(r, seen(r)) for r in ended])
        found.append(replace(like, photos=frozenset(photos[item.id])))
    own = await _of_the_same_reporter(conn, found)
    return [_judged(f, own=f.item.id in own) for f in found]


def _found(
    item: Complaint,
    later: Told,
    open_: Sequence[tuple[Report, Told]],
    ended: Sequence[tuple[Report, Told]],
) -> Found:
    by_id = {report.id: report for report, _ in (*open_, *ended)}
    alike = repeat = None
    name, likeness, reasons = likest(later, [(r.id, t) for r, t in open_])
    if likeness in {Likeness.SAME, Likeness.SUGGESTED}:
        alike = (by_id[ComplaintId(name)], likeness, reasons)
    name, likeness, reasons = likest(later, [(r.id, t) for r, t in ended])
    if likeness is Likeness.REPEAT:
        repeat = (by_id[ComplaintId(name)], reasons)
    return Found(item, alike, repeat)


def _judged(found: Found, *, own: bool) -> Found:
    """What the machine may do about it. One's own is no neighbour's, what is in danger is looked at
    by a person, and who is in a group already is not moved."""
    if found.alike is None:
        return found
    other, likeness, reasons = found.alike
    if own:
        return replace(found, alike=(other, Likeness.SUGGESTED, (*reasons, SAME_REPORTER)))
    if found.item.urgent or other.urgent or found.item.problem is not None:
        likeness = Likeness.SUGGESTED
    return replace(found, alike=(other, likeness, reasons))


def _is_grouped(report: Report, item: Complaint) -> bool:
    return item.problem is not None and report.problem == item.problem


async def _parted(
    conn: AsyncConnection,
    items: Sequence[Report],
    known: Mapping[ComplaintId, Sequence[Report]],
) -> Mapping[ComplaintId, frozenset[int]]:
    """Those of which somebody has said that they are something else: with whatever they are grouped
    with, if the reporter or an officer took the later one out of that group."""
    names = [item.id for item in items]
    left = await near.groups_left(conn, names)
    undone = [k for k in await records.links_of(conn, names) if k.state == "undone"]
    apart = {(k.complaint, k.other) for k in undone} | {(k.other, k.complaint) for k in undone}
    return {
        name: frozenset(
            int(r.id)
            for r in known[name]
            if (name, r.id) in apart or r.problem in left.get(name, ())
        )
        for name in names
    }


async def _of_the_same_reporter(
    conn: AsyncConnection, found: Collection[Found]
) -> frozenset[ComplaintId]:
    """Those that are like a complaint of their own reporter."""
    pairs = [(f.item.id, f.alike[0].id) for f in found if f.alike]
    if not pairs:
        return frozenset()
    who = await records.people_of(conn, {name for pair in pairs for name in pair})
    nobody: frozenset[int] = frozenset()
    return frozenset(i for i, o in pairs if who.get(i, nobody) & who.get(o, nobody))


async def _taken(conn: AsyncConnection, found: Sequence[Found]) -> set[ComplaintId]:
    """Take the mark away; those that still had it and stand as they were looked at. Of the others
    more is known since, and they are looked at again.

    A photo that was fetched meanwhile raises no version; whoever stores it marks the complaint
    before the commit, so that it is seen here, or marks it after this.
    """
    versions = [(f.item.id, f.item.version) for f in found]
    statement = (
        update(complaint)
        .where(tuple_(complaint.c.id, complaint.c.version).in_(versions), COMPLAINT_TO_COMPARE)
        .values(to_compare=False)
        .returning(complaint.c.id)
    )
    taken = set((await conn.scalars(statement)).all())
    seen = {f.item.id: f.photos for f in found if f.item.id in taken and f.photos is not None}
    by_now = await near.photos_of(conn, seen)
    late = {name for name, photos in seen.items() if frozenset(by_now[name]) != photos}
    if late:
        again = update(complaint).where(complaint.c.id.in_(late))
        await conn.execute(again.values(to_compare=True))
    return taken - late
