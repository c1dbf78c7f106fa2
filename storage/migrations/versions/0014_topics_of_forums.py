"""Topics of forums: titles, whether they are solved, and answers that are kept back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: every new column may be empty, and the index holds topics only."""
    op.add_column("held", sa.Column("title", sa.String(length=120), nullable=True))
    op.add_column("message", sa.Column("title", sa.String(length=120), nullable=True))
    op.add_column("message", sa.Column("answers", sa.String(length=8), nullable=True))
    op.add_column("message", sa.Column("solved", sa.Boolean(), nullable=True))
    op.add_column("message", sa.Column("answer_id", sa.String(length=48), nullable=True))
    op.add_column("message", sa.Column("active_at", sa.BigInteger(), nullable=True))
    op.add_column("message", sa.Column("apart", sa.Boolean(), nullable=True))
    topics = sa.text("active_at IS NOT NULL")
    op.create_index(
        "message_by_activity",
        "message",
        ["room_id", "active_at"],
        unique=False,
        sqlite_where=topics,
        postgresql_where=topics,
    )
