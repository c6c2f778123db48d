"""Reads `kanal.toml` and the environment, once, into frozen values. Nothing else reads either.

Secrets stand in the file as ``${NAME}``: the variable NAME, or the content of the file that
NAME_FILE names. Unknown keys are refused with the nearest known name.
"""

import enum
import os
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import time, timedelta
from ipaddress import IPv4Network
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    ValidationError,
    field_validator,
    model_validator,
)

from channels import registry
from channels.errors import ConnectorInvalid
from core.clocks import Days
from gateway.configuration.refusals import explain
from gateway.configuration.ticket_settings import Ask, Tickets
from gateway.configuration.variables import (
    SUFFIX,
    VariableUnreadable,
    fill,
    find_variable,
    is_from_file,
    misspelt,
)
from gateway.photos.policy import Results

SLUG = r"^[a-z0-9][a-z0-9-]{0,62}$"
_SLUG_MEANS = "a name of small letters, digits and dashes, at most 63, as in sms-kota"
_NAMED = re.compile(r"\] \([^)]*\)")
"""The account's id beside its place, which is no part of it."""


class SettingsInvalid(Exception):
    """The configuration cannot be used; *problems* holds one sentence each, ready to print."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sending(enum.StrEnum):
    """The switch for everything that leaves: a rehearsal must not reach citizens."""

    OFF = "off"
    ALLOWLIST = "allowlist"
    ON = "on"


class Numbers(_Part):
    """How complaint numbers look; *first_serial* keeps clear of another system's numbers."""

    prefix: str = Field("JK", pattern=r"^[A-Z]{2}$", description="two capital letters, as in JK")
    first_serial: int = Field(1, ge=1, le=900_000)


class Pauses(_Part):
    """How long an answer waits for more parts of the same message, in seconds."""

    text_s: float = Field(3, ge=0, le=5)
    media_s: float = Field(20, ge=0, le=60)
    longest_s: float = Field(30, ge=0, le=120)
    join_s: float = Field(1800, ge=0)


class QuietHours(_Part):
    """When nothing leaves that the person has not just asked for (Jakarta time)."""

    begin: time = time(21, 0)
    end: time = time(6, 0)
    enabled: bool = True


class Questions(_Part):
    """Whether and when (Jakarta time) a receipt's question is repeated, once."""

    remind: bool = True
    remind_at: time = time(8, 0)


class Limits(_Part):
    """Bounds of what we do by ourselves."""

    accept_deadline_s: float = Field(2.0, gt=0)
    answers_per_hour: int = Field(5, ge=1)
    media_bytes: int = Field(16_000_000, ge=1)
    sending_slots: int = Field(64, ge=1, le=500)
    drain_conversations: int = Field(64, ge=1, le=500)


class Emergency(_Part):
    """Numbers to call; the operator's data, with the day somebody called them."""

    general: str = "112"
    women_and_children: str = "129"
    women_and_children_chat: str = "08111129129"
    checked_on: str = ""


class Opening(_Part):
    """When people read what comes in (Jakarta time, Monday to Friday)."""

    opens: time = time(7, 30)
    closes: time = time(16, 0)


class Clocks(_Part):
    """How long what takes (docs/policy.md); hours and calendar days unless *days* is "working"."""

    respond_hours: int = Field(6, ge=1, le=720)
    triage_hours: int = Field(2, ge=1, le=100)
    complete_days: int = Field(7, ge=1, le=200)
    pendopo_days: int = Field(3, ge=1, le=200)
    verify_hours: int = Field(72, ge=1, le=2000)
    object_days: int = Field(7, ge=1, le=90)
    automatic_after_outage: bool = False
    found_anew: bool = True
    days: Days = Days.CALENDAR
    holidays_file: str = ""


class Duty(_Part):
    """How officers are told of their work."""

    bundle_minutes: int = Field(10, ge=0, le=120)
    alarm_every_minutes: int = Field(10, ge=1, le=120)
    alarm_most: int = Field(12, ge=1, le=200)


class Unit(_Part):
    """A unit that the city's list does not hold yet."""

    id: str = Field(pattern=SLUG, description=_SLUG_MEANS)
    name: str
    kind: str = "skpd"
    parent: str | None = None
    coordinator: str | None = None


class Account(_Part):
    """One official channel: the account, not the connector, has a name and an owner."""

    id: str = Field(pattern=SLUG, description=_SLUG_MEANS)
    connector: str
    name: str
    owner: str = "biro-pemerintahan"
    geo_tagged: bool = False
    confidential: bool = False
    pendopo: bool = False
    sending: Sending | None = None
    ask: Ask = Ask.AUTO
    settings: Mapping[str, Any] = Field(default_factory=dict)


def _no_slash(url: AnyHttpUrl) -> str:
    return str(url).rstrip("/")


class Settings(_Part):
    """Everything in `kanal.toml`."""

    public_base_url: Annotated[AnyHttpUrl, AfterValidator(_no_slash)] = AnyHttpUrl(
        "http://127.0.0.1:8000"
    )
    trusted_proxies: tuple[IPvAnyNetwork, ...] = (IPv4Network("127.0.0.1/32"),)
    tracker_name: str = ""
    service_name: str = "Pemprov DKI Jakarta"
    sending: Sending = Sending.ON
    allowlist: tuple[str, ...] = ()
    numbers: Numbers = Numbers()
    pauses: Pauses = Pauses()
    quiet_hours: QuietHours = QuietHours()
    questions: Questions = Questions()
    limits: Limits = Limits()
    emergency: Emergency = Emergency()
    opening: Opening = Opening()
    clocks: Clocks = Clocks()
    duty: Duty = Duty()
    tickets: Tickets = Tickets()
    results: Results = Results()
    units: tuple[Unit, ...] = ()
    accounts: tuple[Account, ...] = ()

    @field_validator("accounts")
    @classmethod
    def _ids_are_unique(cls, accounts: tuple[Account, ...]) -> tuple[Account, ...]:
        ids = [account.id for account in accounts]
        doubled = sorted({i for i in ids if ids.count(i) > 1})
        if doubled:
            raise ValueError(f"the account id '{doubled[0]}' stands twice; ids are permanent names")
        return accounts

    @model_validator(mode="after")
    def _connectors_take_their_settings(self) -> "Settings":
        problems = [p for i, a in enumerate(self.accounts) for p in _connector_problems(i, a)]
        if problems:
            raise SettingsInvalid(problems)
        return self

    @property
    def base_url(self) -> str:
        """The public address without a slash at its end."""
        return str(self.public_base_url)

    @property
    def tracker(self) -> str:
        """The tracker as it is written in a text: short, without scheme."""
        short = self.base_url.partition("://")[2]
        return self.tracker_name or f"{short}/lacak"

    def account(self, account_id: str) -> Account | None:
        """The account with this id, if there is one."""
        return next((a for a in self.accounts if a.id == account_id), None)

    def sending_of(self, account: Account) -> Sending:
        """The stricter of the global switch and the account's own."""
        order = [Sending.OFF, Sending.ALLOWLIST, Sending.ON]
        return min(self.sending, account.sending or Sending.ON, key=order.index)

    @property
    def join_window(self) -> timedelta:
        """How long after its last message a report still takes in what has no other place."""
        return timedelta(seconds=self.pauses.join_s)


class Environment(_Part):
    """What comes from the environment: where things lie, not how they behave.

    *files*: the addresses that were read from a file, by variable, with the file. *misspelt*: names
    that nobody reads, with the one that was probably meant.
    """

    config: Path | None
    data_dir: Path
    database_url: str
    redis_url: str | None
    keys_file: Path
    files: Mapping[str, str] = Field(default_factory=dict)
    misspelt: Mapping[str, str] = Field(default_factory=dict)

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> "Environment":
        """From `KANAL_*`; a missing variable has the embedded default.

        Raises:
            SettingsInvalid: A variable names a file that cannot be read.
        """
        env = os.environ if environ is None else environ
        data = Path(env.get("KANAL_DATA_DIR") or "var")
        config = env.get("KANAL_CONFIG")
        fallback = Path("kanal.toml")
        addresses, problems = _addresses(env)
        if problems:
            raise SettingsInvalid(problems)
        return cls(
            config=Path(config) if config else (fallback if fallback.exists() else None),
            data_dir=data,
            database_url=addresses[_DATABASE_URL] or f"sqlite:///{data / 'kanal.db'}",
            redis_url=addresses[_REDIS_URL] or None,
            keys_file=Path(env.get("KANAL_KEYS_FILE") or data / "keys.json"),
            files={name: env[name + SUFFIX] for name in addresses if is_from_file(env, name)},
            misspelt=misspelt(env, _VARIABLES),
        )

    def to_variables(self) -> dict[str, str]:
        """The same as environment variables, for a process started by this one.

        What came from a file is read from there again: a secret that was kept out of the
        environment stays out of it.
        """
        values = {
            "KANAL_CONFIG": self.config,
            "KANAL_DATA_DIR": self.data_dir,
            _DATABASE_URL: self.database_url,
            _REDIS_URL: self.redis_url,
            "KANAL_KEYS_FILE": self.keys_file,
        }
        plain = {n: str(v) for n, v in values.items() if v is not None and n not in self.files}
        return plain | {name + SUFFIX: path for name, path in self.files.items()}


_DATABASE_URL, _REDIS_URL = "KANAL_DATABASE_URL", "KANAL_REDIS_URL"
_VARIABLES = (
    "KANAL_CONFIG", "KANAL_DATA_DIR", "KANAL_KEYS_FILE",
    _DATABASE_URL, _DATABASE_URL + SUFFIX, _REDIS_URL, _REDIS_URL + SUFFIX,
)  # fmt: skip


def _addresses(env: Mapping[str, str]) -> tuple[dict[str, str | None], list[str]]:
    """The servers' addresses, which hold passwords and so may lie in files; and what is wrong."""
    found: dict[str, str | None] = {}
    problems = []
    for name in (_DATABASE_URL, _REDIS_URL):
        try:
            found[name] = find_variable(env, name)
        except VariableUnreadable as error:
            problems.append(str(error))
    return found, problems


def load(path: Path | None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the file at *path*; None gives the defaults, which have no account.

    Raises:
        SettingsInvalid: Names every problem with its place in the file and what to do.
    """
    if path is None:
        return Settings()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsInvalid([f"{path}: there is no such file; `kanal init` writes one"]) from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsInvalid([f"{path}: cannot be read ({why})"]) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid([f"{path}: not TOML: {error}"]) from error
    env = os.environ if environ is None else environ
    missing: dict[str, str] = {}
    filled = fill(raw, env, "", missing)
    if missing:
        absent = [f"{path}: {place}: {problem}" for place, problem in missing.items()]
        raise SettingsInvalid([*absent, *_besides(missing, filled, str(path))])
    return parse(filled, str(path))


def _besides(missing: Collection[str], filled: Mapping[str, Any], source: str) -> list[str]:
    """What else is wrong: whoever mends one thing should not learn of the next one by that."""
    try:
        parse(filled, source)
    except SettingsInvalid as error:
        absent = tuple(f"{source}: {place}: " for place in missing)
        return [p for p in error.problems if not _NAMED.sub("]", p).startswith(absent)]
    return []


def parse(raw: Mapping[str, Any], source: str) -> Settings:
    """Check *raw*, the content of a settings file called *source* in messages.

    Raises:
        SettingsInvalid: See `load`.
    """
    try:
        return Settings.model_validate(raw)
    except SettingsInvalid as error:
        raise SettingsInvalid([f"{source}: {p}" for p in error.problems]) from error
    except ValidationError as error:
        raise SettingsInvalid([f"{source}: {p}" for p in explain(error, Settings)]) from error


def _connector_problems(index: int, account: Account) -> Iterator[str]:
    place = f"accounts[{index}] ({account.id})"
    try:
        connector = registry.load(account.connector)
    except ConnectorInvalid as error:
        yield f"{place}.connector: {error}"
        return
    try:
        connector.settings.model_validate(dict(account.settings))
    except ValidationError as error:
        yield from explain(error, connector.settings, f"{place}.settings")
