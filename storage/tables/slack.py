"""Socket Mode: which node talks to a bot, how far the bot has taken its events, and the views it
opened."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, SQLModel


class SlackLink(SQLModel, table=True):
    """The node that talks to a bot over its sockets: one at a time, or events would come twice."""

    __tablename__ = "slack_link"
    bot_id: str = Field(primary_key=True, max_length=48)
    holder: str = Field(max_length=48)
    until: int = Field(sa_column=Column(BigInteger, nullable=False))


class SlackView(SQLModel, table=True):
    """A view that a bot opened, as it gave it: our dialog does not say all of it."""

    __tablename__ = "slack_view"
    whisper_id: str = Field(primary_key=True, max_length=48)
    bot_id: str = Field(max_length=48)
    room_id: str = Field(max_length=48)
    person_id: str = Field(max_length=48)
    view: str = Field(sa_column=Column(Text, nullable=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))


class SlackCursor(SQLModel, table=True):
    """Events of a stream that a bot has acknowledged: all up to `seq`, and those of `done`."""

    __tablename__ = "slack_cursor"
    bot_id: str = Field(primary_key=True, max_length=48)
    stream_id: str = Field(primary_key=True, max_length=48)
    epoch: str = Field(max_length=32)
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    done: str = Field(sa_column=Column(Text, nullable=False))
    """A JSON list of numbers after `seq`."""
