"""Tools of rooms, what rooms have switched on, units of books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: every new column may be empty."""
    op.create_table(
        "tool",
        sa.Column("stream_id", sa.String(length=48), nullable=False),
        sa.Column("tool", sa.String(length=32), nullable=False),
        sa.Column("instance", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", "tool", "instance"),
    )
    op.create_table(
        "tool_mark",
        sa.Column("person_id", sa.String(length=48), nullable=False),
        sa.Column("room_id", sa.String(length=48), nullable=False),
        sa.Column("tool", sa.String(length=32), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "room_id", "tool"),
    )
    op.add_column("room", sa.Column("options", sa.Text(), nullable=True))
    op.add_column("room", sa.Column("coordinator_id", sa.String(length=48), nullable=True))
    op.create_index(op.f("ix_room_coordinator_id"), "room", ["coordinator_id"], unique=False)
    op.add_column("held", sa.Column("unit", sa.String(length=16), nullable=True))
    op.add_column("message", sa.Column("unit", sa.String(length=16), nullable=True))
