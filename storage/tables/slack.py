"""Socket Mode: which node talks to a bot, and how far the bot has taken its events."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, SQLModel


class SlackLink(SQLModel, table=True):
    """The node that talks to a bot over its sockets: one at a time, or events would come twice."""

    __tablename__ = "slack_link"
    bot_id: str = Field(primary_key=True, max_length=48)
    holder: str = Field(max_length=48)
    until: int = Field(sa_column=Column(BigInteger, nullable=False))


class SlackCursor(SQLModel, table=True):
    """Events of a stream that a bot has acknowledged: all up to `seq`, and those of `done`."""

    __tablename__ = "slack_cursor"
    bot_id: str = Field(primary_key=True, max_length=48)
    stream_id: str = Field(primary_key=True, max_length=48)
    epoch: str = Field(max_length=32)
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    done: str = Field(sa_column=Column(Text, nullable=False))
    """A JSON list of numbers after `seq`."""
