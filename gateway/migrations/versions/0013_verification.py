"""What stands between the agency's word and the end, and when the system was not there"""

import sqlalchemy as sa
from alembic import op

from core.tables import Id, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "complaint", sa.Column("finished_by", sa.Text(), nullable=False, server_default="")
    )
    op.add_column("complaint", sa.Column("ended_at", UtcDateTime()))
    op.add_column(
        "complaint", sa.Column("rejections", sa.Integer(), nullable=False, server_default="0")
    )
    for name in ("objected", "field_checked"):
        op.add_column(
            "complaint",
            sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    # What has ended so far ended when the agency said so.
    op.execute("update complaint set ended_at = finished_at where state = 'selesai'")
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "outage",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    op.create_index("outage_ended", "outage", ["ended_at"])
