"""Reads all facts, each at its edge, so that the rules can speak about plain values."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.exc import DBAPIError

from channels.contract import Capabilities
from gateway.configuration.settings import Environment, Settings, SettingsInvalid, load
from gateway.doctor import machine, servers, waiting
from gateway.doctor.facts import Flow, Folder, Place, Reach
from gateway.doctor.findings import Finding, wrong
from gateway.lines import close_lines, open_lines
from gateway.storage.database import sqlite_path
from gateway.storage.ids import Clock
from gateway.storage.schema import Version
from gateway.units import directory
from gateway.way_out import WayOut

COUNTING_S = 30.0
"""So long the queues may be counted; a hundred thousand waiting messages take about a second."""


def place(environment: Environment, clock: Clock) -> Place:
    """The installation. Bounded in time, whatever does not answer."""
    settings, problems, channels = _settings(environment)
    database = servers.database(environment.database_url, clock)
    if settings is not None:
        problems = [*problems, *_owners(settings, database.units)]
    spool = environment.data_dir / "spool"
    redis = environment.redis_url
    return Place(
        now=clock(),
        settings=settings,
        problems=tuple(problems),
        is_configured=environment.config is not None,
        channels=channels,
        misspelt=environment.misspelt,
        keys=machine.key_file(environment.keys_file),
        folders=tuple(_folders(environment)),
        spools=machine.spools(spool),
        torn=machine.torn(spool),
        server=machine.owner(environment.data_dir / "serve.lock"),
        database=database,
        redis=servers.redis(redis) if redis else None,
    )


def flow(environment: Environment, seen: Place, clock: Clock) -> tuple[Flow | None, list[Finding]]:
    """What waits in the database, where it can be read; else why not, if that is news."""
    database = seen.database
    if database is None or database.reach is not Reach.ANSWERS:
        return None, []
    if database.version is not Version.CURRENT:
        return None, []
    try:
        url = environment.database_url
        return servers.asked(url, lambda conn: waiting.read(conn, clock()), COUNTING_S), []
    except (DBAPIError, TimeoutError) as error:
        what = f"the queues cannot be counted ({type(error).__name__})"
        return None, [wrong("database", what, "look at its load and its locks, then try again")]


def _settings(
    environment: Environment,
) -> tuple[Settings | None, Sequence[str], Mapping[str, Capabilities]]:
    try:
        settings = load(environment.config)
    except SettingsInvalid as error:
        return None, error.problems, {}
    problems, channels = _connectors(settings)
    return settings, problems, channels


def _connectors(settings: Settings) -> tuple[list[str], Mapping[str, Capabilities]]:
    """Build every connector once, asking no provider."""

    async def build() -> Mapping[str, Capabilities]:
        fetcher = WayOut()
        try:
            lines = open_lines(settings, fetcher)
            await close_lines(lines)
        finally:
            await fetcher.close()
        return {account: line.channel.capabilities for account, line in lines.items()}

    try:
        return [], asyncio.run(build())
    except Exception as error:  # noqa: BLE001 - whatever a stranger's connector raises
        return [f"an account's connector cannot be built: {type(error).__name__}: {error}"], {}


def _owners(settings: Settings, imported: Collection[str]) -> list[str]:
    known = {row["id"] for row in directory.all_units(settings)} | set(imported)
    return [
        f"account '{account.id}': there is no unit '{account.owner}'; name one of the city's, or "
        "add it with `kanal units import` or under [[units]]"
        for account in settings.accounts
        if account.owner not in known
    ]


def _folders(environment: Environment) -> list[Folder]:
    data = environment.data_dir
    folders = [machine.folder("spool", data / "spool"), machine.folder("media", data / "media")]
    if sqlite_path(environment.database_url) is not None:
        # Else nothing is written beside the two, and the folder itself may be read-only.
        folders.insert(0, machine.folder("data", data))
    return folders
