"""What the doctor has seen, as plain values: the rules need nothing else."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from channels.contract import Capabilities
from gateway.configuration.settings import Settings
from gateway.inbound.spool import Left
from gateway.sealing.holders import Holder
from gateway.sealing.known import KnownKey
from gateway.storage.schema import Version


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the installation. *problem* is empty where it can be written.

    *free_bytes* and *free_files* are None where they could not be read; a file system without a
    limit of files has none either.
    """

    name: str
    path: Path
    exists: bool = True
    problem: str = ""
    free_bytes: int | None = None
    free_files: int | None = None


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The file with the installation's secrets. *problem* is empty where it can be used."""

    path: Path
    exists: bool = True
    problem: str = ""
    is_open_to_others: bool = False
    fingerprint: str | None = None
    marks: Mapping[str, bytes] = field(default_factory=dict)
    """Its sealing keys by id; the first one seals."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """A spool file with something in it, and the process that holds it, if one is seen here."""

    left: Left
    owner: int | None = None


class Reach(enum.Enum):
    """How far a server can be used."""

    ANSWERS = enum.auto()
    REFUSES = enum.auto()
    HANGS = enum.auto()
    """Takes the connection, or loses the packet, and says nothing in time."""
    NO_ADDRESS = enum.auto()
    """What was configured is not an address."""


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """The database. *clock_ahead*: its clock minus this machine's; None for a file."""

    is_file: bool
    reach: Reach
    problem: str = ""
    version: Version | None = None
    read_only: str = ""
    """Why nothing can be written; empty where it can."""
    clock_ahead: timedelta | None = None
    fingerprint: str | None = None
    """That of the key file it was made with."""
    units: frozenset[str] = frozenset()
    """That work, imported ones among them."""
    sealing_keys: tuple[KnownKey, ...] = ()
    """Those that it has met."""
    holders: tuple[Holder, ...] = ()
    """The running processes, with the sealing keys that each holds."""


@dataclass(frozen=True, slots=True)
class RedisFacts:
    """Redis, where an address is given."""

    reach: Reach
    problem: str = ""
    version: str = ""
    is_replica: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """The installation: configuration and what it stands on. *settings* is None if unusable."""

    now: datetime
    settings: Settings | None
    problems: tuple[str, ...] = ()
    """What is wrong with the configuration, one sentence each."""
    is_configured: bool = True
    channels: Mapping[str, Capabilities] = field(default_factory=dict)
    """What each account can do, where its connector could be built."""
    misspelt: Mapping[str, str] = field(default_factory=dict)
    """Variables that nobody reads, with the one that was probably meant."""
    keys: KeyFile | None = None
    folders: tuple[Folder, ...] = ()
    spools: tuple[Spooled, ...] = ()
    torn: tuple[Path, ...] = ()
    server: int | None = None
    """The process that serves from the data folder, if one is seen here."""
    database: DatabaseFacts | None = None
    redis: RedisFacts | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait, and since when the oldest does."""

    size: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Sending was stopped by a person; *account* None: everywhere."""

    account: str | None
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Flow:
    """What the database holds that waits, by the time at which it could have been done."""

    now: datetime
    inbound: Queue = Queue()
    receipts: Queue = Queue()
    media: Queue = Queue()
    notices: Queue = Queue()
    """Due, and no delivery of their conversation is open."""
    pending: Queue = Queue()
    unknown: Queue = Queue()
    abandoned: Queue = Queue()
    """Being sent for longer than any send takes: the process is gone."""
    parked: Mapping[str, Queue] = field(default_factory=dict)
    """By account, as the next."""
    unparsed: Mapping[str, Queue] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    """By reason, as the next."""
    failed: Mapping[str, int] = field(default_factory=dict)
    """Notices made in the last day."""
    pauses: tuple[Pause, ...] = ()
    last_accepted: Mapping[str, datetime] = field(default_factory=dict)
    """By account, where something came within `QUIET_AFTER`."""
    unsealed: Queue = Queue()
    """Rows of the audit that are not in the chain yet."""
    newest: datetime | None = None
    """When the newest message was accepted."""
    workers: int = 0
    """How many have signed on in the last seconds."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits for a worker."""
        queues = (self.inbound, self.receipts, self.media, self.notices, self.pending)
        return not any(queue.size for queue in queues)


QUIET_AFTER = timedelta(hours=72)
"""A weekend and a day: an account that is in use is not silent for longer."""
