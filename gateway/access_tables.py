"""Tables of who comes in by the desk's door, and of what they did there.

Registered with the others by `gateway.tables`. The audit refers to everything by id and to nothing
by a foreign key: it must be writable whatever it speaks of, and it outlives that.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    text,
)

from core.tables import Id, UtcDateTime, metadata, when

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("action", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("asker", Text, nullable=False),
    Column("request", BigInteger),
    Column("subject", Text, nullable=False),
    Column("seq", BigInteger),
    # Set once, by the seal; triggers refuse any other change of a row.
    Column("position", BigInteger, unique=True),
    Column("digest", LargeBinary),
    CheckConstraint("(position is null) = (digest is null)", name="sealed"),
    Index("audit_unsealed", "id", **when("position is null")),
    Index("audit_subject", "subject", "id"),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("caller", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request", BigInteger, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("answer_sealed", LargeBinary),
    Column("key_id", Text),
    Index("idempotency_key_began", "began_at"),
)

AUDIT_UNSEALED = text("audit.position is null")

audit_seal = Table(
    "audit_seal",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    Column("mark", LargeBinary, nullable=False),
    Column("lease_token", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

app_user = Table(
    "app_user",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("login", Text, nullable=False, unique=True),
    Column("unit_id", Text, ForeignKey("unit.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    # Set while the password is one that was handed over: until then, and for replacing it only.
    Column("one_time_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

user_account = Table(
    "user_account",
    metadata,
    Column("user_id", BigInteger, ForeignKey("app_user.id"), primary_key=True),
    Column("account_id", Text, ForeignKey("account.id"), primary_key=True),
)

user_session = Table(
    "user_session",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, ForeignKey("app_user.id"), nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("user_session_open", "user_id", **when("ended_at is null")),
    Index("user_session_began", "began_at"),
)

SESSION_OPEN = text("user_session.ended_at is null")
