"""Reads an operator's roster (CSV) and brings it into the tables: all of it, or nothing.

The file is the whole roster of every unit that it names, in its order; other units' stay.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from core.complaint import UnitId
from core.messages import AccountId
from gateway.audit.entry import SYSTEM, Doer
from gateway.bootstrap import Parts
from gateway.configuration.refusals import explain
from gateway.duty.entering import lock, replace
from gateway.duty.lines import ListedOfficer, RosterLine, officer_of
from gateway.lines import Line


class RosterInvalid(Exception):
    """The file cannot be used; *problems* holds one sentence each, without anybody's number."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


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
    except UnicodeDecodeError as error:
        raise RosterInvalid([f"{path}: is no UTF-8 text: save it as CSV UTF-8"]) from error
    except (OSError, csv.Error) as error:
        raise RosterInvalid([f"{path}: cannot be read: {error}"]) from error
    officers: list[ListedOfficer] = []
    problems: list[str] = []
    for number, row in found:
        try:
            officers.append(officer_of(RosterLine.model_validate(row), lines))
        except ValidationError as error:
            problems += [f"{path}: line {number}: {said}" for said in explain(error, RosterLine)]
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
    units = {officer.unit for officer in listed}
    async with parts.database.write() as conn:
        known = await lock(conn, units)
        if units - known:
            raise RosterInvalid([f"there is no unit '{slug}'" for slug in sorted(units - known)])
        left = await replace(conn, parts, units, listed, "roster.import", by)
    counts = {slug: sum(o.unit == slug for o in listed) for slug in sorted(units)}
    return Imported(counts, left)
