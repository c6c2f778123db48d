"""When a message became known that was not known at its acceptance: from a spool, by a replay"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_LATE = sa.text("stored_at is not null or parsed_at is not null")


def upgrade() -> None:
    for name in ("stored_at", "parsed_at"):
        op.add_column("raw_inbound", sa.Column(name, sa.DateTime(timezone=True)))
    op.create_index("raw_late", "raw_inbound", ["id"], sqlite_where=_LATE, postgresql_where=_LATE)
