"""People with accounts as rows: added, changed, disabled, given another password; and audited."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access import OfficerRole
from core.complaint import NewId, UnitId
from core.tables import unit
from gateway.access_tables import SESSION_OPEN, app_user, user_account, user_session
from gateway.audit import trail
from gateway.audit.entry import Doer, Entry
from gateway.configuration.settings import Settings

LOGIN = r"^[a-z0-9][a-z0-9._-]{1,62}$"
ONE_TIME_LASTS = timedelta(hours=72)


class UserRefused(Exception):
    """It cannot be done; says why and what to do."""


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account. *one_time_until*: the password is one that was handed over, and
    good until then for replacing it; *accounts*: empty means all that the unit owns."""

    id: int
    login: str
    unit: UnitId
    role: OfficerRole
    created_at: datetime
    one_time_until: datetime | None = None
    disabled_at: datetime | None = None
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """By whom and when; *new_id* for what is made."""

    by: Doer
    now: datetime
    new_id: NewId

    async def record(self, conn: AsyncConnection, action: str, user: int) -> None:
        """Into the audit."""
        await trail.record(conn, [Entry(self.new_id(), self.now, action, self.by, f"user:{user}")])


async def add(
    conn: AsyncConnection,
    settings: Settings,
    act: Act,
    *,
    login: str,
    unit_id: str,
    role: OfficerRole,
    accounts: Collection[str],
    password_hash: str,
    is_one_time: bool,
) -> int:
    """A new account for *login*; its id.

    Raises:
        UserRefused: The name is taken or none, or there is no such unit or channel of it.
    """
    if not re.match(LOGIN, login):
        raise UserRefused(f"'{login}' is no name: 2 to 63 of a-z, 0-9, dot, hyphen, underscore")
    if await conn.scalar(select(app_user.c.id).where(app_user.c.login == login)):
        raise UserRefused(f"there is a user '{login}' already; names are never used again")
    await _require_unit(conn, unit_id)
    _require_owned(settings, unit_id, accounts)
    user = act.new_id()
    row = {
        "id": user, "login": login, "unit_id": unit_id, "role": role.value,
        "password_hash": password_hash, "created_at": act.now,
        "one_time_until": act.now + ONE_TIME_LASTS if is_one_time else None,
    }  # fmt: skip
    await conn.execute(insert(app_user).values(row))
    await _limit(conn, user, accounts)
    await act.record(conn, "user.add", user)
    return user


async def change(
    conn: AsyncConnection,
    settings: Settings,
    act: Act,
    login: str,
    *,
    unit_id: str | None = None,
    role: OfficerRole | None = None,
    accounts: Collection[str] | None = None,
) -> User:
    """Another unit, role or choice of channels for *login*, who is signed out; None: as it was.
    *accounts*: empty means all that the unit owns. How they stand then.

    Raises:
        UserRefused: There is no such user, unit or channel of it, or nothing would change; or the
            unit changes for somebody who answers for some channels, and nobody said for which now.
    """
    found = next((user for user in await listed(conn) if user.login == login), None)
    if found is None:
        raise _unknown(login)
    if unit_id not in {None, found.unit} and found.accounts and accounts is None:
        raise UserRefused(
            f"'{login}' answers for {', '.join(found.accounts)} only: say with --account for which "
            f"channels of {unit_id}, or --all-accounts"
        )
    limits = found.accounts if accounts is None else tuple(sorted(set(accounts)))
    changed = replace(
        found, unit=UnitId(unit_id or found.unit), role=role or found.role, accounts=limits
    )
    if changed == found:
        raise UserRefused(f"nothing would change for '{login}'; `kanal user list` shows them")
    await _require_unit(conn, changed.unit)
    _require_owned(settings, changed.unit, changed.accounts)
    values = {"unit_id": changed.unit, "role": changed.role.value}
    await conn.execute(update(app_user).where(app_user.c.id == found.id).values(values))
    await conn.execute(delete(user_account).where(user_account.c.user_id == found.id))
    await _limit(conn, found.id, changed.accounts)
    # What a screen shows was read under the old role.
    await end_sessions(conn, found.id, act.now)
    await act.record(conn, "user.change", found.id)
    return changed


async def listed(conn: AsyncConnection) -> Sequence[User]:
    """Everybody, by name, also who was disabled."""
    limits = await _limits(conn)
    rows = (await conn.execute(select(app_user).order_by(app_user.c.login))).all()
    return [
        User(
            row.id, row.login, UnitId(row.unit_id), OfficerRole(row.role), row.created_at,
            row.one_time_until, row.disabled_at, tuple(limits.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


async def disable(conn: AsyncConnection, act: Act, login: str) -> None:
    """Nobody signs in as *login* any more, and whoever is signed in is out.

    Raises:
        UserRefused: There is no such user.
    """
    user = await _known(conn, login)
    values = {"disabled_at": act.now}
    await conn.execute(update(app_user).where(app_user.c.id == user).values(values))
    await end_sessions(conn, user, act.now)
    await act.record(conn, "user.disable", user)


async def enable(conn: AsyncConnection, act: Act, login: str) -> None:
    """The reverse of `disable`; the password is the old one.

    Raises:
        UserRefused: There is no such user.
    """
    user = await _known(conn, login)
    await conn.execute(update(app_user).where(app_user.c.id == user).values(disabled_at=None))
    await act.record(conn, "user.enable", user)


async def set_password(
    conn: AsyncConnection, act: Act, login: str, password_hash: str, *, is_one_time: bool
) -> None:
    """Another password for *login*; whoever is signed in is out.

    Raises:
        UserRefused: There is no such user.
    """
    user = await _known(conn, login)
    until = act.now + ONE_TIME_LASTS if is_one_time else None
    values = {"password_hash": password_hash, "one_time_until": until}
    await conn.execute(update(app_user).where(app_user.c.id == user).values(values))
    await end_sessions(conn, user, act.now)
    await act.record(conn, "user.password", user)


async def end_sessions(
    conn: AsyncConnection, user: int, now: datetime, *, but: int | None = None
) -> None:
    """Sign *user* out everywhere, except from the session *but*."""
    ending = update(user_session).where(user_session.c.user_id == user, SESSION_OPEN)
    if but is not None:
        ending = ending.where(user_session.c.id != but)
    await conn.execute(ending.values(ended_at=now))


async def _known(conn: AsyncConnection, login: str) -> int:
    found = await conn.scalar(select(app_user.c.id).where(app_user.c.login == login))
    if found is None:
        raise _unknown(login)
    return int(found)


def _unknown(login: str) -> UserRefused:
    return UserRefused(f"there is no user '{login}'; `kanal user list` names them")


async def _require_unit(conn: AsyncConnection, unit_id: str) -> None:
    active = select(unit.c.id).where(unit.c.id == unit_id, unit.c.retired_at.is_(None))
    if await conn.scalar(active) is None:
        raise UserRefused(
            f"there is no unit '{unit_id}'; name one of the city's, or add it under [[units]]"
        )


async def _limit(conn: AsyncConnection, user: int, accounts: Collection[str]) -> None:
    if accounts:
        limits = [{"user_id": user, "account_id": account} for account in sorted(set(accounts))]
        await conn.execute(insert(user_account), limits)


def _require_owned(settings: Settings, unit_id: str, accounts: Collection[str]) -> None:
    owned = sorted(a.id for a in settings.accounts if a.owner == unit_id)
    for account in accounts:
        if account not in owned:
            has = ", ".join(owned) or "none"
            raise UserRefused(f"'{account}' is no channel that {unit_id} owns; it owns: {has}")


async def _limits(conn: AsyncConnection) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = {}
    query = select(user_account).order_by(user_account.c.account_id)
    for row in (await conn.execute(query)).all():
        found.setdefault(row.user_id, []).append(row.account_id)
    return found
