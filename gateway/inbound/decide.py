"""What a conversation means by its new messages: readings → dialogue → everything to be written.

Pure: a thread as it was read goes in, a `Work` comes out; the same thread gives the same work but
for fresh ids and numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core import commands, grouping
from core.clocks import Deadlines
from core.complaint import (
    Actor,
    ActorKind,
    Change,
    Complaint,
    ComplaintDraft,
    ComplaintId,
    NewId,
    Visibility,
)
from core.messages import (
    Edited,
    Ignored,
    InboundMessage,
    MediaKind,
    Preference,
    ReadUpTo,
    Receipt,
    Withdrawn,
)
from core.number import ComplaintNumber
from core.routing import Channel
from core.workflow import BY_DECREE, Act, Action
from gateway.configuration.holidays import deadlines
from gateway.configuration.settings import Settings
from gateway.duty.hearing import heard
from gateway.inbound.cases import case_of, cases_of
from gateway.inbound.codec import Completed
from gateway.inbound.completing import complete
from gateway.inbound.thread import Pending, Thread
from gateway.inbound.work import Work
from gateway.inbox.waiting import Why, due, waits_because
from gateway.outbound.notices import telling
from gateway.outbound.reminding import reminder
from normalizer.dialogue import (
    Add,
    Claim,
    DialogueState,
    File,
    Heard,
    Intent,
    Outcome,
    Perform,
    Policy,
    Question,
    QuestionKind,
    Reply,
    SetPushes,
    Situation,
    Turn,
    step,
)
from normalizer.dialogue.intents import Amendment, Wait
from normalizer.dialogue.placing import corrected, merged, place_of
from normalizer.regions import CENTROIDS, Regions

OLDEST = timedelta(days=5)
"""Older than this no way of delivery makes a message: SMS centres keep one for up to three days,
mail servers try for four or five (RFC 5321, 4.5.4.1). A sender's clock that says more is wrong."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What every decision needs from outside."""

    now: datetime
    new_id: NewId
    take_number: Callable[[], ComplaintNumber]
    settings: Settings
    channel: Channel
    policy: Policy
    regions: Regions = CENTROIDS
    deadlines: Deadlines = BY_DECREE


def decide(thread: Thread, kit: Kit) -> Work:
    """Decide about all waiting events of *thread*, in their order."""
    work = Work.begin(thread, kit.new_id)
    for item in thread.events:
        event = item.event
        if isinstance(event, InboundMessage) and (thread.officer or work.agrees_to(event)):
            _hear_officer(work, item, event, kit)
        elif isinstance(event, InboundMessage):
            _hear(work, item, event, kit)
        elif isinstance(event, Preference):
            work.blocked = "provider_stop" if event.stopped else ""
            work.close(item, Outcome.SERVICE)
        elif isinstance(event, Edited | Withdrawn):
            _revise(work, item, event)
        elif isinstance(event, Completed):
            _complete(work, item, event, kit)
        elif isinstance(event, ReadUpTo):
            work.close(item, Outcome.RECEIPT)
        else:
            assert isinstance(event, Receipt | Ignored)  # noqa: S101 - never queued as a thread
            work.close(item, Outcome.NOT_FOR_US)
    return work


def _hear_officer(work: Work, item: Pending, event: InboundMessage, kit: Kit) -> None:
    """One message in a thread of duty notices: it acknowledges an alarm, or is kept as it is."""
    assert item.reading is not None  # noqa: S101 - messages are read when they are loaded
    message = work.add_message(item, event, kit.new_id)
    at = _written_at(event, item)
    work.last_inbound_at = max(at, work.last_inbound_at or at)
    if work.blocked == "blocked_by_user":
        work.blocked = ""
    if not event.automatic:
        quoted = work.thread.quoted.get(event.quotes) if event.quotes else None
        rung = [a for a in work.thread.alarms if a.item not in work.acknowledged]
        meant = heard(item.reading, rung, quoted)
        work.acknowledged.update(a.item for a in meant.acknowledged)
        reply = Reply("duty_confirmed") if work.agrees else meant.reply
        work.reply(
            reply, message=message, part=0, now=kit.now, pauses=kit.settings.pauses,
            new_id=kit.new_id, silent=item.silent,
        )  # fmt: skip
    work.close(item, Outcome.SERVICE)


def _hear(work: Work, item: Pending, event: InboundMessage, kit: Kit) -> None:
    """One message of the citizen."""
    message = work.add_message(item, event, kit.new_id)
    claim = work.thread.claims.get(item.inbound_id)
    if claim is not None and claim.judged:
        work.claim(claim, kit.now, kit.new_id)
    at = _written_at(event, item)
    turn = step(_situation(work, item, event, message, at, kit))
    for part, intent in enumerate(turn.intents):
        _carry_out(work, intent, message, part, at, kit, silent=item.silent)
    if kit.settings.questions.remind and not item.silent:
        _remind(work, turn, kit)
    _wait_for_person(work, turn, item, message, kit)
    work.state = _asked_in_secret(work, turn) if kit.channel.confidential else turn.state
    work.language = turn.state.speaks(kit.policy.english_votes) or work.language
    work.last_inbound_at = max(at, work.last_inbound_at or at)
    if work.blocked == "blocked_by_user":
        work.blocked = ""
    work.close(item, turn.outcome)


def _remind(work: Work, turn: Turn, kit: Kit) -> None:
    """Whoever leaves the question of a receipt unanswered is asked once more the next morning."""
    asked = turn.state.unanswered(kit.now)
    receipts = {i.complaint for i in turn.intents if isinstance(i, Reply) and i.kind == "receipt"}
    if asked is None or asked not in receipts or work.complaint(asked).confidential:
        return
    at = kit.settings.questions.remind_at
    work.notices.append(reminder(asked, work.conversation, at, kit.now, kit.new_id))


def _asked_in_secret(work: Work, turn: Turn) -> DialogueState:
    """What is filed through a confidential account is acknowledged with one question only: whether
    it may be told here that there is news."""
    filed = next((i.complaint for i in turn.intents if isinstance(i, File)), None)
    if filed is None or work.complaint(filed).urgent:
        return turn.state
    asked = Question(QuestionKind.NEWS, work.complaint(filed).received_at, filed)
    return replace(turn.state, question=asked)


def _wait_for_person(work: Work, turn: Turn, item: Pending, message: int, kit: Kit) -> None:
    """Into the inbox with what the machine cannot settle."""
    assert item.reading is not None  # noqa: S101 - messages are read when they are loaded
    replies = [intent.kind for intent in turn.intents if isinstance(intent, Reply)]
    why = waits_because(turn.outcome, replies, item.reading)
    if why is not None:
        due_at = due(why, kit.now, kit.deadlines)
        secret = kit.channel.confidential
        work.wait_for_person(why, message, kit.now, due_at, kit.new_id, confidential=secret)
    for intent in turn.intents:
        if isinstance(intent, File) and work.complaint(intent.complaint).urgent:
            filed = work.complaint(intent.complaint)
            due_at = due(Why.EMERGENCY, kit.now, kit.deadlines)
            work.wait_for_person(
                Why.EMERGENCY, message, kit.now, due_at, kit.new_id,
                confidential=filed.confidential, complaint=filed.id,
            )  # fmt: skip


def _written_at(event: InboundMessage, item: Pending) -> datetime:
    """When it was written. A phone whose clock is fast must not move deadlines into the future, one
    that is far behind must not file what is overdue already."""
    if event.sent_at < item.accepted_at - OLDEST:
        return item.accepted_at
    return min(event.sent_at, item.accepted_at)


def _situation(
    work: Work, item: Pending, event: InboundMessage, message: int, at: datetime, kit: Kit
) -> Situation:
    reading = item.reading
    assert reading is not None  # noqa: S101 - messages are read when they are loaded
    heard = Heard(
        message=message,
        at=at,
        reading=reading,
        media=tuple(MediaKind.of(a.claimed_type) for a in event.attachments),
        location=event.location,
        quotes=work.thread.quoted.get(event.quotes) if event.quotes else None,
        automatic=event.automatic,
    )
    return Situation(
        state=work.state,
        heard=heard,
        cases=cases_of(work),
        policy=kit.policy,
        new_id=kit.new_id,
        regions=kit.regions,
        last_inbound_at=work.last_inbound_at,
        claims=_claims(work, item),
        unread=work.thread.unread,
    )


def _claims(work: Work, item: Pending) -> Mapping[ComplaintNumber, Claim]:
    found = work.thread.claims.get(item.inbound_id)
    if found is None:
        return {}
    other = work.claimed(found.complaint)
    also = {found.number: found.complaint} if other and found.complaint else {}
    case = case_of(other, work, also) if other else None
    return {found.number: Claim(found.number, found.complaint, found.right, case)}


def _carry_out(
    work: Work, intent: Intent, message: int, part: int, at: datetime, kit: Kit, *, silent: bool
) -> None:
    match intent:
        case File():
            work.change(_filed(work, intent, message, at, kit))
            work.link(intent.complaint, message, "report", kit.now, kit.new_id)
        case Add():
            _add(work, intent, message, at, kit)
        case Perform():
            work.change(_performed(work, intent, at, kit))
        case Reply():
            work.reply(
                intent, message=message, part=part, now=kit.now, pauses=kit.settings.pauses,
                new_id=kit.new_id, silent=silent,
            )  # fmt: skip
        case Wait():
            work.wait(intent, kit.now, kit.settings.pauses)
        case SetPushes():
            work.pushes_stopped_at = kit.now if intent.stopped else None


def _filed(work: Work, intent: File, message: int, at: datetime, kit: Kit) -> Change:
    draft = intent.draft
    if kit.channel.confidential:
        draft = replace(draft, confidential=True)
    first = None if intent.repeats is None else work.complaint(intent.repeats)
    if first is not None:
        # What its reporter or an officer kept from others about the first stays kept from them.
        draft = replace(draft, anonymous=first.anonymous)
        work.repeat(intent.complaint, first.id, kit.now)
    change = commands.file_complaint(
        draft,
        complaint_id=intent.complaint,
        number=kit.take_number(),
        account=work.thread.account,
        channel=kit.channel,
        origin_key=f"message:{message}:{intent.part}",
        reporter=str(work.conversation),
        at=at,
        recorded_at=kit.now,
        new_id=kit.new_id,
        deadlines=kit.deadlines,
        data={"repeats": str(first.id)} if first else None,
        accused=first.accused if first else frozenset(),
        lead=first.lead_unit if first and first.accused else None,
        visibility=first.visibility if first else Visibility.PUBLIC,
        withheld=first is not None and first.withheld,
    )
    work.add_party(intent.complaint, kit.now, kit.new_id)
    return change


def _add(work: Work, intent: Add, message: int, at: datetime, kit: Kit) -> None:
    work.link(intent.complaint, message, intent.role, kit.now, kit.new_id)
    if intent.message is not None:
        work.link(intent.complaint, intent.message, intent.role, kit.now, kit.new_id)
    if not work.waits_for_receipt(intent.complaint):
        work.answers.append((intent.complaint, message))
    if intent.amendment is None:
        return
    complaint = work.complaint(intent.complaint)
    content = _amended(complaint, intent.amendment, kit.regions)
    if content != _content(complaint):
        work.change(
            commands.amend(
                complaint, content, reporter=str(work.conversation), at=at,
                recorded_at=kit.now, new_id=kit.new_id,
            )
        )  # fmt: skip
        _pass_on(work, intent.complaint, at, kit)


def _pass_on(work: Work, complaint: ComplaintId, at: datetime, kit: Kit) -> None:
    """With what was added it may be clear to which kelurahan it goes."""
    item = work.complaint(complaint)
    if item.account != work.thread.account:
        return  # that channel's rule holds
    change = commands.pass_on(
        item, kit.channel, at=at, recorded_at=kit.now, new_id=kit.new_id, deadlines=kit.deadlines
    )
    if change is None:
        return
    work.change(change)
    if not work.waits_for_receipt(complaint):
        # The receipt says itself who has it.
        work.notices += telling(change, [work.conversation], kit.now, kit.new_id)


def _performed(work: Work, intent: Perform, at: datetime, kit: Kit) -> Change:
    if Action(intent.action) is Action.UNLINK:
        work.parted.append(intent.complaint)
        actor = Actor(ActorKind.CITIZEN, str(work.conversation))
        act = Act(Action.UNLINK, actor, at, kit.now, note=intent.text)
        return grouping.unlink(work.complaint(intent.complaint), act, kit.new_id)
    item = work.complaint(intent.complaint)  # it may have come in by another channel
    return commands.act_as_citizen(
        item,
        Action(intent.action),
        reporter=str(work.conversation),
        at=at,
        recorded_at=kit.now,
        new_id=kit.new_id,
        note=intent.text,
        data=intent.data,
        deadlines=deadlines(kit.settings, item.account),
    )


def _content(complaint: Complaint) -> ComplaintDraft:
    return ComplaintDraft(
        kind=complaint.kind,
        category=complaint.category,
        place=complaint.place,
        happened=complaint.happened,
        urgent=complaint.urgent,
        confidential=complaint.confidential,
        anonymous=complaint.anonymous,
    )


def _amended(complaint: Complaint, amendment: Amendment, regions: Regions) -> ComplaintDraft:
    content = _content(complaint)
    if amendment.problem is not None:
        content = replace(content, kind=amendment.problem.kind, category=amendment.problem.category)
    if amendment.place is not None or amendment.location is not None:
        said = amendment.place, amendment.location
        known = content.place
        if amendment.corrects:
            place = corrected(known, *said, regions)
        else:
            place = merged(known, place_of(*said, regions))
        content = replace(content, place=place)
    if amendment.happened is not None:
        content = replace(content, happened=amendment.happened)
    return content


def _revise(work: Work, item: Pending, event: Edited | Withdrawn) -> None:
    """An edit changes the text we show (the raw keeps the old one); a withdrawal empties it."""
    known = work.thread.known_messages.get(event.provider_id)
    if known is None:
        work.close(item, Outcome.UNCLEAR, "the message it refers to is not known")
        return
    text = event.text if isinstance(event, Edited) else ""
    work.revise(known.id, text, event.at, withdrawn=isinstance(event, Withdrawn))
    work.close(item, Outcome.ADDITION if isinstance(event, Edited) else Outcome.SERVICE)


def _complete(work: Work, item: Pending, event: Completed, kit: Kit) -> None:
    name = event.message.provider_id
    known = work.thread.known_messages.get(name) if name else None
    if known is None:
        # What it completes is worked off in this very turn, before it.
        known = work.just_added(name)
    if known is not None:
        at = _written_at(event.message, item)
        for part, intent in enumerate(complete(work, event, known, kit.new_id)):
            _carry_out(work, intent, known.id, part, at, kit, silent=item.silent)
    work.close(item, Outcome.DUPLICATE)


__all__ = ["Kit", "decide"]
