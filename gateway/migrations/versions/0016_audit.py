"""Who did what and who looked: rows that can be added and sealed, and neither changed nor removed"""

import sqlalchemy as sa
from alembic import op

from core.tables import Id, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_UNSEALED = sa.text("position is null")
_KEPT = ("id", "at", "action", "actor", "unit", "role", "via", "asker", "request", "subject", "seq")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _KEPT[2:8]),
        sa.Column("request", sa.BigInteger()),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger()),
        sa.Column("position", sa.BigInteger()),
        sa.Column("digest", sa.LargeBinary()),
        sa.CheckConstraint("(position is null) = (digest is null)", name=op.f("ck_audit_sealed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("position", name=op.f("uq_audit_position")),
    )
    op.create_index(
        "audit_unsealed", "audit", ["id"], sqlite_where=_UNSEALED, postgresql_where=_UNSEALED
    )
    op.create_index("audit_subject", "audit", ["subject", "id"])
    op.create_table(
        "audit_seal",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("lease_token", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_seal")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    changed = " or ".join(f'new."{name}" is not old."{name}"' for name in _KEPT)
    refuse = "begin select raise(abort, '{0} is append-only'); end"
    op.execute(
        "create trigger audit_keeps before update on audit when old.position is not null"
        f" or new.position is null or {changed} {refuse.format('audit')}"
    )
    op.execute(
        f"create trigger audit_seal_keeps before update on audit_seal {refuse.format('audit_seal')}"
    )
    for table, key in (("audit", "id"), ("audit_seal", "position")):
        said = refuse.format(table)
        op.execute(f"create trigger {table}_stays before delete on {table} {said}")
        # INSERT OR REPLACE removes a row without any trigger of removal.
        op.execute(
            f"create trigger {table}_once before insert on {table}"  # noqa: S608 - two fixed names
            f" when exists (select 1 from {table} where {key} = new.{key}) {said}"
        )


def _guard_postgresql() -> None:
    op.execute(
        """
        create function audit_keeps() returns trigger language plpgsql as $$
        begin
            if tg_op = 'UPDATE' and tg_table_name = 'audit' then
                if old.position is null and new.position is not null
                    and to_jsonb(new) - 'position' - 'digest'
                        = to_jsonb(old) - 'position' - 'digest' then
                    return new;
                end if;
            end if;
            raise exception '% is append-only', tg_table_name
                using errcode = 'integrity_constraint_violation';
        end $$
        """
    )
    for table in ("audit", "audit_seal"):
        op.execute(
            f"create trigger {table}_keeps before update or delete on {table}"
            " for each row execute function audit_keeps()"
        )
        op.execute(
            f"create trigger {table}_stays before truncate on {table}"
            " for each statement execute function audit_keeps()"
        )
