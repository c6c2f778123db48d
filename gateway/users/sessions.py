"""Who is signed in: sessions as rows. The token is in the browser's cookie, its keyed hash here."""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import Officer, OfficerRole, Origin
from core.complaint import UnitId
from gateway.access_tables import SESSION_OPEN, app_user, user_account, user_session
from gateway.audit import trail
from gateway.audit.entry import Doer, Entry
from gateway.bootstrap import Parts
from gateway.users import accounts, guesses, passwords, standing
from gateway.users.passwords import COST, Cost

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
"""A working day with its breaks."""
KEPT = timedelta(days=30)
_SEEN_EVERY = timedelta(minutes=1)
_AT_ONCE = 2
"""Each comparison takes 32 MB and a core."""


class SignInRefused(Exception):
    """Name or password is wrong, or the account is disabled: all look the same."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that holds. *must_replace*: the password is a one-time one, and nothing else can be
    done before it is replaced; *until*: the end in any case."""

    session: int
    user: int
    login: str
    officer: Officer
    must_replace: bool
    until: datetime


@dataclass(frozen=True)
class SignIn:
    """Compares passwords, two at a time. One per web process."""

    parts: Parts
    cost: Cost = COST
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _nobody: list[str] = field(default_factory=list)

    async def begin(self, login: str, password: str, origin: Origin) -> tuple[str, SignedIn]:
        """A fresh session: the token for the cookie, and who it is.

        Raises:
            SignInRefused: See there.
            TooManyGuesses: Not even compared.
        """
        parts = self.parts
        row = await self._proven(login, password, origin)
        now, token, session = parts.clock(), secrets.token_urlsafe(32), parts.new_id()
        async with parts.database.write() as conn:
            await conn.execute(
                insert(user_session).values(
                    id=session, user_id=row.id, hash=_hash(parts, token), began_at=now, seen_at=now
                )
            )
            await _record(conn, parts, "session.begin", row, origin)
        found = await find(parts, token, origin)
        if found is None:
            raise SignInRefused
        return token, found

    async def replace(self, who: SignedIn, old: str, new: str) -> None:
        """The person's own new password; ends their other sessions.

        Raises:
            SignInRefused, TooManyGuesses: As for `begin`, for the *old* one.
            PasswordRefused: The *new* one is too easy.
        """
        parts = self.parts
        passwords.require_good(new, who.login)
        row = await self._proven(who.login, old, who.officer.origin)
        async with self._turns:
            stored = await asyncio.to_thread(passwords.hashed, new, self.cost)
        async with parts.database.write() as conn:
            values = {"password_hash": stored, "one_time_until": None}
            await conn.execute(update(app_user).where(app_user.c.id == who.user).values(values))
            await accounts.end_sessions(conn, who.user, parts.clock(), but=who.session)
            await _record(conn, parts, "user.password.own", row, who.officer.origin)

    async def _proven(self, login: str, password: str, origin: Origin) -> Row[Any]:
        parts, name = self.parts, login.strip().casefold()
        subject = parts.keys.asker(f"login {name}")
        async with parts.database.write() as conn:
            counted = await guesses.begin(conn, subject, origin.asker, parts.clock(), parts.new_id)
            query = select(app_user).where(app_user.c.login == name)
            row = (await conn.execute(query)).one_or_none()
        async with self._turns:
            stored = row.password_hash if row else await self._of_nobody()
            same = await asyncio.to_thread(passwords.matches, password, stored)
        if row is None or not same or not _may_sign_in(row, parts.clock()):
            if row is not None:
                async with parts.database.write() as conn:
                    await _record(conn, parts, "session.refused", row, origin)
            raise SignInRefused
        async with parts.database.write() as conn:
            await guesses.take_back(conn, counted)
        return row

    async def _of_nobody(self) -> str:
        """A hash to compare with where there is no such name: it must take as long."""
        if not self._nobody:
            random = secrets.token_hex()
            self._nobody.append(await asyncio.to_thread(passwords.hashed, random, self.cost))
        return self._nobody[0]


async def find(parts: Parts, token: str, origin: Origin) -> SignedIn | None:
    """Whose session *token* is, if it still holds; that it is used is noted once a minute."""
    now = parts.clock()
    query = (
        select(user_session, app_user.c.login, app_user.c.unit_id, app_user.c.role,
               app_user.c.one_time_until)
        .join(app_user, app_user.c.id == user_session.c.user_id)
        .where(
            user_session.c.hash == _hash(parts, token),
            SESSION_OPEN,
            user_session.c.seen_at > now - IDLE,
            user_session.c.began_at > now - LONGEST,
            app_user.c.disabled_at.is_(None),
        )
    )  # fmt: skip
    async with parts.database.read() as conn:
        row = (await conn.execute(query)).one_or_none()
        if row is None or (row.one_time_until and row.one_time_until <= now):
            return None
        limits = select(user_account.c.account_id).where(user_account.c.user_id == row.user_id)
        officer = await standing.officer(
            conn, parts.settings, f"user:{row.user_id}", UnitId(row.unit_id),
            OfficerRole(row.role), origin, (await conn.scalars(limits)).all(),
        )  # fmt: skip
    if now - row.seen_at >= _SEEN_EVERY:
        async with parts.database.write() as conn:
            seen = update(user_session).where(user_session.c.id == row.id, SESSION_OPEN)
            await conn.execute(seen.values(seen_at=now))
    return SignedIn(
        row.id, row.user_id, row.login, officer, row.one_time_until is not None,
        row.began_at + LONGEST,
    )  # fmt: skip


async def end(parts: Parts, who: SignedIn) -> None:
    """Sign out."""
    async with parts.database.write() as conn:
        ending = update(user_session).where(user_session.c.id == who.session, SESSION_OPEN)
        await conn.execute(ending.values(ended_at=parts.clock()))
        doer = Doer.of(who.officer)
        entry = Entry(parts.new_id(), parts.clock(), "session.end", doer, f"user:{who.user}")
        await trail.record(conn, [entry])


async def forget_old(conn: AsyncConnection, now: datetime) -> int:
    """Remove sessions that ended long ago; how many."""
    old = delete(user_session).where(user_session.c.began_at <= now - KEPT)
    return (await conn.execute(old)).rowcount


def _may_sign_in(row: Row[Any], now: datetime) -> bool:
    expired = row.one_time_until is not None and row.one_time_until <= now
    return row.disabled_at is None and not expired


def _hash(parts: Parts, token: str) -> bytes:
    return parts.keys.token_hash(f"session:{token}")


async def _record(
    conn: AsyncConnection, parts: Parts, action: str, row: Row[Any], origin: Origin
) -> None:
    doer = Doer(f"user:{row.id}", origin, row.unit_id, row.role)
    if action == "session.refused":
        # Whoever it was, it was not proven to be this person.
        doer = Doer("stranger", origin)
    await trail.record(conn, [Entry(parts.new_id(), parts.clock(), action, doer, f"user:{row.id}")])
