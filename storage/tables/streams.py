"""The logs: streams, their events, and the commands that were carried out once."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, SQLModel


class StreamRow(SQLModel, table=True):
    """A log and where it stands. Its row is the lock under which events are numbered."""

    __tablename__ = "stream"
    id: str = Field(primary_key=True, max_length=48)
    kind: str = Field(max_length=16)
    epoch: str = Field(max_length=32)
    head_seq: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    first_seq: int = Field(default=1, sa_column=Column(BigInteger, nullable=False))
    """The oldest event still kept."""
    head_no: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    last_at: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    rules_seq: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class EventRow(SQLModel, table=True):
    """One thing that happened. `route` is what the hub may know of it: who is revoked,
    mentioned."""

    __tablename__ = "event"
    __table_args__ = {"sqlite_with_rowid": False}
    stream_id: str = Field(primary_key=True, max_length=48)
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    v: int
    kind: str = Field(max_length=32)
    actor_id: str = Field(max_length=48)
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    no: int | None = Field(default=None, sa_column=Column(BigInteger))
    data: str = Field(sa_column=Column(Text, nullable=False))
    route: str | None = Field(default=None, sa_column=Column(Text))


class CommandOnce(SQLModel, table=True):
    """A command that was carried out, and its first answer (which holds no text of people). SQLite
    keeps them in the order of this key: ids that begin with the time share pages."""

    __tablename__ = "command_once"
    __table_args__ = {"sqlite_with_rowid": False}
    client_id: str = Field(primary_key=True, max_length=64)
    actor_id: str = Field(primary_key=True, max_length=48)
    fingerprint: str = Field(max_length=32)
    outcome: str = Field(sa_column=Column(Text, nullable=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
