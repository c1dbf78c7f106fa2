"""Bots: whose they are, what they offer, what was asked of them, and what is sent to them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Text, false, text
from sqlmodel import Field, SQLModel


class BotRow(SQLModel, table=True):
    """A bot beside its person. What it may do stands in `person.bounds`, where rights are read."""

    __tablename__ = "bot"
    person_id: str = Field(primary_key=True, max_length=48)
    owner_id: str = Field(max_length=48)
    """Who answers for it; empty when the command line made it."""
    room_id: str | None = Field(default=None, max_length=48, index=True)
    """The room whose facilitators look after it; null: those who run the community do."""
    rate: int | None = None
    """Requests a minute; null: as many as a person."""
    signing_secret: str = Field(max_length=64)
    """Plain: signatures are made with it (`X-Slack-Signature`)."""
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class SlashRow(SQLModel, table=True):
    """A command that a bot offers, in one of its rooms or (`room_id` empty) in all of them."""

    __tablename__ = "slash"
    bot_id: str = Field(primary_key=True, max_length=48)
    room_id: str = Field(primary_key=True, max_length=48)
    name: str = Field(primary_key=True, max_length=32)
    hint: str = Field(max_length=80)
    help: str = Field(max_length=200)
    place: int
    """In the order in which the bot names them."""
    url: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=text("''")))
    """The command's own address; empty: it goes where all the rest goes."""


class InteractionRow(SQLModel, table=True):
    """A button, a form or a command that waits for its bot's answers. It goes when it expires."""

    __tablename__ = "interaction"
    id: str = Field(primary_key=True, max_length=48)
    bot_id: str = Field(max_length=48, index=True)
    person_id: str = Field(max_length=48, index=True)
    room_id: str = Field(max_length=48)
    thread_id: str = Field(max_length=48)
    message_id: str = Field(max_length=48)
    """The message or whisper it was in; empty for a command."""
    bot_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    """The event in the bot's stream that holds what was filled in."""
    answers: int = 0
    expires_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class WhisperRow(SQLModel, table=True):
    """What a bot says to one person in a room: nobody else reads it, and it goes after a day."""

    __tablename__ = "whisper"
    __table_args__ = (Index("whisper_by_person", "person_id", "room_id"),)
    id: str = Field(primary_key=True, max_length=48)
    person_id: str = Field(max_length=48)
    bot_id: str = Field(max_length=48)
    room_id: str = Field(max_length=48)
    thread_id: str = Field(max_length=48)
    body: str = Field(sa_column=Column(Text, nullable=False))
    blocks: str | None = Field(default=None, sa_column=Column(Text))
    dialog: bool = False
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    """The event in the person's stream that holds its text."""


class WebhookRow(SQLModel, table=True):
    """An address at which anybody who knows it posts into one room, as one bot."""

    __tablename__ = "webhook"
    id: str = Field(primary_key=True, max_length=48)
    bot_id: str = Field(max_length=48, index=True)
    room_id: str = Field(max_length=48)
    secret_hash: str = Field(max_length=64, unique=True)
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    last_used_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    revoked_at: int | None = Field(default=None, sa_column=Column(BigInteger))


class OutgoingRow(SQLModel, table=True):
    """Where a bot is told of events, and how that goes."""

    __tablename__ = "outgoing"
    bot_id: str = Field(primary_key=True, max_length=48)
    url: str = Field(sa_column=Column(Text, nullable=False))
    state: str = Field(max_length=16)
    """`unverified`, `on`, `failing` or `paused`."""
    shape: str = Field(default="tertulia", max_length=16)
    """How events look: ours, or `slack`."""
    kinds: str = Field(sa_column=Column(Text, nullable=False))
    """Kinds of events, as a JSON list; empty: all that it may read."""
    failures: int = 0
    """Of the event that is being delivered."""
    dead: int = 0
    """Events given up one after the other."""
    why: str = Field(default="", max_length=32)
    """How the last attempt failed; empty when it went well."""
    tried_at: int | None = Field(default=None, sa_column=Column(BigInteger))


class OutgoingCursor(SQLModel, table=True):
    """How far a bot was told of a stream."""

    __tablename__ = "outgoing_cursor"
    bot_id: str = Field(primary_key=True, max_length=48)
    stream_id: str = Field(primary_key=True, max_length=48)
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))


class DeadLetter(SQLModel, table=True):
    """An event that could not be delivered: where it stands, never what it says."""

    __tablename__ = "dead_letter"
    bot_id: str = Field(primary_key=True, max_length=48)
    stream_id: str = Field(primary_key=True, max_length=48)
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    kind: str = Field(max_length=32)
    attempts: int
    why: str = Field(max_length=32)
    status: int | None = None
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    again: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )
    """Somebody wants it sent once more."""
