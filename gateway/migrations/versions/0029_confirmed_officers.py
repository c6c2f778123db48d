"""Since when the owner of a number on a roster has agreed to be told of work there"""

import sqlalchemy as sa
from alembic import op

from core.tables import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("duty_officer", sa.Column("confirmed_at", UtcDateTime()))
    # Whoever is told already goes on being told.
    op.execute("update duty_officer set confirmed_at = since")
