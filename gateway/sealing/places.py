"""Where sealed columns stand: every one whose name ends in ``_sealed``, so none is forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Table

import gateway.by_hand.tables
import gateway.duty.tables
import gateway.inbox.tables
import gateway.photos.tables
import gateway.tables  # noqa: F401 - they add the gateway's tables to the metadata
from core.tables import metadata

_SEALED = "_sealed"


@dataclass(frozen=True, slots=True)
class Place:
    """A table with sealed columns; ``key_id`` names the key of all of them in a row."""

    table: Table
    purposes: Mapping[str, str]
    """By column, what `Keys.seal` was told."""

    @property
    def primary_key(self) -> tuple[Column[object], ...]:
        """In the order in which the rows are gone through."""
        return tuple(self.table.primary_key.columns)


def _places() -> tuple[Place, ...]:
    found = []
    for table in metadata.sorted_tables:
        purposes = {
            column.name: f"{table.name}.{column.name.removesuffix(_SEALED)}"
            for column in table.columns
            if column.name.endswith(_SEALED)
        }
        if purposes:
            found.append(Place(table, purposes))
    return tuple(found)


PLACES = _places()
