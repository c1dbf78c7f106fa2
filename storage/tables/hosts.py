"""Inner hosts that those who run the community allow bots' addresses to lead to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, SQLModel


class InnerHostRow(SQLModel, table=True):
    """A host by name or number, perhaps with a port, and where it led when it was allowed."""

    __tablename__ = "inner_host"
    id: str = Field(primary_key=True, max_length=48)
    host: str = Field(max_length=300, unique=True)
    addresses: str = Field(sa_column=Column(Text, nullable=False))
    """A JSON list."""
    by_id: str = Field(max_length=48)
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
