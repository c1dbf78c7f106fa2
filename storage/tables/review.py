"""What is looked at before others see it, and what waits: settings of moderation, held posts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel


class ModerationRow(SQLModel, table=True):
    """Holds and rules of a room, or (`community`) of the community, as JSON."""

    __tablename__ = "moderation"
    place: str = Field(primary_key=True, max_length=48)
    data: str = Field(sa_column=Column(Text, nullable=False))


class HeldRow(SQLModel, table=True):
    """A post that waits or waited; with `message_id`, a new text for it."""

    __tablename__ = "held"
    __table_args__ = (
        Index("held_by_room", "room_id", "state"),
        Index("held_by_author", "author_id", "state"),
        Index("held_by_message", "message_id"),
    )
    id: str = Field(primary_key=True, max_length=48)
    room_id: str = Field(max_length=48)
    author_id: str = Field(max_length=48)
    thread_id: str = Field(default="", max_length=48)
    message_id: str = Field(default="", max_length=48)
    quote_id: str = Field(default="", max_length=48)
    quote_room: str = Field(default="", max_length=48)
    client_id: str | None = Field(default=None, max_length=64)
    unit: str | None = Field(default=None, max_length=16)
    title: str | None = Field(default=None, max_length=120)
    body: str | None = Field(default=None, sa_column=Column(Text))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    why: str = Field(default="", max_length=16)
    rule: str = Field(default="", max_length=80)
    matched: str = Field(default="", max_length=80)
    state: str = Field(default="waiting", max_length=16)
    own_seq: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    desk_seq: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    settled_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    settled_by: str | None = Field(default=None, max_length=48)
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
