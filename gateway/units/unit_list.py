"""Reads an operator's list of units and brings it into the tables: all of it, or nothing.

A CSV file with a header, or a TOML file of ``[[units]]``. A unit that is known already is changed;
one that is missing from the list stays as it is; ``retired = true`` retires it.
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import UnitId
from core.tables import account, unit
from core.units import Hierarchy, Unit
from gateway.configuration.refusals import explain
from gateway.configuration.settings import SLUG
from gateway.units.directory import IMPORTED
from normalizer.gazetteer import kelurahan


class ListInvalid(Exception):
    """The list cannot be used; *problems* holds one sentence each with the place in the file."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class ListedUnit(BaseModel):
    """One line of the list. Empty cells mean none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=SLUG)
    name: str = Field(min_length=1, max_length=200)
    kind: str = Field(pattern=r"^(setda|asisten|biro|skpd|ukpd|bumd|kota|kecamatan|kelurahan)$")
    parent: str | None = None
    coordinator: str | None = None
    kelurahan_code: str | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do: slugs."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int


def read(path: Path) -> list[ListedUnit]:
    """The lines of the file at *path*.

    Raises:
        ListInvalid: It cannot be read, or a line is wrong; names every one.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ListInvalid([f"{path}: is no UTF-8 text: save it as CSV UTF-8"]) from error
    except OSError as error:
        raise ListInvalid([f"{path}: cannot be read: {error}"]) from error
    if path.suffix == ".toml":
        return _checked(_from_toml(path, text), path)
    return _checked(_from_csv(path, text), path)


async def bring(
    conn: AsyncConnection, listed: Sequence[ListedUnit], now: datetime, *, dry_run: bool
) -> Imported:
    """Write *listed*; with *dry_run* only say what would be written.

    Raises:
        ListInvalid: A parent or coordinator that nobody knows, a unit above itself, a unit that
            owns a channel and would be retired. Nothing was written.
    """
    known = {row.id: row._asdict() for row in (await conn.execute(select(unit))).all()}
    owners = set((await conn.scalars(_OWNERS)).all())
    rows = {item.id: _row(item, known.get(item.id), now) for item in listed}
    problems = [*_problems(listed, known, owners), *_loops(known | rows)]
    if problems:
        raise ListInvalid(problems)
    added = [i for i in rows if i not in known]
    changed = [i for i in rows if i in known and _differs(known[i], rows[i])]
    if not dry_run:
        # First without what they refer to, since a line may name a unit that comes later.
        for slug in added:
            bare = rows[slug] | {"parent_id": None, "coordinator_id": None}
            await conn.execute(insert(unit), bare)
        for slug in (*added, *changed):
            await conn.execute(update(unit).where(unit.c.id == slug).values(rows[slug]))
    return Imported(tuple(added), tuple(changed), len(rows) - len(added) - len(changed))


_OWNERS = select(account.c.owner_unit_id).where(account.c.retired_at.is_(None))


def _from_toml(path: Path, text: str) -> list[tuple[str, Mapping[str, Any]]]:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ListInvalid([f"{path}: not TOML: {error}"]) from error
    units = raw.get("units")
    if set(raw) != {"units"} or not isinstance(units, list):
        raise ListInvalid([f"{path}: expected [[units]] and nothing else"])
    return [(f"units[{i}]", item) for i, item in enumerate(units)]


def _from_csv(path: Path, text: str) -> list[tuple[str, Mapping[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        return [
            (f"line {reader.line_num}", {k: v for k, v in row.items() if v})
            for row in reader
            if any(row.values())
        ]
    except csv.Error as error:
        raise ListInvalid([f"{path}: line {reader.line_num}: {error}"]) from error


def _checked(lines: Iterable[tuple[str, Mapping[str, Any]]], path: Path) -> list[ListedUnit]:
    found: dict[str, ListedUnit] = {}
    problems: list[str] = []
    for place, line in lines:
        try:
            item = ListedUnit.model_validate(line)
        except ValidationError as error:
            problems += [f"{path}: {place}: {said}" for said in explain(error, ListedUnit)]
            continue
        if item.id in found:
            problems.append(f"{path}: {place}: '{item.id}' stands twice")
        found[item.id] = item
    if not found and not problems:
        problems.append(f"{path}: there is no unit in it")
    if problems:
        raise ListInvalid(problems)
    return list(found.values())


def _problems(
    listed: Sequence[ListedUnit], known: Mapping[str, Any], owners: set[str]
) -> Iterable[str]:
    slugs = {*known, *(item.id for item in listed)}
    for item in listed:
        for what, named in (("parent", item.parent), ("coordinator", item.coordinator)):
            if named is not None and named not in slugs:
                yield f"{item.id}: there is no unit '{named}' to be its {what}"
        if item.kelurahan_code is not None and item.kelurahan_code not in kelurahan():
            yield f"{item.id}: {item.kelurahan_code} is no code of a kelurahan of Jakarta"
        if item.retired and item.id in owners:
            yield f"{item.id}: owns a channel; give the channel another owner first"


def _loops(rows: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    found = Hierarchy(
        Unit(UnitId(slug), row["parent_id"], row["coordinator_id"]) for slug, row in rows.items()
    ).loop()
    if found is not None:
        yield f"{found}: would be part of itself"


def _row(item: ListedUnit, known: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
    since = known["retired_at"] if known else None
    return {
        "id": item.id,
        "name": item.name,
        "kind": item.kind,
        "parent_id": item.parent,
        "coordinator_id": item.coordinator,
        "kelurahan_code": item.kelurahan_code,
        "source": IMPORTED,
        "retired_at": (since or now) if item.retired else None,
    }


def _differs(known: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return any(known[k] != v for k, v in row.items() if k != "source")
