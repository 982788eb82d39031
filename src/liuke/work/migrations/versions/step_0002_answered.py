"""What programs were answered under keys of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "answered",
        sa.Column("id", ROW, nullable=False),
        sa.Column("user_id", ROW, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_answered_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answered")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_answered_user_id_key")),
        sqlite_autoincrement=True,
    )
