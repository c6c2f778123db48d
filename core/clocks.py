"""When a citizen can expect the next news. The full legal clocks build on these figures.

Rule 1 of Keputusan Sekda 99/2022: six hours to respond. Seven days overall: Governor, 15 Nov 2019,
and S3 ("rerata di bawah 7 hari"). Two working hours for the channel's owner to forward are *ours*
(docs/policy.md): the decrees give the owner no deadline.
"""

import enum
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core.complaint import Complaint, State, UnitId
from core.number import WIB


@dataclass(frozen=True, slots=True)
class Hours:
    """When people read (Jakarta time, Monday to Friday); S2 and the channel's opening hours."""

    opens: time = time(7, 30)
    closes: time = time(16, 0)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The figures, all configurable."""

    respond: timedelta = timedelta(hours=6)
    finish: timedelta = timedelta(days=7)
    triage: timedelta = timedelta(hours=2)
    hours: Hours = Hours()


class Awaited(enum.StrEnum):
    """What the citizen is waiting for."""

    FORWARDING = "forwarding"
    RESPONSE = "response"
    RESULT = "result"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class NextNews:
    """Who owes what, and until when (aware UTC); *due* is None when nothing is awaited."""

    awaited: Awaited
    unit: UnitId
    due: datetime | None


def next_news(complaint: Complaint, owner: UnitId, deadlines: Deadlines) -> NextNews:
    """What comes next for *complaint*, which came in through an account of *owner*."""
    lead = complaint.lead
    if lead is None or not complaint.is_open:
        return NextNews(Awaited.NOTHING, complaint.lead_unit, None)
    if complaint.state is State.MENUNGGU and lead.unit == owner and lead.previous is None:
        due = after_working_time(lead.received_at, deadlines.triage, deadlines.hours)
        return NextNews(Awaited.FORWARDING, lead.unit, due)
    if complaint.state in {State.MENUNGGU, State.DISPOSISI}:
        return NextNews(Awaited.RESPONSE, lead.unit, lead.received_at + deadlines.respond)
    return NextNews(Awaited.RESULT, lead.unit, complaint.filed_at + deadlines.finish)


def after_working_time(start: datetime, span: timedelta, hours: Hours) -> datetime:
    """The moment when *span* of working time has passed since *start*; weekends do not count.

    *span* must be shorter than a year of working days.
    """
    here = start.astimezone(WIB)
    left = span
    for ahead in range(400):
        day = here.date() + timedelta(days=ahead)
        if day.weekday() >= 5:
            continue
        opens = datetime.combine(day, hours.opens, WIB)
        closes = datetime.combine(day, hours.closes, WIB)
        begin = max(opens, here)
        if begin >= closes:
            continue
        if begin + left <= closes:
            return (begin + left).astimezone(start.tzinfo)
        left -= closes - begin
    raise ValueError("the span is longer than a year of working time")
