"""Tools of rooms: one JSON document each, and people's own marks. A new tool needs no table."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, SQLModel


class ToolRow(SQLModel, table=True):
    """A tool's state after the event `seq` of its stream."""

    __tablename__ = "tool"
    stream_id: str = Field(primary_key=True, max_length=48)
    tool: str = Field(primary_key=True, max_length=32)
    instance: str = Field(primary_key=True, max_length=48)
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    state: str = Field(sa_column=Column(Text, nullable=False))


class ToolMarkRow(SQLModel, table=True):
    """What one person keeps for themselves in a tool."""

    __tablename__ = "tool_mark"
    person_id: str = Field(primary_key=True, max_length=48)
    room_id: str = Field(primary_key=True, max_length=48)
    tool: str = Field(primary_key=True, max_length=32)
    mark: str = Field(sa_column=Column(Text, nullable=False))


class BallotRow(SQLModel, table=True):
    """Votes for an option of an anonymous poll; option -1 counts who voted."""

    __tablename__ = "ballot"
    room_id: str = Field(primary_key=True, max_length=48)
    poll: int = Field(primary_key=True)
    option: int = Field(primary_key=True)
    votes: int
