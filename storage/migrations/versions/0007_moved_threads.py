"""Threads that moved: what their stub stands for, and when they were posted first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns that may be empty: the release before inserts without them."""
    op.add_column("message", sa.Column("moved_id", sa.String(length=48), nullable=True))
    op.add_column("message", sa.Column("first_at", sa.BigInteger(), nullable=True))
