"""Sealing keys that this database has met, and the processes that hold them"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from core.tables import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_SEALED = (
    "raw_inbound", "inbound", "address", "message", "attachment", "duty_officer", "idempotency_key",
)  # fmt: skip


def upgrade() -> None:
    keys = op.create_table(
        "seal_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("mark", sa.LargeBinary()),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime()),
        sa.Column("dropped_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_key")),
    )
    op.create_table(
        "key_holder",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("seals", sa.Text(), nullable=False),
        sa.Column("opens", sa.Text(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_key_holder")),
    )
    now = datetime.now(UTC)
    found = {
        key
        for table in _SEALED
        for (key,) in op.get_bind().execute(
            sa.text(f"select distinct key_id from {table} where key_id is not null")  # noqa: S608
        )
    }
    rows = [{"id": key, "seen_at": now, "used_at": now} for key in sorted(found)]
    if rows:
        op.bulk_insert(keys, rows)
