"""When a key is gone for good, what was sealed with it is emptied, so that everything else goes on.

The words of messages and complaints are not sealed with it and stay. Of the rest nobody can be
written to until they write again, and what was not handled yet is closed as unclear.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.sealing.keys import Keys
from gateway.sealing.places import PLACES, Place
from gateway.storage.database import Database
from gateway.storage.ids import Clock
from gateway.tables import attachment, inbound, raw_inbound

LOST = "sealing key lost"
_GROUP = 500


async def give_up(database: Database, keys: Keys, clock: Clock, key: str) -> int:
    """Empty every row sealed with *key*; how many they were."""
    count = 0
    for place in PLACES:
        also = _consequences(clock).get(place.table.name, {})
        while True:
            async with database.write() as conn:
                done = await _group(conn, place, keys, key, also)
            count += done
            if done < _GROUP:
                break
    return count


async def _group(
    conn: AsyncConnection, place: Place, keys: Keys, key: str, also: Mapping[str, Any]
) -> int:
    own = tuple_(*place.primary_key)
    query = select(*place.primary_key).where(place.table.c.key_id == key).limit(_GROUP)
    rows = [tuple(row) for row in (await conn.execute(query)).all()]
    if rows:
        empty = {
            name: None if place.table.c[name].nullable else keys.seal(b"", purpose)
            for name, purpose in place.purposes.items()
        }
        statement = update(place.table).where(own.in_(rows))
        await conn.execute(statement.values({"key_id": keys.current} | empty | dict(also)))
    return len(rows)


def _consequences(clock: Clock) -> Mapping[str, Mapping[str, Any]]:
    """By table, what is no longer waited for."""
    now = clock()
    waits = inbound.c.handled_at.is_(None)
    unread = raw_inbound.c.state == "unparsed"
    pending = attachment.c.state == "pending"
    return {
        "inbound": {
            "outcome": _if(waits, "unclear", inbound.c.outcome),
            "problem": _if(waits, LOST, inbound.c.problem),
            "parked_at": None,
            "handled_at": _if(waits, now, inbound.c.handled_at),
        },
        "raw_inbound": {
            "state": _if(unread, "ignored", raw_inbound.c.state),
            "problem": _if(unread, LOST, raw_inbound.c.problem),
            "body_dropped_at": now,
        },
        "attachment": {
            "problem": _if(pending, LOST, attachment.c.problem),
            "not_before": None,
            "state": _if(pending, "failed", attachment.c.state),
        },
        "address": {"state": "unusable", "state_reason": LOST, "state_at": now},
    }


def _if(condition: ColumnElement[bool], then: Any, otherwise: ColumnElement[Any]) -> Any:
    return case((condition, then), else_=otherwise)
