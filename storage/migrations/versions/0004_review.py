"""Review: settings of moderation, posts that wait, reports; the stream of those who run the
community."""

from __future__ import annotations

import os

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables of their own: the release before does not look at them."""
    op.create_table(
        "held",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("room_id", sa.String(length=48), nullable=False),
        sa.Column("author_id", sa.String(length=48), nullable=False),
        sa.Column("thread_id", sa.String(length=48), nullable=False),
        sa.Column("message_id", sa.String(length=48), nullable=False),
        sa.Column("quote_id", sa.String(length=48), nullable=False),
        sa.Column("quote_room", sa.String(length=48), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("matched", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("own_seq", sa.BigInteger(), nullable=False),
        sa.Column("desk_seq", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.String(length=48), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("held_by_author", "held", ["author_id", "state"], unique=False)
    op.create_index("held_by_message", "held", ["message_id"], unique=False)
    op.create_index("held_by_room", "held", ["room_id", "state"], unique=False)

    op.create_table(
        "moderation",
        sa.Column("place", sa.String(length=48), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place"),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("place", sa.String(length=48), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("room_id", sa.String(length=48), nullable=False),
        sa.Column("message_id", sa.String(length=48), nullable=False),
        sa.Column("person_id", sa.String(length=48), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("assigned_to", sa.String(length=48), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("resolved_by", sa.String(length=48), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("report_by_person", "report", ["person_id"], unique=False)
    op.create_index("report_by_place", "report", ["place", "state"], unique=False)

    op.create_table(
        "report_by",
        sa.Column("report_id", sa.String(length=48), nullable=False),
        sa.Column("person_id", sa.String(length=48), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "person_id"),
    )
    op.create_index("report_of_person", "report_by", ["person_id"], unique=False)
    op.execute(
        sa.text(
            "INSERT INTO stream (id, kind, epoch, head_seq, first_seq, head_no, last_at, rules_seq)"
            " SELECT 'admins', 'admins', :epoch, 0, 1, 0, 0, 0 FROM stream WHERE id = 'community'"
        ).bindparams(epoch=os.urandom(8).hex())
    )
