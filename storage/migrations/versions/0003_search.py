"""Messages can be found: the index, built from the messages there are."""

from __future__ import annotations

import sqlalchemy as sa
import structlog
from alembic import op
from sqlalchemy.dialects import postgresql

from storage import search

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

log = structlog.get_logger()
_TOLD = 50_000
"""Messages between two lines of progress."""


def upgrade() -> None:
    """`finding`, each database's own index over it, and what they hold."""
    op.create_table(
        "finding",
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.String(length=48), nullable=False),
        sa.Column("room_id", sa.String(length=48), nullable=False),
        sa.Column("author_id", sa.String(length=48), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "words", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("no"),
        sa.UniqueConstraint("message_id"),
    )
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE finding_fts USING fts5("
            "words, content='', columnsize=0, tokenize=\"ascii tokenchars '_#@'\")"
        )
        op.execute("CREATE TABLE finding_stale (no INTEGER PRIMARY KEY)")
    else:
        op.execute("CREATE SEQUENCE finding_no")
    search.build(connection, _progress)
    if connection.dialect.name == "postgresql":
        # After the rows: an index over all of them at once is made in a fraction of the time.
        op.create_index(
            "finding_by_word", "finding", ["words"], postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 256},
        )  # fmt: skip


def _progress(done: int, total: int) -> None:
    if done % _TOLD < search.BUILT_AT_ONCE or done >= total:
        log.info("search_index", messages=done, of=total)
