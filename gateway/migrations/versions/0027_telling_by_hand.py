"""Reporters without an address: how each is told, and who is still to be"""

import sqlalchemy as sa
from alembic import op

from core.tables import Id, UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_WAYS = "('phone', 'letter', 'return')"
_OPEN = sa.text("noted_at is null")


def upgrade() -> None:
    op.create_table(
        "hand_way",
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.CheckConstraint(f"way in {_WAYS}", name=op.f("ck_hand_way_way")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_hand_way_complaint_id_complaint")
        ),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_hand_way")),
    )
    op.create_table(
        "hand_telling",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("since_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime()),
        sa.Column("told_way", sa.Text()),
        sa.Column("told_by", sa.Text(), server_default="", nullable=False),
        sa.Column("noted_at", UtcDateTime()),
        sa.CheckConstraint(f"told_way in {_WAYS}", name=op.f("ck_hand_telling_told_way")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_hand_telling_complaint_id_complaint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_telling")),
    )
    op.create_index(
        "hand_telling_once", "hand_telling", ["complaint_id"], unique=True,
        sqlite_where=_OPEN, postgresql_where=_OPEN,
    )  # fmt: skip
    op.create_index(
        "hand_telling_open", "hand_telling", ["due_at", "id"],
        sqlite_where=_OPEN, postgresql_where=_OPEN,
    )  # fmt: skip
