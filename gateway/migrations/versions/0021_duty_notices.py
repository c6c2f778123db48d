"""Who is on which unit's roster, which clocks remind, and which threads are an officer's"""

import sqlalchemy as sa
from alembic import op

from core.tables import Id, Json, UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_NOW = sa.text("until is null")
_WAITS = sa.text("settled_at is null")


def upgrade() -> None:
    op.add_column(
        "conversation",
        sa.Column("officer", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    op.create_table(
        "duty_officer",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("shift", Json),
        sa.Column("told", Json, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime()),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_duty_officer_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_duty_officer_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"],
            name=op.f("fk_duty_officer_conversation_id_conversation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_officer")),
    )  # fmt: skip
    op.create_table(
        "clock_reminder",
        sa.Column("clock_id", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime()),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["clock.id"], name=op.f("fk_clock_reminder_clock_id_clock")
        ),
        sa.PrimaryKeyConstraint("clock_id", "share", name=op.f("pk_clock_reminder")),
    )
    _index("duty_officer_unit", "duty_officer", ["unit_id", "place"], _NOW)
    _index("duty_officer_thread", "duty_officer", ["conversation_id"], _NOW)
    _index("clock_reminder_due", "clock_reminder", ["at"], _WAITS)


def _index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
