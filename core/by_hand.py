"""Whose reporter has no address is told by hand: of what, by when, and who sees to it.

Finding 21 of the user research; S0 no. 3 and Instruksi Sekda 28/2025 KESATU b.4 to h.4 (S2): the
bureaus that coordinate a field see to it that results are delivered.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.access import Officer, OfficerRole, Scope
from core.calendar import Calendar
from core.complaint import ActorKind, Change, ClockKind
from core.errors import NotAllowed


class Way(enum.StrEnum):
    """How such a reporter is told."""

    PHONE = "phone"
    """An officer phones, somebody whose number was left."""
    LETTER = "letter"
    RETURN = "return"
    """The reporter comes back and asks."""


TOLD_BY_HAND = frozenset(
    {
        "complaint.finished", "complaint.validated", "complaint.rejected",
        "complaint.reported_back", "complaint.auto_finished", "complaint.closed",
        "complaint.unanswered", "complaint.commented", "complaint.estimated",
        "complaint.completion_late", "complaint.moved", "complaint.asked",
    }
)  # fmt: skip
"""What is worth a call or a letter: results, ends, answers, delays, another agency, questions. Who
has it at first stands on the receipt, and each further step on the tracker (*ours*)."""

DAYS = 1
"""Working days until somebody should have been told (*ours*; S2 gives three for the whole way)."""


@dataclass(frozen=True, slots=True)
class Owed:
    """Somebody has to be told: *why* is the event, *seq* its line in the history."""

    why: str
    seq: int
    due_at: datetime


def owed(change: Change, calendar: Calendar, now: datetime) -> Owed | None:
    """What *change* makes somebody tell the reporter by hand; None where nothing is to be told.

    Of what is confidential nothing is: whoever reported it comes with number and code.
    """
    own = any(t.actor.kind is ActorKind.CITIZEN for t in change.transitions)
    if own or change.after.confidential:
        return None
    news = [e for e in change.events if e.kind in TOLD_BY_HAND]
    if not news:
        return None
    last = news[-1]
    due = calendar.after_working_days(now, DAYS)
    if last.kind == "complaint.asked":
        # After that the complaint is closed for want of an answer.
        clocks = change.after.clocks
        due = min([due, *(c.due_at for c in clocks if c.kind is ClockKind.CLARIFICATION)])
    return Owed(last.kind.removeprefix("complaint."), last.seq, due)


TELLERS: Mapping[OfficerRole, Scope] = {
    OfficerRole.SYSTEM_ADMIN: Scope.ALL,
    OfficerRole.CHANNEL_ADMIN: Scope.OWN_ACCOUNTS,
    OfficerRole.COUNTER_OFFICER: Scope.OWN_ACCOUNTS,
    OfficerRole.COORDINATOR: Scope.BELOW,
}
"""Whose list it is: the bureau's of the field whose unit leads now, and that of whoever wrote the
complaint down and knows the person."""


def tells(officer: Officer) -> Scope:
    """Which of those who are still to be told are *officer*'s to see to.

    Raises:
        NotAllowed: The role tells nobody by hand.
    """
    scope = TELLERS.get(officer.role)
    if scope is None:
        roles = ", ".join(sorted(TELLERS))
        raise NotAllowed(f"telling by hand needs one of the roles {roles}; yours is {officer.role}")
    return scope


def require_to_know(officer: Officer, account: str) -> None:
    """Pass if *officer* may say how a reporter of *account* is told: whoever wrote it down.

    Raises:
        NotAllowed: Says what is missing.
    """
    scope = tells(officer)
    wrote_it_down = scope is Scope.OWN_ACCOUNTS and account in officer.owned_accounts
    if scope is not Scope.ALL and not wrote_it_down:
        raise NotAllowed(f"how the reporter is told is said by the owner of '{account}'")
