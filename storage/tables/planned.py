"""What is to come: reminders, and posts for later."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel


class PlannedRow(SQLModel, table=True):
    """A reminder or a post for later; once it is over there is no row."""

    __tablename__ = "planned"
    __table_args__ = (
        Index("planned_by_owner", "owner_id"),
        Index("planned_by_writer", "by_id"),
    )
    id: str = Field(primary_key=True, max_length=48)
    what: str = Field(max_length=16)
    owner_id: str = Field(max_length=48)
    """The stream it stands in: a room or a person."""
    room_id: str = Field(default="", max_length=48)
    thread_id: str = Field(default="", max_length=48)
    message_id: str = Field(default="", max_length=48)
    quote_id: str = Field(default="", max_length=48)
    by_id: str = Field(max_length=48)
    body: str | None = Field(default=None, sa_column=Column(Text))
    moments: str = Field(sa_column=Column(Text, nullable=False))
    """A `When`, as JSON."""
    next_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    paused: bool = False
    state: str = Field(default="waiting", max_length=16)
    rung_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    why: str = Field(default="", max_length=32)
    unit: str | None = Field(default=None, max_length=16)
    """Of a post: the unit of a book that it speaks of, as `book.no`."""
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))


class RemindedRow(SQLModel, table=True):
    """A message of a reminder that holds words of somebody."""

    __tablename__ = "reminded"
    message_id: str = Field(primary_key=True, max_length=48)
    by_id: str = Field(index=True, max_length=48)
