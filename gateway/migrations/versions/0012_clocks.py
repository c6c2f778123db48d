"""Every legal deadline as a row, and when the system was seen alive"""

import sqlalchemy as sa
from alembic import op

from core.tables import Id, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TO_FIRE = sa.text("ended_at is null and missed_at is null")
_RUNS = sa.text("ended_at is null")


def upgrade() -> None:
    op.create_table(
        "clock",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger()),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("missed_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("result", sa.Text()),
        sa.Column("claimed_until", UtcDateTime()),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_clock_complaint_id_complaint")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_clock_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_clock_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
    )
    op.create_index(
        "clock_due", "clock", ["due_at", "id"], sqlite_where=_TO_FIRE, postgresql_where=_TO_FIRE
    )
    op.create_index(
        "clock_unit", "clock", ["unit_id", "due_at"], sqlite_where=_RUNS, postgresql_where=_RUNS
    )
    op.create_index("clock_complaint", "clock", ["complaint_id"])
