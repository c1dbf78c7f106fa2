"""Devices that are notified, what each was told, and what people chose to hear of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand; what is no longer used is dropped one release later."""
    op.create_table(
        "push_device",
        sa.Column("session_id", sa.String(length=48), nullable=False),
        sa.Column("person_id", sa.String(length=48), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.String(length=96), nullable=False),
        sa.Column("auth", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("session_id"),
        sa.UniqueConstraint("endpoint"),
    )
    op.create_index("ix_push_device_person_id", "push_device", ["person_id"], unique=False)
    op.create_table(
        "push_mark",
        sa.Column("session_id", sa.String(length=48), nullable=False),
        sa.Column("place_id", sa.String(length=48), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "place_id"),
    )
    op.create_table(
        "notify",
        sa.Column("person_id", sa.String(length=48), nullable=False),
        sa.Column("quiet_start", sa.Integer(), nullable=True),
        sa.Column("quiet_end", sa.Integer(), nullable=True),
        sa.Column("show_text", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "notify_choice",
        sa.Column("person_id", sa.String(length=48), nullable=False),
        sa.Column("target_id", sa.String(length=48), nullable=False),
        sa.Column("room_id", sa.String(length=48), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "target_id"),
    )
    op.create_index("notify_choice_by_target", "notify_choice", ["target_id"], unique=False)
