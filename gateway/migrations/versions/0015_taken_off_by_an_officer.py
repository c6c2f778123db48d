"""An officer's hiding stands beside the reporter's wish, so that neither undoes the other"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "complaint",
        sa.Column("withheld", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
