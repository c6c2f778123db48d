"""Complaints about one problem, merged and split ones, repeats, and what is alike"""

import sqlalchemy as sa
from alembic import op

from core.tables import Id, Json, UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_PARTIAL = {
    "complaint_problem": (["problem_id", "id"], "problem_id is not null"),
    "complaint_merged": (["merged_into_id"], "merged_into_id is not null"),
    "complaint_to_compare": (["id"], "to_compare"),
    "complaint_near_point": (["category", "lat", "lon"], "lat is not null"),
}


def upgrade() -> None:
    op.create_table(
        "problem",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
    )
    # In so many words, because a batch would make the table anew without its other constraints.
    op.execute(
        "alter table complaint add column problem_id bigint"
        " constraint fk_complaint_problem_id_problem references problem (id)"
    )
    op.add_column(
        "complaint",
        sa.Column("to_compare", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    for name, (columns, condition) in _PARTIAL.items():
        where = sa.text(condition)
        op.create_index(name, "complaint", columns, sqlite_where=where, postgresql_where=where)
    op.create_index("complaint_near_area", "complaint", ["kelurahan_code", "category", "id"])
    _links()


def _links() -> None:
    op.create_table(
        "complaint_link",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("settled_at", UtcDateTime()),
        sa.Column("settled_by", sa.Text()),
        sa.CheckConstraint(
            "kind in ('alike', 'repeat', 'split')", name=op.f("ck_complaint_link_kind")
        ),
        sa.CheckConstraint(
            "state in ('suggested', 'linked', 'undone')", name=op.f("ck_complaint_link_state")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"],
            name=op.f("fk_complaint_link_complaint_id_complaint"),
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["complaint.id"], name=op.f("fk_complaint_link_other_id_complaint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_link")),
        sa.UniqueConstraint(
            "complaint_id", "other_id", "kind",
            name=op.f("uq_complaint_link_complaint_id_other_id_kind"),
        ),
    )  # fmt: skip
    op.create_index("complaint_link_back", "complaint_link", ["other_id"])
    suggested = sa.text("state = 'suggested'")
    op.create_index(
        "complaint_link_suggested", "complaint_link", ["id"],
        sqlite_where=suggested, postgresql_where=suggested,
    )  # fmt: skip
