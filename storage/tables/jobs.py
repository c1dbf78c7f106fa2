"""What must happen later."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel


class JobRow(SQLModel, table=True):
    """Something due. A row is taken by moving `ready_at` to the end of the lease."""

    __tablename__ = "job"
    __table_args__ = (Index("job_by_ready", "ready_at"),)
    kind: str = Field(primary_key=True, max_length=32)
    key: str = Field(primary_key=True, max_length=160)
    due_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    ready_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    """When it may be taken; null: never again (dead)."""
    lease: str = Field(default="", max_length=32)
    """Who has it: a random word, new at each taking."""
    attempts: int = 0
    payload: str = Field(sa_column=Column(Text, nullable=False))
    error: str = Field(default="", max_length=160)
    """How the last attempt failed."""
