"""What binds people: sanctions and how they were looked at again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel


class SanctionRow(SQLModel, table=True):
    """A sanction, from the person's own stream. It binds while `lifted_at` is empty and `ends_at`,
    compared with the clock when somebody asks, has not come."""

    __tablename__ = "sanction"
    __table_args__ = (
        Index("sanction_binding", "room_id", "person_id"),
        Index("sanction_by_person", "person_id"),
    )
    id: str = Field(primary_key=True, max_length=48)
    room_id: str = Field(default="", max_length=48)
    """Empty for the whole community."""
    room_name: str = Field(default="", max_length=80)
    person_id: str = Field(max_length=48)
    kind: str = Field(max_length=16)
    by_id: str = Field(max_length=48)
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    ends_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    lifted_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    appeal: str | None = Field(default=None, sa_column=Column(Text))
    appealed_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    verdict: str | None = Field(default=None, max_length=16)
    answer: str = Field(default="", sa_column=Column(Text, nullable=False))
    answered_by: str | None = Field(default=None, max_length=48)
