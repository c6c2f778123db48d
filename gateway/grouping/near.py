"""Reads what new complaints are compared with: for many at a time, and no more than is compared.

While something happens in a kelurahan dozens report it at once, and each is compared with all that
came before it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core import grouping
from core.complaint import ComplaintId, Kind, ProblemId, State, Visibility
from core.messages import Location
from core.rows import transition_of
from core.tables import ACCUSATION_LIVE, COMPLAINT_HAS_POINT, accusation, complaint, transition
from core.workflow import Action
from gateway.grouping.told import NO_EVENT, Report, matters
from gateway.tables import attachment, complaint_message, message
from normalizer.likeness import NEAR_M

AT_ONCE = 32
"""New complaints that are compared together."""
MOST = 40
"""So many earlier complaints are looked at for each reason to be near, the newest first."""

_IN_ONE_READ = MOST + AT_ONCE
"""Those that are compared together may be earlier than each other."""
_LOOK_BACK = timedelta(days=365)
_DEGREES = NEAR_M / 110_000
"""Of latitude; a degree of longitude is shorter by half a percent in Jakarta."""

COMPARED: ColumnElement[bool] = and_(
    complaint.c.kind == Kind.PUBLIC_SPACE.value,
    complaint.c.category != "",
    complaint.c.visibility == Visibility.PUBLIC.value,
    complaint.c.withheld.is_(False),
    complaint.c.confidential.is_(False),
    complaint.c.anonymous.is_(False),
    complaint.c.merged_into_id.is_(None),
    or_(
        complaint.c.closing_reason.is_(None),
        complaint.c.closing_reason.not_in([reason.value for reason in NO_EVENT]),
    ),
    ~exists().where(accusation.c.complaint_id == complaint.c.id, ACCUSATION_LIVE),
)
"""`gateway.grouping.told.is_compared`, as the database asks it."""


def _earlier(near: ColumnElement[bool]) -> Select[Any]:
    query = select(
        complaint.c.id, complaint.c.category, complaint.c.received_at, complaint.c.kelurahan_code,
        complaint.c.lat, complaint.c.lon, complaint.c.place, complaint.c.urgent,
        complaint.c.problem_id, complaint.c.state, complaint.c.ended_at,
    )  # fmt: skip
    return (
        query.where(
            near,
            complaint.c.category.in_(bindparam("matters", expanding=True)),
            complaint.c.id < bindparam("before"),
            complaint.c.received_at > bindparam("since"),
            COMPARED,
        )
        .order_by(complaint.c.id.desc())
        .limit(_IN_ONE_READ)
    )


_IN_AREA = _earlier(complaint.c.kelurahan_code == bindparam("area"))
_AROUND = _earlier(
    and_(
        COMPLAINT_HAS_POINT,
        complaint.c.lat.between(bindparam("south"), bindparam("north")),
        complaint.c.lon.between(bindparam("west"), bindparam("east")),
    )
)

_Key = tuple[str, str]
"""Kelurahan and category: of which the same earlier ones are near."""


async def candidates(
    conn: AsyncConnection, items: Sequence[Report]
) -> dict[ComplaintId, list[Report]]:
    """Earlier complaints of the same matter, in the same kelurahan or near the same point, and at
    an unknown place: at most so many of each, oldest first."""
    asking: dict[_Key, list[Report]] = defaultdict(list)
    for item in items:
        # The same address may have been named without its kelurahan.
        for area in {item.kelurahan, ""} if item.where else {item.kelurahan} - {""}:
            asking[area, item.category].append(item)
    found: dict[ComplaintId, dict[ComplaintId, Report]] = {item.id: {} for item in items}
    for (area, category), together in asking.items():
        for item, earlier in await _in_area(conn, area, category, together):
            found[item.id] |= earlier
    for item in items:
        if item.point is not None:
            around = _common(item.category, [item]) | _square(item.point)
            found[item.id] |= _before(item, await _read(conn, _AROUND, around))
    return {name: sorted(near.values(), key=lambda r: r.id) for name, near in found.items()}


async def _in_area(
    conn: AsyncConnection, area: str, category: str, together: Sequence[Report]
) -> list[tuple[Report, dict[ComplaintId, Report]]]:
    """Each of *together* with what it is compared with in *area*. One read does for all of them,
    unless one is so much older than the newest that the read does not reach back to it."""
    done = []
    left = sorted(together, key=lambda item: item.id, reverse=True)
    while left:
        earlier = await _read(conn, _IN_AREA, _common(category, left) | {"area": area})
        is_all = len(earlier) < _IN_ONE_READ
        newest, *others = left
        done.append((newest, _before(newest, earlier)))
        left = []
        for item in others:
            known = _before(item, earlier)
            if is_all or len(known) == MOST:
                done.append((item, known))
            else:
                left.append(item)
    return done


def _common(category: str, together: Sequence[Report]) -> dict[str, Any]:
    return {
        "matters": matters(category),
        "before": max(item.id for item in together),
        "since": min(item.at for item in together) - _LOOK_BACK,
    }


def _square(point: Location) -> dict[str, float]:
    return {
        "south": point.lat - _DEGREES,
        "north": point.lat + _DEGREES,
        "west": point.lon - _DEGREES,
        "east": point.lon + _DEGREES,
    }


def _before(item: Report, earlier: Sequence[Report]) -> dict[ComplaintId, Report]:
    """Of *earlier*, newest first, those that *item* is compared with."""
    known = [r for r in earlier if r.id < item.id and r.at > item.at - _LOOK_BACK]
    return {r.id: r for r in known[:MOST]}


async def _read(
    conn: AsyncConnection, query: Select[Any], asked: Mapping[str, Any]
) -> list[Report]:
    rows = (await conn.execute(query, dict(asked))).all()
    return [
        Report(
            ComplaintId(row.id), row.category, row.received_at, row.kelurahan_code,
            None if row.lat is None else Location(row.lat, row.lon), row.place["words"],
            row.urgent, row.problem_id,
            row.ended_at if row.state == State.SELESAI.value else None,
        )
        for row in rows
    ]  # fmt: skip


async def said(
    conn: AsyncConnection, ids: Collection[ComplaintId]
) -> tuple[Mapping[ComplaintId, str], Mapping[ComplaintId, list[bytes]]]:
    """The words of each complaint, and the digests of what was sent with it."""
    words: dict[ComplaintId, str] = defaultdict(str)
    photos: dict[ComplaintId, list[bytes]] = defaultdict(list)
    query = (
        select(complaint_message.c.complaint_id, message.c.text, attachment.c.media_sha256)
        .join(message, message.c.id == complaint_message.c.message_id)
        .join(attachment, attachment.c.message_id == message.c.id, isouter=True)
        .where(
            complaint_message.c.complaint_id.in_(ids),
            complaint_message.c.unlinked_at.is_(None),
            message.c.direction == "in",
        )
    )
    for row in (await conn.execute(query)).all():
        words[row.complaint_id] += f" {row.text}"
        if row.media_sha256:
            photos[row.complaint_id].append(row.media_sha256)
    return words, photos


async def photos_of(
    conn: AsyncConnection, ids: Collection[ComplaintId]
) -> Mapping[ComplaintId, list[bytes]]:
    """The digests alone."""
    found: dict[ComplaintId, list[bytes]] = defaultdict(list)
    if not ids:
        return found
    query = (
        select(complaint_message.c.complaint_id, attachment.c.media_sha256)
        .join(attachment, attachment.c.message_id == complaint_message.c.message_id)
        .join(message, message.c.id == complaint_message.c.message_id)
        .where(
            complaint_message.c.complaint_id.in_(ids),
            complaint_message.c.unlinked_at.is_(None),
            message.c.direction == "in",
            attachment.c.media_sha256.is_not(None),
        )
    )
    for row in (await conn.execute(query)).all():
        found[row.complaint_id].append(row.media_sha256)
    return found


async def groups_left(
    conn: AsyncConnection, ids: Collection[ComplaintId]
) -> Mapping[ComplaintId, frozenset[ProblemId]]:
    """The problems that each complaint was taken out of by its reporter or an officer."""
    query = select(transition).where(
        transition.c.complaint_id.in_(ids), transition.c.action == Action.UNLINK.value
    )
    lines: dict[ComplaintId, list[Any]] = defaultdict(list)
    for row in (await conn.execute(query)).all():
        lines[row.complaint_id].append(transition_of(row))
    return {name: grouping.parted(history) for name, history in lines.items()}
