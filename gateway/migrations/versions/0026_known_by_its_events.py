"""A request that was read is known by its events"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_WITHOUT_EVENTS = sa.text("state <> 'parsed'")


def upgrade() -> None:
    # A batch, because SQLite only parts with a constraint by making the table anew.
    with op.batch_alter_table("raw_inbound") as batch:
        batch.drop_constraint(op.f("uq_raw_inbound_account_id_dedup_key"), type_="unique")
    op.create_index(
        "raw_key", "raw_inbound", ["account_id", "dedup_key"], unique=True,
        sqlite_where=_WITHOUT_EVENTS, postgresql_where=_WITHOUT_EVENTS,
    )  # fmt: skip
