"""What happened to complaints: past tense, versioned, ids only, to and from JSON.

An event is a fact for others to react to (notices, live updates, later webhooks); it never carries
a citizen's words, name or number, nor an officer's text.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

VERSION = 1
"""Raised when the meaning of a field changes; readers must accept every version ever written."""


@dataclass(frozen=True, slots=True)
class ComplaintEvent:
    """One fact. *kind* is e.g. ``complaint.filed``; *seq* is the transition that caused it."""

    id: int
    kind: str
    complaint: int
    seq: int
    at: datetime
    recorded_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    version: int = VERSION

    def to_json(self) -> str:
        """One line of JSON; times in ISO 8601 with offset."""
        return json.dumps(
            {
                "id": str(self.id),
                "kind": self.kind,
                "version": self.version,
                "complaint": str(self.complaint),
                "seq": self.seq,
                "at": self.at.isoformat(),
                "recorded_at": self.recorded_at.isoformat(),
                "data": dict(self.data),
            },
            ensure_ascii=False,
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> "ComplaintEvent":
        """The reverse of `to_json`.

        Raises:
            ValueError: The text is no event, or of a version this program does not know; a newer
                program reads it.
        """
        raw = json.loads(text)
        if raw["version"] > VERSION:
            raise ValueError(f"event version {raw['version']} is newer than {VERSION}")
        return cls(
            id=int(raw["id"]),
            kind=raw["kind"],
            complaint=int(raw["complaint"]),
            seq=raw["seq"],
            at=datetime.fromisoformat(raw["at"]),
            recorded_at=datetime.fromisoformat(raw["recorded_at"]),
            data=raw["data"],
            version=raw["version"],
        )
