"""Why a photo that was used before, or looks odd, proves a result all the same"""

import sqlalchemy as sa
from alembic import op

from core.tables import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("result_photo_signal", sa.Column("explained", sa.Text()))
    op.add_column("result_photo_signal", sa.Column("explained_at", UtcDateTime()))
    op.add_column("result_photo_signal", sa.Column("found_at", UtcDateTime()))
