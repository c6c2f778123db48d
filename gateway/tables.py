"""The gateway's tables, on the core's `metadata`. [n]: promise n of docs/architecture.md.

Personal data stands only in columns ending in ``_sealed`` and in ``message.text``; everything else
refers by id. Every queue is a partial index, every "once" a unique key, every lock a version or a
lease.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from core.tables import Id, Json, UtcDateTime, metadata, when
from gateway import access_tables  # noqa: F401 - on the same metadata


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=False)


def _to(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(target), nullable=nullable)


def _account() -> Column[str]:
    return Column("account_id", Text, ForeignKey("account.id"), nullable=False)


def _one_of(name: str, *values: str) -> Column[str]:
    quoted = ", ".join(f"'{v}'" for v in values)
    return Column(name, Text, CheckConstraint(f"{name} in ({quoted})", name=name), nullable=False)


# --- the installation --------------------------------------------------------------------------

installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("keys_fingerprint", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

outage = Table(
    "outage",
    metadata,
    _id(),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Index("outage_ended", "ended_at"),
)

api_token = Table(
    "api_token",
    metadata,
    _id(),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("unit_id", Text, ForeignKey("unit.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text),
    Column("token", BigInteger, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

poll_cursor = Table(
    "poll_cursor",
    metadata,
    Column("account_id", Text, ForeignKey("account.id"), primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("lease_token", BigInteger, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

pause = Table(
    "pause",
    metadata,
    _id(),
    Column("account_id", Text, ForeignKey("account.id")),
    Column("reason", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Index("pause_open", "account_id", **when("until is null")),
)

code_try = Table(
    "code_try",
    metadata,
    _id(),
    Column("subject", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("code_try_subject", "subject", "at"),
    Index("code_try_at", "at"),
)

# --- in: what the provider sent, and each event in it [1, 2] -----------------------------------

raw_inbound = Table(
    "raw_inbound",
    metadata,
    _id(),
    _account(),
    Column("dedup_key", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("envelope_sealed", LargeBinary),
    Column("body_sealed", LargeBinary),
    Column("key_id", Text, nullable=False),
    Column("accepted_at", UtcDateTime, nullable=False),
    _one_of("state", "parsed", "unparsed", "ignored"),
    Column("problem", Text, nullable=False, server_default=""),
    Column("body_dropped_at", UtcDateTime),
    # Only where it was later than the acceptance: drained from a spool, read by a replay.
    Column("stored_at", UtcDateTime),
    Column("parsed_at", UtcDateTime),
    Index("raw_key", "account_id", "dedup_key", unique=True, **when("state <> 'parsed'")),
    Index("raw_unparsed", "account_id", "id", **when("state = 'unparsed'")),
    Index("raw_late", "id", **when("stored_at is not null or parsed_at is not null")),
)

RAW_LATE = text("(raw_inbound.stored_at is not null or raw_inbound.parsed_at is not null)")

inbound = Table(
    "inbound",
    metadata,
    _id(),
    _to("raw_id", "raw_inbound.id"),
    Column("ord", Integer, nullable=False),
    _account(),
    Column("event_key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("queue_key", Text, nullable=False),
    Column("parsed_sealed", LargeBinary),
    Column("key_id", Text, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("accepted_at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("silent", Boolean, nullable=False, server_default=text("false")),
    Column("urgent", Boolean, nullable=False, server_default=text("false")),
    Column("handled_at", UtcDateTime),
    Column("parked_at", UtcDateTime),
    Column("outcome", Text),
    Column("problem", Text, nullable=False, server_default=""),
    UniqueConstraint("account_id", "event_key"),
    UniqueConstraint("raw_id", "ord"),
    Index("inbound_todo", "queue_key", "accepted_at", "id",
          **when("handled_at is null and parked_at is null and kind <> 'receipt'")),
    Index("inbound_sweep", "accepted_at", "id",
          **when("handled_at is null and parked_at is null and kind <> 'receipt'")),
    Index("inbound_urgent", "accepted_at", "id",
          **when("urgent and handled_at is null and parked_at is null and kind <> 'receipt'")),
    Index("inbound_receipts", "accepted_at", "id",
          **when("handled_at is null and parked_at is null and kind = 'receipt'")),
    Index("inbound_parked", "account_id", "id", **when("parked_at is not null")),
)  # fmt: skip

# The queues, in the words of their partial indexes. They must stand in a query literally: from a
# bound parameter a database cannot see that an index applies.
INBOUND_TODO = text(
    "inbound.handled_at is null and inbound.parked_at is null and inbound.kind <> 'receipt'"
)
INBOUND_URGENT = text(
    "inbound.urgent and inbound.handled_at is null and inbound.parked_at is null"
    " and inbound.kind <> 'receipt'"
)
RECEIPTS_TODO = text(
    "inbound.handled_at is null and inbound.parked_at is null and inbound.kind = 'receipt'"
)

# --- who, and the thread [3, 7] ----------------------------------------------------------------

address = Table(
    "address",
    metadata,
    _id(),
    Column("kind", Text, nullable=False),
    Column("scope", Text, nullable=False, server_default=""),
    Column("lookup", LargeBinary, nullable=False),
    Column("value_sealed", LargeBinary),
    Column("name_sealed", LargeBinary),
    Column("key_id", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="ok"),
    Column("state_reason", Text, nullable=False, server_default=""),
    Column("state_at", UtcDateTime),
    Column("erased_at", UtcDateTime),
    UniqueConstraint("kind", "scope", "lookup"),
)

conversation = Table(
    "conversation",
    metadata,
    _id(),
    _account(),
    _to("address_id", "address.id"),
    Column("queue_key", Text, nullable=False, unique=True),
    Column("dialogue", Json, nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("wake_at", UtcDateTime),
    Column("last_inbound_at", UtcDateTime),
    Column("language", Text, nullable=False, server_default="id"),
    Column("pushes_stopped_at", UtcDateTime),
    Column("blocked_reason", Text, nullable=False, server_default=""),
    Column("officer", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("account_id", "address_id"),
    Index("conversation_wake", "wake_at", **when("wake_at is not null")),
)

message = Table(
    "message",
    metadata,
    _id(),
    _to("conversation_id", "conversation.id"),
    _one_of("direction", "in", "out", "staff"),
    Column("inbound_id", BigInteger, ForeignKey("inbound.id"), unique=True),
    _account(),
    Column("provider_id", Text),
    Column("thread_key", Text, nullable=False, server_default=""),
    Column("quotes_provider_id", Text),
    Column("reply_context_sealed", LargeBinary),
    Column("reply_by", UtcDateTime),
    Column("key_id", Text),
    Column("text", Text, nullable=False, server_default=""),
    Column("lat", Float),
    Column("lon", Float),
    Column("sent_at", UtcDateTime),
    Column("accepted_at", UtcDateTime, nullable=False),
    Column("edited_at", UtcDateTime),
    Column("deleted_at", UtcDateTime),
    Index("message_provider", "account_id", "provider_id", unique=True,
          **when("provider_id is not null")),
    Index("message_thread", "conversation_id", "accepted_at", "id"),
)  # fmt: skip

ATTACHMENT_TODO = text("attachment.state = 'pending'")

media = Table(
    "media",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
)

attachment = Table(
    "attachment",
    metadata,
    _id(),
    _to("message_id", "message.id"),
    Column("ord", Integer, nullable=False),
    Column("source_sealed", LargeBinary),
    Column("key_id", Text, nullable=False),
    Column("claimed_type", Text, nullable=False, server_default=""),
    _one_of("state", "pending", "stored", "refused", "failed"),
    Column("media_sha256", LargeBinary, ForeignKey("media.sha256")),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime),
    Column("problem", Text, nullable=False, server_default=""),
    UniqueConstraint("message_id", "ord"),
    Index("attachment_todo", "not_before", "id", **when("state = 'pending'")),
)

# --- complaints and conversations, many to many [7] --------------------------------------------

complaint_message = Table(
    "complaint_message",
    metadata,
    _id(),
    _to("complaint_id", "complaint.id"),
    _to("message_id", "message.id"),
    Column("role", Text, nullable=False),
    Column("linked_at", UtcDateTime, nullable=False),
    Column("linked_by", Text, nullable=False),
    Column("unlinked_at", UtcDateTime),
    Column("unlinked_by", Text),
    Index("complaint_message_live", "complaint_id", "message_id", unique=True,
          **when("unlinked_at is null")),
    Index("complaint_message_back", "message_id", **when("unlinked_at is null")),
)  # fmt: skip

party = Table(
    "party",
    metadata,
    _id(),
    _to("complaint_id", "complaint.id"),
    _to("conversation_id", "conversation.id"),
    _one_of("role", "reporter", "follower"),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Index("party_live", "complaint_id", "conversation_id", unique=True,
          **when("until is null")),
    Index("party_open", "conversation_id", **when("until is null")),
)  # fmt: skip

# --- out: the duty to tell, and the messages that fulfil it [5, 6] -----------------------------

delivery = Table(
    "delivery",
    metadata,
    _id(),
    _to("conversation_id", "conversation.id"),
    _account(),
    _to("message_id", "message.id", nullable=True),
    Column("client_token", Text, nullable=False, unique=True),
    _one_of("state", "pending", "sending", "sent", "delivered", "read", "failed", "unknown",
            "cancelled"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("form", Text, nullable=False),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("automatic", Boolean, nullable=False),
    Column("body_hash", LargeBinary),
    Column("provider_id", Text),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime),
    Column("claimed_by", Text),
    Column("claimed_at", UtcDateTime),
    Column("settle_by", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    Column("read_at", UtcDateTime),
    Column("failed_at", UtcDateTime),
    Column("problem", Text, nullable=False, server_default=""),
    Column("segments", Integer),
    Column("cost_micros", BigInteger),
    Column("currency", Text),
    Index("delivery_provider", "account_id", "provider_id", unique=True,
          **when("provider_id is not null")),
    Index("delivery_one_in_flight", "conversation_id", unique=True,
          **when("state = 'sending'")),
    Index("delivery_todo", "account_id", "priority", "not_before", "id",
          **when("state in ('pending', 'unknown')")),
    Index("delivery_open", "conversation_id", "id",
          **when("state in ('pending', 'sending', 'unknown')")),
    Index("delivery_conversation", "conversation_id", "id"),
)  # fmt: skip

notice = Table(
    "notice",
    metadata,
    _id(),
    _to("conversation_id", "conversation.id"),
    Column("cause", Text, nullable=False),
    Column("kind", Text, nullable=False),
    _to("complaint_id", "complaint.id", nullable=True),
    _to("event_id", "event.id", nullable=True),
    Column("params", Json, nullable=False),
    Column("priority", Integer, nullable=False, server_default="0"),
    _one_of("state", "due", "assigned", "held", "told", "failed", "superseded", "cancelled"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("not_before", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("conversation_id", "cause", "kind"),
    Index("notice_todo", "priority", "not_before", "id", **when("state = 'due'")),
    Index("notice_waiting", "conversation_id", "id", **when("state in ('due', 'held')")),
    Index("notice_held", "conversation_id", "id", **when("state = 'held'")),
    Index("notice_complaint", "complaint_id", "id"),
)

NOTICE_DUE = text("notice.state = 'due'")
NOTICE_HELD = text("notice.state = 'held'")
NOTICE_WAITING = text("notice.state in ('due', 'held')")
DELIVERY_TODO = text("delivery.state in ('pending', 'unknown')")
DELIVERY_OPEN = text("delivery.state in ('pending', 'sending', 'unknown')")
DELIVERY_SENDING = text("delivery.state = 'sending'")

notice_delivery = Table(
    "notice_delivery",
    metadata,
    Column("notice_id", BigInteger, ForeignKey("notice.id"), primary_key=True),
    Column("delivery_id", BigInteger, ForeignKey("delivery.id"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index("notice_delivery_back", "delivery_id"),
)
