"""A complaint as it stood at the beginning and at the end of a month. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.complaint import State
from core.workflow import Action, reason_of


@dataclass(frozen=True, slots=True)
class Standing:
    """How a complaint stood at one moment. *reason* is the closing reason, empty while it is open.

    *reserved*: it was confidential or accused a unit. Such a complaint stands in no book that is
    divided by anything.
    """

    unit: str
    state: str
    stage: str = ""
    reason: str = ""
    category: str = ""
    reserved: bool = False

    @property
    def is_open(self) -> bool:
        """Whether work, or its verification, was still owed."""
        return self.state != State.SELESAI


@dataclass(frozen=True, slots=True)
class Life:
    """A complaint in a month; *before* is None if it was filed in it. *reporter* is an address's
    id, None where nobody wrote who can be told apart."""

    account: str
    filed_at: datetime
    reporter: int | None
    before: Standing | None
    after: Standing


def ending(action: str | None, data: Mapping[str, Any] | None) -> str:
    """The closing reason by the action that ended it; empty where there was none."""
    if action is None:
        return ""
    reason = reason_of(Action(action), data or {})
    return reason.value if reason else ""


def was_confidential(now: bool, next_flip: str | None) -> bool:
    """Whether it was confidential before *next_flip*, the first change of that afterwards."""
    if next_flip is None:
        return now
    return next_flip == Action.LIFT_CONFIDENTIAL.value
