"""Who coordinates a unit, and whose list it comes from"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A batch, because SQLite adds a column with a foreign key only to a table made anew.
    with op.batch_alter_table("unit") as batch:
        batch.add_column(sa.Column("coordinator_id", sa.Text()))
        batch.add_column(sa.Column("source", sa.Text(), nullable=False, server_default="city"))
        batch.create_foreign_key("fk_unit_coordinator_id_unit", "unit", ["coordinator_id"], ["id"])
