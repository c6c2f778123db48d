"""Tickets of the decree, and what moved a deadline"""

import sqlalchemy as sa
from alembic import op

from core.tables import Id, Json, UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_OPEN = sa.text("decided_at is null")


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("filed_at", UtcDateTime(), nullable=False),
        sa.Column("filed_seq", sa.Integer(), nullable=False),
        sa.Column("suggested_unit_id", sa.Text()),
        sa.Column("asked_at", UtcDateTime()),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("outcome", sa.Text()),
        sa.Column("given_to_unit_id", sa.Text()),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_ticket_complaint_id_complaint")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_ticket_assignment_id_assignment")
        ),
        *(
            sa.ForeignKeyConstraint([name], ["unit.id"], name=op.f(f"fk_ticket_{name}_unit"))
            for name in ("unit_id", "suggested_unit_id", "given_to_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
    )
    op.create_index(
        "ticket_one_of_a_kind", "ticket", ["assignment_id", "kind"], unique=True,
        sqlite_where=_OPEN, postgresql_where=_OPEN,
    )  # fmt: skip
    op.create_index(
        "ticket_queue", "ticket", ["filed_at", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index("ticket_complaint", "ticket", ["complaint_id"])
    op.add_column("clock", sa.Column("ticket_id", sa.BigInteger()))
    for name in ("paused", "extended"):
        op.add_column("clock", sa.Column(name, Json, nullable=False, server_default="[]"))
