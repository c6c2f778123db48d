"""A visit as it is entered, and the complaint that each matter of it becomes. Pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from core.by_hand import Way
from core.complaint import ComplaintDraft, Kind, Place
from core.errors import Refused
from core.messages import AccountId, Address, Location
from normalizer.dialogue.placing import place_of
from normalizer.dialogue.timing import happened
from normalizer.gazetteer import kelurahan
from normalizer.problem import categories
from normalizer.reading import Danger, Reading
from normalizer.regions import Regions
from normalizer.understand import understand

_SECRET = frozenset({Danger.VIOLENCE, Danger.SUICIDE})
_LONGEST_PLACE = 120


@dataclass(frozen=True, slots=True)
class Matter:
    """One problem in the words of whoever came. What the officer chose is empty where it is left to
    the words: *category*, *place* (as said), *kelurahan* (its code), *point*."""

    text: str = field(repr=False)
    category: str = ""
    place: str = field(default="", repr=False)
    kelurahan: str = ""
    point: Location | None = field(default=None, repr=False)
    anonymous: bool = False
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the person wants to be told: on the *account* of ours, as *who*."""

    account: AccountId
    who: Address


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody was at the counter *account*, *at* that time. *name* and *reach* (a telephone, where
    letters go) are for the officers who wrote them down; *way* is how they are told by hand."""

    account: AccountId
    at: datetime
    matters: tuple[Matter, ...]
    contact: Contact | None = None
    name: str = field(default="", repr=False)
    reach: str = field(default="", repr=False)
    way: Way | None = None


def draft_of(matter: Matter, at: datetime, prefix: str, regions: Regions) -> ComplaintDraft:
    """What the complaint is about: as the officer says, else as the words do. What accuses an
    official, and violence, is confidential whoever writes it down.

    Raises:
        Refused: It says nothing, or there is no such category or kelurahan; names the field.
    """
    if not any(sign.isalnum() for sign in matter.text):
        raise Refused("nothing is said in it", field="text")
    reading = understand(matter.text, prefix=prefix, at=at)
    kind, category = _problem_of(matter, reading)
    violent = reading.danger is not None and reading.danger.danger in _SECRET
    accuses = bool(reading.notes.get("accuses"))
    return ComplaintDraft(
        kind=kind,
        category=category,
        place=_place_of(matter, reading, regions),
        happened=happened(reading.moment),
        urgent=reading.danger is not None,
        confidential=matter.confidential or accuses or violent or kind is Kind.VIOLENCE,
        anonymous=matter.anonymous or reading.wants_privacy,
    )


def _problem_of(matter: Matter, reading: Reading) -> tuple[Kind, str]:
    if matter.category:
        chosen = categories().get(matter.category)
        if chosen is None:
            raise Refused(f"there is no category '{matter.category}'", field="category")
        return chosen.kind, chosen.key
    if reading.problem is not None:
        return reading.problem.kind, reading.problem.category
    return Kind.OTHER, ""


def _place_of(matter: Matter, reading: Reading, regions: Regions) -> Place:
    if matter.kelurahan and matter.kelurahan not in kelurahan():
        raise Refused(f"there is no kelurahan '{matter.kelurahan}'", field="kelurahan")
    said = understand(matter.place).place if matter.place else reading.place
    found = place_of(said, matter.point, regions)
    if matter.place:
        found = replace(found, words=matter.place[:_LONGEST_PLACE])
    if not matter.kelurahan or matter.kelurahan == found.kelurahan:
        return found
    # The officer has asked; a point that lies elsewhere is shown beside it, as always.
    rival = found.kelurahan if found.pinned else ""
    kept = replace(found, kelurahan=matter.kelurahan, approximate=False, rival=rival)
    return replace(kept, pinned=False)
