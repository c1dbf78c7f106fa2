"""Socket Mode: which node talks to a bot, and how far the bot has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand; what is no longer used is dropped one release later."""
    op.create_table(
        "slack_link",
        sa.Column("bot_id", sa.String(length=48), nullable=False),
        sa.Column("holder", sa.String(length=48), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id"),
    )
    op.create_table(
        "slack_cursor",
        sa.Column("bot_id", sa.String(length=48), nullable=False),
        sa.Column("stream_id", sa.String(length=48), nullable=False),
        sa.Column("epoch", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "stream_id"),
    )
