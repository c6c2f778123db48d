"""What waits for a person: unclear messages, questions for a person, emergencies"""

import sqlalchemy as sa
from alembic import op

from core.tables import Id, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TO = {
    "account_id": "account", "conversation_id": "conversation", "message_id": "message",
    "complaint_id": "complaint", "raw_id": "raw_inbound", "inbound_id": "inbound",
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "inbox_item",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger()),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("complaint_id", sa.BigInteger()),
        sa.Column("raw_id", sa.BigInteger()),
        sa.Column("inbound_id", sa.BigInteger()),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("since_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("alarm_at", UtcDateTime()),
        sa.Column("alarm_step", sa.Integer(), server_default="0", nullable=False),
        sa.Column("handled_at", UtcDateTime()),
        sa.Column("handled_by", sa.Text(), server_default="", nullable=False),
        sa.Column("handled_how", sa.Text(), server_default="", nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_inbox_item_{column}_{table}")
            )
            for column, table in _TO.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_item")),
    )
    _index("inbox_open", ["account_id", "due_at", "id"], "handled_at is null")
    _index("inbox_alarm", ["alarm_at", "id"], "alarm_at is not null")
    open_ = "handled_at is null and why <> 'emergency'"
    _index("inbox_once", ["conversation_id", "why"], open_, unique=True)
    _index("inbox_alarm_once", ["complaint_id"], "why = 'emergency'", unique=True)


def _index(name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(
        name, "inbox_item", columns, unique=unique,
        sqlite_where=condition, postgresql_where=condition,
    )  # fmt: skip
