"""Which photos of a result its reporter may see, and which may go along with the news of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import Complaint, ComplaintId, Transition
from gateway.outbound.settle import WITH_PICTURE
from gateway.photos.showing import for_reporters
from gateway.tables import delivery, notice_delivery

Picture = tuple[ComplaintId, int]
"""A photo, and the complaint whose reporter may see it."""


class _Notice(Protocol):
    @property
    def id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Pictures:
    """By notice: the photos of the result; *refused* are notices that the provider did not take
    with one, and that are told without."""

    by_notice: Mapping[int, tuple[Picture, ...]] = field(default_factory=dict)
    refused: frozenset[int] = frozenset()

    def shown(self, notice: _Notice) -> tuple[Picture, ...]:
        """What its reporter may see."""
        return self.by_notice.get(notice.id, ())

    def along(self, notice: _Notice) -> tuple[Picture, ...]:
        """What may go along with *notice*."""
        return () if notice.id in self.refused else self.shown(notice)


NO_PICTURES = Pictures()


async def pictures_of(
    conn: AsyncConnection, results: Mapping[int, tuple[Complaint, Sequence[Transition]]]
) -> Pictures:
    """For notices of a result: by each, its complaint with the history."""
    if not results:
        return NO_PICTURES
    shown = await for_reporters(conn, list(results.values()))
    by_notice = {
        name: tuple((item.id, photo) for photo in shown[item.id])
        for name, (item, _) in results.items()
        if item.id in shown
    }
    if not by_notice:
        return NO_PICTURES
    query = (
        select(notice_delivery.c.notice_id)
        .join(delivery, delivery.c.id == notice_delivery.c.delivery_id)
        .where(
            notice_delivery.c.notice_id.in_(by_notice),
            delivery.c.form == WITH_PICTURE,
            delivery.c.state == "failed",
        )
    )
    return Pictures(by_notice, frozenset((await conn.scalars(query)).all()))
