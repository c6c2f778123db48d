"""What officers do with several complaints: one transaction each, with its history and notices."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.text import clean, level
from core import access, commands, grouping, store
from core.access import Officer
from core.complaint import (
    Actor,
    ActorKind,
    Change,
    Complaint,
    ComplaintDraft,
    ComplaintId,
    ProblemId,
    UnitId,
)
from core.errors import Conflict, Impossible, NotFound
from core.number import day_of
from core.routing import Channel
from core.workflow import Act, Action
from gateway.audit import trail
from gateway.bootstrap import Parts
from gateway.configuration.holidays import deadlines
from gateway.desk import officers
from gateway.desk.orders import require_seen
from gateway.duty.calling import call
from gateway.grouping import records
from gateway.grouping.records import Link
from gateway.grouping.splitting import Part, draft_of, is_calm
from gateway.inbox.entering import acknowledge_complaint, ring
from gateway.outbound.notices import Notice
from gateway.storage.numbers import NumberSource
from gateway.tables import complaint_message, message, notice, party
from gateway.units import directory


@dataclass(frozen=True, slots=True)
class Wish:
    """What an officer wants: *other* is a number, *messages* are to leave the complaint;
    *seen* as in `gateway.desk.orders.Order`."""

    action: Action
    other: str = ""
    messages: tuple[int, ...] = ()
    note: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every action needs, with the transaction in which it is done."""

    parts: Parts
    conn: AsyncConnection
    officer: Officer
    wish: Wish
    now: datetime

    @property
    def act(self) -> Act:
        actor = Actor(ActorKind.OFFICER, self.officer.id, self.officer.unit)
        note = level(clean(self.wish.note))
        return Act(self.wish.action, actor, self.now, self.now, note=note)

    async def other(self) -> Complaint:
        """The complaint with the other number, which the officer must deal with too."""
        found = await officers.visible(self.conn, self.officer, self.wish.other)
        access.require(self.officer, self.wish.action, found)
        return found

    async def write(self, changes: Sequence[Change]) -> None:
        """The changes, and what the officers of their units are told of them."""
        parts = self.parts
        await trail.write(self.conn, changes, parts.keys.code_hash, parts.new_id, self.officer)
        await call(self.conn, changes, deadlines(parts.settings), self.now, parts.new_id)

    async def tell(self, change: Change, kind: str, other: ComplaintId) -> None:
        """Everybody who follows the complaint; the words name *other*."""
        query = select(party.c.conversation_id).where(
            party.c.complaint_id == change.after.id, party.c.until.is_(None)
        )
        fact = change.events[0]
        rows = [
            Notice(
                id=self.parts.new_id(), conversation=who, cause=f"event:{fact.id}", kind=kind,
                created_at=self.now, not_before=self.now, complaint=change.after.id,
                event=fact.id, params={"seq": fact.seq, "complaints": [str(other)]},
            ).to_row()
            for who in (await self.conn.scalars(query)).all()
        ]  # fmt: skip
        if rows:
            await self.conn.execute(insert(notice), rows)


async def act(parts: Parts, officer: Officer, number: str, wish: Wish) -> Complaint:
    """Carry out *wish* on the complaint with this *number*; how that stands then.

    Raises:
        CoreError: See `core.errors`; nothing was written.
    """
    now = parts.clock()
    numbers = NumberSource(
        parts.database, parts.settings.numbers.prefix, parts.settings.numbers.first_serial, block=1
    )
    if wish.action is Action.SPLIT:
        await numbers.reserve(day_of(now), 1)
    try:
        async with parts.database.write() as conn:
            found = await officers.visible(conn, officer, number)
            require_seen(found, wish.seen)
            access.require(officer, wish.action, found)
            desk = _Desk(parts, conn, officer, wish, now)
            try:
                if wish.action is Action.SPLIT:
                    after = await _split(desk, found, numbers)
                else:
                    after = await _ACTS[wish.action](desk, found)
            except Impossible as error:
                raise commands.explained(error, found, officer) from error
            await acknowledge_complaint(conn, found.id, now, officer.id)
    except IntegrityError as error:
        raise Conflict(f"{number} changed meanwhile: read it again, then decide") from error
    parts.bell.ring()
    return after


async def _link(desk: _Desk, found: Complaint) -> Complaint:
    """Both are about one problem, and so is whatever either was grouped with."""
    other = await desk.other()
    if found.id == other.id:
        raise Impossible(f"{found.number} cannot be linked to itself", allowed=())
    if found.problem is not None and found.problem == other.problem:
        raise Impossible(f"{found.number} and {other.number} are linked already", allowed=())
    target = await _larger(desk.conn, found, other)
    if target is None:
        target = ProblemId(desk.parts.new_id())
        await records.open_problem(desk.conn, target, desk.now)
    changes: list[Change] = []
    for item, partner in ((found, other), (other, found)):
        moved = await _with_all_others(desk, item) if item.problem != target else ()
        changes += [
            grouping.link(one, target, partner.id, desk.act, desk.parts.new_id) for one in moved
        ]
    await desk.write(changes)
    earlier, later = sorted((found, other), key=lambda c: c.id)
    linked = Link("alike", later.id, earlier.id, "linked", 0, (), desk.now, desk.officer.id)
    await records.add_links(desk.conn, [linked], desk.parts.new_id)
    await records.settle_alike(desk.conn, found.id, [other.id], "linked", desk.officer.id, desk.now)
    return next((c.after for c in changes if c.after.id == found.id), found)


async def _larger(conn: AsyncConnection, found: Complaint, other: Complaint) -> ProblemId | None:
    """The problem that takes the other one in; None where neither stands in one.

    Raises:
        Impossible: Too many would have to move.
    """
    if found.problem is None or other.problem is None:
        return other.problem or found.problem
    mine, theirs = [await records.size(conn, i.problem) for i in (found, other)]
    if min(mine, theirs) > records.MOST_MEMBERS:
        raise Impossible(
            f"{found.number} is one of {mine} complaints about one problem, {other.number} one of "
            f"{theirs}, and {records.MOST_MEMBERS} at most are moved at once: 'unlink' this one "
            "and link it alone",
            allowed=(Action.UNLINK.value,),
        )
    return found.problem if mine > theirs else other.problem


async def _with_all_others(desk: _Desk, item: Complaint) -> Sequence[Complaint]:
    """*item* with everything that is about the same problem."""
    if item.problem is None:
        return (item,)
    return await records.members(desk.conn, item.problem)


async def _unlink(desk: _Desk, found: Complaint) -> Complaint:
    """It leaves its problem; or a suggestion is turned down, where an *other* is named that it is
    not grouped with."""
    by = desk.officer.id
    if desk.wish.other:
        other = await desk.other()
        if found.problem is None or found.problem != other.problem:
            return await _turned_down(desk, found, other)
    change = grouping.unlink(found, desk.act, desk.parts.new_id)
    await desk.write([change])
    await records.settle_alike(desk.conn, found.id, None, "undone", by, desk.now)
    return change.after


async def _turned_down(desk: _Desk, found: Complaint, other: Complaint) -> Complaint:
    suggested = [
        link
        for link in await records.links_of(desk.conn, [found.id])
        if {link.complaint, link.other} == {found.id, other.id} and link.state == "suggested"
    ]
    if not suggested:
        raise Impossible(
            f"{found.number} and {other.number} are not linked, and nobody suggests that",
            allowed=(),
        )
    await records.settle_alike(desk.conn, found.id, [other.id], "undone", desk.officer.id, desk.now)
    return found


async def _merge(desk: _Desk, found: Complaint) -> Complaint:
    into = await desk.other()
    reporters = await records.reporters_of(desk.conn, [found.id, into.id])
    mine, theirs = reporters.get(found.id, frozenset()), reporters.get(into.id, frozenset())
    visit = not mine and not theirs and await records.of_one_visit(desk.conn, found.id, into.id)
    if not visit and (not mine or not mine <= theirs):
        raise Impossible(
            f"{found.number} and {into.number} are of different reporters, who keep a number each: "
            "link them instead",
            allowed=(Action.LINK.value,),
        )
    others = (await records.merged_into(desk.conn, [found.id])).get(found.id)
    one, other = grouping.merge(
        found, into, desk.act, desk.parts.new_id, others=bool(others),
        deadlines=deadlines(desk.parts.settings, found.account),
    )  # fmt: skip
    await desk.write([one, other])
    await records.move(
        desk.conn, found.id, into.id, by=_marker(one), now=desk.now, new_id=desk.parts.new_id
    )
    await records.settle_alike(desk.conn, found.id, [into.id], "linked", desk.officer.id, desk.now)
    await records.read_again(desk.conn, mine)
    if other.after.urgent and not into.urgent:
        await ring(desk.conn, other.after, found.id, desk.now, desk.parts.new_id)
    await desk.tell(one, "merged", into.id)
    return one.after


async def _unmerge(desk: _Desk, found: Complaint) -> Complaint:
    loaded = await store.load(
        desk.conn, [found.merged_into] if found.merged_into else [], confidential=True
    )
    into = next(iter(loaded.values()), found)
    history = await store.history(desk.conn, found.id)
    others = (await records.merged_into(desk.conn, [into.id])).get(into.id, ())
    merged = next((t for t in reversed(history) if t.action == Action.MERGE.value), None)
    if merged is not None:
        # First, because what is left tells whether there is still a danger.
        await records.move_back(
            desk.conn, into.id, found.id, moved_by=f"merge:{found.id}:{merged.seq}",
            by=f"unmerge:{found.id}:{found.version + 1}", now=desk.now, new_id=desk.parts.new_id,
        )  # fmt: skip
    left = await _parts_of(desk, into)
    one, other = grouping.unmerge(
        found, into, history, desk.act, desk.parts.new_id, owner=_owner(desk, found),
        into_history=await store.history(desk.conn, into.id),
        others=[item for item in others if item.id != found.id],
        stays=not is_calm(left, desk.parts.settings.numbers.prefix),
        deadlines=deadlines(desk.parts.settings, found.account),
    )  # fmt: skip
    await desk.write([one, other])
    if into.urgent and not other.after.urgent:
        await acknowledge_complaint(desk.conn, into.id, desk.now, desk.officer.id)
    reporters = await records.reporters_of(desk.conn, [found.id])
    await records.read_again(desk.conn, reporters.get(found.id, ()))
    await desk.tell(one, "unmerged", into.id)
    return one.after


async def _split(desk: _Desk, found: Complaint, numbers: NumberSource) -> Complaint:
    """Some of its messages become a complaint of their own, of the same reporter."""
    wanted = set(desk.wish.messages)
    parts = await _parts_of(desk, found)
    unknown = wanted - {p.message for p in parts}
    if unknown:
        raise NotFound(f"{found.number} has no message {min(unknown)}: see its 'messages'")
    if wanted == {p.message for p in parts}:
        raise Impossible(f"one message at least must stay with {found.number}", allowed=())
    taken = [p for p in parts if p.message in wanted]
    off = ComplaintId(desk.parts.new_id())
    content = draft_of(taken, found, desk.parts.settings.numbers.prefix, desk.parts.regions)
    kept = [p for p in parts if p.message not in wanted]
    calms = content.urgent and is_calm(kept, desk.parts.settings.numbers.prefix)
    left = grouping.split(found, off, desk.act, desk.parts.new_id, calms=calms)
    new = await _filed_off(desk, found, off, content, min(p.at for p in taken), left, numbers)
    await desk.write([left, new])
    if new.after.urgent:
        await ring(desk.conn, new.after, found.id, desk.now, desk.parts.new_id)
    await _copy_parties(desk, found.id, off)
    marker = f"split:{found.id}:{left.after.version}"
    await records.move(
        desk.conn, found.id, off, by=marker, now=desk.now, new_id=desk.parts.new_id, only=wanted
    )
    link = Link("split", off, found.id, "linked", 0, (), desk.now, desk.officer.id)
    await records.add_links(desk.conn, [link], desk.parts.new_id)
    reporters = await records.reporters_of(desk.conn, [found.id])
    await records.read_again(desk.conn, reporters.get(found.id, ()))
    await desk.tell(new, "split_off", found.id)
    return left.after


async def _filed_off(
    desk: _Desk,
    found: Complaint,
    off: ComplaintId,
    content: ComplaintDraft,
    received_at: datetime,
    left: Change,
    numbers: NumberSource,
) -> Change:
    """What is kept of the first also holds for what comes out of it; the channel's owner forwards
    it, but where that is accused."""
    owner = _owner(desk, found)
    units = await directory.hierarchy(desk.conn)
    accused = bool(units.line(owner) & found.accused)
    change = commands.file_complaint(
        content,
        complaint_id=off,
        number=numbers.take(day_of(desk.now)),
        account=found.account,
        channel=Channel(owner),
        lead=found.lead_unit if accused else None,
        origin_key=f"split:{found.id}:{left.after.version}",
        reporter="",
        at=desk.now,
        recorded_at=desk.now,
        new_id=desk.parts.new_id,
        deadlines=deadlines(desk.parts.settings, found.account),
        data={"from": str(found.id)},
        by=desk.act.actor,
        accused=found.accused,
        visibility=found.visibility,
        withheld=found.withheld,
    )
    return replace(change, after=replace(change.after, received_at=received_at))


async def _parts_of(desk: _Desk, found: Complaint) -> list[Part]:
    """What the reporter sent for it."""
    query = (
        select(message)
        .join(complaint_message, complaint_message.c.message_id == message.c.id)
        .where(
            complaint_message.c.complaint_id == found.id,
            complaint_message.c.unlinked_at.is_(None),
            message.c.direction == "in",
        )
        .order_by(message.c.accepted_at, message.c.id)
    )
    rows = (await desk.conn.execute(query)).all()
    return [Part(r.id, r.text, r.accepted_at, r.lat, r.lon) for r in rows]


async def _copy_parties(desk: _Desk, source: ComplaintId, target: ComplaintId) -> None:
    query = select(party.c.conversation_id, party.c.role).where(
        party.c.complaint_id == source, party.c.until.is_(None)
    )
    rows = [
        {
            "id": desk.parts.new_id(), "complaint_id": target, "role": r.role,
            "conversation_id": r.conversation_id, "since": desk.now,
        }
        for r in (await desk.conn.execute(query)).all()
    ]  # fmt: skip
    if rows:
        await desk.conn.execute(insert(party), rows)


def _owner(desk: _Desk, item: Complaint) -> UnitId:
    account = desk.parts.settings.account(item.account)
    return UnitId(account.owner if account else directory.COORDINATOR)


def _marker(change: Change) -> str:
    return f"merge:{change.after.id}:{change.after.version}"


_ACTS: Mapping[Action, Callable[[_Desk, Complaint], Awaitable[Complaint]]] = {
    Action.LINK: _link,
    Action.UNLINK: _unlink,
    Action.MERGE: _merge,
    Action.UNMERGE: _unmerge,
}
