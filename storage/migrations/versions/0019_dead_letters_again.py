"""Dead letters that are to be sent once more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: a new column with a default."""
    again: sa.Column[bool] = sa.Column(
        "again", sa.Boolean(), server_default=sa.false(), nullable=False
    )
    op.add_column("dead_letter", again)
