"""What notifies whom: devices, what each was told, and what people chose."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel


class PushDeviceRow(SQLModel, table=True):
    """The browser of a session, as its push service knows it. The endpoint is a secret."""

    __tablename__ = "push_device"
    session_id: str = Field(primary_key=True, max_length=48)
    person_id: str = Field(max_length=48, index=True)
    endpoint: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    p256dh: str = Field(max_length=96)
    auth: str = Field(max_length=32)
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    failures: int = 0
    """In a row."""
    retry_at: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class PushMarkRow(SQLModel, table=True):
    """Up to which message of a room or thread a device was told; a report has the number 1."""

    __tablename__ = "push_mark"
    session_id: str = Field(primary_key=True, max_length=48)
    place_id: str = Field(primary_key=True, max_length=48)
    no: int = Field(sa_column=Column(BigInteger, nullable=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))


class NotifyChoiceRow(SQLModel, table=True):
    """What of a room, or of a thread of it (`target_id`), notifies somebody."""

    __tablename__ = "notify_choice"
    __table_args__ = (Index("notify_choice_by_target", "target_id"),)
    person_id: str = Field(primary_key=True, max_length=48)
    target_id: str = Field(primary_key=True, max_length=48)
    room_id: str = Field(max_length=48)
    level: str = Field(max_length=16)


class NotifyRow(SQLModel, table=True):
    """When notifications of somebody wait, in minutes of their day, and whether they show text."""

    __tablename__ = "notify"
    person_id: str = Field(primary_key=True, max_length=48)
    quiet_start: int | None = None
    quiet_end: int | None = None
    show_text: bool = True
