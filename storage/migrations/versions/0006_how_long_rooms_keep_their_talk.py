"""How long rooms keep their talk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Null, for ever, is what every room there is gets, and what the release before writes."""
    op.add_column("room", sa.Column("keep_days", sa.Integer(), nullable=True))
