"""The table of the inbox, on the core's `metadata`. Holds ids only."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.types import Boolean

from core.tables import Id, UtcDateTime, metadata, when

INBOX_OPEN = text("inbox_item.handled_at is null")
ALARM_RINGS = text("inbox_item.alarm_at is not null")

inbox_item = Table(
    "inbox_item",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Text, ForeignKey("account.id"), nullable=False),
    Column("why", Text, nullable=False),
    Column("conversation_id", BigInteger, ForeignKey("conversation.id")),
    Column("message_id", BigInteger, ForeignKey("message.id")),
    Column("complaint_id", BigInteger, ForeignKey("complaint.id")),
    Column("raw_id", BigInteger, ForeignKey("raw_inbound.id")),
    Column("inbound_id", BigInteger, ForeignKey("inbound.id")),
    Column("confidential", Boolean, nullable=False),
    Column("since_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("alarm_at", UtcDateTime),
    Column("alarm_step", Integer, nullable=False, server_default="0"),
    Column("handled_at", UtcDateTime),
    Column("handled_by", Text, nullable=False, server_default=""),
    Column("handled_how", Text, nullable=False, server_default=""),
    Index("inbox_open", "account_id", "due_at", "id", **when("handled_at is null")),
    Index("inbox_alarm", "alarm_at", "id", **when("alarm_at is not null")),
    # Somebody who asks three times waits once; an alarm is one for each complaint.
    Index("inbox_once", "conversation_id", "why", unique=True,
          **when("handled_at is null and why <> 'emergency'")),
    Index("inbox_alarm_once", "complaint_id", unique=True, **when("why = 'emergency'")),
)  # fmt: skip
