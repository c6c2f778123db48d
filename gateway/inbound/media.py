"""Fetches what people attached, on its own clock with its own retries.

The text of a message never waits for its picture, and is never lost because of it.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from channels.contract import MediaSource
from channels.errors import MediaUnavailable
from core.messages import AccountId, Attachment
from core.tables import complaint
from gateway.inbound.mediastore import FileMediaStore
from gateway.inbound.sniff import media_type
from gateway.lines import Line
from gateway.sealing.keys import Keys
from gateway.storage.database import Database
from gateway.storage.ids import Clock
from gateway.tables import ATTACHMENT_TODO, attachment, complaint_message, media, message

_log = logging.getLogger(__name__)

_WAITS = tuple(timedelta(seconds=s) for s in (10, 30, 120, 600, 3600, 6 * 3600, 24 * 3600))
_CLAIMED_FOR = timedelta(minutes=2)
_AT_ONCE = 8


@dataclass(frozen=True)
class MediaDrain:
    """Works off attachments that wait to be fetched."""

    database: Database
    keys: Keys
    lines: Mapping[AccountId, Line]
    store: FileMediaStore
    clock: Clock
    max_bytes: int

    async def once(self) -> int:
        """Fetch some; how many were tried."""
        rows = await self._claim()
        await asyncio.gather(*(self._fetch(row) for row in rows))
        return len(rows)

    async def _claim(self) -> list[Any]:
        """Take some for two minutes; a process that dies gives them back by itself."""
        now = self.clock()
        due = (
            select(attachment.c.id)
            .where(ATTACHMENT_TODO, attachment.c.not_before <= now)
            .order_by(attachment.c.not_before, attachment.c.id)
            .limit(_AT_ONCE)
        )
        async with self.database.read() as conn:
            ids = (await conn.scalars(due)).all()
        if not ids:
            return []
        async with self.database.write() as conn:
            taken = (
                await conn.execute(
                    update(attachment)
                    .where(
                        attachment.c.id.in_(ids), ATTACHMENT_TODO, attachment.c.not_before <= now
                    )
                    .values(not_before=now + _CLAIMED_FOR, attempts=attachment.c.attempts + 1)
                    .returning(attachment)
                )
            ).all()
            query = select(message.c.id, message.c.account_id).where(
                message.c.id.in_([row.message_id for row in taken])
            )
            accounts = {row.id: row.account_id for row in (await conn.execute(query)).all()}
        return [(row, AccountId(accounts[row.message_id])) for row in taken]

    async def _fetch(self, claimed: tuple[Any, AccountId]) -> None:
        row, account = claimed
        line = self.lines.get(account)
        source: object = line.channel if line else None
        try:
            if not isinstance(source, MediaSource):
                raise MediaUnavailable("no_source", retryable=False)
            where = self.keys.open(row.source_sealed, row.key_id, "attachment.source").decode()
            wanted = Attachment(where, row.claimed_type)
            _, content = await source.fetch(wanted, self.max_bytes)
            found = _checked(content, self.max_bytes)
        except MediaUnavailable as error:
            await self._failed(row, error.code, retryable=error.retryable)
        except Exception as error:  # noqa: BLE001 - one bad file must not stop the others
            _log.warning("media failed", extra={"attachment": row.id, "account": account})
            await self._failed(row, type(error).__name__, retryable=True)
        else:
            await self._keep(row, content, found)

    async def _keep(self, row: Any, content: bytes, found: str) -> None:
        digest = await asyncio.to_thread(self.store.put, content)
        dialect = sqlite if self.database.is_sqlite else postgresql
        values = {
            "sha256": digest, "bytes": len(content), "type": found, "stored_at": self.clock()
        }  # fmt: skip
        async with self.database.write() as conn:
            await conn.execute(dialect.insert(media).values(values).on_conflict_do_nothing())
            await conn.execute(
                update(attachment)
                .where(attachment.c.id == row.id)
                .values(state="stored", media_sha256=digest, problem="", not_before=None)
            )
            # The same picture may have come with another report.
            of = select(complaint_message.c.complaint_id).where(
                complaint_message.c.message_id == row.message_id,
                complaint_message.c.unlinked_at.is_(None),
            )
            await conn.execute(
                update(complaint).where(complaint.c.id.in_(of)).values(to_compare=True)
            )

    async def _failed(self, row: Any, code: str, *, retryable: bool) -> None:
        again = retryable and row.attempts <= len(_WAITS)
        values: dict[str, Any] = {"problem": code[:100]}
        if again:
            values["not_before"] = self.clock() + _WAITS[row.attempts - 1]
        else:
            values |= {"state": "failed" if retryable else "refused", "not_before": None}
        async with self.database.write() as conn:
            await conn.execute(update(attachment).where(attachment.c.id == row.id).values(**values))


def _checked(content: bytes, max_bytes: int) -> str:
    """The type of *content* by its bytes.

    Raises:
        MediaUnavailable: It is nothing that we keep; final.
    """
    if not content:
        raise MediaUnavailable("empty", retryable=True)
    if len(content) > max_bytes:
        raise MediaUnavailable("too_large", retryable=False)
    found = media_type(content)
    if found is None:
        raise MediaUnavailable("type_not_kept", retryable=False)
    return found
