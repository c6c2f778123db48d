"""Photos of a result, what they resemble, and what is odd about them"""

import sqlalchemy as sa
from alembic import op

from core.tables import Id, UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "result_photo",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        sa.Column("original_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("media_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("looks", sa.BigInteger()),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_result_photo_{column}_{target.split('.')[0]}")
            )
            for column, target in (
                ("complaint_id", "complaint.id"), ("assignment_id", "assignment.id"),
                ("unit_id", "unit.id"), ("media_sha256", "media.sha256"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_photo")),
        sa.UniqueConstraint(
            "assignment_id", "original_sha256",
            name=op.f("uq_result_photo_assignment_id_original_sha256"),
        ),
    )  # fmt: skip
    op.create_index("result_photo_complaint", "result_photo", ["complaint_id", "id"])
    op.create_index("result_photo_original", "result_photo", ["original_sha256"])
    op.create_table(
        "result_photo_part",
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("photo_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["result_photo.id"],
            name=op.f("fk_result_photo_part_photo_id_result_photo"),
        ),
        sa.PrimaryKeyConstraint("part", "photo_id", name=op.f("pk_result_photo_part")),
    )  # fmt: skip
    op.create_table(
        "result_photo_signal",
        sa.Column("photo_id", sa.BigInteger(), nullable=False),
        sa.Column("ord", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("other_id", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["result_photo.id"],
            name=op.f("fk_result_photo_signal_photo_id_result_photo"),
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["complaint.id"], name=op.f("fk_result_photo_signal_other_id_complaint")
        ),
        sa.PrimaryKeyConstraint("photo_id", "ord", name=op.f("pk_result_photo_signal")),
    )  # fmt: skip
