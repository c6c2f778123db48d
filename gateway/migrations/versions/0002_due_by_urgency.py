"""Find what is due in the order of its urgency, without sorting all that is"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DUE = sa.text("state = 'due'")


def upgrade() -> None:
    op.drop_index("notice_todo", "notice")
    op.create_index(
        "notice_todo",
        "notice",
        ["priority", "not_before", "id"],
        sqlite_where=_DUE,
        postgresql_where=_DUE,
    )
