"""The keys of commands in the order of their client ids.

Ids that begin with the time stand side by side, so that what is posted in one moment fills one page
instead of one for everybody who posts. On SQLite the table *is* that order; PostgreSQL keeps its
rows elsewhere, gains little, and would hold up every post while it built the index anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand: the same columns and rows in another order."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.create_table(
        "command_once_ordered",
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.String(length=48), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "actor_id"),
        sqlite_with_rowid=False,
    )
    # In order, so that every page is filled once.
    op.execute(
        "INSERT INTO command_once_ordered (client_id, actor_id, fingerprint, outcome, at) "
        "SELECT client_id, actor_id, fingerprint, outcome, at FROM command_once "
        "ORDER BY client_id, actor_id"
    )
    op.drop_table("command_once")
    op.rename_table("command_once_ordered", "command_once")
