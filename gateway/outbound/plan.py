"""Due notices of many conversations → what is sent now, and what happens to the rest. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core.messages import AccountId, Template
from gateway.outbound.facts import DueNotice, Listener
from gateway.outbound.notices import DUTY, RIDES_ALONG, Class, class_of
from gateway.outbound.pictures import Picture
from gateway.outbound.planner import Decision, Verdict


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to be sent now, and the notices it tells; *pictures*: the result photos that go
    along."""

    listener: Listener
    notices: tuple[DueNotice, ...]
    text: str = field(repr=False)
    template: Template | None = None
    pictures: tuple[Picture, ...] = ()

    @property
    def priority(self) -> int:
        """That of the most urgent notice in it."""
        return min(n.priority for n in self.notices)

    @property
    def is_automatic_answer(self) -> bool:
        """Whether it counts against the limit of automatic answers."""
        return any(
            class_of(n.kind) is Class.ANSWER and n.kind not in RIDES_ALONG for n in self.notices
        )


@dataclass(slots=True)
class Plan:
    """What `claim` writes."""

    send: list[Outgoing] = field(default_factory=list)
    settled: list[tuple[DueNotice, Decision]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Room:
    """How many messages may leave now: altogether, and on each account that can send."""

    slots: int
    accounts: Mapping[AccountId, int]

    @property
    def full(self) -> list[AccountId]:
        """The accounts on which nothing may leave now."""
        return [account for account, left in self.accounts.items() if left <= 0]

    def is_left(self, account: AccountId, used: Counter[AccountId]) -> bool:
        """Whether one more may leave on *account* when *used* have. An account that cannot send
        needs none: what is due there is put on hold."""
        return used.total() < self.slots and used[account] < self.accounts.get(account, 1)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a plan asks about a notice: may it leave, and what does it say?

    *decide* gets the text, because the same text twice in a row is not answered twice; *template*
    is what the provider must have approved, where that is sent. *failed* hears of a fault of ours
    in any of these, and says what becomes of the notice.
    """

    write: Callable[[DueNotice, Listener], str]
    decide: Callable[[DueNotice, Listener, str], Decision]
    merges: Callable[[Listener], bool]
    bundle: Callable[[Sequence[DueNotice], Listener], str]
    template: Callable[[Sequence[DueNotice], Listener], Template | None]
    pictures: Callable[[Sequence[DueNotice], Listener], tuple[Picture, ...]]
    failed: Callable[[DueNotice, Exception], Decision]


def plan(
    due: Sequence[DueNotice],
    listeners: Mapping[int, Listener],
    busy: Mapping[int, frozenset[str]],
    room: Room,
    desk: Desk,
) -> Plan:
    """Decide about *due* notices; at most one message per conversation, and as many as have room.

    *busy* are the states of each conversation's open deliveries: what is in flight, or might be,
    comes first; only an emergency passes a delivery that is not being sent this moment. Where there
    is no room left nothing is decided: it stays due.
    """
    result, used = Plan(), Counter[AccountId]()
    by_conversation: dict[int, list[DueNotice]] = defaultdict(list)
    for notice in sorted(due, key=lambda n: (n.priority, n.id)):
        by_conversation[notice.conversation].append(notice)
    for conversation, notices in by_conversation.items():
        listener = listeners.get(conversation)
        if listener is None or not room.is_left(listener.account, used):
            continue
        one = Plan()
        try:
            _plan_one(one, listener, notices, busy.get(conversation, frozenset()), desk)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody else waits for it
            one = Plan(settled=[(notice, desk.failed(notice, error)) for notice in notices])
        used[listener.account] += len(one.send)
        result.send += one.send
        result.settled += one.settled
    return result


def _plan_one(
    result: Plan,
    listener: Listener,
    notices: Sequence[DueNotice],
    open_states: frozenset[str],
    desk: Desk,
) -> None:
    chosen: list[DueNotice] = []
    texts: list[str] = []
    for notice in notices:
        if chosen and not _joins(notice, chosen[0], listener, desk):
            continue
        if not chosen and _must_wait(notice, open_states):
            return
        text = desk.write(notice, listener)
        decision = desk.decide(notice, listener, text)
        if decision.verdict is Verdict.SEND:
            chosen.append(notice)
            texts.append(text)
        else:
            result.settled.append((notice, decision))
    if len(chosen) > 1 and chosen[0].kind in DUTY:
        texts = [desk.bundle(chosen, listener)]
    if chosen:
        template = desk.template(chosen, listener)
        pictures = desk.pictures(chosen, listener)
        text = "\n\n".join(texts)
        result.send.append(Outgoing(listener, tuple(chosen), text, template, pictures))


def _joins(notice: DueNotice, first: DueNotice, listener: Listener, desk: Desk) -> bool:
    """Whether *notice* becomes part of the message that tells *first*."""
    if first.kind in DUTY:
        return notice.kind in DUTY
    return notice.kind in RIDES_ALONG and desk.merges(listener)


def _must_wait(notice: DueNotice, open_states: frozenset[str]) -> bool:
    if class_of(notice.kind) is Class.EMERGENCY:
        return "sending" in open_states
    return bool(open_states)
