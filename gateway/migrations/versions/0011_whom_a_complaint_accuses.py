"""Whom a complaint accuses, so that it is kept from them"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_LIVE = sa.text("cleared_seq is null")


def upgrade() -> None:
    op.create_table(
        "accusation",
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cleared_seq", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_accusation_complaint_id_complaint")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_accusation_unit_id_unit")),
        sa.PrimaryKeyConstraint("complaint_id", "unit_id", "seq", name=op.f("pk_accusation")),
    )
    op.create_index(
        "accusation_live",
        "accusation",
        ["complaint_id", "unit_id"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
