"""The core's tables. Gateway adds its own to the same `metadata`; its keys point here, never back.

Personal data stands only in the text columns of `transition` (an officer's words) here; all other
columns refer by id. Every "once" is a unique key, every queue a partial index.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment. Refuses naive values: a time without a zone is a bug, found here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a naive datetime was about to be stored")
        utc = value.astimezone(UTC)
        # SQLite keeps text; without an offset it sorts and compares as a time does.
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


Id = BigInteger().with_variant(Integer(), "sqlite")
"""A snowflake. SQLite keeps a table in the order of a key only if its type is called INTEGER."""

Json = JSON().with_variant(JSONB(), "postgresql")


def when(column: str) -> dict[str, Any]:
    """The arguments that make an index partial, on both databases."""
    return {"sqlite_where": text(column), "postgresql_where": text(column)}


unit = Table(
    "unit",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent_id", Text, ForeignKey("unit.id")),
    Column("coordinator_id", Text, ForeignKey("unit.id")),
    Column("kelurahan_code", Text),
    Column("source", Text, nullable=False, server_default="city"),
    Column("retired_at", UtcDateTime),
)

account = Table(
    "account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("connector", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("owner_unit_id", Text, ForeignKey("unit.id"), nullable=False),
    Column("confidential", Boolean, nullable=False),
    Column("geo_tagged", Boolean, nullable=False),
    Column("retired_at", UtcDateTime),
)

number_day = Table(
    "number_day",
    metadata,
    Column("day", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

problem = Table(
    "problem",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("opened_at", UtcDateTime, nullable=False),
)

complaint = Table(
    "complaint",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("number", Text, nullable=False, unique=True),
    Column("code_hash", LargeBinary, nullable=False),
    Column("account_id", Text, ForeignKey("account.id"), nullable=False),
    Column("origin_key", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("stage", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False),
    Column("lead_unit_id", Text, ForeignKey("unit.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("category", Text, nullable=False, server_default=""),
    Column("kelurahan_code", Text, nullable=False, server_default=""),
    Column("place", Json, nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("happened", Text, nullable=False, server_default=""),
    Column("urgent", Boolean, nullable=False),
    Column(
        "visibility",
        Text,
        CheckConstraint("visibility in ('public', 'hidden')", name="visibility"),
        nullable=False,
    ),
    Column("withheld", Boolean, nullable=False, server_default=false()),
    Column("confidential", Boolean, nullable=False),
    Column("anonymous", Boolean, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("filed_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("finished_by", Text, nullable=False, server_default=""),
    Column("ended_at", UtcDateTime),
    Column("closing_reason", Text),
    Column("rejections", Integer, nullable=False, server_default="0"),
    Column("objected", Boolean, nullable=False, server_default=false()),
    Column("field_checked", Boolean, nullable=False, server_default=false()),
    Column("merged_into_id", BigInteger, ForeignKey("complaint.id")),
    Column("problem_id", BigInteger, ForeignKey("problem.id")),
    Column("to_compare", Boolean, nullable=False, server_default=false()),
    Index("complaint_desk", "lead_unit_id", "state", "id"),
    Index("complaint_state", "state", "id"),
    Index("complaint_problem", "problem_id", "id", **when("problem_id is not null")),
    Index("complaint_merged", "merged_into_id", **when("merged_into_id is not null")),
    Index("complaint_to_compare", "id", **when("to_compare")),
    Index("complaint_near_area", "kelurahan_code", "category", "id"),
    Index("complaint_near_point", "category", "lat", "lon", **when("lat is not null")),
)

COMPLAINT_TO_COMPARE = text("complaint.to_compare")
COMPLAINT_HAS_POINT = text("complaint.lat is not null")

complaint_link = Table(
    "complaint_link",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column(
        "kind",
        Text,
        CheckConstraint("kind in ('alike', 'repeat', 'split')", name="kind"),
        nullable=False,
    ),
    Column("complaint_id", BigInteger, ForeignKey("complaint.id"), nullable=False),
    Column("other_id", BigInteger, ForeignKey("complaint.id"), nullable=False),
    Column(
        "state",
        Text,
        CheckConstraint("state in ('suggested', 'linked', 'undone')", name="state"),
        nullable=False,
    ),
    Column("nth", Integer, nullable=False, server_default="0"),
    Column("reasons", Json, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("settled_by", Text),
    UniqueConstraint("complaint_id", "other_id", "kind"),
    Index("complaint_link_back", "other_id"),
    Index("complaint_link_suggested", "id", **when("state = 'suggested'")),
)
"""What a later complaint is to an earlier one (*other*): the evidence for a group, the *nth* repeat
of something that had ended, or a part taken out of it. Not the group itself, which is
`complaint.problem_id`."""

assignment = Table(
    "assignment",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("complaint_id", BigInteger, ForeignKey("complaint.id"), nullable=False),
    Column("unit_id", Text, ForeignKey("unit.id"), nullable=False),
    Column(
        "role",
        Text,
        CheckConstraint("role in ('lead', 'coordinated')", name="role"),
        nullable=False,
    ),
    Column("received_at", UtcDateTime, nullable=False),
    Column("responded_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("end_reason", Text, nullable=False, server_default=""),
    Column("previous_id", BigInteger, ForeignKey("assignment.id")),
    Index(
        "assignment_one_lead",
        "complaint_id",
        unique=True,
        **when("role = 'lead' and ended_at is null"),
    ),
    Index("assignment_unit", "unit_id", "id", **when("ended_at is null")),
    Index("assignment_complaint", "complaint_id"),
)

accusation = Table(
    "accusation",
    metadata,
    Column("complaint_id", BigInteger, ForeignKey("complaint.id"), primary_key=True),
    Column("unit_id", Text, ForeignKey("unit.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("cleared_seq", Integer),
    Index(
        "accusation_live",
        "complaint_id",
        "unit_id",
        unique=True,
        **when("cleared_seq is null"),
    ),
)

ACCUSATION_LIVE = text("accusation.cleared_seq is null")

ticket = Table(
    "ticket",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("complaint_id", BigInteger, ForeignKey("complaint.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("unit_id", Text, ForeignKey("unit.id"), nullable=False),
    Column("assignment_id", BigInteger, ForeignKey("assignment.id"), nullable=False),
    Column("filed_at", UtcDateTime, nullable=False),
    Column("filed_seq", Integer, nullable=False),
    Column("suggested_unit_id", Text, ForeignKey("unit.id")),
    Column("asked_at", UtcDateTime),
    Column("decided_at", UtcDateTime),
    Column("outcome", Text),
    Column("given_to_unit_id", Text, ForeignKey("unit.id")),
    Index(
        "ticket_one_of_a_kind", "assignment_id", "kind", unique=True, **when("decided_at is null")
    ),
    Index("ticket_queue", "filed_at", "id", **when("decided_at is null")),
    Index("ticket_complaint", "complaint_id"),
)

TICKET_OPEN = text("ticket.decided_at is null")

clock = Table(
    "clock",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("complaint_id", BigInteger, ForeignKey("complaint.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("unit_id", Text, ForeignKey("unit.id"), nullable=False),
    Column("assignment_id", BigInteger, ForeignKey("assignment.id")),
    Column("began_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("missed_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("result", Text),
    Column("claimed_until", UtcDateTime),
    # No foreign key: SQLite cannot add one to a table that is there.
    Column("ticket_id", BigInteger),
    Column("paused", Json, nullable=False, server_default="[]"),
    Column("extended", Json, nullable=False, server_default="[]"),
    Index("clock_due", "due_at", "id", **when("ended_at is null and missed_at is null")),
    Index("clock_unit", "unit_id", "due_at", **when("ended_at is null")),
    Index("clock_complaint", "complaint_id"),
)

CLOCK_RUNS = text("clock.ended_at is null")
CLOCK_TO_FIRE = text("clock.ended_at is null and clock.missed_at is null")

transition = Table(
    "transition",
    metadata,
    Column("complaint_id", BigInteger, ForeignKey("complaint.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("action", Text, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("stage", Text, nullable=False, server_default=""),
    Column("unit_id", Text, ForeignKey("unit.id")),
    Column("actor_kind", Text, nullable=False),
    Column("actor_id", Text, nullable=False, server_default=""),
    Column("actor_unit_id", Text, ForeignKey("unit.id")),
    Column("at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("public_text", Text, nullable=False, server_default=""),
    Column("internal_text", Text, nullable=False, server_default=""),
    Column("data", Json, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("complaint_id", BigInteger, ForeignKey("complaint.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("data", Json, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("relayed_at", UtcDateTime),
    UniqueConstraint("complaint_id", "seq", "kind"),
    Index("event_todo", "id", **when("relayed_at is null")),
)
