"""What messages are found by: a row a message, and each database's own index over it.

SQLite's index is an FTS5 table beside this one, PostgreSQL's a GIN index on `words`; both are read
and written by `storage.search` alone.
"""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Column, Index, Table, Text, event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field, SQLModel

FTS5 = (
    "CREATE VIRTUAL TABLE finding_fts USING fts5("
    "words, content='', columnsize=0, tokenize=\"ascii tokenchars '_#@'\")"
)
"""Contentless: what a deletion has to name is in `finding`. No sizes: nothing is ranked."""
STALE = "CREATE TABLE finding_stale (no INTEGER PRIMARY KEY)"
"""Rows of the FTS5 table whose words are in its segments still (`storage.search.sqlite`)."""
SEQUENCE = "CREATE SEQUENCE finding_no"


class FindingRow(SQLModel, table=True):
    """A message that can be found. `no` grows with time and is the order of what is found."""

    __tablename__ = "finding"
    __table_args__ = (
        # Bounded: what waits in the pending list is read by every search.
        Index(
            "finding_by_word",
            "words",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 256},
        ).ddl_if(dialect="postgresql"),
    )
    no: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    message_id: str = Field(max_length=48, unique=True)
    room_id: str = Field(max_length=48)
    author_id: str = Field(max_length=48)
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    """Where it was posted in its room's stream."""
    words: str = Field(
        sa_column=Column(Text().with_variant(TSVECTOR(), "postgresql"), nullable=False)
    )
    """On SQLite the folded words, from which the rows of its index can be named again."""


def own_index(table: Table) -> None:
    """Have `create_all` make each database's index, as the migration does."""
    for dialect, texts in (("sqlite", (FTS5, STALE)), ("postgresql", (SEQUENCE,))):
        for text in texts:
            made = DDL(text).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", made)
