"""A message that a provider's list brought first, and its webhook after all, which tells more.

The list knows neither pins nor quotes, and perhaps not every file. That happens when a webhook lay
in the spool of a gateway that was gone while its message was found in the list. Nothing is filed or
answered twice: what was left out is added to the message, and a pin to its complaint.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, select, tuple_

from core.complaint import NewId
from gateway.inbound.arrival import Arrival, EventRow
from gateway.inbound.codec import COMPLETED, Completed
from gateway.inbound.thread import Known
from gateway.inbound.work import Work
from gateway.tables import inbound, raw_inbound
from normalizer.dialogue import Reply
from normalizer.dialogue.intents import Add, Amendment, Intent

_AFTER = timedelta(microseconds=1)
_SUFFIX = ":whole"

Refused = tuple[Arrival, int, EventRow]
"""An event, with its arrival and its place in it, whose key was there before."""


def completions(
    conn: Connection, refused: Sequence[Refused]
) -> list[tuple[Refused, dict[str, object]]]:
    """Of the *refused* those that tell more than what is there, each with the columns in which its
    own row differs. What the list could make nothing of (a pin alone) is a message like any other.
    """
    wanted = {
        (arrival.account, event.event_key): (arrival, ord_, event)
        for arrival, ord_, event in refused
        if arrival.via == "webhook" and event.kind == "message"
    }
    if not wanted:
        return []
    key = tuple_(inbound.c.account_id, inbound.c.event_key)
    query = (
        select(inbound.c.account_id, inbound.c.event_key, inbound.c.kind, inbound.c.accepted_at)
        .join(raw_inbound, raw_inbound.c.id == inbound.c.raw_id)
        .where(key.in_(list(wanted)), raw_inbound.c.via == "list")
    )
    found = []
    for row in conn.execute(query):
        one = wanted[row.account_id, row.event_key]
        kind = "message" if row.kind == "ignored" else COMPLETED
        # Behind the other, which may not have been worked off yet.
        at = max(one[0].accepted_at, row.accepted_at + _AFTER)
        found.append(
            (one, {"event_key": one[2].event_key + _SUFFIX, "kind": kind, "accepted_at": at})
        )
    return found


def complete(work: Work, event: Completed, known: Known, new_id: NewId) -> tuple[Intent, ...]:
    """Add to the message what it lacks; what follows for its complaint. Pure."""
    message, point = event.message, event.message.location
    adds_point = point is not None and not known.has_point
    work.completions.append(
        {
            "b_id": known.id,
            "b_lat": point.lat if point else None,
            "b_lon": point.lon if point else None,
            "b_quotes": message.quotes,
            "b_text": message.text or message.choice,
        }
    )
    work.attach(known.id, message.attachments, known.files, known.accepted_at, new_id)
    mine = {c.id: c for c in work.complaints_newest_first()}
    complaint = mine.get(known.complaint) if known.complaint is not None else None
    if complaint is None:
        quoted = work.thread.quoted.get(message.quotes) if message.quotes else None
        return (Add(quoted, "addition", message=known.id),) if quoted in mine else ()
    if not adds_point:
        return ()
    amendment = Amendment(location=point)
    added = Add(complaint.id, "evidence", amendment)
    # A receipt that has not left yet says it itself.
    silent = not complaint.is_open or work.waits_for_receipt(complaint.id)
    return (added,) if silent else (added, Reply("location_noted", complaint.id))
