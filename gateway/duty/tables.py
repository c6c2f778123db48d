"""The tables of duty notices, on the core's `metadata`."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from core.tables import Id, Json, UtcDateTime, metadata, when

ON_ROSTER = text("duty_officer.until is null")
ON_DUTY = text("duty_officer.until is null and duty_officer.confirmed_at is not null")
"""Who is told: the number's owner has agreed, or the operator has entered it."""
REMINDER_WAITS = text("clock_reminder.settled_at is null")

duty_officer = Table(
    "duty_officer",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("unit_id", Text, ForeignKey("unit.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("account_id", Text, ForeignKey("account.id"), nullable=False),
    Column("conversation_id", BigInteger, ForeignKey("conversation.id"), nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("shift", Json),
    Column("told", Json, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Column("confirmed_at", UtcDateTime),
    Index("duty_officer_unit", "unit_id", "place", **when("until is null")),
    Index("duty_officer_thread", "conversation_id", **when("until is null")),
)

clock_reminder = Table(
    "clock_reminder",
    metadata,
    Column("clock_id", BigInteger, ForeignKey("clock.id"), primary_key=True),
    Column("share", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Index("clock_reminder_due", "at", **when("settled_at is null")),
)
