"""What a report is made of: tables with a title, a definition, columns and rows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Cell = str | int | float | datetime | None
"""Moments are aware and shown in WIB; None is an empty cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """*key* for machines, *title* for people."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Table:
    """*key* names its file, *note* defines its figures; every row has a cell per column."""

    key: str
    title: str
    note: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]

    def records(self) -> list[Mapping[str, Cell]]:
        """The rows by the keys of the columns."""
        keys = [c.key for c in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Report:
    """Some tables under a name that can be a file's, and a title for people."""

    name: str
    title: str
    tables: Sequence[Table]
