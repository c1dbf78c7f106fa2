"""Bots: what they are kept to, what they offer, what was asked of them, where they are told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: new tables, and columns that may be empty."""
    op.add_column("person", sa.Column("bounds", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("blocks", sa.Text(), nullable=True))
    _bots()
    _asked()
    _told()


def _bots() -> None:
    op.create_table(
        "bot",
        sa.Column("person_id", sa.String(length=48), nullable=False),
        sa.Column("owner_id", sa.String(length=48), nullable=False),
        sa.Column("room_id", sa.String(length=48), nullable=True),
        sa.Column("rate", sa.Integer(), nullable=True),
        sa.Column("signing_secret", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index(op.f("ix_bot_room_id"), "bot", ["room_id"], unique=False)
    op.create_table(
        "slash",
        sa.Column("bot_id", sa.String(length=48), nullable=False),
        sa.Column("room_id", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("hint", sa.String(length=80), nullable=False),
        sa.Column("help", sa.String(length=200), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "room_id", "name"),
    )


def _asked() -> None:
    op.create_table(
        "interaction",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("bot_id", sa.String(length=48), nullable=False),
        sa.Column("person_id", sa.String(length=48), nullable=False),
        sa.Column("room_id", sa.String(length=48), nullable=False),
        sa.Column("thread_id", sa.String(length=48), nullable=False),
        sa.Column("message_id", sa.String(length=48), nullable=False),
        sa.Column("bot_seq", sa.BigInteger(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_interaction_bot_id"), "interaction", ["bot_id"], unique=False)
    op.create_index(op.f("ix_interaction_person_id"), "interaction", ["person_id"], unique=False)
    op.create_table(
        "whisper",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("person_id", sa.String(length=48), nullable=False),
        sa.Column("bot_id", sa.String(length=48), nullable=False),
        sa.Column("room_id", sa.String(length=48), nullable=False),
        sa.Column("thread_id", sa.String(length=48), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("blocks", sa.Text(), nullable=True),
        sa.Column("dialog", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("whisper_by_person", "whisper", ["person_id", "room_id"], unique=False)


def _told() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("bot_id", sa.String(length=48), nullable=False),
        sa.Column("room_id", sa.String(length=48), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("secret_hash"),
    )
    op.create_index(op.f("ix_webhook_bot_id"), "webhook", ["bot_id"], unique=False)
    op.create_table(
        "outgoing",
        sa.Column("bot_id", sa.String(length=48), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("shape", sa.String(length=16), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("dead", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("bot_id"),
    )
    op.create_table(
        "outgoing_cursor",
        sa.Column("bot_id", sa.String(length=48), nullable=False),
        sa.Column("stream_id", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "stream_id"),
    )
    op.create_table(
        "dead_letter",
        sa.Column("bot_id", sa.String(length=48), nullable=False),
        sa.Column("stream_id", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "stream_id", "seq"),
    )
