"""Who may do what, and who sees what: two tables, checked here and not in the pages.

What is not listed is forbidden. Finding 2 of the user research stands behind `FIELDS`: agencies,
validators, supervisors and the API see the brief, never who reported (Pisangan Baru, July 2021).
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from core.actions import stands
from core.complaint import Complaint, Stage, UnitId
from core.errors import Impossible, NotAllowed, NotFound
from core.ticket import Ticket, TicketKind
from core.tickets import MOVES, QUESTIONS
from core.workflow import VERIFYING, Action


class OfficerRole(enum.StrEnum):
    """The roles a token or a user can have."""

    SYSTEM_ADMIN = "system-admin"
    CHANNEL_ADMIN = "channel-admin"
    AGENCY_ADMIN = "agency-admin"
    VALIDATOR = "validator"
    FACILITATOR = "facilitator"
    COUNTER_OFFICER = "counter-officer"
    INSPEKTORAT = "inspektorat"
    SUPERVISOR = "supervisor"
    CONFIDENTIAL_READER = "confidential-reader"
    """Named by a channel's owner: reads what is provisionally confidential there."""
    COORDINATOR = "coordinator"
    """Of a bureau that coordinates and monitors a field (SE Sekda 40/2019 no. 3)."""


class Field(enum.StrEnum):
    """Groups of what can be known about a complaint."""

    BRIEF = "brief"
    """Redacted words, category, place, photos without metadata, history."""
    NOTES = "notes"
    """Internal notes of the history."""
    TICKETS = "tickets"
    """Who said that it is not theirs, cannot be made out or found, and what became of that."""
    SIGNALS = "signals"
    """What is odd about a result photo: for those who verify it, not for those who took it."""
    MASKED_ADDRESS = "masked_address"
    """The last digits of the number, which tell two reporters apart and name nobody."""
    REPORTER = "reporter"
    """Name, number, handle and the raw thread."""


class Scope(enum.StrEnum):
    """Which complaints a role deals with."""

    ALL = "all"
    OWN_CHANNELS = "own_channels"
    """Of accounts that the unit owns, and whatever waits at the unit."""
    OWN_ACCOUNTS = "own_accounts"
    """What came in through the accounts that the unit owns, and nothing else."""
    OWN_UNIT = "own_unit"
    """Whatever is or was assigned to the unit."""
    BELOW = "below"
    """Whatever is or was with a unit below the own one or coordinated by it, or lies in its area:
    the field of a bureau, the city of a walikota (S1 art. 11), everything for the Sekda."""
    CONFIDENTIAL = "confidential"
    """The confidential ones, and only those (S4, figure 2.5: a flow of its own)."""
    CONFIDENTIAL_HERE = "confidential_here"
    """Confidential ones of the accounts that the unit owns, while they are still with it: until
    they are handed to the Inspektorat, or no longer confidential."""
    NONE = "none"


class Interface(enum.StrEnum):
    """By which way somebody reaches the program."""

    API = "api"
    CLI = "cli"
    THREAD = "thread"
    TRACKER = "tracker"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Origin:
    """From where somebody asks. *asker* is a keyed hash of the address, *request* names one request
    of a caller who wants it carried out once."""

    via: Interface = Interface.API
    asker: str = ""
    request: int | None = None


@dataclass(frozen=True, slots=True)
class Officer:
    """Who asks. *owned_accounts* are the channels whose *penanggung jawab* the unit is; *below* and
    *area* (codes of kelurahan) are what the unit supervises, for those who do.
    """

    id: str
    unit: UnitId
    role: OfficerRole
    owned_accounts: frozenset[str] = frozenset()
    below: frozenset[UnitId] = frozenset()
    area: frozenset[str] = frozenset()
    line: frozenset[UnitId] = frozenset()
    origin: Origin = Origin()

    @property
    def barred_by(self) -> frozenset[UnitId]:
        """The units whose accusation keeps a complaint from this officer: the own one, and every
        institution that it is part of (*line*)."""
        return self.line | {self.unit}


_WORK = frozenset(
    {
        Action.PROCESS, Action.DISPOSE, Action.COORDINATE, Action.FINISH, Action.COMMENT,
        Action.ESTIMATE, Action.FILE_TICKET, Action.CONSULT,
    }
)  # fmt: skip

_VERIFY = frozenset({Action.VERIFY, Action.CHECK_FIELD, Action.REPORT_BACK, Action.COMMENT})
_VALIDATE = _VERIFY | {Action.VALIDATE, Action.REJECT, Action.CLOSE, Action.AUTO_FINISH}
"""Facilitators verify and report back what else they find on site, Biro Pemerintahan validates
(S4, "Tenaga Ahli Fasilitator"; rule 9)."""

_DECIDE = frozenset({Action.APPROVE_TICKET, Action.REFUSE_TICKET})
"""Biro Pemerintahan about whose it is (rules 3 and 4)."""

_CHECK = frozenset({Action.ASK, Action.CLARIFY, Action.REFUSE_TICKET})
"""The channel's owner with the reporter (rules 5 and 6)."""

_GUARD = frozenset({Action.ACCUSE, Action.CLEAR, Action.MAKE_CONFIDENTIAL})
"""Keep a complaint from those it accuses: nobody needs the Inspektorat for that."""

_LINK = frozenset({Action.LINK, Action.UNLINK})
"""Whoever deals with several complaints sees that they are one problem."""

_SORT = _LINK | {Action.MERGE, Action.UNMERGE, Action.SPLIT}
"""What one reporter has sent is sorted by whoever is responsible for the channel."""

INSPEKTORAT = UnitId("inspektorat")

ACTIONS: Mapping[OfficerRole, frozenset[Action]] = {
    OfficerRole.SYSTEM_ADMIN: _WORK
    | _GUARD
    | _VALIDATE
    | _DECIDE
    | _CHECK
    | _SORT
    | {Action.FORWARD, Action.HIDE, Action.SHOW},
    OfficerRole.CHANNEL_ADMIN: _WORK
    | _GUARD
    | _CHECK
    | _SORT
    | {Action.FORWARD, Action.HIDE, Action.SHOW, Action.CLOSE},
    OfficerRole.AGENCY_ADMIN: _WORK | _LINK,
    OfficerRole.VALIDATOR: _GUARD | _VALIDATE | _DECIDE | _LINK,
    OfficerRole.FACILITATOR: _VERIFY,
    OfficerRole.COORDINATOR: frozenset({Action.COMMENT, Action.CONSULT}),
    OfficerRole.COUNTER_OFFICER: frozenset({Action.COMMENT}),
    OfficerRole.INSPEKTORAT: frozenset(
        {Action.PROCESS, Action.FINISH, Action.COMMENT, Action.ACCUSE, Action.CLEAR}
    )
    | {Action.LIFT_CONFIDENTIAL},
    OfficerRole.CONFIDENTIAL_READER: frozenset(
        {Action.FORWARD, Action.COMMENT, Action.ACCUSE, Action.CLEAR, Action.LIFT_CONFIDENTIAL}
    ),
}

_KNOWN = frozenset({Field.BRIEF, Field.NOTES, Field.TICKETS, Field.MASKED_ADDRESS})

FIELDS: Mapping[OfficerRole, frozenset[Field]] = {
    OfficerRole.SYSTEM_ADMIN: _KNOWN | {Field.SIGNALS},
    OfficerRole.CHANNEL_ADMIN: _KNOWN | {Field.REPORTER},
    OfficerRole.AGENCY_ADMIN: _KNOWN,
    OfficerRole.VALIDATOR: _KNOWN | {Field.SIGNALS},
    OfficerRole.FACILITATOR: _KNOWN | {Field.SIGNALS},
    OfficerRole.INSPEKTORAT: _KNOWN,
    OfficerRole.CONFIDENTIAL_READER: _KNOWN,
    OfficerRole.COORDINATOR: frozenset({Field.BRIEF, Field.NOTES, Field.TICKETS}),
    OfficerRole.COUNTER_OFFICER: frozenset({Field.BRIEF, Field.MASKED_ADDRESS}),
    OfficerRole.SUPERVISOR: frozenset({Field.BRIEF}),
}

SCOPES: Mapping[OfficerRole, Scope] = {
    OfficerRole.SYSTEM_ADMIN: Scope.ALL,
    OfficerRole.CHANNEL_ADMIN: Scope.OWN_CHANNELS,
    OfficerRole.AGENCY_ADMIN: Scope.OWN_UNIT,
    OfficerRole.VALIDATOR: Scope.ALL,
    OfficerRole.FACILITATOR: Scope.ALL,
    OfficerRole.INSPEKTORAT: Scope.CONFIDENTIAL,
    OfficerRole.CONFIDENTIAL_READER: Scope.CONFIDENTIAL_HERE,
    OfficerRole.SUPERVISOR: Scope.BELOW,
    OfficerRole.COORDINATOR: Scope.BELOW,
    OfficerRole.COUNTER_OFFICER: Scope.OWN_ACCOUNTS,
}

INBOXES: Mapping[OfficerRole, Scope] = {
    OfficerRole.SYSTEM_ADMIN: Scope.ALL,
    OfficerRole.CHANNEL_ADMIN: Scope.OWN_ACCOUNTS,
    OfficerRole.INSPEKTORAT: Scope.CONFIDENTIAL,
    OfficerRole.CONFIDENTIAL_READER: Scope.CONFIDENTIAL_HERE,
}
"""Who sees what waits outside complaints (messages, questions, alarms): the channel's people."""


ROSTERS: Mapping[OfficerRole, Scope] = {
    OfficerRole.SYSTEM_ADMIN: Scope.ALL,
    OfficerRole.CHANNEL_ADMIN: Scope.OWN_UNIT,
    OfficerRole.AGENCY_ADMIN: Scope.OWN_UNIT,
    OfficerRole.VALIDATOR: Scope.OWN_UNIT,
    OfficerRole.INSPEKTORAT: Scope.OWN_UNIT,
}
"""Who keeps which unit's roster of duty, with the names and numbers of its officers."""


def require_to_keep_roster(officer: Officer, unit: UnitId) -> None:
    """Pass if *officer* keeps the roster of *unit*.

    Raises:
        NotAllowed: The role keeps none, or this is another unit's.
    """
    scope = ROSTERS.get(officer.role)
    if scope is None:
        roles = ", ".join(sorted(ROSTERS))
        raise NotAllowed(f"a roster needs one of the roles {roles}; yours is {officer.role}")
    if scope is not Scope.ALL and officer.unit != unit:
        raise NotAllowed(f"the roster of {unit} is kept there; you are {officer.unit}")


def inbox_of(officer: Officer) -> Scope:
    """Which part of the inbox is *officer*'s.

    Raises:
        NotAllowed: The role has none.
    """
    scope = INBOXES.get(officer.role)
    if scope is None:
        roles = ", ".join(sorted(INBOXES))
        raise NotAllowed(f"the inbox needs one of the roles {roles}; yours is {officer.role}")
    return scope


def scope_of(officer: Officer) -> Scope:
    """Which complaints *officer* deals with; an unlisted role with none."""
    return SCOPES.get(officer.role, Scope.NONE)


def reads_confidential(officer: Officer) -> bool:
    """Whether confidential complaints, and no others, are *officer*'s business."""
    return scope_of(officer) in {Scope.CONFIDENTIAL, Scope.CONFIDENTIAL_HERE}


def actions_of(officer: Officer) -> frozenset[Action]:
    """What *officer*'s role may do, to complaints that permit it."""
    return ACTIONS.get(officer.role, frozenset())


def may_see(officer: Officer, field: Field) -> bool:
    """Whether *officer* may know *field* of the complaints in scope."""
    return field in FIELDS.get(officer.role, frozenset())


def in_scope(officer: Officer, complaint: Complaint, units: frozenset[UnitId]) -> bool:
    """Whether *complaint* is *officer*'s business; *units* had it at some time.

    Confidential complaints are the business of their own readers, and nothing else is theirs. What
    accuses a unit is nobody's business there, whatever the role (*ours*, an exception to S1
    art. 8(3): docs/policy.md).
    """
    scope = scope_of(officer)
    if complaint.is_kept_from(officer.barred_by):
        return False
    if complaint.confidential != reads_confidential(officer):
        return False
    if scope is Scope.CONFIDENTIAL_HERE:
        here = complaint.lead_unit == officer.unit
        return here and complaint.account in officer.owned_accounts
    if scope is Scope.CONFIDENTIAL:
        return True
    if scope is Scope.OWN_CHANNELS:
        return complaint.account in officer.owned_accounts or officer.unit in units
    if scope is Scope.OWN_ACCOUNTS:
        return complaint.account in officer.owned_accounts
    if scope is Scope.OWN_UNIT:
        return officer.unit in units
    if scope is Scope.BELOW:
        return bool(units & officer.below) or complaint.place.kelurahan in officer.area
    return scope is Scope.ALL


def require_to_act_for(officer: Officer, unit: UnitId, complaint: Complaint) -> None:
    """Pass if *officer* may act in the name of *unit*, which must have *complaint*.

    Raises:
        NotAllowed: Only a system admin acts for others.
        Impossible: The unit does not have the complaint.
    """
    if officer.role is not OfficerRole.SYSTEM_ADMIN:
        raise NotAllowed(f"acting for {unit} needs the role system-admin; you are {officer.unit}")
    if complaint.assignment_of(unit) is None:
        having = ", ".join(a.unit for a in complaint.assignments) or "nobody"
        raise Impossible(f"{complaint.number} is not with {unit} but with {having}", allowed=())


_DECIDES: Mapping[OfficerRole, frozenset[TicketKind]] = {
    OfficerRole.SYSTEM_ADMIN: MOVES | QUESTIONS,
    OfficerRole.CHANNEL_ADMIN: QUESTIONS,
    OfficerRole.VALIDATOR: MOVES,
}


def decides(officer: Officer, account: str, kind: TicketKind) -> bool:
    """Whether *officer* decides about tickets of this *kind* that came in through *account*."""
    owns = officer.role is not OfficerRole.CHANNEL_ADMIN or account in officer.owned_accounts
    return owns and kind in _DECIDES.get(officer.role, frozenset())


def require_to_decide(officer: Officer, complaint: Complaint, ticket: Ticket) -> None:
    """Pass if *officer* may decide about *ticket*.

    Raises:
        NotAllowed: Whose it is, Biro Pemerintahan decides; what the reporter is asked, the owner
            of the channel.
    """
    if decides(officer, complaint.account, ticket.kind):
        return
    who = "Biro Pemerintahan" if ticket.kind in MOVES else f"the owner of '{complaint.account}'"
    raise NotAllowed(f"about '{ticket.kind}' {who} decides")


def require_confidant(complaint: Complaint, unit: UnitId) -> None:
    """Pass if confidential *complaint* may go to *unit*.

    Raises:
        NotAllowed: Only the Inspektorat gets what is confidential (S4, figure 2.5).
    """
    if unit != INSPEKTORAT:
        raise NotAllowed(
            f"{complaint.number} is confidential: it goes to {INSPEKTORAT} only, or stops being "
            "confidential first"
        )


def require_to_acknowledge(officer: Officer, complaint: Complaint) -> None:
    """Pass if *officer* may say that the emergency of *complaint* is in hand: whoever may take it
    up or hand it on, an agency only while it has it.

    Raises:
        NotAllowed: Says what is missing.
    """
    if not actions_of(officer) & {Action.PROCESS, Action.FORWARD}:
        raise NotAllowed(f"an emergency is acknowledged by whoever acts; you are {officer.role}")
    holds = complaint.assignment_of(officer.unit) is not None
    if officer.role is OfficerRole.AGENCY_ADMIN and not holds:
        raise NotAllowed(f"{complaint.number} is not with {officer.unit} now")


def require(officer: Officer, action: Action, complaint: Complaint) -> None:
    """Pass, or say what is missing.

    Raises:
        NotFound: Confidential complaints do not exist for those who may not know them, nor do
            those that accuse the officer's own unit.
        NotAllowed: The role lacks the action, or the unit does not have the complaint now.
    """
    hidden = complaint.confidential != reads_confidential(officer)
    if hidden or complaint.is_kept_from(officer.barred_by):
        raise NotFound(f"no complaint {complaint.number}")
    if action not in actions_of(officer):
        roles = ", ".join(sorted(role for role, actions in ACTIONS.items() if action in actions))
        raise NotAllowed(f"'{action}' needs one of the roles {roles}; yours is {officer.role}")
    works = action in _WORK and action is not Action.COMMENT
    own_result = complaint.finished_by == officer.id and action in VERIFYING
    if own_result and officer.role is not OfficerRole.SYSTEM_ADMIN:
        raise NotAllowed(f"you finished {complaint.number}: somebody else checks the result")
    holds = complaint.assignment_of(officer.unit) is not None
    # Nobody has what is verified: what is then possible to nobody is no matter of who asks.
    moot = complaint.stage is not Stage.NONE and not stands(complaint, action, officer.unit)
    may = holds or moot or officer.role is not OfficerRole.AGENCY_ADMIN
    if works and complaint.is_open and not may:
        raise NotAllowed(f"{complaint.number} is not with {officer.unit} now")
