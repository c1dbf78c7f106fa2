"""What must happen later, and the deletions of accounts that an older release left unfinished."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of its own: the release before does not look at it."""
    op.create_table(
        "job",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.Column("lease", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("error", sa.String(length=160), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key"),
    )
    op.create_index("job_by_ready", "job", ["ready_at"], unique=False)
    op.execute(
        "INSERT INTO job (kind, key, due_at, ready_at, lease, attempts, payload, error) "
        "SELECT DISTINCT 'account.erase', target, 0, 0, '', 0, '{}', '' FROM audit "
        "WHERE act = 'account.closed' AND target NOT IN "
        "(SELECT target FROM audit WHERE act = 'account.erased')"
    )
