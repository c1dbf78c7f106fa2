"""Visits by guest passes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand; what is no longer used is dropped one release later."""
    op.create_table(
        "visit",
        sa.Column("person_id", sa.String(length=48), nullable=False),
        sa.Column("invitation_id", sa.String(length=48), nullable=False),
        sa.Column("room_id", sa.String(length=48), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person_id"),
    )
    with op.batch_alter_table("visit") as table:
        table.create_index("ix_visit_invitation_id", ["invitation_id"])
        table.create_index("ix_visit_room_id", ["room_id"])
