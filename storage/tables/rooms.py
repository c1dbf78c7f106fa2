"""Projections of the rooms' streams: rooms, members, messages and what hangs on them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, Text, text
from sqlmodel import Field, SQLModel

_PINNED: dict[str, Any] = {
    "sqlite_where": text("pinned_seq IS NOT NULL"),
    "postgresql_where": text("pinned_seq IS NOT NULL"),
}
"""Only of the few: the index costs nothing where nothing is pinned."""

_TOPICS: dict[str, Any] = {
    "sqlite_where": text("active_at IS NOT NULL"),
    "postgresql_where": text("active_at IS NOT NULL"),
}
"""Only of topics: other messages pay nothing for the order of forums."""


class RoomRow(SQLModel, table=True):
    """A room's card."""

    __tablename__ = "room"
    id: str = Field(primary_key=True, max_length=48)
    kind: str = Field(max_length=32)
    name: str = Field(max_length=80)
    name_folded: str = Field(max_length=160, index=True)
    purpose: str = Field(sa_column=Column(Text, nullable=False))
    access: str = Field(max_length=16)
    posting: str = Field(max_length=16)
    history: str = Field(max_length=16)
    archived: bool = False
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    member_count: int = 0
    direct_key: str | None = Field(default=None, max_length=500, unique=True)
    """The sorted ids of a direct room's people, joined by blanks."""
    slow_mode: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    locked_until: int = Field(
        default=0, sa_column=Column(BigInteger, nullable=False, server_default="0")
    )
    lock_reason: str = Field(
        default="", sa_column=Column(Text, nullable=False, server_default=text("''"))
    )
    keep_days: int | None = None
    """Days after which what was said goes; null: never."""
    options: str | None = Field(default=None, sa_column=Column(Text))
    """What its kind and its facilitators have switched on, as JSON; NULL: nothing."""
    coordinator_id: str | None = Field(default=None, max_length=48, index=True)


class MemberRow(SQLModel, table=True):
    """Somebody in a room, or invited, or waiting to be let in."""

    __tablename__ = "member"
    __table_args__ = (Index("member_by_person", "person_id", "state"),)
    room_id: str = Field(primary_key=True, max_length=48)
    person_id: str = Field(primary_key=True, max_length=48)
    role: str = Field(max_length=16)
    state: str = Field(max_length=16)
    since: int = Field(sa_column=Column(BigInteger, nullable=False))
    visible_from_seq: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    visible_from_no: int = Field(default=1, sa_column=Column(BigInteger, nullable=False))
    read_no: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    unread_from: int | None = Field(default=None, sa_column=Column(BigInteger))
    invited_by: str | None = Field(default=None, max_length=48)


class MessageRow(SQLModel, table=True):
    """A message as it is now. `thread_id` is empty in the main timeline."""

    __tablename__ = "message"
    __table_args__ = (
        Index("message_by_no", "room_id", "thread_id", "no", unique=True),
        Index("message_by_author", "author_id", "room_id", "at"),
        Index("message_by_pin", "room_id", "pinned_seq", **_PINNED),
        Index("message_by_activity", "room_id", "active_at", **_TOPICS),
    )
    id: str = Field(primary_key=True, max_length=48)
    room_id: str = Field(max_length=48)
    thread_id: str = Field(default="", max_length=48)
    no: int = Field(sa_column=Column(BigInteger, nullable=False))
    author_id: str = Field(max_length=48)
    client_id: str | None = Field(default=None, max_length=64)
    body: str | None = Field(default=None, sa_column=Column(Text))
    mentions: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    quote_id: str | None = Field(default=None, max_length=48)
    quote_room: str | None = Field(default=None, max_length=48)
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    edited_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    deleted_by: str | None = Field(default=None, max_length=16)
    pinned_seq: int | None = Field(default=None, sa_column=Column(BigInteger))
    rev: int = Field(sa_column=Column(BigInteger, nullable=False))
    posted_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    body_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    """The event that holds the current text: what a deletion has to rewrite."""
    reply_head: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    reply_count: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    reply_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    reply_rev: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    repliers: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    moved_id: str | None = Field(default=None, max_length=48)
    """Of a stub: the message that moved away."""
    first_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    """Of a message that moved here: when it was posted first."""
    unit: str | None = Field(default=None, max_length=16)
    """The unit of a book it speaks of, as `book.no`."""
    title: str | None = Field(default=None, max_length=120)
    answers: str | None = Field(default=None, max_length=8)
    """Of a topic whose answers stand in a stream of their own: `kept` or `shown`."""
    solved: bool | None = None
    answer_id: str | None = Field(default=None, max_length=48)
    active_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    """Of a topic: when something was last said."""
    apart: bool | None = None
    """Of a reply: its seqs are those of its topic's own stream."""
    blocks: str | None = Field(default=None, sa_column=Column(Text))
    """What a bot's message is drawn of, as JSON; `body` says the same in plain words."""


class ReactionRow(SQLModel, table=True):
    """One person's emoji on one message."""

    __tablename__ = "reaction"
    __table_args__ = (Index("reaction_by_person", "person_id"),)
    message_id: str = Field(primary_key=True, max_length=48)
    emoji: str = Field(primary_key=True, max_length=32)
    person_id: str = Field(primary_key=True, max_length=48)
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))


class MentionRow(SQLModel, table=True):
    """A mention; `target` is a person's id or `room` or `facilitators`."""

    __tablename__ = "mention"
    __table_args__ = (Index("mention_by_target", "room_id", "target", "no"),)
    message_id: str = Field(primary_key=True, max_length=48)
    target: str = Field(primary_key=True, max_length=48)
    room_id: str = Field(max_length=48)
    thread_id: str = Field(default="", max_length=48)
    no: int = Field(sa_column=Column(BigInteger, nullable=False))
    author_id: str = Field(max_length=48)


class ThreadFollow(SQLModel, table=True):
    """How far somebody has read a thread, and whether they follow it."""

    __tablename__ = "thread_follow"
    person_id: str = Field(primary_key=True, max_length=48)
    thread_id: str = Field(primary_key=True, max_length=48)
    room_id: str = Field(max_length=48)
    following: bool = True
    read_no: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class VersionRow(SQLModel, table=True):
    """Where, in the facilitators' stream, an earlier text of a message stands."""

    __tablename__ = "version"
    message_id: str = Field(primary_key=True, max_length=48)
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
