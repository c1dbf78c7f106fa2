"""Inner hosts that those who run the community allow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: a new table."""
    op.create_table(
        "inner_host",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("host", sa.String(length=300), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=48), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("host"),
    )
