"""Views that bots opened over Slack's API."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand; what is no longer used is dropped one release later."""
    op.create_table(
        "slack_view",
        sa.Column("whisper_id", sa.String(length=48), nullable=False),
        sa.Column("bot_id", sa.String(length=48), nullable=False),
        sa.Column("room_id", sa.String(length=48), nullable=False),
        sa.Column("person_id", sa.String(length=48), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("whisper_id"),
    )
    op.create_index("ix_slack_view_at", "slack_view", ["at"])
