"""Counters of anonymous polls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: a new table."""
    op.create_table(
        "ballot",
        sa.Column("room_id", sa.String(length=48), nullable=False),
        sa.Column("poll", sa.Integer(), nullable=False),
        sa.Column("option", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("room_id", "poll", "option"),
    )
