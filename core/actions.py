"""What can be done to a complaint: the table of actions. `core.workflow` carries them out.

Sources: the five statuses are S3's; *Proses* and *Disposisi* as first response, the tickets,
verification and validation before the end, rejection and the automatic end are rules 1, 3 to 7 and
9 to 12 of Keputusan Sekda 99/2022 (S4).
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.complaint import (
    Actor,
    Clock,
    ClosingReason,
    Complaint,
    Role,
    Stage,
    State,
    TicketId,
    UnitId,
)
from core.ticket import TicketKind
from core.tickets import MOVES, QUESTIONS


class Action(enum.StrEnum):
    """Everything that can be done to a complaint."""

    FILE = "file"
    FORWARD = "forward"
    PROCESS = "process"
    DISPOSE = "dispose"
    COORDINATE = "coordinate"
    FINISH = "finish"
    COMMENT = "comment"
    CONSULT = "consult"
    """A unit and the channel's owner write to each other; other officers may read it (rule 2)."""
    HIDE = "hide"
    SHOW = "show"
    RATE = "rate"
    CONFIRM = "confirm"
    OBJECT = "object"
    WITHDRAW = "withdraw"
    VERIFY = "verify"
    """The result fits the report: administratively, or in the field where that was asked for."""
    CHECK_FIELD = "check-field"
    VALIDATE = "validate"
    REJECT = "reject"
    """The result does not fit and goes back to the agency (rule 10)."""
    REPORT_BACK = "report-back"
    """On site another problem was found, which goes back to the agency (S4, facilitators, b)."""
    AUTO_FINISH = "auto-finish"
    """Not verified and validated in time (rule 11)."""
    CLOSE = "close"
    """It ends without a result; *reason* in the data says why."""
    AMEND = "amend"
    """The reporter adds to or corrects the content; the workflow stands where it stood."""
    ACCUSE = "accuse"
    """The complaint accuses a unit; from now on it is kept from it and all that is part of it."""
    CLEAR = "clear"
    """It does not accuse that unit after all."""
    LATE = "late"
    """A clock fell due; done by the system."""
    MAKE_CONFIDENTIAL = "make-confidential"
    LIFT_CONFIDENTIAL = "lift-confidential"
    ESTIMATE = "estimate"
    """*Estimasi Waktu Selesai*: the unit that leads needs until then (rule 7)."""
    FILE_TICKET = "file-ticket"
    APPROVE_TICKET = "approve-ticket"
    """Biro Pemerintahan gives it to another unit (rules 3 and 4)."""
    REFUSE_TICKET = "refuse-ticket"
    """It stays where it is; a question is not put to the reporter."""
    ASK = "ask"
    """The reporter is asked what the unit could not see or find (rules 5 and 6)."""
    CLARIFY = "clarify"
    """What was asked is answered, however late."""
    UNANSWERED = "unanswered"
    """Nobody answered in time; done by the system."""
    LINK = "link"
    """It is about the same problem as others (`core.grouping`, also for what follows)."""
    UNLINK = "unlink"
    MERGE = "merge"
    """It is one with another complaint of the same reporter, and ends."""
    ABSORB = "absorb"
    """Another was merged into it."""
    UNMERGE = "unmerge"
    RELEASE = "release"
    """What was merged into it is by itself again."""
    SPLIT = "split"
    """Part of it became a complaint of its own."""


class Lead(enum.StrEnum):
    """What an action does to the lead assignment."""

    KEEP = "keep"
    RESPOND = "respond"
    MOVE = "move"
    JOIN = "join"
    END = "end"
    END_PART = "end_part"
    """The part of a unit that helps ends; the lead works on."""
    REOPEN = "reopen"
    REOPEN_WAITING = "reopen_waiting"
    """Whoever led has it again, and has to respond again."""
    HAND_ON = "hand_on"
    """The part that a ticket is about goes to another unit."""
    TAKE_BACK = "take_back"
    """A response that consisted in a ticket was none."""
    KEEP_FROM = "keep_from"
    """Whoever may not have it loses it; a lead that is lost goes to `Act.fallback`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: from which state and stage, to which (None: stays), what it needs."""

    frm: frozenset[State]
    to: State | None
    event: str
    lead: Lead = Lead.KEEP
    needs_unit: bool = False
    needs_text: bool = False
    stages: frozenset[Stage] = frozenset({Stage.NONE})
    stage: Stage | None = None
    tickets: frozenset[TicketKind] = frozenset()
    """Not empty: there must be an open ticket of one of these."""

    @property
    def hands_over(self) -> bool:
        """Whether another unit gets the complaint by it."""
        return self.lead in {Lead.MOVE, Lead.JOIN, Lead.HAND_ON}


@dataclass(frozen=True, slots=True)
class Filing:
    """A ticket that is filed; *asks*: its question leaves by itself, unless somebody is faster."""

    kind: TicketKind
    suggested: UnitId | None = None
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """An action as somebody wants it: *unit* is its target, *text* for the reporter, *note* not.

    *at* is when it counts, *recorded_at* when it is written, both aware UTC. *line* is the target
    with the institutions it is part of. For an accusation, *barred* are the units that have the
    complaint and may not, and *fallback* is who leads if the lead is among them. *late* is the
    clock that fell due. *owner* is the unit responsible for the channel. *until* is an estimate,
    *ticket* the open one that it is about.
    """

    action: Action
    actor: Actor
    at: datetime
    recorded_at: datetime
    unit: UnitId | None = None
    text: str = ""
    note: str = ""
    data: Mapping[str, Any] | None = None
    line: frozenset[UnitId] = frozenset()
    barred: frozenset[UnitId] = frozenset()
    fallback: UnitId | None = None
    late: Clock | None = None
    owner: UnitId | None = None
    until: datetime | None = None
    ticket: TicketId | None = None
    filing: Filing | None = None


_ANY = frozenset(State)
_OPEN = _ANY - {State.SELESAI}
_DONE = frozenset({State.SELESAI})

_AT_ANY = frozenset(Stage)
_VERIFYING = _AT_ANY - {Stage.NONE}
_PROSES = frozenset({State.PROSES})

RULES: Mapping[Action, Rule] = {
    Action.FORWARD: Rule(_OPEN, State.MENUNGGU, "forwarded", Lead.MOVE, needs_unit=True),
    Action.PROCESS: Rule(_OPEN - {State.PROSES}, State.PROSES, "processing", Lead.RESPOND),
    Action.DISPOSE: Rule(_OPEN, State.DISPOSISI, "disposed", Lead.MOVE, needs_unit=True),
    Action.COORDINATE: Rule(_OPEN, State.KOORDINASI, "coordinated", Lead.JOIN, needs_unit=True),
    Action.FINISH: Rule(
        _OPEN, State.PROSES, "finished", Lead.END, needs_text=True, stage=Stage.ADMINISTRATIVE
    ),
    Action.VERIFY: Rule(
        _PROSES, None, "verified",
        stages=frozenset({Stage.ADMINISTRATIVE, Stage.FIELD}), stage=Stage.VALIDATION,
    ),
    Action.CHECK_FIELD: Rule(
        _PROSES, None, "field_check_asked",
        stages=frozenset({Stage.ADMINISTRATIVE, Stage.VALIDATION}), stage=Stage.FIELD,
    ),
    Action.VALIDATE: Rule(
        _PROSES, State.SELESAI, "validated",
        stages=frozenset({Stage.VALIDATION}), stage=Stage.NONE,
    ),
    Action.REJECT: Rule(
        _PROSES, State.PROSES, "rejected", Lead.REOPEN, needs_text=True,
        stages=_VERIFYING, stage=Stage.NONE,
    ),
    Action.REPORT_BACK: Rule(
        _PROSES, State.PROSES, "reported_back", Lead.REOPEN, needs_text=True,
        stages=frozenset({Stage.FIELD}), stage=Stage.NONE,
    ),
    Action.AUTO_FINISH: Rule(
        _PROSES, State.SELESAI, "auto_finished", stages=_VERIFYING, stage=Stage.NONE
    ),
    Action.CLOSE: Rule(_OPEN, State.SELESAI, "closed", Lead.END, needs_text=True),
    Action.ESTIMATE: Rule(_OPEN, None, "estimated", needs_text=True),
    Action.FILE_TICKET: Rule(_OPEN, None, "ticket_filed", Lead.RESPOND),
    Action.APPROVE_TICKET: Rule(
        _OPEN, State.MENUNGGU, "moved", Lead.HAND_ON, needs_unit=True, tickets=MOVES
    ),
    Action.REFUSE_TICKET: Rule(
        _OPEN, None, "ticket_refused", Lead.TAKE_BACK, needs_text=True, tickets=MOVES | QUESTIONS
    ),
    Action.ASK: Rule(_OPEN, None, "asked", needs_text=True, tickets=QUESTIONS),
    Action.CLARIFY: Rule(_OPEN, None, "clarified", tickets=QUESTIONS),
    Action.UNANSWERED: Rule(
        _OPEN, State.SELESAI, "unanswered", Lead.END, tickets=QUESTIONS
    ),
    Action.COMMENT: Rule(_ANY, None, "commented", needs_text=True, stages=_AT_ANY),
    Action.CONSULT: Rule(_OPEN, None, "consulted", stages=_AT_ANY),
    Action.HIDE: Rule(_ANY, None, "hidden", stages=_AT_ANY),
    Action.SHOW: Rule(_ANY, None, "shown", stages=_AT_ANY),
    Action.RATE: Rule(_DONE, None, "rated"),
    Action.CONFIRM: Rule(_DONE, None, "confirmed"),
    Action.OBJECT: Rule(_DONE, State.PROSES, "objected", Lead.REOPEN),
    Action.WITHDRAW: Rule(
        _OPEN, State.SELESAI, "withdrawn", Lead.END, stages=_AT_ANY, stage=Stage.NONE
    ),
    Action.AMEND: Rule(_ANY, None, "amended", stages=_AT_ANY),
    Action.ACCUSE: Rule(
        _ANY, None, "accused", Lead.KEEP_FROM, needs_unit=True, stages=_AT_ANY
    ),
    Action.CLEAR: Rule(_ANY, None, "cleared", needs_unit=True, stages=_AT_ANY),
    Action.MAKE_CONFIDENTIAL: Rule(_ANY, None, "made_confidential", stages=_AT_ANY),
    Action.LATE: Rule(_ANY, None, "late", stages=_AT_ANY),
    Action.LIFT_CONFIDENTIAL: Rule(_ANY, None, "confidential_lifted", stages=_AT_ANY),
}  # fmt: skip
"""What holds for most complaints; `rule_for` knows the exceptions."""

_SAID_OF_A_RESULT: Mapping[Action, Rule] = {
    Action.RATE: Rule(_PROSES, None, "rated", stages=_VERIFYING),
    Action.CONFIRM: Rule(_PROSES, None, "confirmed", stages=_VERIFYING),
    Action.OBJECT: Rule(_PROSES, None, "objected", stages=_VERIFYING),
}
_OF_A_HELPER: Mapping[Action, Rule] = {
    Action.PROCESS: Rule(_OPEN, None, "helping", Lead.RESPOND),
    Action.FINISH: Rule(_OPEN, None, "part_finished", Lead.END_PART, needs_text=True),
}
_CLARIFIED_LATER = Rule(_DONE, State.MENUNGGU, "reopened", Lead.REOPEN_WAITING)
_OBJECTED_LATER = Rule(_DONE, State.PROSES, "objected", stage=Stage.ADMINISTRATIVE)
_FINISHED_IN_SECRET = Rule(_OPEN, State.SELESAI, "finished", Lead.END, needs_text=True)
_WITHDRAWN_IN_SECRET = Rule(_OPEN, None, "withdrawal_noted", stages=_AT_ANY)
_WITH_RESULT = frozenset({ClosingReason.TUNTAS, ClosingReason.OTOMATIS})

ASKED_IN_VAIN = frozenset({ClosingReason.BELUM_JELAS, ClosingReason.TIDAK_DITEMUKAN})
"""Ends that the reporter can undo at any time by saying what was missing."""

CLOSED_FOR = frozenset(
    {
        ClosingReason.BUKAN_KEWENANGAN, ClosingReason.BELUM_JELAS, ClosingReason.TIDAK_DITEMUKAN,
        ClosingReason.BUKAN_LAPORAN,
    }
)  # fmt: skip
"""The reasons that a person can give for an end without a result."""


def rule_for(complaint: Complaint, action: Action, by: UnitId | None = None) -> Rule:
    """The row that holds for *action* of the unit *by* on *complaint* as it stands.

    A unit that only helps responds for itself and ends its own part. What the reporter says while
    a result is verified is kept for whoever verifies. An objection to a result that is final opens
    a verification; to any other end it reopens the work, and so does an answer to what was asked in
    vain. What is confidential stays with its own readers and is not verified by Biro Pemerintahan;
    that its reporter withdraws it is noted, and they decide: somebody may have been made to.
    """
    if action in _OF_A_HELPER and helps(complaint, by):
        return _OF_A_HELPER[action]
    if complaint.stage is not Stage.NONE and action in _SAID_OF_A_RESULT:
        return _SAID_OF_A_RESULT[action]
    if action is Action.CLARIFY and complaint.closing_reason in ASKED_IN_VAIN:
        return _CLARIFIED_LATER
    if action is Action.OBJECT and complaint.closing_reason in _WITH_RESULT:
        return RULES[action] if complaint.confidential else _OBJECTED_LATER
    if action is Action.FINISH and complaint.confidential:
        return _FINISHED_IN_SECRET
    if action is Action.WITHDRAW and complaint.confidential:
        return _WITHDRAWN_IN_SECRET
    return RULES[action]


VERIFYING = frozenset(
    {Action.VERIFY, Action.CHECK_FIELD, Action.VALIDATE, Action.REJECT, Action.REPORT_BACK}
)
"""Done by Biro Pemerintahan (rules 9 and 10), by somebody who did not finish it."""

DECIDING = frozenset(
    {Action.APPROVE_TICKET, Action.REFUSE_TICKET, Action.ASK, Action.CLARIFY, Action.UNANSWERED}
)
"""About one ticket, whose unit the line of history names."""

ABOUT_THE_ACCUSED = frozenset({Action.ACCUSE, Action.CLEAR})
"""Their unit is not one that gets the complaint but one that it is kept from."""


def helps(complaint: Complaint, unit: UnitId | None) -> bool:
    """Whether *unit* was asked to help with *complaint*, which another unit leads."""
    own = complaint.assignment_of(unit) if unit else None
    return own is not None and own.role is Role.COORDINATED


OF_MERGED = ABOUT_THE_ACCUSED | {
    Action.HIDE, Action.SHOW, Action.MAKE_CONFIDENTIAL, Action.LIFT_CONFIDENTIAL,
}  # fmt: skip
"""All that can be done to a complaint that was merged into another: it is kept as secret as that,
and everything else is done there."""


def allowed(complaint: Complaint, by: UnitId | None = None) -> tuple[Action, ...]:
    """The actions that the state of *complaint* permits the unit *by*, whatever its role."""
    return tuple(a for a in RULES if stands(complaint, a, by) and _is_left(complaint, a, by))


def _is_left(complaint: Complaint, action: Action, by: UnitId | None) -> bool:
    """Whether *action*, which the state permits, is not done already or waits for another."""
    match action:
        case Action.ASK:
            return any(t.kind in QUESTIONS and t.asked_at is None for t in complaint.tickets)
        case Action.VALIDATE:
            return complaint.field_checked or not complaint.objected
        case Action.FILE_TICKET:
            return not complaint.confidential
        case Action.PROCESS if by is not None and helps(complaint, by):
            own = complaint.assignment_of(by)
            return own is None or own.responded_at is None
        case _:
            return True


def stands(complaint: Complaint, action: Action, by: UnitId | None = None) -> bool:
    """Whether *action* can be done to *complaint* as it stands, by the unit *by*."""
    if complaint.merged_into is not None and action not in OF_MERGED:
        return False
    rule = rule_for(complaint, action, by)
    here = complaint.state in rule.frm and complaint.stage in rule.stages
    asks = {t.kind for t in complaint.tickets}
    return here and (not rule.tickets or bool(rule.tickets & asks))
