"""Everything that one conversation's turn will write, collected while it is decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.complaint import Change, Complaint, ComplaintId, NewId
from core.messages import Attachment, InboundMessage, ProviderId
from gateway.configuration.settings import Pauses
from gateway.duty.hearing import agrees
from gateway.grouping.records import REPORTER, Link
from gateway.inbound.thread import CodeClaim, Known, Pending, Thread
from gateway.inbox.waiting import Why
from gateway.ops import tries
from gateway.outbound.notices import Notice, answering, pause_of
from normalizer.dialogue import DialogueState, Outcome, Reply
from normalizer.dialogue.intents import Wait


@dataclass(slots=True)
class Work:
    """Collects rows for one conversation; `gateway.inbound.write` writes them."""

    thread: Thread
    conversation: int
    address: int
    state: DialogueState
    language: str
    last_inbound_at: datetime | None
    pushes_stopped_at: datetime | None
    blocked: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    parties: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    waits: dict[ComplaintId, datetime] = field(default_factory=dict)
    revisions: list[dict[str, Any]] = field(default_factory=list)
    completions: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[tuple[int, Outcome, str]] = field(default_factory=list)
    claims: list[CodeClaim] = field(default_factory=list)
    tries: list[dict[str, Any]] = field(default_factory=list)
    inbox: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[ComplaintId, int]] = field(default_factory=list)
    """What the reporter added to complaints that others may have already, by message."""
    acknowledged: set[int] = field(default_factory=set)
    """Alarms that an officer took in hand, by their entry in the inbox."""
    agrees: bool = False
    """The owner of the number wants to be told of a unit's work."""
    parted: list[ComplaintId] = field(default_factory=list)
    repeats: list[Link] = field(default_factory=list)
    _complaints: dict[ComplaintId, Complaint] = field(default_factory=dict)
    _claimed: dict[ComplaintId, Complaint] = field(default_factory=dict)
    """Other people's, opened with their codes."""

    @classmethod
    def begin(cls, thread: Thread, new_id: NewId) -> "Work":
        """Nothing decided yet; whoever is new gets ids."""
        return cls(
            thread=thread,
            conversation=thread.id or new_id(),
            address=thread.address_id or new_id(),
            state=thread.state,
            language=thread.language,
            last_inbound_at=thread.last_inbound_at,
            pushes_stopped_at=thread.pushes_stopped_at,
            blocked=thread.blocked_reason,
            _complaints={c.id: c for c in thread.complaints},
            _claimed={c.id: c for c in thread.claimed},
        )

    def complaints_newest_first(self) -> Iterable[Complaint]:
        """The reporter's own complaints as they stand after what was decided so far."""
        return sorted(self._complaints.values(), key=lambda c: c.id, reverse=True)

    def complaint(self, complaint: ComplaintId) -> Complaint:
        """One of them, or of those that a code opened."""
        return self._complaints.get(complaint) or self._claimed[complaint]

    def claimed(self, complaint: ComplaintId | None) -> Complaint | None:
        """Somebody else's that a code opened; what it was merged into, where it was."""
        found = self._claimed.get(complaint) if complaint else None
        return self._claimed.get(found.merged_into, found) if found and found.merged_into else found

    def waits_for_receipt(self, complaint: ComplaintId) -> bool:
        """Whether the acknowledgement of *complaint* has still to leave."""
        mine = any(n.complaint == complaint and n.kind == "receipt" for n in self.notices)
        return mine or complaint in self.thread.waiting_receipts

    def agrees_to(self, event: InboundMessage) -> bool:
        """SIAP to the question whether this is an officer's number; nothing else is."""
        said = self.thread.invited and not event.automatic and agrees(event.text)
        self.agrees = self.agrees or said
        return said

    def add_message(self, item: Pending, event: InboundMessage, new_id: NewId) -> int:
        """The row of *event*; gives its id."""
        message = new_id()
        point = event.location
        self.messages.append(
            {
                "id": message,
                "conversation_id": self.conversation,
                "direction": "in",
                "inbound_id": item.inbound_id,
                "account_id": self.thread.account,
                "provider_id": event.provider_id,
                "thread_key": event.thread_key,
                "quotes_provider_id": event.quotes,
                "text": event.text or event.choice,
                "lat": point.lat if point else None,
                "lon": point.lon if point else None,
                "sent_at": event.sent_at,
                "accepted_at": item.accepted_at,
                "reply_by": event.reply_by,
                "reply_context": event.reply_context,
            }
        )
        self.attach(message, event.attachments, 0, item.accepted_at, new_id)
        return message

    def attach(
        self, message: int, files: Sequence[Attachment], had: int, at: datetime, new_id: NewId
    ) -> None:
        """What comes with *message*, which *had* so many of them."""
        self.attachments.extend(
            {
                "id": new_id(),
                "message_id": message,
                "ord": ord_,
                "source": a.source,
                "claimed_type": a.claimed_type[:100],
                "state": "pending",
                "not_before": at,
            }
            for ord_, a in enumerate(files)
            if ord_ >= had
        )

    def just_added(self, name: ProviderId | None) -> Known | None:
        """The message of this turn that the provider calls *name*."""
        row = next((m for m in self.messages if name and m["provider_id"] == name), None)
        if row is None:
            return None
        files = sum(a["message_id"] == row["id"] for a in self.attachments)
        of = next((k["complaint_id"] for k in self.links if k["message_id"] == row["id"]), None)
        return Known(row["id"], of, row["lat"] is not None, files, row["accepted_at"])

    def change(self, change: Change) -> None:
        """A complaint of this reporter, or one that a code opened, changed."""
        self.changes.append(change)
        among = self._claimed if change.after.id in self._claimed else self._complaints
        among[change.after.id] = change.after

    def link(
        self, complaint: ComplaintId, message: int, role: str, now: datetime, new_id: NewId
    ) -> None:
        """The message is about the complaint."""
        self.links.append(
            {
                "id": new_id(),
                "complaint_id": complaint,
                "message_id": message,
                "role": role,
                "linked_at": now,
                "linked_by": "dialogue",
            }
        )

    def repeat(self, complaint: ComplaintId, first: ComplaintId, now: datetime) -> None:
        """The *complaint* is *first* once more."""
        known = (*self.thread.links, *self.repeats)
        count = max((k.nth for k in known if k.complaint == first), default=0) + 1
        self.repeats.append(Link("repeat", complaint, first, "linked", count, (), now, REPORTER))

    def add_party(self, complaint: ComplaintId, now: datetime, new_id: NewId) -> None:
        """This conversation is the reporter of the complaint."""
        self.parties.append(
            {
                "id": new_id(),
                "complaint_id": complaint,
                "conversation_id": self.conversation,
                "role": "reporter",
                "since": now,
            }
        )

    def reply(
        self,
        reply: Reply,
        *,
        message: int,
        part: int,
        now: datetime,
        pauses: Pauses,
        new_id: NewId,
        silent: bool,
    ) -> None:
        """An answer to *message* is due."""
        self.notices.append(
            answering(
                reply, conversation=self.conversation, message=message, part=part,
                now=now, pauses=pauses, new_id=new_id, silent=silent,
            )
        )  # fmt: skip

    def wait(self, wait: Wait, now: datetime, pauses: Pauses) -> None:
        """The acknowledgement of a complaint waits for more parts, but not for ever."""
        since = self.thread.waiting_receipts.get(wait.complaint, now)
        latest = since + timedelta(seconds=pauses.longest_s)
        self.waits[wait.complaint] = max(now, min(now + pause_of(wait.pause, pauses), latest))

    def claim(self, claim: CodeClaim, now: datetime, new_id: NewId) -> None:
        """A code was compared; a wrong one is a try."""
        self.claims.append(claim)
        if not claim.right:
            self.tries += tries.rows(claim.number, claim.asker, now, new_id)

    def revise(self, message: int, text: str, at: datetime, *, withdrawn: bool) -> None:
        """The sender changed a message, or took it back."""
        self.revisions.append(
            {
                "b_id": message,
                "b_text": text,
                "b_edited_at": None if withdrawn else at,
                "b_deleted_at": at if withdrawn else None,
            }
        )

    def wait_for_person(
        self,
        why: Why,
        message: int,
        since: datetime,
        due: datetime | None,
        new_id: NewId,
        *,
        confidential: bool,
        complaint: ComplaintId | None = None,
    ) -> None:
        """Somebody has to look at *message*; an emergency rings until somebody does."""
        self.inbox.append(
            {
                "id": new_id(),
                "account_id": self.thread.account,
                "why": why.value,
                "conversation_id": self.conversation,
                "message_id": message,
                "complaint_id": complaint,
                "confidential": confidential,
                "since_at": since,
                "due_at": due,
                "alarm_at": since if why is Why.EMERGENCY else None,
            }
        )

    @property
    def has_filed(self) -> bool:
        """Whether a new complaint was filed."""
        return any(change.before is None for change in self.changes)

    def close(self, item: Pending, outcome: Outcome, problem: str = "") -> None:
        """The event is handled; *outcome* is what it was."""
        self.outcomes.append((item.inbound_id, outcome, problem))

    @property
    def heard_somebody(self) -> bool:
        """Whether a person wrote: then what was held for that may leave."""
        return bool(self.messages)

    @property
    def was_unblocked(self) -> bool:
        """Whether the provider lets us write again."""
        return bool(self.thread.blocked_reason) and not self.blocked

    def state_row(self) -> Mapping[str, Any]:
        """The columns of ``conversation`` that a turn changes."""
        return {
            "dialogue": self.state.to_json(),
            "language": self.language,
            "last_inbound_at": self.last_inbound_at,
            "pushes_stopped_at": self.pushes_stopped_at,
            "blocked_reason": self.blocked,
        }
