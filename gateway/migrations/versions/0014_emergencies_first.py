"""Mark at acceptance what sounds like danger to life, and find it before everything else"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_WAITING = sa.text("urgent and handled_at is null and parked_at is null and kind <> 'receipt'")


def upgrade() -> None:
    op.add_column(
        "inbound",
        sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    op.create_index(
        "inbound_urgent",
        "inbound",
        ["accepted_at", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
