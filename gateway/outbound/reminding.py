"""The one reminder of what a receipt asked: when it is due, and when nobody needs it. Pure."""

from datetime import datetime, time, timedelta

from core.complaint import Complaint, ComplaintId, Kind, NewId
from core.number import WIB
from gateway.outbound.notices import RECEIPT_REMINDER, Notice
from normalizer.completeness import place_missing
from normalizer.reading import Missing

_LEAST = timedelta(hours=6)
"""Who was asked this recently is not reminded yet."""


def missing_of(complaint: Complaint, *, has_words: bool) -> Missing | None:
    """What nobody has said of it yet; *has_words*: its reporter wrote what it is."""
    if complaint.kind is Kind.OTHER and not complaint.category and not has_words:
        return Missing.PROBLEM
    return place_missing(complaint.kind, complaint.place)


def next_morning(now: datetime, at: time) -> datetime:
    """The first *at* o'clock in Jakarta that leaves time to answer."""
    earliest = (now + _LEAST).astimezone(WIB)
    morning = datetime.combine(earliest.date(), at, WIB)
    return morning if morning >= earliest else morning + timedelta(days=1)


def reminder(
    complaint: ComplaintId, conversation: int, at: time, now: datetime, new_id: NewId
) -> Notice:
    """Of the question that the receipt of *complaint* carries; due on the next morning."""
    return Notice(
        id=new_id(),
        conversation=conversation,
        cause=f"receipt:{complaint}",
        kind=RECEIPT_REMINDER,
        created_at=now,
        not_before=next_morning(now, at),
        complaint=complaint,
    )


def is_needless(
    complaint: Complaint,
    *,
    unanswered: ComplaintId | None,
    asked_at: datetime | None,
    has_words: bool,
    now: datetime,
) -> bool:
    """Whether nobody is to be reminded of what the receipt of *complaint* asked.

    *unanswered* is the report to which the thread's open question belongs, *asked_at* when the
    receipt left, if it did. Who was asked late is not reminded: there is no second morning.
    """
    if complaint.confidential or complaint.merged_into or not complaint.is_worked_on:
        return True
    if unanswered != complaint.id or missing_of(complaint, has_words=has_words) is None:
        return True
    return asked_at is None or now - asked_at < _LEAST
