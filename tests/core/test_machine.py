"""Whatever is done in whatever order: no dead end, no lost clock, and a history that leads here.

Each walk compares the complaint with a model: the table of possible actions that
`tests.core.test_workflow` writes down by hand, and a few sentences that always hold.
"""

from collections import Counter
from datetime import datetime, timedelta
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.actions import ASKED_IN_VAIN
from core.clocks import Deadlines
from core.commands import act_as_officer, amend, clock_fell_due
from core.complaint import (
    Actor,
    ActorKind,
    Assignment,
    Change,
    Clock,
    ClockKind,
    Complaint,
    ComplaintDraft,
    Stage,
    State,
    Transition,
    UnitId,
)
from core.errors import Impossible, Refused
from core.extending import due_of, estimates_of
from core.ticket import TicketKind
from core.tickets import QUESTIONS
from core.workflow import DECIDING, RULES, Action, Filing, allowed
from tests.core.test_accused import ADMIN, DINAS, KOTA, LURAH, UNITS
from tests.core.test_workflow import ALWAYS, NOW, OWNER, POSSIBLE, act, filed

TARGETS = [DINAS, KOTA, LURAH, UnitId("elsewhere")]
BY_MACHINE = {Action.LATE, Action.AUTO_FINISH, Action.AMEND}
TICKETS = DECIDING | {Action.FILE_TICKET, Action.ESTIMATE}
GUARDS = {Action.ACCUSE, Action.CLEAR}
SECRET = {Action.MAKE_CONFIDENTIAL, Action.LIFT_CONFIDENTIAL}
PRESSED = sorted(set(RULES) - BY_MACHINE - GUARDS - SECRET - TICKETS)
OF_A_TICKET = {ClockKind.DECISION, ClockKind.CLARIFICATION}
PER_UNIT = {ClockKind.TRIAGE, ClockKind.RESPONSE}

_ids = count(50_000)


class Life(RuleBasedStateMachine):
    """One complaint, acted upon at random; *clocks* and *assignments* are what a database has."""

    @initialize()
    def begin(self) -> None:
        self.complaint: Complaint = filed()
        self.at: datetime = NOW
        self.lines: list[Transition] = []
        self.clocks: dict[int, Clock] = {c.id: c for c in self.complaint.clocks}
        self.assignments: dict[int, Assignment] = {a.id: a for a in self.complaint.assignments}
        self.rejections = 0

    def written(self, change: Change) -> None:
        assert change.before == self.complaint
        self.complaint = change.after
        self.lines += change.transitions
        self.clocks |= {c.id: c for c in change.clocks}
        self.assignments |= {a.id: a for a in change.assignments}

    @rule(minutes=st.integers(1, 60 * 24 * 3))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(action=st.sampled_from(PRESSED), unit=st.sampled_from(TARGETS))
    def somebody_acts(self, action: Action, unit: UnitId) -> None:
        before = self.complaint
        target = unit if RULES[action].needs_unit else None
        try:
            line = UNITS.line(target) if target else frozenset()
            after = act(before, action, unit=target, line=line, at=self.at, write=self.written)
        except Impossible:
            refused_for_the_unit = target is not None and (
                before.assignment_of(target) is not None
                or before.is_kept_from(UNITS.line(target) | {target})
            )
            unchecked = action is Action.VALIDATE and before.objected and not before.field_checked
            possible = action in POSSIBLE[before.state, before.stage]
            assert refused_for_the_unit or unchecked or not possible
            return
        assert action in POSSIBLE[before.state, before.stage]
        self.rejections += action is Action.REJECT
        assert after.rejections == self.rejections

    @rule(unit=st.sampled_from(TARGETS), action=st.sampled_from(sorted(GUARDS)))
    def it_accuses_somebody(self, unit: UnitId, action: Action) -> None:
        try:
            change = act_as_officer(
                self.complaint, action, ADMIN, unit=unit, text="", note="", now=self.at,
                new_id=lambda: next(_ids), units=UNITS, owner=OWNER,
            )  # fmt: skip
        except Impossible:
            assert (unit in self.complaint.accused) is (action is Action.ACCUSE)
            return
        self.written(change)

    @rule(kind=st.sampled_from(sorted(TicketKind)), nth=st.integers(0, 3), asks=st.booleans())
    def a_unit_files_a_ticket(self, kind: TicketKind, nth: int, *, asks: bool) -> None:
        if not self.complaint.assignments:
            return
        held = self.complaint.assignments[nth % len(self.complaint.assignments)]
        twice = any((t.kind, t.assignment) == (kind, held.id) for t in self.complaint.tickets)
        actor = Actor(ActorKind.OFFICER, "t", held.unit)
        filing = Filing(kind, asks=asks and kind in QUESTIONS)
        try:
            act(
                self.complaint, Action.FILE_TICKET, actor=actor, filing=filing, at=self.at,
                write=self.written,
            )  # fmt: skip
        except Impossible:
            assert twice
            return
        assert not twice

    @rule(action=st.sampled_from(sorted(DECIDING)), unit=st.sampled_from(TARGETS))
    def somebody_decides(self, action: Action, unit: UnitId) -> None:
        before = self.complaint
        ticket = before.tickets[-1] if before.tickets else None
        target = unit if action is Action.APPROVE_TICKET else None
        known = target is not None and (
            before.assignment_of(target) is not None
            or before.is_kept_from(UNITS.line(target) | {target})
        )
        try:
            act(
                before, action, ticket=ticket.id if ticket else None, unit=target, at=self.at,
                line=UNITS.line(target) if target else frozenset(), write=self.written,
                owner=OWNER,
            )  # fmt: skip
        except Impossible:
            fits = ticket is not None and ticket.kind in RULES[action].tickets
            again = action is Action.ASK and ticket is not None and ticket.asked_at is not None
            assert known or again or not fits
            return
        late = action is Action.CLARIFY and before.state is State.SELESAI
        assert late or (ticket is not None and self.complaint.ticket(ticket.id) != ticket)

    @rule(days=st.integers(1, 80))
    def the_lead_needs_longer(self, days: int) -> None:
        lead, clock = self.complaint.lead, self.complaint.clock(ClockKind.COMPLETION)
        if lead is None or clock is None:
            return
        until = max(self.at, clock.due_at) + timedelta(days=days)
        try:
            act(self.complaint, Action.ESTIMATE, until=until, at=self.at, write=self.written)
        except Impossible:
            assert estimates_of(clock) == 3
        except Refused:
            assert until - self.at > timedelta(days=90)

    @rule(action=st.sampled_from([Action.PROCESS, Action.FINISH]))
    def a_helper_does_its_part(self, action: Action) -> None:
        helpers = [a for a in self.complaint.assignments if a.role == "coordinated"]
        if not helpers:
            return
        own = helpers[-1]
        try:
            act(
                self.complaint, action, actor=Actor(ActorKind.OFFICER, "h", own.unit),
                at=self.at, write=self.written,
            )  # fmt: skip
        except Impossible:
            assert action is Action.PROCESS
            assert own.responded_at is not None

    @rule()
    def the_reporter_adds_something(self) -> None:
        self.written(
            amend(
                self.complaint,
                ComplaintDraft(),
                reporter="7",
                at=self.at,
                recorded_at=self.at,
                new_id=lambda: next(_ids),
            )
        )

    @precondition(lambda self: any(c.runs and not c.missed_at for c in self.clocks.values()))
    @rule()
    def the_next_clock_falls_due(self) -> None:
        waiting = [c for c in self.clocks.values() if c.runs and not c.missed_at]
        clock = min(waiting, key=lambda c: (c.due_at, c.id))
        self.at = max(self.at, clock.due_at)
        self.written(
            clock_fell_due(
                self.complaint,
                clock,
                recorded_at=self.at,
                new_id=lambda: next(_ids),
                question="Di mana?",
                may_close=True,
            )
        )

    @invariant()
    def what_can_be_done_is_what_the_table_says(self) -> None:
        here = self.complaint
        tickets = {t.kind for t in here.tickets}
        more = {a for a in DECIDING if RULES[a].tickets & tickets}
        if here.closing_reason in ASKED_IN_VAIN:
            more |= {Action.CLARIFY}
        done = set()
        if all(t.asked_at for t in here.tickets if t.kind in QUESTIONS):
            done |= {Action.ASK}
        if here.objected and not here.field_checked:
            done |= {Action.VALIDATE}
        if here.confidential:
            done |= {Action.FILE_TICKET}
        assert set(allowed(here)) == (POSSIBLE[here.state, here.stage] | more) - done
        assert set(allowed(here)) - ALWAYS, "a dead end"

    @invariant()
    def somebody_leads_as_long_as_work_is_owed(self) -> None:
        held = [a for a in self.assignments.values() if a.ended_at is None]
        assert sorted(a.id for a in held) == sorted(a.id for a in self.complaint.assignments)
        leads = [a.unit for a in held if a.role == "lead"]
        assert leads == ([self.complaint.lead_unit] if self.complaint.is_worked_on else [])
        assert all(not (UNITS.line(a.unit) & self.complaint.accused) for a in held)

    @invariant()
    def no_clock_is_lost(self) -> None:
        running = [c for c in self.clocks.values() if c.runs]
        assert {c.id for c in self.complaint.clocks if c.runs} == {c.id for c in running}
        of_the_whole = Counter(c.kind for c in self.clocks.values())[ClockKind.COMPLETION]
        kinds = Counter(c.kind for c in running)
        assert of_the_whole == 1
        assert kinds[ClockKind.COMPLETION] == int(self.complaint.is_worked_on)
        assert kinds[ClockKind.VERIFICATION] == int(self.complaint.stage is not Stage.NONE)
        asked = {c.subject for c in running if c.kind in PER_UNIT}
        owed = {
            a.id for a in self.assignments.values() if a.ended_at is None and not a.responded_at
        }
        assert asked == owed

    @invariant()
    def every_ticket_is_somebodys_and_has_its_clock(self) -> None:
        held = {a.id for a in self.complaint.assignments}
        decisions = [c for c in self.clocks.values() if c.runs and c.kind in OF_A_TICKET]
        assert {t.assignment for t in self.complaint.tickets} <= held
        assert sorted(c.ticket for c in decisions) == sorted(t.id for t in self.complaint.tickets)
        asking = {c.ticket for c in self.clocks.values() if c.runs and c.kind is ClockKind.ASKING}
        assert asking <= {t.id for t in self.complaint.tickets if t.asked_at is None}

    @invariant()
    def the_working_deadline_is_what_moved_it(self) -> None:
        clock = self.complaint.clock(ClockKind.COMPLETION)
        assert clock is not None
        assert clock.due_at == due_of(clock, Deadlines())
        open_pauses = [p for p in clock.paused if p.ended_at is None]
        asked = {t.id for t in self.complaint.tickets if t.asked_at}
        assert {p.ticket for p in open_pauses} <= asked

    @invariant()
    def an_end_has_a_reason_and_nothing_else_has(self) -> None:
        ended = self.complaint.state is State.SELESAI
        assert (self.complaint.closing_reason is not None) is ended
        assert ended is False or self.complaint.ended_at is not None

    @invariant()
    def the_history_leads_to_the_present(self) -> None:
        assert [t.seq for t in self.lines] == list(range(2, self.complaint.version + 1))
        state, stage = State.MENUNGGU, Stage.NONE
        for line in self.lines:
            assert line.from_state is state
            state, stage = line.to_state, line.stage
        assert (state, stage) == (self.complaint.state, self.complaint.stage)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
