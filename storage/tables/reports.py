"""Reports: what was reported, what was seen, and by whom. No stream holds any of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel


class ReportRow(SQLModel, table=True):
    """Something that somebody should look at. `place` is the room whose facilitators do, or
    `admins`; `person_id` is whom it is about, who must never read it."""

    __tablename__ = "report"
    __table_args__ = (
        Index("report_by_place", "place", "state"),
        Index("report_by_person", "person_id"),
    )
    id: str = Field(primary_key=True, max_length=48)
    place: str = Field(max_length=48)
    about: str = Field(max_length=16)
    room_id: str = Field(default="", max_length=48)
    message_id: str = Field(default="", max_length=48)
    person_id: str = Field(default="", max_length=48)
    state: str = Field(default="open", max_length=16)
    assigned_to: str | None = Field(default=None, max_length=48)
    outcome: str = Field(default="", max_length=16)
    answer: str = Field(default="", sa_column=Column(Text, nullable=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    resolved_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    resolved_by: str | None = Field(default=None, max_length=48)
    evidence: str | None = Field(default=None, sa_column=Column(Text))
    """What was seen, as JSON; empty some days after it was resolved."""


class ReportByRow(SQLModel, table=True):
    """One who reported it. `seen` says that they know what came of it."""

    __tablename__ = "report_by"
    __table_args__ = (Index("report_of_person", "person_id"),)
    report_id: str = Field(primary_key=True, max_length=48)
    person_id: str = Field(primary_key=True, max_length=48)
    category: str = Field(max_length=16)
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    seen: bool = False
