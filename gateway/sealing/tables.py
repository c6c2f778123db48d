"""The tables of the sealing keys, on the core's `metadata`. No key stands in them."""

from sqlalchemy import Column, LargeBinary, Table, Text

from core.tables import UtcDateTime, metadata

seal_key = Table(
    "seal_key",
    metadata,
    Column("id", Text, primary_key=True),
    # Tells two keys of one name apart. Empty for those that no key file has shown yet.
    Column("mark", LargeBinary),
    Column("seen_at", UtcDateTime, nullable=False),
    # When a process first sealed with it; until then nothing can need it.
    Column("used_at", UtcDateTime),
    Column("dropped_at", UtcDateTime),
)

key_holder = Table(
    "key_holder",
    metadata,
    Column("process", Text, primary_key=True),
    Column("seals", Text, nullable=False),
    # Key ids with blanks between them.
    Column("opens", Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
