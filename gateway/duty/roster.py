"""A unit's roster: who is told, of what, and at which hours."""

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import UnitId
from core.number import WIB
from gateway.duty.tables import ON_DUTY, duty_officer


class Matter(enum.StrEnum):
    """What an officer can be told of."""

    NEW = "new"
    CLOCK = "clock"
    """Half and four fifths of a clock are over; it was missed."""
    DECISION = "decision"
    """What became of a result."""
    ANSWER = "answer"
    """The reporter has said something."""
    EMERGENCY = "emergency"
    CONFIDENTIAL = "confidential"
    """Also where it is confidential: that there is something, and nothing of it."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours on duty in Jakarta: *days* are ISO weekdays on which it begins; an *end* that is not
    behind *begin* lies on the next day."""

    days: frozenset[int]
    begin: time
    end: time

    def rests_until(self, at: datetime) -> datetime | None:
        """When duty begins again; None while it lasts."""
        here = at.astimezone(WIB)
        ahead: list[datetime] = []
        for offset in range(-1, 8):
            day = here.date() + timedelta(days=offset)
            if day.isoweekday() not in self.days:
                continue
            begins = datetime.combine(day, self.begin, WIB)
            overnight = timedelta(days=1 if self.end <= self.begin else 0)
            ends = datetime.combine(day + overnight, self.end, WIB)
            if begins <= here < ends:
                return None
            if begins > here:
                ahead.append(begins)
        return min(ahead).astimezone(at.tzinfo) if ahead else None

    def to_json(self) -> dict[str, Any]:
        """For the *shift* column."""
        return {
            "days": sorted(self.days), "begin": f"{self.begin:%H:%M}", "end": f"{self.end:%H:%M}",
        }  # fmt: skip

    def written(self) -> dict[str, str]:
        """As people write it: days ``1,2,5``, hours ``07:30-16:00``."""
        days = ",".join(str(day) for day in sorted(self.days))
        return {"days": days, "hours": f"{self.begin:%H:%M}-{self.end:%H:%M}"}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Shift":
        """The reverse."""
        begin, end = time.fromisoformat(raw["begin"]), time.fromisoformat(raw["end"])
        return cls(frozenset(raw["days"]), begin, end)


@dataclass(frozen=True, slots=True)
class OnRoster:
    """One line of a roster. Without a *shift* the quiet hours of the citizens hold."""

    id: int
    unit: UnitId
    conversation: int
    told: frozenset[Matter]
    shift: Shift | None = None

    def hears(self, matter: Matter, *, confidential: bool) -> bool:
        """Whether this officer is told of *matter*."""
        return matter in self.told and (not confidential or Matter.CONFIDENTIAL in self.told)

    def rests_until(self, at: datetime) -> datetime | None:
        """When duty begins again; None while it lasts, or where no hours are given."""
        return self.shift.rests_until(at) if self.shift else None


async def rosters_of(
    conn: AsyncConnection, units: Iterable[UnitId]
) -> Mapping[UnitId, Sequence[OnRoster]]:
    """Who is told at *units*, each in the order of its roster."""
    wanted = sorted(set(units))
    if not wanted:
        return {}
    query = select(duty_officer).where(ON_DUTY, duty_officer.c.unit_id.in_(wanted))
    found: dict[UnitId, list[OnRoster]] = defaultdict(list)
    for row in (await conn.execute(query.order_by(duty_officer.c.place))).all():
        found[row.unit_id].append(_line(row))
    return found


async def lines_of(
    conn: AsyncConnection, conversations: Iterable[int]
) -> Mapping[int, Sequence[OnRoster]]:
    """By conversation, every roster by which its officer is told."""
    query = select(duty_officer).where(
        ON_DUTY, duty_officer.c.conversation_id.in_(list(conversations))
    )
    found: dict[int, list[OnRoster]] = defaultdict(list)
    for row in (await conn.execute(query)).all():
        found[row.conversation_id].append(_line(row))
    return found


def _line(row: Row[Any]) -> OnRoster:
    return OnRoster(
        id=row.id,
        unit=UnitId(row.unit_id),
        conversation=row.conversation_id,
        told=frozenset(Matter(name) for name in row.told),
        shift=Shift.from_json(row.shift) if row.shift else None,
    )
