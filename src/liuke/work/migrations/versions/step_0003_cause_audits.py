"""What people found when they checked why customers left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from liuke.work.append_only import add_triggers

revision = "0003"
down_revision = "0002"

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, append-only."""
    op.create_table(
        "cause_audit",
        sa.Column("id", ROW, nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("judged", sa.String(length=20), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("undoes", ROW, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("user_id", ROW, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["undoes"], ["cause_audit.id"], name=op.f("fk_cause_audit_undoes_cause_audit")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_cause_audit_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cause_audit")),
        sa.UniqueConstraint("undoes", name=op.f("uq_cause_audit_undoes")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cause_audit_customer_id", "cause_audit", ["customer_id"], unique=False)
    add_triggers(op.get_bind(), "cause_audit")
