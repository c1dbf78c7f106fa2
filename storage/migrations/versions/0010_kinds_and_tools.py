"""Tools of rooms, what rooms have switched on, units of books, topics of forums."""

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
    for name in ("coordinator_id", "parent_id"):
        op.add_column("room", sa.Column(name, sa.String(length=48), nullable=True))
        op.create_index(op.f(f"ix_room_{name}"), "room", [name], unique=False)
    op.add_column("held", sa.Column("unit", sa.String(length=16), nullable=True))
    op.add_column("message", sa.Column("unit", sa.String(length=16), nullable=True))
    op.add_column("message", sa.Column("title", sa.String(length=120), nullable=True))
    op.add_column("message", sa.Column("topic_id", sa.String(length=48), nullable=True))
    op.add_column("message", sa.Column("solved", sa.Boolean(), nullable=True))
    op.add_column("message", sa.Column("answer_id", sa.String(length=48), nullable=True))
    op.add_column("message", sa.Column("active_at", sa.BigInteger(), nullable=True))
    topics = sa.text("active_at IS NOT NULL")
    op.create_index(
        "message_by_activity",
        "message",
        ["room_id", "active_at"],
        unique=False,
        sqlite_where=topics,
        postgresql_where=topics,
    )
