"""One line of a roster as somebody writes it, and the officer that it names. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time

from pydantic import BaseModel, ConfigDict, Field

from channels.contract import AddressBook
from core.access import INSPEKTORAT
from core.complaint import UnitId
from core.messages import AccountId, Address
from gateway.configuration.settings import SLUG
from gateway.duty.roster import Matter, Shift
from gateway.lines import Line

DAYS = r"^[1-7](-[1-7])?(,[1-7](-[1-7])?)*$"
_HOURS = re.compile(r"([0-2]?\d)[.:]([0-5]\d)\s*-\s*([0-2]?\d)[.:]([0-5]\d)")
_EVERY_DAY = "1-7"


class RosterLine(BaseModel):
    """As it stands in a file: *days* ``1-5``, *hours* ``07:30-16:00``, *told* names of matters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: str = Field(pattern=SLUG)
    name: str = Field(min_length=1, max_length=200)
    account: str = Field(pattern=SLUG)
    address: str = Field(min_length=1, max_length=200)
    days: str = Field(_EVERY_DAY, pattern=DAYS)
    hours: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class ListedOfficer:
    """Who is to be told, where, and of what."""

    unit: UnitId
    name: str = field(repr=False)
    account: AccountId
    address: Address
    told: frozenset[Matter]
    shift: Shift | None


def officer_of(row: RosterLine, lines: Mapping[AccountId, Line]) -> ListedOfficer:
    """The officer that *row* names.

    Raises:
        ValueError: Says what is wrong, without anybody's name or number.
    """
    line = lines.get(AccountId(row.account))
    if line is None:
        raise ValueError(f"there is no account '{row.account}'; known are {', '.join(lines)}")
    if not isinstance(line.channel, AddressBook):
        raise ValueError(f"nobody can be written to first on '{row.account}'")
    found = line.channel.address(row.address)
    if found is None:
        raise ValueError(f"the address is none of '{row.account}'; a number is written +62812...")
    if found.value in line.channel.own_addresses:
        raise ValueError(f"the address is that of '{row.account}' itself: nobody reads it")
    unit_id = UnitId(row.unit)
    return ListedOfficer(
        unit=unit_id,
        name=row.name,
        account=AccountId(row.account),
        address=found,
        told=_matters(row.told, unit_id),
        shift=_shift(row),
    )


def _matters(text: str, unit_id: UnitId) -> frozenset[Matter]:
    """Everything but what is confidential, unless the file or the unit says otherwise."""
    if not text:
        plain = frozenset(Matter) - {Matter.CONFIDENTIAL}
        return frozenset(Matter) if unit_id == INSPEKTORAT else plain
    names = [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in set(Matter)]
    if unknown:
        raise ValueError(f"told: '{unknown[0]}' is none of {', '.join(Matter)}")
    return frozenset(Matter(name) for name in names)


def _shift(row: RosterLine) -> Shift | None:
    if not row.hours and row.days == _EVERY_DAY:
        return None
    found = _HOURS.fullmatch(row.hours.strip() or "00:00-00:00")
    if found is None:
        raise ValueError("hours: expected e.g. 07:30-16:00")
    try:
        begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    except ValueError:
        raise ValueError("hours: expected e.g. 07:30-16:00") from None
    return Shift(frozenset(_days(row.days)), begin, end)


def _days(text: str) -> Iterable[int]:
    for part in text.split(","):
        first, _, last = part.partition("-")
        if last and last < first:
            raise ValueError(f"days: '{part}' runs backwards: 6-7,1 is Saturday to Monday")
        yield from range(int(first), int(last or first) + 1)
