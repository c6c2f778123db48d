"""The sender: plans, claims, hands to the connectors, settles. One per process."""

import asyncio
import contextlib
import logging
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from channels.contract import Alphabet, NotSent, SendResult, Sent, Unknown
from core.complaint import Complaint, NewId
from core.messages import AccountId, OutboundMessage, Reaction, Template
from core.proof import Right, allows, of_reporter
from gateway.configuration.settings import Settings
from gateway.duty.rules import is_moot
from gateway.lines import Line
from gateway.ops.roster import Roster
from gateway.ops.work_metrics import WorkMetrics
from gateway.outbound import claim as claims
from gateway.outbound.budget import Budget, OwnBudget, Wanted
from gateway.outbound.claim import Claimed
from gateway.outbound.compose import Composer
from gateway.outbound.envelopes import purposes
from gateway.outbound.facts import About, DueNotice, FactBook, Listener, gather, unit_names
from gateway.outbound.notices import (
    ALARM,
    DUTY,
    ENVELOPES,
    RECEIPT_REMINDER,
    is_overtaken,
    is_past,
)
from gateway.outbound.pace import Pace
from gateway.outbound.pictures import Picture
from gateway.outbound.plan import Desk, Outgoing, Plan, Room, plan
from gateway.outbound.planner import Decision, Facts, OnDuty, Verdict, decide, standing
from gateway.outbound.reasons import Reason
from gateway.outbound.reminding import is_needless
from gateway.outbound.settle import WITH_PICTURE, Finished, recover_claims, write_results
from gateway.outbound.standing import says_what
from gateway.outbound.world import World
from gateway.photos.showing import link
from gateway.sealing.keys import Keys
from gateway.storage.database import Database
from gateway.storage.ids import Clock
from normalizer.dialogue import DialogueState

_log = logging.getLogger(__name__)

_SEND_TIMEOUT_S = 15.0
_UNWRITABLE_FOR = timedelta(minutes=10)
"""After a fault of ours; a new version may be able to."""
_TOO_LATE = timedelta(seconds=10)
"""A claim this old may belong to a process that slept: somebody else may be sending it now."""


@dataclass
class Sender:
    """Sends what is due, as far as slots, accounts and the planner allow."""

    database: Database
    keys: Keys
    settings: Settings
    lines: Mapping[AccountId, Line]
    new_id: NewId
    clock: Clock
    name: str
    roster: Roster
    budget: Budget = field(default_factory=OwnBudget)
    pace: Pace = field(default_factory=Pace)
    metrics: WorkMetrics = field(default_factory=WorkMetrics)
    _units: dict[str, str] = field(default_factory=dict)
    _in_flight: set[asyncio.Task[None]] = field(default_factory=set)
    _finished: list[Finished] = field(default_factory=list)
    _settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def free_slots(self) -> int:
        """How many more messages may be in flight."""
        return self.settings.limits.sending_slots - len(self._in_flight)

    async def once(self) -> int:
        """Settle what is finished, then send what is due; how many notices or results were seen."""
        settled = await self._settle_finished()
        slots = self.free_slots
        if slots <= 0:
            return settled
        now, room = self.clock(), self._room(slots)
        async with self.database.read() as conn:
            due = await claims.due_notices(
                conn, now, slots, room.full, self.roster.own_notices(now)
            )
            again = await claims.retries(conn, now, slots)
            if not due and not again:
                return settled
            told = await claims.notices_of(conn, [row.id for row in again])
            every = [*due, *(n for ns in told.values() for n in ns)]
            book = await gather(conn, self.keys, every, now)
            busy = await claims.open_deliveries(conn, set(book.listeners))
            if not self._units:
                self._units = await unit_names(conn)
        made = plan(due, book.listeners, busy, room, self._desk(book))
        repeats, stale = self._repeats(again, told, book, slots - len(made.send))
        made, repeats = await self._granted(made, repeats)
        try:
            async with self.database.write() as conn:
                claimed = await claims.claim(conn, made, self.name, now, self.new_id)
                claimed += await claims.claim_again(conn, repeats, self.name, now)
                await claims.give_back(conn, stale, now)
        except IntegrityError:
            # Another process is sending to one of them; the next look sees that.
            return settled
        for item in claimed:
            self._start(item)
        return settled + len(claimed) + len(made.settled)

    async def recover(self) -> int:
        """Deliveries whose process died while sending become *unknown*."""
        async with self.database.write() as conn:
            return await recover_claims(conn, self.clock())

    async def finish(self, timeout_s: float) -> None:
        """Wait for what is in flight, then write its results."""
        if self._in_flight:
            await asyncio.wait(self._in_flight, timeout=timeout_s)
        await self._settle_finished()

    async def wait_for_result(self) -> None:
        """Return when a result is there to be settled."""
        await self._settled.wait()

    # --- planning

    def _desk(self, book: FactBook) -> Desk:
        """What a plan asks. An account that is not configured any more counts as paused."""
        world = World(self.settings, self._units, self.keys.code, self.clock())

        def write(notice: DueNotice, listener: Listener) -> str:
            line = self.lines.get(listener.account)
            if line is None:
                return ""
            composer = Composer(world, book, listener, line.account, line.channel.capabilities)
            return composer.write(notice)

        def judge(notice: DueNotice, listener: Listener, text: str) -> Decision:
            if listener.account not in self.lines:
                return Decision(Verdict.HOLD, Reason.PAUSED)
            return decide(self._facts(notice, listener, text, book))

        def merges(listener: Listener) -> bool:
            line = self.lines.get(listener.account)
            return line is not None and line.channel.capabilities.alphabet is Alphabet.UNICODE

        def bundle(notices: Sequence[DueNotice], listener: Listener) -> str:
            line = self.lines[listener.account]
            capabilities = line.channel.capabilities
            return Composer(world, book, listener, line.account, capabilities).bundle(notices)

        def template(notices: Sequence[DueNotice], listener: Listener) -> Template | None:
            return self._template(notices, listener, book)

        def pictures(notices: Sequence[DueNotice], listener: Listener) -> tuple[Picture, ...]:
            return self._composer(listener, book).pictures(notices[0])

        def failed(notice: DueNotice, error: Exception) -> Decision:
            said = {"notice": notice.id, "error": type(error).__name__}
            _log.error("notice cannot be written", extra=said, exc_info=error)
            return Decision(Verdict.LATER, Reason.UNWRITABLE, world.now + _UNWRITABLE_FOR)

        return Desk(write, judge, merges, bundle, template, pictures, failed)

    def _template(
        self, notices: Sequence[DueNotice], who: Listener, book: FactBook
    ) -> Template | None:
        """The approved text that is sent instead of free text."""
        first = notices[0]
        if first.kind not in ENVELOPES:
            return None
        return self._composer(who, book).envelope(first).template

    def _composer(self, who: Listener, book: FactBook) -> Composer:
        line = self.lines[who.account]
        world = World(self.settings, self._units, self.keys.code, self.clock())
        return Composer(world, book, who, line.account, line.channel.capabilities)

    def _facts(self, notice: DueNotice, who: Listener, text: str, book: FactBook) -> Facts:
        line = self.lines[who.account]
        about = book.about[notice.complaint] if notice.complaint else None
        complaint = about.complaint if about else None
        return Facts(
            now=self.clock(),
            kind=notice.kind,
            sending=self.settings.sending_of(line.account),
            on_allowlist=who.address.value in self.settings.allowlist,
            paused=book.is_paused(who.account),
            address_kind=who.address.kind,
            is_own_address=who.address.value in line.channel.own_addresses,
            address_usable=who.usable,
            blocked=who.blocked,
            pushes_stopped=who.pushes_stopped,
            last_inbound_at=who.last_inbound_at,
            reply_window=line.channel.capabilities.reply_window,
            reply_only=line.channel.capabilities.reply_only,
            has_reply_context=who.reply.context is not None,
            reply_by=who.reply.by,
            has_template=notice.kind in ENVELOPES
            and ENVELOPES[notice.kind] in purposes(line.channel.capabilities.templates),
            confidential=complaint.confidential if complaint else False,
            wants_secret_news=notice.complaint in who.state.news_of,
            is_stranger=complaint is not None and not _is_told(complaint, who.state),
            answers_since=who.answers_since,
            overtaken=_overtaken(notice, about, who, book, self.clock()),
            duty=self._on_duty(notice, who, book),
            says_the_same=claims.body_hash(text) == who.last_body,
            answers_per_hour=self.settings.limits.answers_per_hour,
            quiet=self.settings.quiet_hours,
        )

    def _on_duty(self, notice: DueNotice, who: Listener, book: FactBook) -> OnDuty | None:
        if notice.kind not in DUTY and notice.kind != ALARM:
            return None
        lines = book.rosters.get(who.conversation, ())
        pause = timedelta(minutes=self.settings.duty.bundle_minutes)
        return standing(lines, self.clock(), who.last_told_at and who.last_told_at + pause)

    def _room(self, slots: int) -> Room:
        now = self.clock()
        return Room(
            slots,
            {
                account: self.pace.available(account, self._rate(account), now)
                for account in self.lines
            },
        )

    def _rate(self, account: AccountId) -> float:
        """Messages a second that this worker may send: all, or its part of it."""
        rate = self.lines[account].channel.capabilities.rate
        return rate if self.budget.is_shared else rate / self.roster.share.count

    async def _granted(
        self, made: Plan, repeats: list[tuple[Any, Outgoing]]
    ) -> tuple[Plan, list[tuple[Any, Outgoing]]]:
        """What the budget lets through; the rest stays due."""
        every = [o.listener.account for o in (*made.send, *(o for _, o in repeats))]
        granted = await self.budget.take(
            {a: Wanted(self._rate(a), count) for a, count in Counter(every).items()}
        )
        for account, grant in granted.items():
            if grant.rest:
                self.pace.rest_too(account, self.clock(), grant.rest)
        left = Counter({account: grant.count for account, grant in granted.items()})

        def may_leave(item: Outgoing) -> bool:
            left[item.listener.account] -= 1
            return left[item.listener.account] >= 0

        send = [o for o in made.send if may_leave(o)]
        return Plan(send, made.settled), [r for r in repeats if may_leave(r[1])]

    def _repeats(
        self, rows: Sequence[Any], told: Mapping[int, list[DueNotice]], book: FactBook, slots: int
    ) -> tuple[list[tuple[Any, Outgoing]], list[int]]:
        """Pending deliveries, asked anew whether they may leave: those that do, and the stale."""
        chosen: list[tuple[Any, Outgoing]] = []
        stale: list[int] = []
        now = self.clock()
        for row in rows:
            listener = book.listeners.get(row.conversation_id)
            notices = tuple(told.get(row.id, ()))
            if listener is None or listener.account not in self.lines or not notices:
                continue
            # It was let through once and counts among the answers already.
            facts = [self._facts(n, listener, "", book) for n in notices]
            decisions = [decide(replace(f, answers_since=())) for f in facts]
            if any(d.verdict is not Verdict.SEND for d in decisions):
                stale.append(row.id)
                continue
            rate = self._rate(listener.account)
            has_room = self.pace.available(listener.account, rate, now) > 0
            if len(chosen) < slots and has_room:
                template = self._template(notices, listener, book)
                took = row.form == WITH_PICTURE
                pictures = self._composer(listener, book).pictures(notices[0]) if took else ()
                chosen.append((row, Outgoing(listener, notices, row.text, template, pictures)))
        return chosen, stale

    # --- sending

    def _start(self, item: Claimed) -> None:
        line = self.lines[item.account]
        self.pace.available(item.account, self._rate(item.account), self.clock())
        self.pace.take(item.account)
        task = asyncio.create_task(self._send(item, line))
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)

    async def _send(self, item: Claimed, line: Line) -> None:
        began = time.monotonic()
        result = await self._handed_over(item, line)
        self._count(item, result, time.monotonic() - began)
        if isinstance(result, NotSent) and result.reaction in {
            Reaction.ACCOUNT_BLOCKED,
            Reaction.THROTTLED,
        }:
            span = self.pace.rest(item.account, self.clock(), retry_after=result.retry_after)
            self.metrics.rests(item.account, self.clock() + span)
            await self.budget.rest(item.account, span)
            blocked = result.reaction is Reaction.ACCOUNT_BLOCKED
            _log.log(
                logging.ERROR if blocked else logging.WARNING,
                "account rests",
                extra={"account": item.account, "code": result.code},
            )
        elif not isinstance(result, NotSent | Unknown):
            self.pace.recover(item.account)
        self._finished.append(Finished(item.delivery, item.message, item.tries, result))
        self._settled.set()

    def _count(self, item: Claimed, result: SendResult, seconds: float) -> None:
        self.metrics.handed_over(item.account, result, seconds)
        notices, listener = item.outgoing.notices, item.outgoing.listener
        if isinstance(result, Sent) and any(n.kind == "receipt" for n in notices):
            self.metrics.acknowledged(item.account, listener.last_inbound_at, self.clock())

    async def _handed_over(self, item: Claimed, line: Line) -> SendResult:
        if self.clock() - item.claimed_at > _TOO_LATE:
            return Unknown("this process slept")
        told, base = item.outgoing, self.settings.base_url
        out = OutboundMessage(
            to=told.listener.address,
            text=told.text,
            token=item.token,
            callback_url=line.callback_url(item.token),
            thread_key=told.listener.reply.thread_key,
            reply_context=told.listener.reply.context,
            template=told.template,
            media=tuple(base + link(self.keys, *p, self.clock()) for p in told.pictures),
        )
        try:
            async with asyncio.timeout(_SEND_TIMEOUT_S):
                return await line.channel.send(out)
        except TimeoutError:
            return Unknown("timeout")
        except Exception as error:  # noqa: BLE001 - a bug in a connector is no reason to send twice
            _log.error("connector failed while sending", extra={"account": item.account})
            return Unknown(f"connector: {type(error).__name__}")

    async def _settle_finished(self) -> int:
        self._settled.clear()
        batch, self._finished = self._finished, []
        if not batch:
            return 0
        try:
            jitter = random.random()  # noqa: S311 - no secret
            await write_results(self.database, batch, self.clock(), jitter)
        except BaseException:
            # Keep them: the database will take them later, or they become *unknown*.
            self._finished = batch + self._finished
            with contextlib.suppress(RuntimeError):
                self._settled.set()
            raise
        return len(batch)


def _overtaken(
    notice: DueNotice, about: About | None, who: Listener, book: FactBook, now: datetime
) -> bool:
    if about is not None and (notice.kind in DUTY or notice.kind == ALARM):
        return is_moot(notice.kind, notice.params, about.complaint)
    if about is not None and notice.kind == RECEIPT_REMINDER:
        return is_needless(
            about.complaint, unanswered=who.unanswered, has_words=says_what(about.first_words),
            asked_at=book.asked_at.get(about.complaint.id), now=now,
        )  # fmt: skip
    if about is not None and is_overtaken(notice.kind, notice.params, about.history):
        return True
    wrote = who.last_inbound_at is not None and who.last_inbound_at > notice.created_at
    return is_past(
        notice.kind, notice.params, asked_among=who.asked_among,
        age=now - notice.created_at, wrote_since=wrote,
    )  # fmt: skip


def _is_told(complaint: Complaint, state: DialogueState) -> bool:
    """Whether its reporter's address, as it stands, is told of *complaint* without asking."""
    silent = state.is_silent_about(state.last_at(complaint.id, complaint.received_at))
    proof = of_reporter(silent=silent, confidential=complaint.confidential, code=False)
    return allows(proof, Right.NEWS)
