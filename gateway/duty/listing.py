"""Reads an operator's roster (CSV) and brings it into the tables: all of it, or nothing.

The file is the whole roster of every unit that it names, in its order; other units' stay.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import AddressBook
from core.access import INSPEKTORAT
from core.complaint import NewId, UnitId
from core.messages import AccountId, Address
from core.rows import clock_of
from core.tables import CLOCK_RUNS, clock, unit
from gateway.audit import trail
from gateway.audit.entry import SYSTEM, Doer, Entry
from gateway.bootstrap import Parts
from gateway.duty.calling import remind
from gateway.duty.roster import Matter, Shift
from gateway.duty.tables import ON_ROSTER, duty_officer
from gateway.holidays import deadlines
from gateway.keys import Keys
from gateway.lines import Line
from gateway.refusals import explain
from gateway.settings import SLUG
from gateway.tables import address, conversation

_HOURS = re.compile(r"([0-2]?\d)[.:]([0-5]\d)\s*-\s*([0-2]?\d)[.:]([0-5]\d)")
_EVERY_DAY = "1-7"


class RosterInvalid(Exception):
    """The file cannot be used; *problems* holds one sentence each, without anybody's number."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: str = Field(pattern=SLUG)
    name: str = Field(min_length=1, max_length=200)
    account: str = Field(pattern=SLUG)
    address: str = Field(min_length=1, max_length=200)
    days: str = Field(_EVERY_DAY, pattern=r"^[1-7](-[1-7])?(,[1-7](-[1-7])?)*$")
    hours: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class ListedOfficer:
    """One line of the file."""

    unit: UnitId
    name: str = field(repr=False)
    account: AccountId
    address: Address
    told: frozenset[Matter]
    shift: Shift | None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: officers on each unit's roster now, and how many left it."""

    rosters: Mapping[UnitId, int]
    left: int


def read(path: Path, lines: Mapping[AccountId, Line]) -> list[ListedOfficer]:
    """The officers in the file at *path*.

    Raises:
        RosterInvalid: It cannot be read, or a line is wrong; names every one.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = csv.DictReader(io.StringIO(text), strict=True)
        found = [(rows.line_num, {k: v for k, v in row.items() if v}) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RosterInvalid([f"{path}: cannot be read: {error}"]) from error
    officers: list[ListedOfficer] = []
    problems: list[str] = []
    for number, row in found:
        try:
            officers.append(_officer(_Row.model_validate(row), lines))
        except ValidationError as error:
            problems += [f"{path}: line {number}: {said}" for said in explain(error, _Row)]
        except ValueError as error:
            problems.append(f"{path}: line {number}: {error}")
    if not found:
        problems.append(f"{path}: there is nobody in it")
    if problems:
        raise RosterInvalid(problems)
    return officers


async def bring(parts: Parts, listed: Sequence[ListedOfficer], by: Doer = SYSTEM) -> Imported:
    """Make *listed* the rosters of their units.

    Raises:
        RosterInvalid: A unit that nobody knows. Nothing was written.
    """
    now = parts.clock()
    async with parts.database.write() as conn:
        units = {officer.unit for officer in listed}
        known = set((await conn.scalars(_KNOWN.where(unit.c.id.in_(units)))).all())
        if units - known:
            raise RosterInvalid([f"there is no unit '{slug}'" for slug in sorted(units - known)])
        left = await _leave(conn, units, now)
        rows = [
            await _row(conn, parts.keys, officer, place, now, parts.new_id)
            for place, officer in enumerate(listed)
        ]
        await conn.execute(insert(duty_officer), rows)
        await _mark_threads(conn)
        running = select(clock).where(CLOCK_RUNS, clock.c.unit_id.in_(units))
        clocks = [clock_of(row) for row in (await conn.execute(running)).all()]
        # What is over already reminds nobody: that would be a flood of old news.
        await remind(conn, clocks, deadlines(parts.settings), after=now)
        changed = (
            Entry(parts.new_id(), now, "roster.import", by, f"unit:{slug}")
            for slug in sorted(units)
        )
        await trail.record(conn, changed)
    counts = {slug: sum(o.unit == slug for o in listed) for slug in sorted(units)}
    return Imported(counts, left)


_KNOWN = select(unit.c.id).where(unit.c.retired_at.is_(None))


def _officer(row: _Row, lines: Mapping[AccountId, Line]) -> ListedOfficer:
    line = lines.get(AccountId(row.account))
    if line is None:
        raise ValueError(f"there is no account '{row.account}'; known are {', '.join(lines)}")
    if not isinstance(line.channel, AddressBook):
        raise ValueError(f"nobody can be written to first on '{row.account}'")
    found = line.channel.address(row.address)
    if found is None:
        raise ValueError(f"the address is none of '{row.account}'; a number is written +62812...")
    unit_id = UnitId(row.unit)
    return ListedOfficer(
        unit=unit_id,
        name=row.name,
        account=AccountId(row.account),
        address=found,
        told=_matters(row.told, unit_id),
        shift=_shift(row),
    )


def _matters(text: str, unit_id: UnitId) -> frozenset[Matter]:
    """Everything but what is confidential, unless the file or the unit says otherwise."""
    if not text:
        plain = frozenset(Matter) - {Matter.CONFIDENTIAL}
        return frozenset(Matter) if unit_id == INSPEKTORAT else plain
    names = [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in set(Matter)]
    if unknown:
        raise ValueError(f"told: '{unknown[0]}' is none of {', '.join(Matter)}")
    return frozenset(Matter(name) for name in names)


def _shift(row: _Row) -> Shift | None:
    if not row.hours and row.days == _EVERY_DAY:
        return None
    found = _HOURS.fullmatch(row.hours.strip() or "00:00-00:00")
    if found is None:
        raise ValueError("hours: expected e.g. 07:30-16:00")
    try:
        begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    except ValueError:
        raise ValueError("hours: expected e.g. 07:30-16:00") from None
    return Shift(frozenset(_days(row.days)), begin, end)


def _days(text: str) -> Iterable[int]:
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


async def _leave(conn: AsyncConnection, units: Iterable[UnitId], now: datetime) -> int:
    done = await conn.execute(
        update(duty_officer)
        .where(duty_officer.c.unit_id.in_(list(units)), ON_ROSTER)
        .values(until=now)
    )
    return int(done.rowcount)


async def _row(
    conn: AsyncConnection,
    keys: Keys,
    officer: ListedOfficer,
    place: int,
    now: datetime,
    new_id: NewId,
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "unit_id": officer.unit,
        "place": place,
        "account_id": officer.account,
        "conversation_id": await _thread(conn, keys, officer, new_id),
        "name_sealed": keys.seal(officer.name.encode(), "duty_officer.name"),
        "key_id": keys.current,
        "shift": officer.shift.to_json() if officer.shift else None,
        "told": sorted(officer.told),
        "since": now,
    }


async def _thread(conn: AsyncConnection, keys: Keys, officer: ListedOfficer, new_id: NewId) -> int:
    """The officer's conversation on the account; made where they have never written."""
    dialect: Any = sqlite if conn.dialect.name == "sqlite" else postgresql
    lookup = keys.lookup(officer.address)
    who = {
        "id": new_id(), "kind": officer.address.kind, "scope": officer.address.scope,
        "lookup": lookup, "key_id": keys.current,
        "value_sealed": keys.seal(officer.address.value.encode(), "address.value"),
    }  # fmt: skip
    await conn.execute(dialect.insert(address).values(who).on_conflict_do_nothing())
    address_id = await conn.scalar(select(address.c.id).where(address.c.lookup == lookup))
    queue_key = keys.queue_key(officer.account, officer.address)
    thread: dict[str, Any] = {
        "id": new_id(), "account_id": officer.account, "address_id": address_id,
        "queue_key": queue_key, "dialogue": {}, "version": 0,
    }  # fmt: skip
    await conn.execute(dialect.insert(conversation).values(thread).on_conflict_do_nothing())
    found = select(conversation.c.id).where(conversation.c.queue_key == queue_key)
    return int((await conn.scalars(found)).one())


async def _mark_threads(conn: AsyncConnection) -> None:
    """A thread is an officer's while its number stands on a roster, and a citizen's again after."""
    listed = exists().where(ON_ROSTER, duty_officer.c.conversation_id == conversation.c.id)
    for is_officers in (True, False):
        await conn.execute(
            update(conversation)
            .where(listed if is_officers else ~listed, conversation.c.officer.is_(not is_officers))
            .values(officer=is_officers, version=conversation.c.version + 1)
        )
