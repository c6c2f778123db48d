"""Keys under which a write of the REST API is carried out once, and what was answered"""

import sqlalchemy as sa
from alembic import op

from core.tables import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary()),
        sa.Column("key_id", sa.Text()),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index("idempotency_key_began", "idempotency_key", ["began_at"])
