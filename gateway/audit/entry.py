"""One row of the audit, and how it is made from what happened. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.access import Interface, Officer, Origin
from core.complaint import Actor, ActorKind, Change, ComplaintId, NewId


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did it, as an id, with the unit and the role that counted at that moment.

    ``token:7``, ``user:3``, ``conversation:9``; ``os:1000`` at a shell; ``code``: whoever had the
    code of the complaint; empty: the program itself.
    """

    id: str
    origin: Origin
    unit: str = ""
    role: str = ""

    @classmethod
    def of(cls, officer: Officer) -> "Doer":
        """An officer, as a user or by a token."""
        return cls(officer.id, officer.origin, officer.unit, officer.role.value)


SYSTEM = Doer("", Origin(Interface.SYSTEM))


@dataclass(frozen=True, slots=True)
class Entry:
    """*subject* is what it was done to, as kind and id (``complaint:12``, ``account:sms``); *seq*
    is the transition in the history of a complaint."""

    id: int
    at: datetime
    action: str
    doer: Doer
    subject: str
    seq: int | None = None

    def to_row(self) -> dict[str, Any]:
        """As the table has it; not sealed yet."""
        return {
            "id": self.id,
            "at": self.at,
            "action": self.action,
            "actor": self.doer.id,
            "unit": self.doer.unit,
            "role": self.doer.role,
            "via": self.doer.origin.via.value,
            "asker": self.doer.origin.asker,
            "request": self.doer.origin.request,
            "subject": self.subject,
            "seq": self.seq,
        }


def about(complaint: ComplaintId) -> str:
    """A complaint as a subject."""
    return f"complaint:{complaint}"


def of_changes(
    changes: Iterable[Change], new_id: NewId, officer: Officer | None = None
) -> Iterator[Entry]:
    """An entry for each transition. *officer* is who asked for it, where an officer did."""
    for change in changes:
        for line in change.transitions:
            yield Entry(
                id=new_id(),
                at=line.recorded_at,
                action=f"complaint.{line.action}",
                doer=_doer(line.actor, officer),
                subject=about(change.after.id),
                seq=line.seq,
            )


def _doer(actor: Actor, officer: Officer | None) -> Doer:
    match actor.kind:
        case ActorKind.CITIZEN:
            return Doer(f"conversation:{actor.id}", Origin(Interface.THREAD))
        case ActorKind.OFFICER if officer is not None:
            # For which unit, and not of which: a system admin acts for others.
            return Doer(actor.id, officer.origin, actor.unit or officer.unit, officer.role.value)
        case ActorKind.OFFICER:
            return Doer(actor.id, Origin(), actor.unit or "")
        case ActorKind.SYSTEM:
            return SYSTEM
