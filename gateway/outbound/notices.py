"""The duty to tell somebody something: which kinds there are, and when each is due."""

import enum
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from core.complaint import ActorKind, Change, ComplaintId, NewId, Transition
from gateway.configuration.settings import Pauses
from gateway.outbound.reasons import Reason
from normalizer.dialogue.intents import Pause, Reply


class Class(enum.IntEnum):
    """How a notice is treated; the number is its priority, lower leaves first."""

    EMERGENCY = 0
    """Past every pause, limit, quiet hour and question."""
    ANSWER = 10
    """Answers what the person just wrote."""
    WRITTEN = 15
    """What an officer wrote to somebody who waits for it: no machine can loop by it."""
    NEWS = 20
    """What happened to a complaint; nobody asked just now."""
    DUTY = 30
    """What an officer is told of the work of the own unit."""


RIDES_ALONG = frozenset({"introduction", "identity", "neighbour", "reference"})
"""Where there is room, these are the foot of the message before them, not one of their own."""

_BEHIND = 2

OFFICERS_ANSWER = "officer_answer"
"""An officer's words to one thread; ``params["staff"]`` is the message that holds them."""

RESULT = "finished"
"""The agency reports a result, and the reporter is asked SUDAH or BELUM."""

DUTY = frozenset(
    {
        "duty_new", "duty_verify", "duty_clock", "duty_late", "duty_rejected", "duty_found",
        "duty_decided", "duty_answer", "duty_reopened", "duty_objected", "duty_ticket",
        "duty_consulted", "duty_by_hand",
    }
)  # fmt: skip
"""What officers are told when they are on duty, several at once as one message."""

ALARM = "duty_emergency"

INVITED = "duty_invited"
"""Whether the owner of a number wants to be told of a unit's work."""

_EMERGENCIES = frozenset({"emergency", "violence", "violence_safe", "emergency_filed", ALARM})

NEWS: Mapping[str, str] = {
    "complaint.forwarded": "forwarded",
    "complaint.processing": "processing",
    "complaint.helping": "processing",
    "complaint.part_finished": "part_finished",
    "complaint.disposed": "disposed",
    "complaint.coordinated": "coordinated",
    "complaint.finished": "finished",
    "complaint.validated": "validated",
    "complaint.rejected": "rejected",
    "complaint.reported_back": "reported_back",
    "complaint.auto_finished": "auto_finished",
    "complaint.closed": "closed",
    "complaint.commented": "commented",
    "complaint.hidden": "hidden_by_officer",
    "complaint.shown": "shown_by_officer",
    "complaint.response_late": "response_late",
    "complaint.completion_late": "completion_late",
    "complaint.moved": "moved",
    "complaint.part_moved": "coordinated",
    "complaint.ticket_refused": "ticket_refused",
    "complaint.estimated": "estimated",
    "complaint.decision_late": "decision_late",
    "complaint.asked": "question",
    "complaint.unanswered": "unanswered",
}
"""Which event of an officer or a clock is told in which words (S3: every change of status, every
comment; a missed clock once, plainly: finding 18 of the user research)."""

OF_OTHERS = frozenset({"merged", "unmerged", "split_off"})
"""News that names another complaint of the same reporter."""

_UNDOING = frozenset(
    {"object", "reject", "report-back", "withdraw", "validate", "auto-finish", "close"}
)
"""After these a reported result is no news: undone, or told as what became of it."""

_PARTING = frozenset({"unlink", "merge", "make-confidential", "accuse"})
"""After these nothing is said of a neighbour any more."""

REMINDER = "question_reminder"
"""Of what an agency asked."""

RECEIPT_REMINDER = "receipt_reminder"
"""Of what the receipt asked."""

IN_TIME = frozenset({REMINDER, RECEIPT_REMINDER})
"""Sent in time or not at all."""

INVITATION = "question_invitation"
STATUS_ENVELOPE = "status_envelope"
RESULT_ENVELOPE = "result_envelope"

ENVELOPES: Mapping[str, str] = {
    INVITATION: "question",
    STATUS_ENVELOPE: "status",
    RESULT_ENVELOPE: "result",
}
"""Approved templates that say that there is a question, news or a result, and the purpose of each.
Only where free text may not leave; the words themselves follow when the reporter writes."""

ENVELOPED: Mapping[str, str] = {
    "question": INVITATION,
    "finished": RESULT_ENVELOPE,
    **dict.fromkeys(
        (
            "forwarded", "moved", "estimated", "response_late", "completion_late", "decision_late",
            "rejected", "reported_back", "validated", "auto_finished", "closed", "unanswered",
            "counter_receipt",
        ),
        STATUS_ENVELOPE,
    ),
}  # fmt: skip
"""What is worth a template: what changes for whom or until when the reporter waits (finding 11 of
the user research). Everything else waits until they write; the tracker shows all at once."""

COUNTER_RECEIPT = "counter_receipt"
"""What was entered at a counter, to the address that was left there: without the code."""

_SETTLES_A_QUESTION = frozenset(
    {
        "clarify", "refuse-ticket", "unanswered", "forward", "dispose", "finish", "withdraw",
        "close", "approve-ticket", "make-confidential",
    }
)  # fmt: skip
"""After these nobody needs the answer, or it is there."""

_STATES = frozenset({"forwarded", "processing", "disposed", "coordinated", "moved"})


def is_overtaken(kind: str, params: Mapping[str, Any], history: Iterable[Transition]) -> bool:
    """Whether news is no news any more, because the complaint has moved on since.

    What an officer wrote (``said``) is told in any case, but that a complaint is finished, and the
    question that comes with it, only while it is.
    """
    if kind not in _STATES | {"finished", "question", REMINDER, "neighbour"} | set(ENVELOPES):
        return False
    since = [t for t in history if t.seq > params["seq"]]
    if kind in {STATUS_ENVELOPE, RESULT_ENVELOPE}:
        return any(t.from_state is not t.to_state or t.action in _UNDOING for t in since)
    if kind in {"question", REMINDER, INVITATION}:
        return any(t.action in _SETTLES_A_QUESTION for t in since)
    if kind == "neighbour":
        return any(t.action in _PARTING for t in since)
    if kind == "finished":
        return any(t.action in _UNDOING for t in since)
    return not params.get("said") and any(t.from_state is not t.to_state for t in since)


_OF_ONE_MESSAGE = frozenset(
    {
        "which",
        "greeting",
        "unclear",
        "help",
        "calm",
        "quiet_how",
        "about",
        "privacy_how",
        "withdraw_how",
    }
)
"""Answers that mean one message of the person and say nothing of a complaint."""
_FRESH = timedelta(minutes=10)


def is_past(
    kind: str,
    params: Mapping[str, Any],
    *,
    asked_among: Sequence[str],
    age: timedelta,
    wrote_since: bool,
) -> bool:
    """Whether an answer that could not leave at once is none any more.

    A question which report is meant is asked only while the thread waits for that very answer:
    *asked_among* are the reports of its open question. What else answers one message is dropped
    when the person wrote again since, for that is answered by itself.
    """
    if kind == "which" and list(params["complaints"]) != list(asked_among):
        return True
    return kind in _OF_ONE_MESSAGE and age > _FRESH and wrote_since


def class_of(kind: str) -> Class:
    """How notices of this *kind* are treated."""
    if kind in _EMERGENCIES:
        return Class.EMERGENCY
    if kind == OFFICERS_ANSWER:
        return Class.WRITTEN
    if kind in DUTY:
        return Class.DUTY
    news = {*NEWS.values(), *OF_OTHERS, *IN_TIME, *ENVELOPES, INVITED, COUNTER_RECEIPT}
    return Class.NEWS if kind in news else Class.ANSWER


def priority_of(kind: str) -> int:
    """Lower leaves first. A courtesy that has to be a message of its own leaves when everybody has
    an answer: in a rush the privacy notice to one must not stand before the receipt of another."""
    return int(class_of(kind)) + (_BEHIND if kind in RIDES_ALONG else 0)


@dataclass(frozen=True, slots=True)
class Notice:
    """One row of the ledger: unique by conversation, *cause* and *kind*.

    *params* hold ids and names of our own lists, never words of a citizen.
    """

    id: int
    conversation: int
    cause: str
    kind: str
    created_at: datetime
    not_before: datetime
    complaint: ComplaintId | None = None
    event: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    held: Reason | None = None

    def to_row(self) -> dict[str, Any]:
        """For the table ``notice``: due, or held from the start."""
        return {
            "id": self.id,
            "conversation_id": self.conversation,
            "cause": self.cause,
            "kind": self.kind,
            "complaint_id": self.complaint,
            "event_id": self.event,
            "params": dict(self.params),
            "priority": priority_of(self.kind),
            "state": "held" if self.held else "due",
            "reason": self.held.value if self.held else "",
            "not_before": self.not_before,
            "created_at": self.created_at,
        }


def pause_of(pause: Pause, pauses: Pauses) -> timedelta:
    """How long an answer waits so that it can cover a burst of messages."""
    seconds = {Pause.NONE: 0.0, Pause.TEXT: pauses.text_s, Pause.MEDIA: pauses.media_s}
    return timedelta(seconds=seconds[pause])


def answering(
    reply: Reply,
    *,
    conversation: int,
    message: int,
    part: int,
    now: datetime,
    pauses: Pauses,
    new_id: NewId,
    silent: bool = False,
) -> Notice:
    """The notice for an answer of the dialogue to *message*."""
    return Notice(
        id=new_id(),
        conversation=conversation,
        cause=f"reply:{message}:{part}",
        kind=reply.kind,
        created_at=now,
        not_before=now + pause_of(reply.pause, pauses),
        complaint=reply.complaint,
        params=reply.params,
        held=Reason.REPLAYED if silent else None,
    )


def telling(
    change: Change, conversations: Iterable[int], now: datetime, new_id: NewId
) -> list[Notice]:
    """What the parties of a complaint must be told about *change*.

    A reporter's own action was answered in the thread already; only officers and the system make
    news.
    """
    if any(t.actor.kind is ActorKind.CITIZEN for t in change.transitions):
        return []
    facts = [f for f in change.events if f.kind in NEWS and not _still_hidden(f.kind, change)]
    said = {t.seq for t in change.transitions if t.public_text}
    return [
        Notice(
            id=new_id(),
            conversation=conversation,
            cause=f"event:{fact.id}",
            kind=NEWS[fact.kind],
            created_at=now,
            not_before=now,
            complaint=change.after.id,
            event=fact.id,
            params={"seq": fact.seq, "said": fact.seq in said},
        )
        for fact in facts
        for conversation in conversations
    ]


def _still_hidden(kind: str, change: Change) -> bool:
    """What its own reporter has hidden is not shown because an officer would."""
    return kind == "complaint.shown" and not change.after.is_public


def reminders(
    change: Change, asked: Iterable[Notice], after: timedelta, now: datetime, new_id: NewId
) -> list[Notice]:
    """One reminder of each question in *asked*, so long *after* its ticket was filed; none where
    that is over already."""
    filed = [t.filed_at for t in change.tickets if t.is_open and t.asked_at is not None]
    if not filed or filed[0] + after <= now:
        return []
    return [
        replace(n, id=new_id(), kind=REMINDER, not_before=filed[0] + after)
        for n in asked
        if n.kind == "question"
    ]


def envelopes(told: Iterable[Notice], purposes: Container[str], new_id: NewId) -> list[Notice]:
    """To each notice in *told* the template that goes where it may not itself, if there is one
    among *purposes*."""
    return [
        replace(n, id=new_id(), kind=kind, params={**n.params, "of": n.kind})
        for n in told
        if (kind := ENVELOPED.get(n.kind)) and ENVELOPES[kind] in purposes
    ]
