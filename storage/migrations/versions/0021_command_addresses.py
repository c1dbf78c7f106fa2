"""Slash commands with an address of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: a new column with a default."""
    url: sa.Column[str] = sa.Column("url", sa.Text(), server_default=sa.text("''"), nullable=False)
    op.add_column("slash", url)
