"""May this notice leave now, and if not, why not? One pure function, asked when sending."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from core.number import WIB
from gateway.configuration.settings import QuietHours, Sending
from gateway.duty.roster import Matter, OnRoster
from gateway.outbound.notices import ENVELOPES, IN_TIME, Class, class_of
from gateway.outbound.reasons import Reason

AWAKE_FOR = timedelta(minutes=30)
"""Whoever wrote this recently is awake, and may be told at night."""

_UNANSWERABLE_KINDS = frozenset({"tel:short", "tel:alnum"})


class Verdict(enum.StrEnum):
    """What happens to a notice."""

    SEND = "send"
    LATER = "later"
    """Due again at `Decision.until`."""
    HOLD = "hold"
    """Until something happens: the person writes, an operator switches."""
    DROP = "drop"
    """Settled without being told; the ledger says why."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict with its reason code; *until* for LATER."""

    verdict: Verdict
    reason: Reason | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OnDuty:
    """How it stands with an officer: on a roster at all, a reader of what is confidential, with own
    hours, off duty until when, and told until when as one message with what follows."""

    on_roster: bool
    reads_confidential: bool = False
    has_hours: bool = False
    rests_until: datetime | None = None
    bundles_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision may look at. *answers_since* are our automatic answers of the last hour."""

    now: datetime
    kind: str
    sending: Sending
    on_allowlist: bool
    paused: bool
    address_kind: str
    is_own_address: bool
    address_usable: bool
    blocked: str
    pushes_stopped: bool
    last_inbound_at: datetime | None
    reply_window: timedelta | None
    confidential: bool
    wants_secret_news: bool = False
    is_stranger: bool = False
    """What the address shows about the complaint allows no news (`core.proof`)."""
    reply_only: bool = False
    has_reply_context: bool = False
    reply_by: datetime | None = None
    has_template: bool = False
    answers_since: tuple[datetime, ...] = ()
    says_the_same: bool = False
    overtaken: bool = False
    duty: OnDuty | None = None
    answers_per_hour: int = 5
    quiet: QuietHours = field(default_factory=QuietHours)

    @property
    def cls(self) -> Class:
        """Emergency, answer or news."""
        return class_of(self.kind)


def standing(lines: Sequence[OnRoster], now: datetime, bundles_until: datetime | None) -> OnDuty:
    """How it stands now with the officer of these *lines* of rosters: on duty where one of them
    says so."""
    rests = [line.rests_until(now) for line in lines]
    ends = [end for end in rests if end is not None]
    return OnDuty(
        on_roster=bool(lines),
        reads_confidential=any(Matter.CONFIDENTIAL in line.told for line in lines),
        has_hours=any(line.shift is not None for line in lines),
        rests_until=min(ends) if ends and None not in rests else None,
        bundles_until=bundles_until,
    )


_SEND = Decision(Verdict.SEND)


def decide(facts: Facts) -> Decision:
    """The first rule that speaks decides; the switch comes first, life before limits."""
    for rule in (
        _overtaken,
        _switch,
        _reachable,
        _proof,
        _confidential,
        _stopped,
        _roster,
        _window,
        _limits,
        _duty,
        _quiet,
    ):
        decision = rule(facts)
        if decision is not None:
            return _in_time(facts, decision)
    return _SEND


def _in_time(f: Facts, decision: Decision) -> Decision:
    """A reminder that cannot leave now is none later: the question itself still waits."""
    if f.kind in IN_TIME and decision.verdict is Verdict.HOLD:
        return Decision(Verdict.DROP, decision.reason)
    return decision


def _overtaken(f: Facts) -> Decision | None:
    """Nobody wants to read in the morning what was undone at night."""
    return Decision(Verdict.DROP, Reason.NEWER_NEWS) if f.overtaken else None


def _switch(f: Facts) -> Decision | None:
    if f.sending is Sending.OFF:
        return Decision(Verdict.HOLD, Reason.SENDING_OFF)
    if f.sending is Sending.ALLOWLIST and not f.on_allowlist:
        return Decision(Verdict.HOLD, Reason.NOT_ON_ALLOWLIST)
    return Decision(Verdict.HOLD, Reason.PAUSED) if f.paused else None


def _reachable(f: Facts) -> Decision | None:
    if f.address_kind in _UNANSWERABLE_KINDS or f.is_own_address:
        return Decision(Verdict.DROP, Reason.NOT_ANSWERABLE)
    if not f.address_usable:
        return Decision(Verdict.DROP, Reason.UNREACHABLE)
    return Decision(Verdict.HOLD, Reason(f.blocked)) if f.blocked else None


def _confidential(f: Facts) -> Decision | None:
    """A phone may be shared: about a confidential case we answer and do not push (finding 6), but
    for "there is news", where the reporter asked for that; and not twice in a row."""
    if not f.confidential or f.cls is not Class.NEWS:
        return None
    if not f.wants_secret_news or f.kind in ENVELOPES:  # they name the number
        return Decision(Verdict.DROP, Reason.CONFIDENTIAL)
    return Decision(Verdict.DROP, Reason.SAME_TEXT) if f.says_the_same else None


def _proof(f: Facts) -> Decision | None:
    """Who holds a number that may have been sold again learns nothing of the former owner's."""
    if f.is_stranger and f.cls is Class.NEWS:
        return Decision(Verdict.DROP, Reason.SILENT_ADDRESS)
    return None


def _roster(f: Facts) -> Decision | None:
    """An officer is told while on a roster, and of what is confidential only who reads it."""
    if f.duty is None:
        return None
    if not f.duty.on_roster:
        return Decision(Verdict.DROP, Reason.OFF_ROSTER)
    if f.confidential and not f.duty.reads_confidential:
        return Decision(Verdict.DROP, Reason.CONFIDENTIAL)
    return None


def _duty(f: Facts) -> Decision | None:
    """Nobody is called to work off duty, nor ten times in ten minutes; an emergency waits for
    neither."""
    if f.duty is None or f.cls is Class.EMERGENCY:
        return None
    if f.duty.rests_until is not None:
        return Decision(Verdict.LATER, Reason.OFF_DUTY, f.duty.rests_until)
    if f.duty.bundles_until is not None and f.duty.bundles_until > f.now:
        return Decision(Verdict.LATER, Reason.BUNDLED, f.duty.bundles_until)
    return None


def _stopped(f: Facts) -> Decision | None:
    """STOP ends what we push, not the right to complain and be answered."""
    if f.pushes_stopped and f.cls is Class.NEWS:
        return Decision(Verdict.DROP, Reason.STOPPED_BY_REPORTER)
    return None


def _window(f: Facts) -> Decision | None:
    closed = _is_closed(f)
    if f.kind in ENVELOPES:
        # Where free text may leave, what is to be read says it itself.
        unneeded = Reason.WINDOW_CLOSED if closed else Reason.NEWER_NEWS
        return None if closed and f.has_template else Decision(Verdict.DROP, unneeded)
    return Decision(Verdict.HOLD, Reason.WINDOW_CLOSED) if closed else None


def _is_closed(f: Facts) -> bool:
    if f.reply_only:
        return not f.has_reply_context or (f.reply_by is not None and f.now >= f.reply_by)
    if f.reply_window is None:
        return False
    return f.last_inbound_at is None or f.now >= f.last_inbound_at + f.reply_window


def _limits(f: Facts) -> Decision | None:
    """Against loops and pumping. A receipt waits, because it carries the number; the rest goes."""
    if f.cls is not Class.ANSWER:
        return None
    if f.says_the_same:
        return Decision(Verdict.DROP, Reason.SAME_TEXT)
    if len(f.answers_since) < f.answers_per_hour or f.kind == "introduction":
        return None
    if f.kind == "receipt":
        until = f.answers_since[-f.answers_per_hour] + timedelta(hours=1)
        return Decision(Verdict.LATER, Reason.ANSWER_LIMIT, until)
    return Decision(Verdict.DROP, Reason.ANSWER_LIMIT)


def _quiet(f: Facts) -> Decision | None:
    if not f.quiet.enabled or f.cls is Class.EMERGENCY:
        return None
    if f.duty is not None and f.duty.has_hours:
        return None  # on duty, whatever the hour
    if f.last_inbound_at is not None and f.now - f.last_inbound_at < AWAKE_FOR:
        return None
    ends = quiet_until(f.now, f.quiet.begin, f.quiet.end)
    return Decision(Verdict.LATER, Reason.QUIET_HOURS, ends) if ends else None


def quiet_until(now: datetime, begin: time, end: time) -> datetime | None:
    """When the quiet hours in which *now* lies end (Jakarta time); None outside them."""
    here = now.astimezone(WIB)
    overnight = begin > end
    inside = here.time() >= begin or here.time() < end if overnight else begin <= here.time() < end
    if not inside:
        return None
    last = here.date() + timedelta(days=1 if overnight and here.time() >= begin else 0)
    return datetime.combine(last, end, WIB).astimezone(now.tzinfo)
