"""The tables of result photos, on the core's `metadata`.

Neither position nor time of the taking stands here, only the signals.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from core.tables import Id, UtcDateTime, metadata

result_photo = Table(
    "result_photo",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("complaint_id", BigInteger, ForeignKey("complaint.id"), nullable=False),
    Column("assignment_id", BigInteger, ForeignKey("assignment.id"), nullable=False),
    Column("unit_id", Text, ForeignKey("unit.id"), nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", UtcDateTime, nullable=False),
    # Of the file as it came: it is not kept, what is kept has no metadata.
    Column("original_sha256", LargeBinary, nullable=False),
    Column("media_sha256", LargeBinary, ForeignKey("media.sha256"), nullable=False),
    Column("looks", BigInteger),
    UniqueConstraint("assignment_id", "original_sha256"),
    Index("result_photo_complaint", "complaint_id", "id"),
    Index("result_photo_original", "original_sha256"),
)

result_photo_part = Table(
    "result_photo_part",
    metadata,
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("photo_id", BigInteger, ForeignKey("result_photo.id"), primary_key=True),
)

result_photo_signal = Table(
    "result_photo_signal",
    metadata,
    Column("photo_id", BigInteger, ForeignKey("result_photo.id"), primary_key=True),
    Column("ord", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("other_id", BigInteger, ForeignKey("complaint.id")),
    # What the officer who finished with the photo said to it.
    Column("explained", Text),
    Column("explained_at", UtcDateTime),
    # Null: at the upload.
    Column("found_at", UtcDateTime),
)
