"""What `[tickets]` of `kanal.toml` sets, and the switch of each account."""

import enum

from pydantic import BaseModel, ConfigDict, Field


class Unanswered(enum.StrEnum):
    """What happens to a complaint whose reporter was asked in vain."""

    CLOSE = "close"
    WAIT = "wait"
    """Nothing by itself: it stays on the owner's list."""


class Tickets(BaseModel):
    """How long the decisions on tickets take, and what happens by itself (docs/policy.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decide_hours: int = Field(72, ge=1, le=2000)
    clarify_hours: int = Field(24, ge=1, le=720)
    ask_minutes: int = Field(5, ge=0, le=600)
    remind_hours: int = Field(6, ge=1, le=720)
    list_hours: int = Field(18, ge=1, le=720)
    unanswered: Unanswered = Unanswered.CLOSE
    pause_hours: int = Field(24, ge=0, le=720)
    estimate_days: int = Field(90, ge=1, le=730)
    estimates: int = Field(3, ge=0, le=50)


class Ask(enum.StrEnum):
    """Whether an agency's question goes to the reporter by itself."""

    AUTO = "auto"
    REVIEW = "review"
    """*Lihat dulu*: somebody of the owner agrees first."""
