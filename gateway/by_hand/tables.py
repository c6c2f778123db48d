"""The tables of telling by hand, on the core's `metadata`. Ids only: nobody is named here."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text
from sqlalchemy import text as sql

from core.tables import Id, UtcDateTime, metadata, when

TELLING_OPEN = sql("hand_telling.noted_at is null")

_WAYS = "('phone', 'letter', 'return')"

hand_way = Table(
    "hand_way",
    metadata,
    Column("complaint_id", BigInteger, ForeignKey("complaint.id"), primary_key=True),
    Column("way", Text, CheckConstraint(f"way in {_WAYS}", name="way"), nullable=False),
    Column("said_at", UtcDateTime, nullable=False),
    Column("said_by", Text, nullable=False),
)

hand_telling = Table(
    "hand_telling",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("complaint_id", BigInteger, ForeignKey("complaint.id"), nullable=False),
    Column("why", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("since_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
    Column("told_way", Text, CheckConstraint(f"told_way in {_WAYS}", name="told_way")),
    Column("told_by", Text, nullable=False, server_default=""),
    Column("noted_at", UtcDateTime),
    # Whoever is told hears how it stands now: one call, however much has happened.
    Index("hand_telling_once", "complaint_id", unique=True, **when("noted_at is null")),
    Index("hand_telling_open", "due_at", "id", **when("noted_at is null")),
)
