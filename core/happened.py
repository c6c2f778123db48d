"""When what a complaint tells of happened, as far as its words say; without the words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Happened:
    """*kind* is ``point``, ``range``, ``duration`` (from *start* until it was told) or
    ``recurring``; *precision* is ``minute``, ``hour``, ``part`` (of a day), ``day``, ``week``,
    ``month`` or ``year``.

    Times are aware; *end* is exclusive. *every* is what it recurs with (``day``, ``senin``,
    ``rain``, …), *from_hour* and *until_hour* are hours ("16.00") or a part of the day ("sore").
    """

    kind: str
    precision: str
    start: datetime | None = None
    end: datetime | None = None
    every: str = ""
    from_hour: str = ""
    until_hour: str = ""

    def to_text(self) -> str:
        """For the column ``complaint.happened``; what is empty is left out."""
        values = {
            "kind": self.kind,
            "precision": self.precision,
            "start": self.start.isoformat() if self.start else "",
            "end": self.end.isoformat() if self.end else "",
            "every": self.every,
            "from": self.from_hour,
            "until": self.until_hour,
        }
        return json.dumps({name: value for name, value in values.items() if value})

    @classmethod
    def from_text(cls, text: str) -> "Happened | None":
        """The reverse; an empty column says nothing."""
        if not text:
            return None
        raw: Mapping[str, Any] = json.loads(text)
        return cls(
            kind=raw["kind"],
            precision=raw["precision"],
            start=_moment(raw.get("start")),
            end=_moment(raw.get("end")),
            every=raw.get("every", ""),
            from_hour=raw.get("from", ""),
            until_hour=raw.get("until", ""),
        )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
