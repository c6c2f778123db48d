"""What a failed send means for the delivery, its notices, the thread and the account. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.messages import Reaction
from gateway.outbound.reasons import Reason

_FIRST_WAIT = timedelta(seconds=20)
_LONGEST_WAIT = timedelta(hours=2)
_MOST_TRIES = 12
_LATER = timedelta(hours=4)
_MOST_LATE_TRIES = 2


@dataclass(frozen=True, slots=True)
class Fate:
    """*again_at*: the same delivery once more. Else it has failed, and *notices* become that state.

    *notices_due_at* makes the notices due once more, to be decided and worded anew. *block* goes to
    the conversation, *unusable* to the address; with *alarm* somebody of ours must act.
    """

    again_at: datetime | None = None
    notices: str = "failed"
    reason: Reason | None = None
    notices_due_at: datetime | None = None
    block: str = ""
    unusable: bool = False
    alarm: bool = False


def fate(
    reaction: Reaction, tries: int, now: datetime, jitter: float, retry_after: float | None = None
) -> Fate:
    """What follows from *reaction* after *tries* tries; *jitter* is between 0 and 1."""
    match reaction:
        case Reaction.RETRY | Reaction.THROTTLED | Reaction.ACCOUNT_BLOCKED:
            return _again(reaction, tries, now, jitter, retry_after)
        case Reaction.RETRY_LATER if tries < _MOST_LATE_TRIES:
            return Fate(notices="due", notices_due_at=now + _LATER)
        case Reaction.RETRY_LATER:
            return Fate(reason=Reason.GIVEN_UP)
        case Reaction.WINDOW_CLOSED:
            return Fate(notices="held", reason=Reason.WINDOW_CLOSED)
        case Reaction.OPTED_OUT:
            return Fate(notices="held", reason=Reason.PROVIDER_STOP, block="provider_stop")
        case Reaction.BLOCKED:
            return Fate(notices="held", reason=Reason.BLOCKED_BY_USER, block="blocked_by_user")
        case Reaction.RECIPIENT_GONE:
            return Fate(reason=Reason.UNREACHABLE, unusable=True)
        case Reaction.MEDIA_REFUSED:
            return Fate(notices="due", notices_due_at=now)
        case Reaction.REJECTED:
            return Fate(reason=Reason.REJECTED, alarm=True)


def backoff(tries: int, jitter: float) -> timedelta:
    """20 s, 40 s, 80 s … at most two hours, spread by up to a half so that not all come at once."""
    doubled = _FIRST_WAIT.total_seconds() * 2.0 ** max(0, tries - 1)
    seconds = min(doubled, _LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * (1 + jitter / 2))


def _again(
    reaction: Reaction, tries: int, now: datetime, jitter: float, retry_after: float | None
) -> Fate:
    rests = reaction in {Reaction.ACCOUNT_BLOCKED, Reaction.THROTTLED}
    if tries >= _MOST_TRIES and not rests:
        return Fate(reason=Reason.GIVEN_UP, alarm=True)
    wait = timedelta(seconds=retry_after) if retry_after else backoff(tries, jitter)
    return Fate(again_at=now + wait, notices="assigned")
