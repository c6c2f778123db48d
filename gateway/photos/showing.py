"""Which photos of a result its reporter may see, and the addresses under which they are shown.

An address is proof enough: it goes to the reporter's own page and to the provider that brings the
picture into the thread, and to nobody else. It ends by itself, and before that as soon as the photo
proves nothing any more or the complaint becomes confidential.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core import store
from core.complaint import Complaint, ComplaintId, Stage, State, Transition
from core.tables import complaint as complaints
from core.workflow import Action
from gateway.photos.signals import SignalKind
from gateway.photos.tables import result_photo, result_photo_signal
from gateway.sealing.keys import Keys
from gateway.tables import media

LASTS = timedelta(hours=6)
"""A message with a picture may wait at the provider for four hours."""

PATH = "/foto"


@dataclass(frozen=True, slots=True)
class Reported:
    """The photos of the result that stands, of which *shown* says whether they are for its reporter
    at all; *looked_at*: the result was validated, and so were they."""

    photos: tuple[int, ...]
    shown: bool
    looked_at: bool


def proof_of(history: Sequence[Transition]) -> Reported | None:
    """What was reported with the last result; None where there is none, or that does not stand any
    more. What a helper finished is no result."""
    since: list[str] = []
    for item in reversed(history):
        if item.action == Action.FINISH and item.stage is not Stage.NONE:
            break
        if item.stage is Stage.NONE and item.to_state is not State.SELESAI:
            return None  # it was rejected, or the work began anew
        since.append(item.action)
    else:
        return None
    named = item.data.get("photos") or item.data.get("photos_of_problem") or ()
    return Reported(
        tuple(int(photo) for photo in named),
        shown=not item.data.get("photos_for_verifiers"),
        looked_at=Action.VALIDATE in since,
    )


async def for_reporters(
    conn: AsyncConnection, items: Iterable[tuple[Complaint, Sequence[Transition]]]
) -> Mapping[ComplaintId, tuple[int, ...]]:
    """By complaint, the photos of its result that its own reporter may see: none of what is
    confidential, and none against which a signal stands until the result is validated."""
    proofs = {
        item.id: proof
        for item, history in items
        if not item.confidential and (proof := proof_of(history)) and proof.shown
    }
    wanted = {photo for proof in proofs.values() for photo in proof.photos}
    if not wanted:
        return {}
    suspected = exists().where(
        result_photo_signal.c.photo_id == result_photo.c.id,
        result_photo_signal.c.kind != SignalKind.METADATA.value,
    )
    query = (
        select(result_photo.c.id, suspected.label("suspected"))
        .join(complaints, complaints.c.id == result_photo.c.complaint_id)
        .where(result_photo.c.id.in_(wanted), complaints.c.confidential.is_(False))
    )
    known = {row.id: row.suspected for row in (await conn.execute(query)).all()}
    return {
        name: tuple(p for p in proof.photos if p in known and (proof.looked_at or not known[p]))
        for name, proof in proofs.items()
    }


async def servable(conn: AsyncConnection, of: ComplaintId, photo: int) -> Any:
    """Type and SHA-256 of *photo* where the reporter of the complaint may see it now, else None."""
    found = (await store.load(conn, [of], confidential=False)).get(of)
    if found is None:
        return None
    shown = await for_reporters(conn, [(found, await store.history(conn, of))])
    if photo not in shown.get(of, ()):
        return None
    query = (
        select(media.c.type, media.c.sha256)
        .join(result_photo, result_photo.c.media_sha256 == media.c.sha256)
        .where(result_photo.c.id == photo)
    )
    return (await conn.execute(query)).first()


def link(keys: Keys, of: ComplaintId, photo: int, now: datetime) -> str:
    """The path under which *photo* is shown from *now* on, for as long as that lasts."""
    until = int((now + LASTS).timestamp())
    return f"{PATH}/{of}-{photo}-{until}-{keys.photo_mark(of, photo, until)}"


def read_link(keys: Keys, name: str, now: datetime) -> tuple[ComplaintId, int] | None:
    """The complaint and the photo that *name*, the end of a `link`, stands for; None where it was
    not made here, or is over."""
    parts = name.split("-")
    if len(parts) != 4 or not all(p.isascii() and p.isdigit() and len(p) < 20 for p in parts[:3]):
        return None
    of, photo, until = (int(part) for part in parts[:3])
    mark = keys.photo_mark(of, photo, until)
    if not keys.same(mark.encode(), parts[3].encode()) or until < now.astimezone(UTC).timestamp():
        return None
    return ComplaintId(of), photo
