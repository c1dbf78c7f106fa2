"""Reminders, posts for later, and whose words a reminder's message holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: two new tables."""
    op.create_table(
        "planned",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("owner_id", sa.String(length=48), nullable=False),
        sa.Column("room_id", sa.String(length=48), nullable=False),
        sa.Column("thread_id", sa.String(length=48), nullable=False),
        sa.Column("message_id", sa.String(length=48), nullable=False),
        sa.Column("quote_id", sa.String(length=48), nullable=False),
        sa.Column("by_id", sa.String(length=48), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("moments", sa.Text(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rung_at", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("planned_by_owner", "planned", ["owner_id"], unique=False)
    op.create_index("planned_by_writer", "planned", ["by_id"], unique=False)
    op.create_table(
        "reminded",
        sa.Column("message_id", sa.String(length=48), nullable=False),
        sa.Column("by_id", sa.String(length=48), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index(op.f("ix_reminded_by_id"), "reminded", ["by_id"], unique=False)
