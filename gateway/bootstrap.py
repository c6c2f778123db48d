"""The composition root: everything is built here, and handed on as arguments."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.messages import AccountId
from core.tables import unit
from gateway.configuration import boundaries, holidays
from gateway.configuration.boundaries import BoundariesBroken
from gateway.configuration.settings import Environment, Settings, SettingsInvalid
from gateway.inbound.mediastore import FileMediaStore
from gateway.inbound.spool import sealed_with
from gateway.lines import Line, close_lines, open_lines
from gateway.ops.bounded import within
from gateway.processes.dispatch import Bell
from gateway.sealing import keys
from gateway.sealing.keys import Keys, KeysInvalid
from gateway.sealing.known import register
from gateway.storage import schema
from gateway.storage.database import Database, is_address, is_transient, sqlite_path, sqlite_problem
from gateway.storage.ids import Clock, Ids, now
from gateway.storage.schema import Version
from gateway.tables import installation
from gateway.units import directory
from gateway.way_out import WayOut
from normalizer.regions import CENTROIDS, Regions

if TYPE_CHECKING:
    from redis.asyncio import Redis

_REDIS_CONNECT_S = 0.5
_REDIS_ANSWER_S = 3.0
"""Longer than a blocking read; whoever must not wait so long says so itself."""
_PATIENCE_S = 15.0
"""A server that takes connections and says nothing would hold the start for ever."""
_WRITING_S = 30.0
"""The same where it answers, and somebody holds what the start must write."""


class StartRefused(Exception):
    """The program must not start like this; the message says what is wrong and what to do."""


@dataclass
class Parts:
    """What every process of the gateway is made of."""

    settings: Settings
    environment: Environment
    database: Database
    keys: Keys
    lines: Mapping[AccountId, Line]
    media: FileMediaStore
    fetcher: WayOut
    redis: "Redis | None" = None
    regions: Regions = CENTROIDS
    clock: Clock = now
    new_id: Ids = field(default_factory=Ids)
    bell: Bell = field(default_factory=Bell)
    """Rung when something was accepted or an officer acted: there is work."""
    progress: Bell = field(default_factory=Bell)
    """Rung when work was done: there is something to see."""

    @property
    def spool_folder(self) -> Path:
        """Where arrivals wait while the database is away."""
        return self.environment.data_dir / "spool"

    async def close(self) -> None:
        """Give everything back."""
        await close_lines(self.lines)
        await self.fetcher.close()
        if self.redis is not None:
            await self.redis.aclose()
        await self.database.close()


async def build(settings: Settings, environment: Environment, *, clock: Clock = now) -> Parts:
    """Check that the program can work here, then build its parts.

    Raises:
        StartRefused: With a sentence for the operator; nothing was left half done.
    """
    try:
        holidays.deadlines(settings)
    except SettingsInvalid as error:
        raise StartRefused(str(error)) from error
    await asyncio.to_thread(prepare_schema, environment)
    database = Database(environment.database_url)
    try:
        async with asyncio.timeout(_WRITING_S):
            secrets = await own_keys(database, environment, clock)
            async with database.write() as conn:
                await _known_owners(conn, settings, clock)
                _refuse_keys(await register(conn, secrets, clock()))
        fetcher = WayOut()
        return Parts(
            settings=settings,
            environment=environment,
            database=database,
            keys=secrets,
            lines=open_lines(settings, fetcher),
            media=FileMediaStore(environment.data_dir / "media"),
            fetcher=fetcher,
            redis=_redis(environment),
            regions=await asyncio.to_thread(_regions, environment),
            clock=clock,
        )
    except BaseException as error:
        await database.close()
        if isinstance(error, DBAPIError):
            raise StartRefused(_unusable(environment.database_url, error)) from error
        if isinstance(error, TimeoutError):
            raise StartRefused(_silent(_WRITING_S)) from error
        raise


def _regions(environment: Environment) -> Regions:
    """The operator's borders, or the answer by distance."""
    try:
        return boundaries.load(environment.data_dir)
    except BoundariesBroken as error:
        raise StartRefused(str(error)) from error


def _redis(environment: Environment) -> "Redis | None":
    """A client with short patience. That it does not answer is no reason not to start.

    Raises:
        StartRefused: The address is none.
    """
    if environment.redis_url is None:
        return None
    from redis.asyncio import Redis  # noqa: PLC0415 - a tenth of the start of who has none

    try:
        return Redis.from_url(
            environment.redis_url,
            decode_responses=True,
            socket_connect_timeout=_REDIS_CONNECT_S,
            socket_timeout=_REDIS_ANSWER_S,
            retry=None,
        )
    except ValueError as error:
        raise StartRefused(
            f"KANAL_REDIS_URL is no address of a Redis: {error}; use redis://host:6379/0"
        ) from error


def prepare_schema(environment: Environment) -> None:
    """Bring an embedded database up to date; ask for a PostgreSQL one to be brought up to date.

    Raises:
        StartRefused: The database cannot be reached, or is not of this version.
    """
    url = environment.database_url
    refuse_no_address(url)
    embedded = sqlite_path(url) is not None
    try:
        environment.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartRefused(
            f"the data folder {environment.data_dir} cannot be made: {error.strerror}; "
            "set KANAL_DATA_DIR to one that this user may write"
        ) from error
    problem = sqlite_problem() if embedded else None
    if problem:
        raise StartRefused(problem)
    try:
        found = within(_PATIENCE_S, lambda: schema.version(url))
    except TimeoutError as error:
        raise StartRefused(_silent(_PATIENCE_S)) from error
    except DBAPIError as error:
        raise StartRefused(_unusable(url, error)) from error
    refuse_not_ours(found)
    if found is Version.CURRENT:
        return
    if not embedded:
        state = "has no tables yet" if found is Version.EMPTY else "is of an older version"
        raise StartRefused(f"the database {state}: run `kanal db upgrade` once, then start again")
    try:
        schema.upgrade(url)
    except (DBAPIError, OSError) as error:
        raise StartRefused(
            f"{sqlite_path(url)} cannot be brought up to date: {brief(error)}; "
            "`kanal doctor` says more"
        ) from error


def refuse_not_ours(found: Version) -> None:
    """What no upgrade of this program leads on from.

    Raises:
        StartRefused: It is of a newer version, or of another program.
    """
    if found is Version.NEWER:
        raise StartRefused("the database is of a newer version: start that version of kanal")
    if found is Version.FOREIGN:
        raise StartRefused(
            "the database holds tables of another program under names of ours: name an empty one "
            "in KANAL_DATABASE_URL"
        )


def refuse_no_address(url: str) -> None:
    """Before anybody connects to what nobody can connect to.

    Raises:
        StartRefused: It is neither a PostgreSQL nor a SQLite file; the sentence repeats nothing of
            it, for it may hold a password.
    """
    if not is_address(url):
        raise StartRefused(
            "KANAL_DATABASE_URL: not a database address; write it as "
            "postgresql://user:password@host/database, or unset it for a file in KANAL_DATA_DIR"
        )


async def own_keys(database: Database, environment: Environment, clock: Clock) -> Keys:
    """The key file of this very installation; made where both file and database are new.

    Raises:
        StartRefused: There is none, or it is another's.
    """
    path = environment.keys_file
    async with database.read() as conn:
        known = await conn.scalar(select(installation.c.keys_fingerprint))
    try:
        is_new = known is None and not path.exists()
        secrets = keys.create(path) if is_new else keys.load(path)
    except KeysInvalid as error:
        raise StartRefused(
            f"{error}: let this user read it, or put back the copy that belongs to this database"
        ) from error
    except OSError as error:
        raise StartRefused(
            f"the key file {path} cannot be made: {error.strerror}; let this user write the "
            "folder, or set KANAL_KEYS_FILE to another place"
        ) from error
    if known is None:
        row = {"id": 1, "keys_fingerprint": secrets.fingerprint, "created_at": clock()}
        dialect = sqlite if database.is_sqlite else postgresql
        async with database.write() as conn:
            # Another process may make the row at this moment: the first one counts.
            await conn.execute(dialect.insert(installation).values(row).on_conflict_do_nothing())
            known = await conn.scalar(select(installation.c.keys_fingerprint))
    if known != secrets.fingerprint:
        raise StartRefused(
            f"{path} belongs to another installation (fingerprint {secrets.fingerprint}, the "
            f"database was made with {known}): put back the right key file"
        )
    return secrets


def refuse_unreadable_spool(parts: Parts) -> None:
    """What was acknowledged and not stored yet must be readable when it is.

    Raises:
        StartRefused: A key of it is not in the key file.
    """
    for key, count in sealed_with(parts.spool_folder).items():
        if key not in parts.keys.marks:
            raise StartRefused(
                f"{count} messages in {parts.spool_folder} are sealed with '{key}', which is not "
                "in the key file: put the key back until they are stored and sealed anew"
            )


def _refuse_keys(problems: Sequence[str]) -> None:
    if problems:
        raise StartRefused("; ".join(problems))


async def _known_owners(conn: AsyncConnection, settings: Settings, clock: Clock) -> None:
    imported = (await conn.scalars(select(unit.c.id).where(unit.c.retired_at.is_(None)))).all()
    known = {row["id"] for row in directory.all_units(settings)} | set(imported)
    for account in settings.accounts:
        if account.owner not in known:
            raise StartRefused(
                f"account '{account.id}': there is no unit '{account.owner}'; "
                "name one of the city's, or add it with `kanal units import` or under [[units]]"
            )
    await directory.synchronise(conn, settings, clock())


def _silent(seconds: float) -> str:
    return (
        f"the database does not answer within {seconds:g} s: it may be half up; "
        "`kanal doctor` says more"
    )


def _unusable(url: str, error: DBAPIError) -> str:
    """A standby, a file of another user, a full disk, a server that goes away meanwhile."""
    what = f"{sqlite_path(url) or 'the database'} cannot be used"
    if sqlite_path(url) is None and is_transient(error):
        what = "the database does not answer"
    return f"{what}: {brief(error)}; `kanal doctor` says more"


def brief(error: BaseException) -> str:
    """The driver's own first line, which names no data of anybody."""
    cause = getattr(error, "orig", None) or error
    return str(cause).splitlines()[0] if str(cause) else type(cause).__name__
