"""The use cases: who wants what, decided here, written by whoever opened the transaction.

Each function is pure: it takes the complaint as it was read and returns a `Change`, or raises.
The caller writes it with `core.store` and meets `Conflict` if somebody was faster: a citizen's
command is then read and decided again, an officer's is answered with 409.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core import access, grouping
from core.clocks import Deadlines
from core.complaint import (
    Actor,
    ActorKind,
    Change,
    Clock,
    ClockKind,
    Complaint,
    ComplaintDraft,
    ComplaintId,
    NewId,
    TicketId,
    UnitId,
    Visibility,
)
from core.errors import Impossible, Refused
from core.messages import AccountId
from core.number import ComplaintNumber
from core.routing import Channel, first_unit, onward
from core.ticket import TicketKind
from core.tickets import lead_has
from core.units import NOBODY, Hierarchy
from core.workflow import BY_DECREE, RULES, Act, Action, Filing, allowed, amended, apply, filed


def file_complaint(
    draft: ComplaintDraft,
    *,
    complaint_id: ComplaintId,
    number: ComplaintNumber,
    account: AccountId,
    channel: Channel,
    origin_key: str,
    reporter: str,
    at: datetime,
    recorded_at: datetime,
    new_id: NewId,
    deadlines: Deadlines = BY_DECREE,
    data: Mapping[str, Any] | None = None,
    by: Actor | None = None,
    accused: frozenset[UnitId] = frozenset(),
    lead: UnitId | None = None,
    visibility: Visibility = Visibility.PUBLIC,
    withheld: bool = False,
) -> Change:
    """Give *draft* a number and let it wait where *channel* sends it.

    *origin_key* names the message and part it comes from: the database refuses a second filing of
    the same one, even if code is wrong. *reporter* is the conversation, as an id; *by* is who files
    it instead. Where it comes from an earlier complaint, *data* says so, *accused*,
    *visibility* and *withheld* are that one's, and *lead* is who has it instead.
    """
    unit = lead or first_unit(draft, channel)
    complaint = Complaint(
        id=complaint_id,
        number=number,
        account=account,
        origin_key=origin_key,
        lead_unit=unit,
        received_at=at,
        filed_at=recorded_at,
        kind=draft.kind,
        category=draft.category,
        place=draft.place,
        happened=draft.happened,
        urgent=draft.urgent,
        confidential=draft.confidential,
        anonymous=draft.anonymous,
        # Whoever asks not to be named does not want to be guessed from the public page either.
        visibility=Visibility.HIDDEN if draft.anonymous else visibility,
        withheld=withheld,
        accused=accused,
    )
    actor = by or Actor(ActorKind.CITIZEN, reporter)
    act = Act(Action.FILE, actor, at, recorded_at, data=data)
    return filed(complaint, act, new_id, deadlines, triage=unit == channel.owner)


def pass_on(
    complaint: Complaint,
    channel: Channel,
    *,
    at: datetime,
    recorded_at: datetime,
    new_id: NewId,
    deadlines: Deadlines = BY_DECREE,
) -> Change | None:
    """The system's own forwarding to the kelurahan of the point, now that enough is known of
    *complaint*; None where it stays."""
    unit = onward(complaint, channel)
    if unit is None:
        return None
    act = Act(
        Action.FORWARD, Actor(ActorKind.SYSTEM), at, recorded_at, unit=unit,
        data={"by": "point"}, line=frozenset({unit}),
    )  # fmt: skip
    return apply(complaint, act, new_id, deadlines)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The *photos* of a result, by their ids; *of_problem*: they were uploaded for another one
    about the same problem; *for_verifiers*: the reporter does not see them."""

    photos: tuple[int, ...] = ()
    of_problem: bool = False
    for_verifiers: bool = False

    def data(self) -> dict[str, Any]:
        """As the history keeps it."""
        if not self.photos:
            return {}
        name = "photos_of_problem" if self.of_problem else "photos"
        kept = {"photos_for_verifiers": True} if self.for_verifiers else {}
        return {name: [str(photo) for photo in self.photos], **kept}


NO_EVIDENCE = Evidence()


def act_as_officer(
    complaint: Complaint,
    action: Action,
    officer: access.Officer,
    *,
    unit: UnitId | None,
    text: str,
    note: str,
    now: datetime,
    new_id: NewId,
    units: Hierarchy = NOBODY,
    owner: UnitId | None = None,
    deadlines: Deadlines = BY_DECREE,
    reason: str = "",
    ticket: TicketId | None = None,
    filing: Filing | None = None,
    until: datetime | None = None,
    evidence: Evidence = NO_EVIDENCE,
) -> Change:
    """An officer's press of a button: may this officer, is it possible now, what changes.

    *unit* is where it goes; for an action that goes nowhere, for which of the units that have it
    the officer acts. *owner* of the channel leads what is taken from the unit that it accuses;
    *reason* is why it is closed without a result. *filing* is a ticket that is filed, *ticket* the
    open one that is decided about, *until* an estimate, *evidence* is that of a result.

    Raises:
        NotFound: The officer's unit has nothing to do with the complaint.
        NotAllowed: The role may not do this; says what is missing.
        Refused, Impossible: See `core.workflow.apply`.
    """
    access.require(officer, action, complaint)
    if action in _done(complaint):
        error = Impossible(f"{complaint.number}: '{action}' changes nothing", allowed=())
        raise explained(error, complaint, officer)
    target, acting = (unit, officer.unit) if RULES[action].needs_unit else (None, unit)
    if acting is not None and acting != officer.unit:
        access.require_to_act_for(officer, acting, complaint)
    if complaint.confidential and target is not None and RULES[action].hands_over:
        access.require_confidant(complaint, target)
    actor = Actor(ActorKind.OFFICER, officer.id, acting or officer.unit)
    data: dict[str, Any] = ({"reason": reason} if reason else {}) | evidence.data()
    act = Act(
        action, actor, now, now, unit=target, text=text, note=note, data=data, owner=owner,
        ticket=ticket, filing=filing, until=until,
    )  # fmt: skip
    about = complaint.ticket(ticket)
    if about is not None:
        access.require_to_decide(officer, complaint, about)
    if filing is not None:
        act = _filing(act, filing, actor.unit, units)
    if action is Action.AUTO_FINISH:
        _require_overdue(complaint)
    if target is not None:
        act = replace(act, line=units.line(target))
    if action is Action.ACCUSE and target is not None:
        act = _accusing(complaint, act, target, units, owner)
    if action is Action.LIFT_CONFIDENTIAL and owner and complaint.is_kept_from(units.line(owner)):
        raise Impossible(
            f"{complaint.number} accuses the owner of its channel: nobody could act on it",
            allowed=(Action.CLEAR.value,),
        )
    try:
        return apply(complaint, act, new_id, deadlines)
    except Impossible as error:
        raise explained(error, complaint, officer) from None


def offered(complaint: Complaint, officer: access.Officer) -> tuple[Action, ...]:
    """What *officer* may do to *complaint* as it stands, by itself and with others: the buttons to
    show."""
    senseless = _done(complaint) | (frozenset() if complaint.accused else {Action.CLEAR})
    may = access.actions_of(officer) - senseless
    there = (*allowed(complaint, officer.unit), *grouping.possible(complaint))
    return tuple(a for a in there if a in may)


def _done(complaint: Complaint) -> frozenset[Action]:
    """What would change nothing, because it is so already."""
    return frozenset(
        {
            Action.HIDE if complaint.withheld else Action.SHOW,
            Action.MAKE_CONFIDENTIAL if complaint.confidential else Action.LIFT_CONFIDENTIAL,
        }
    )


def explained(error: Impossible, complaint: Complaint, officer: access.Officer) -> Impossible:
    """*error* with what *officer* may do to *complaint* instead: of what it names, else whatever
    there is."""
    names = tuple(action.value for action in offered(complaint, officer))
    hinted = tuple(name for name in error.allowed if name in names)
    return Impossible(str(error.args[0]), allowed=hinted or names)


def _filing(act: Act, filing: Filing, unit: UnitId | None, units: Hierarchy) -> Act:
    """A kelurahan says in which other one it lies; everybody else names an agency."""
    if filing.kind is TicketKind.PINDAH_KELURAHAN:
        if unit is None or not units.is_kelurahan(unit):
            raise Refused(f"{unit} is no kelurahan: use '{TicketKind.PINDAH_SKPD}'", field="kind")
        if filing.suggested is not None and not units.is_kelurahan(filing.suggested):
            raise Refused(
                f"{filing.suggested} is no kelurahan: use '{TicketKind.PINDAH_SKPD}'",
                field="suggested",
            )
    if filing.suggested is None:
        return act
    return replace(act, line=units.line(filing.suggested))


def _require_overdue(complaint: Complaint) -> None:
    """By hand rule 11 is applied only to what the system left to a person."""
    clock = complaint.clock(ClockKind.VERIFICATION)
    if clock is None or clock.missed_at is None:
        raise Impossible(f"the time to verify {complaint.number} is not over", allowed=())


def _accusing(
    complaint: Complaint, act: Act, accused: UnitId, units: Hierarchy, owner: UnitId | None
) -> Act:
    """Who loses it, and who leads then: the channel's owner, or the Inspektorat, whose people read
    only what is confidential."""
    line = complaint.accused | {accused}
    if owner and units.line(owner) & line and not complaint.confidential:
        raise Impossible(
            f"{complaint.number} would accuse the owner of its channel, and nobody could act on it "
            "but the Inspektorat, which deals with what is confidential",
            allowed=(Action.MAKE_CONFIDENTIAL.value,),
        )
    barred = frozenset(a.unit for a in complaint.assignments if units.line(a.unit) & line)
    heirs = [u for u in (owner, access.INSPEKTORAT) if u and not units.line(u) & line]
    gone = frozenset({complaint.lead_unit}) if units.line(complaint.lead_unit) & line else barred
    return replace(act, barred=barred | gone, fallback=heirs[0] if heirs else None)


def act_as_citizen(
    complaint: Complaint,
    action: Action,
    *,
    reporter: str,
    at: datetime,
    recorded_at: datetime,
    new_id: NewId,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    deadlines: Deadlines = BY_DECREE,
) -> Change:
    """What a reporter may do; that the complaint is an own one, the caller has checked.

    *note* are the reporter's words with it: for the officers, never for the public page.
    """
    actor = Actor(ActorKind.CITIZEN, reporter)
    act = Act(action, actor, at, recorded_at, note=note, data=data)
    return apply(complaint, act, new_id, deadlines)


def clock_fell_due(
    complaint: Complaint,
    clock: Clock,
    *,
    recorded_at: datetime,
    new_id: NewId,
    deadlines: Deadlines = BY_DECREE,
    may_finish: bool = True,
    question: str = "",
    may_close: bool = False,
    owner: UnitId | None = None,
) -> Change:
    """What happens because *clock* is due: at the moment it was due, however late it is noticed.

    A result that nobody verified in time is final by itself (rule 11), unless the reporter objected
    to an end before, or not *may_finish*: the clock is then missed, and a person decides. A
    *question* that was to leave is put to the reporter. Where that was done in vain the complaint
    ends, if it *may_close*; not where another unit leads it.

    Raises:
        Impossible: It does not run any more, or was missed already.
    """
    if clock not in complaint.clocks or not clock.runs or clock.missed_at:
        raise Impossible(f"{complaint.number}: this clock is not running any more", allowed=())
    action = _when_due(complaint, clock, may_finish=may_finish, may_close=may_close)
    act = Act(
        action, Actor(ActorKind.SYSTEM), clock.due_at, recorded_at,
        data={"clock": clock.kind.value}, late=clock, owner=owner,
        ticket=None if action is Action.LATE else clock.ticket,
        text=question if action is Action.ASK else "",
    )  # fmt: skip
    return apply(complaint, act, new_id, deadlines)


def _when_due(complaint: Complaint, clock: Clock, *, may_finish: bool, may_close: bool) -> Action:
    if clock.kind is ClockKind.VERIFICATION and complaint.ended_at is None and may_finish:
        return Action.AUTO_FINISH
    if clock.kind is ClockKind.ASKING:
        return Action.ASK
    ticket = complaint.ticket(clock.ticket)
    asked = clock.kind is ClockKind.CLARIFICATION and ticket is not None and ticket.asked_at
    if asked and ticket is not None and may_close and lead_has(complaint, ticket):
        return Action.UNANSWERED
    return Action.LATE


def amend(
    complaint: Complaint,
    content: ComplaintDraft,
    *,
    reporter: str,
    at: datetime,
    recorded_at: datetime,
    new_id: NewId,
) -> Change:
    """What the reporter added or corrected becomes part of the complaint."""
    act = Act(Action.AMEND, Actor(ActorKind.CITIZEN, reporter), at, recorded_at)
    return amended(complaint, content, act, new_id)
