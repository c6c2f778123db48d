"""Rules about what an installation stands on: configuration, keys, folders, servers. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from channels.contract import Capabilities
from core.number import WIB
from gateway.configuration.settings import Sending, Settings
from gateway.doctor.facts import (
    DatabaseFacts,
    Folder,
    KeyFile,
    Place,
    Reach,
    RedisFacts,
    Spooled,
)
from gateway.doctor.findings import Finding, State, note, ok, size, spoken, wrong
from gateway.outbound.envelopes import PURPOSES, purposes
from gateway.sealing.known import problems
from gateway.storage.schema import Version

FULL_BYTES = 256 * 1024**2
"""Below this a disk counts as full: one busy hour of messages and their photos."""
LOW_BYTES = 1024**3
FULL_FILES = 1_000
"""A photo is a file."""
CLOCK_NOTE = timedelta(seconds=2)
CLOCK_WRONG = timedelta(seconds=30)
"""A lease lasts two minutes, and a provider's list is searched two minutes around a send."""
SPOOL_SOON = timedelta(minutes=2)
"""A spool empties within seconds of the database's return."""
REDIS_MINIMUM = (6, 0)
"""HELLO, with which redis-py begins every connection."""
NUMBERS_KEEP = timedelta(days=183)


def findings(place: Place) -> Iterator[Finding]:
    """Everything that can be said about *place*, in the order in which it is best mended."""
    yield from _configuration(place)
    if place.settings is not None:
        yield from _settings(place.settings)
        yield from _emergency(place.settings, place.now.astimezone(WIB).date())
    yield from _templates(place.channels)
    if place.keys is not None:
        yield from _keys(place.keys, place.database)
    for folder in place.folders:
        yield from _folder(folder)
    yield from _spool(place.spools, place.torn, place)
    if place.database is not None:
        yield from _database(place.database)
    if place.redis is not None:
        yield from _redis(place.redis)


def _configuration(place: Place) -> Iterator[Finding]:
    for problem in place.problems:
        yield Finding(State.WRONG, "configuration", problem)
    for name, meant in place.misspelt.items():
        yield note("configuration", f"nobody reads {name}", f"did you mean {meant}?")
    if not place.is_configured:
        yield note("configuration", "there is no kanal.toml", "`kanal init` writes one")
    elif not place.problems and place.settings is not None:
        names = ", ".join(f"{a.id} ({a.connector})" for a in place.settings.accounts) or "none"
        yield ok("configuration", f"accounts: {names}")


def _templates(channels: Mapping[str, Capabilities]) -> Iterator[Finding]:
    for account, capabilities in channels.items():
        lacking = [p for p in PURPOSES if p not in purposes(capabilities.templates)]
        if capabilities.reply_window is not None and lacking:
            yield note(
                "templates",
                f"{account} has no approved template for {', '.join(lacking)}: behind a closed "
                "window such news waits until the person writes",
                "`kanal templates push`",
            )


def _settings(settings: Settings) -> Iterator[Finding]:
    if not settings.accounts:
        yield note("accounts", "there is no [[accounts]] yet", "nothing can come in")
    if settings.sending is not Sending.ON:
        yield note(
            "sending", f"sending is {settings.sending}: notices are held in the ledger",
            'when what would be said looks right, set sending = "on"',
        )  # fmt: skip
    for account in settings.accounts:
        own = account.sending
        if own is not None and settings.sending_of(account) is not settings.sending:
            yield note("sending", f"sending on {account.id} is {own}: its notices are held")
    if not settings.base_url.startswith("https://"):
        yield note(
            "configuration", "public_base_url is not https",
            "providers refuse that outside this machine",
        )  # fmt: skip


def _emergency(settings: Settings, today: date) -> Iterator[Finding]:
    said = settings.emergency.checked_on
    if not said:
        yield note(
            "emergency", "[emergency] checked_on is empty", "call the numbers, then enter the day"
        )
        return
    try:
        checked = date.fromisoformat(said)
    except ValueError:
        yield note("emergency", "[emergency] checked_on is no day", "write it as YYYY-MM-DD")
        return
    if checked > today:
        yield note("emergency", f"[emergency] checked_on is {checked}, a day to come", "correct it")
    elif today - checked > NUMBERS_KEEP:
        yield note(
            "emergency", f"the emergency numbers were last called on {checked}",
            "call them again, then enter the day under [emergency] checked_on",
        )  # fmt: skip
    else:
        yield ok("emergency", f"numbers called on {checked}")


def _keys(keys: KeyFile, database: DatabaseFacts | None) -> Iterator[Finding]:
    known = database.fingerprint if database is not None else None
    if not keys.exists:
        if known is None:
            yield note("keys", f"{keys.path} is not there yet", "it is made at the first start")
        else:
            yield wrong(
                "keys", f"{keys.path}: the key file is missing",
                "put back the copy that belongs to this database, or set KANAL_KEYS_FILE",
            )  # fmt: skip
        return
    if keys.problem:
        yield wrong("keys", keys.problem, "put back the copy that belongs to this database")
    elif known is not None and known != keys.fingerprint:
        yield wrong(
            "keys", f"{keys.path} belongs to another installation (fingerprint "
            f"{keys.fingerprint}, the database was made with {known})",
            "put back the right key file",
        )  # fmt: skip
    else:
        yield from _sealing(keys, database)
    if keys.is_open_to_others:
        yield wrong("keys", f"{keys.path}: others may read it", "chmod 600 it")


def _sealing(keys: KeyFile, database: DatabaseFacts | None) -> Iterator[Finding]:
    known = database.sealing_keys if database is not None else ()
    lost = problems(known, keys.marks)
    for problem in lost:
        yield Finding(State.WRONG, "keys", problem)
    current, *others = keys.marks
    for holder in database.holders if database is not None else ():
        if holder.seals != current:
            yield note(
                "keys", f"{holder.process} seals with '{holder.seals}', and the key file says "
                f"'{current}'", "copy the key file to it and send it SIGHUP",
            )  # fmt: skip
    if others:
        yield note(
            "keys", f"{keys.path}: a rotation is under way, {described(keys)}",
            "`kanal keys status` says what comes next",
        )  # fmt: skip
    elif not lost and not keys.is_open_to_others:
        yield ok("keys", f"{keys.path} (fingerprint {keys.fingerprint}), {described(keys)}")


def described(keys: KeyFile) -> str:
    """Which sealing keys are in use."""
    current, *others = keys.marks
    return f"'{current}' seals" + "".join(f", '{other}' opens" for other in others)


def _folder(folder: Folder) -> Iterator[Finding]:
    about = f"{folder.name} folder"
    if folder.problem:
        yield wrong(
            about, f"{folder.path}: cannot be written ({folder.problem})", _MEND.get(
                folder.problem, "give it to this user, or set KANAL_DATA_DIR",
            ),
        )  # fmt: skip
        return
    free, files = folder.free_bytes, folder.free_files
    if free is not None and free < FULL_BYTES:
        yield wrong(
            about, f"{folder.path}: only {size(free)} are free on its disk",
            "make room: without it nothing can be accepted while the database is away",
        )  # fmt: skip
    elif files is not None and files < FULL_FILES:
        yield wrong(
            about, f"{folder.path}: only {files} more files fit on its disk",
            "make room: every photo is a file",
        )  # fmt: skip
    elif free is not None and free < LOW_BYTES:
        yield note(about, f"{folder.path}: {size(free)} are free on its disk", "make room soon")
    else:
        yield ok(about, f"{folder.path}: writable" + (f", {size(free)} free" if free else ""))


_MEND = {
    "No space left on device": "make room on its disk",
    "Disk quota exceeded": "make room, or let this user have more",
    "Read-only file system": "mount it writable, or set KANAL_DATA_DIR",
}


def serving(place: Place) -> Iterator[Finding]:
    """Whether it runs: that can only be said of a database file, which one process serves."""
    if place.database is None or not place.database.is_file:
        return
    if place.server is not None:
        yield ok("processes", f"`kanal serve` runs (process {place.server})")
    else:
        yield note("processes", "`kanal serve` does not run here", "start it when all else is well")


def _spool(spools: Sequence[Spooled], torn: Sequence[Path], place: Place) -> Iterator[Finding]:
    for spooled in spools:
        left = spooled.left
        since = f", the oldest from {spoken(place.now - left.oldest)} ago" if left.oldest else ""
        what = f"{left.path.name}: up to {size(left.waiting_bytes)} wait{since}"
        if spooled.owner is None:
            yield wrong(
                "spool", f"{what}; no process here holds it",
                "start `kanal serve` on this folder: it adopts the file",
            )  # fmt: skip
        elif left.oldest is not None and place.now - left.oldest > SPOOL_SOON:
            yield wrong(
                "spool", f"{what}; process {spooled.owner} holds it",
                "look at the database: the spool empties within seconds of its return",
            )  # fmt: skip
        else:
            yield note("spool", f"{what}; process {spooled.owner} is storing it")
    if not spools:
        yield ok("spool", "nothing waits")
    if torn:
        yield note(
            "spool", f"{len(torn)} torn tails lie aside, the newest {torn[-1].name}",
            "cut by a crash in the middle of a write, and never acknowledged: keep them until the "
            "day's messages are compared with the provider's list, then remove them",
        )  # fmt: skip


def _database(database: DatabaseFacts) -> Iterator[Finding]:
    where = "KANAL_DATABASE_URL"
    match database.reach:
        case Reach.NO_ADDRESS:
            what = f"{where}: not a database address ({database.problem})"
            yield wrong("database", what, "write it as postgresql://user:password@host/database")
        case Reach.HANGS:
            what = f"{where}: the database {database.problem}"
            yield wrong(
                "database", what, "it may be half up: look at its log, its disk and its locks, and "
                "at what lies between (pooler, firewall)",
            )  # fmt: skip
        case Reach.REFUSES if database.is_file:
            what = f"{where}: the database file cannot be used ({database.problem})"
            yield wrong("database", what, "see docs/operations.md, backup and restore")
        case Reach.REFUSES:
            what = f"{where}: the database does not answer ({database.problem})"
            yield wrong("database", what, "start it, or correct the address; messages are spooled")
        case _:
            yield from _schema(database)
            yield from _clock(database)


def _schema(database: DatabaseFacts) -> Iterator[Finding]:
    kind = "SQLite" if database.is_file else "PostgreSQL"
    if database.version is Version.NEWER:
        yield wrong("database", "the database is of a newer version", "start that version of kanal")
    elif database.version is Version.FOREIGN:
        what = "the database holds tables of another program under names of ours"
        yield wrong("database", what, "name an empty one in KANAL_DATABASE_URL")
    elif database.version in {Version.EMPTY, Version.OLDER}:
        what = f"the database is {database.version.value}"
        if database.is_file:
            yield note("database", what, "the next start brings it up to date")
        else:
            yield wrong("database", what, "run `kanal db upgrade`")
    elif database.read_only:
        yield wrong(
            "database", f"the database answers and cannot be written ({database.read_only})",
            "name the primary in KANAL_DATABASE_URL, or make the file writable",
        )  # fmt: skip
    else:
        yield ok("database", f"{kind} answers and is current")


def _clock(database: DatabaseFacts) -> Iterator[Finding]:
    if database.clock_ahead is None:
        return
    off = abs(database.clock_ahead)
    side = "ahead of" if database.clock_ahead > timedelta(0) else "behind"
    if off < CLOCK_NOTE:
        yield ok("clock", "database and machine agree")
        return
    what = f"the database's clock is {off.total_seconds():.0f} s {side} this machine's"
    do = "let both take their time from the same source (chrony, systemd-timesyncd)"
    yield wrong("clock", what, do) if off > CLOCK_WRONG else note("clock", what, do)


def _redis(redis: RedisFacts) -> Iterator[Finding]:
    where = "KANAL_REDIS_URL"
    match redis.reach:
        case Reach.NO_ADDRESS:
            yield wrong("redis", f"{where}: not an address", "write it as redis://host:6379/0")
        case Reach.ANSWERS if redis.is_replica:
            what = f"{where}: Redis answers and cannot be written (a replica)"
            yield wrong("redis", what, "name the primary")
        case Reach.ANSWERS if _numbers(redis.version) < REDIS_MINIMUM:
            what = f"Redis {redis.version} is too old"
            yield wrong("redis", what, "6.0 or newer is needed")
        case Reach.ANSWERS:
            yield ok("redis", f"Redis {redis.version} answers")
        case _:
            what = f"{where}: Redis does not answer ({redis.problem})"
            yield wrong("redis", what, "start it; until then work is found later, and none is lost")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
