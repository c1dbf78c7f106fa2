"""What somebody would rather not hear."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel


class QuietRow(SQLModel, table=True):
    """`what` is `person` or `room` (muted) or `block` (a person, from direct conversations)."""

    __tablename__ = "quiet"
    person_id: str = Field(primary_key=True, max_length=48)
    what: str = Field(primary_key=True, max_length=16)
    target_id: str = Field(primary_key=True, max_length=48)
    mentions: bool = False
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
