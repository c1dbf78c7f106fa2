"""Posts for later that speak of a unit of a book."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: a column that may be null."""
    op.add_column("planned", sa.Column("unit", sa.String(length=16), nullable=True))
