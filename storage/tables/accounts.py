"""The community, its people and how they sign in."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Text, text
from sqlmodel import Field, SQLModel


class CommunityRow(SQLModel, table=True):
    """The one community; its row exists once set-up is done."""

    __tablename__ = "community"
    id: int = Field(primary_key=True, default=1)
    name: str = Field(max_length=80)
    language: str = Field(max_length=16)
    time_zone: str = Field(max_length=64)
    minors: bool
    who_opens_rooms: str = Field(max_length=16)
    direct_rooms: str = Field(max_length=24)
    sign_up: str = Field(max_length=16)
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class PersonRow(SQLModel, table=True):
    """A person or a bot. A deleted one keeps the id, nothing else of them."""

    __tablename__ = "person"
    id: str = Field(primary_key=True, max_length=48)
    username: str = Field(max_length=48)
    username_folded: str = Field(max_length=96, unique=True)
    name: str = Field(max_length=60)
    name_folded: str = Field(max_length=120, index=True)
    role: str = Field(max_length=16)
    status: str = Field(max_length=16)
    pronouns: str = Field(default="", max_length=40)
    bio: str = Field(default="", sa_column=Column(Text, nullable=False))
    time_zone: str = Field(default="", max_length=64)
    email: str | None = Field(default=None, max_length=254)
    status_until: int | None = Field(default=None, sa_column=Column(BigInteger))
    """When the status changes by itself: a suspension lifts, a guest pass ends."""
    bounds: str | None = Field(default=None, sa_column=Column(Text))
    """Of a bot: the rooms and scopes it is kept to, as JSON; NULL for everybody else."""
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class Credential(SQLModel, table=True):
    """A way to sign in: `(provider, subject)`; for `password` the subject is the person's id."""

    __tablename__ = "credential"
    provider: str = Field(primary_key=True, max_length=32)
    subject: str = Field(primary_key=True, max_length=255)
    person_id: str = Field(max_length=48, index=True)
    secret: str | None = Field(default=None, sa_column=Column(Text))
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class SessionRow(SQLModel, table=True):
    """A signed-in browser or device. Only a hash of its secret is kept."""

    __tablename__ = "session"
    id: str = Field(primary_key=True, max_length=48)
    person_id: str = Field(max_length=48, index=True)
    secret_hash: str = Field(max_length=64, unique=True)
    device: str = Field(max_length=120)
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    last_seen_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    expires_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    ended_at: int | None = Field(default=None, sa_column=Column(BigInteger))


class ApiToken(SQLModel, table=True):
    """A bearer token of a person or bot. Only a hash of its secret is kept."""

    __tablename__ = "api_token"
    id: str = Field(primary_key=True, max_length=48)
    person_id: str = Field(max_length=48, index=True)
    name: str = Field(max_length=60)
    scopes: str = Field(max_length=120)
    secret_hash: str = Field(max_length=64, unique=True)
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    last_used_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    revoked_at: int | None = Field(default=None, sa_column=Column(BigInteger))


class Invitation(SQLModel, table=True):
    """A link by which people join the community and perhaps a room."""

    __tablename__ = "invitation"
    id: str = Field(primary_key=True, max_length=48)
    code: str = Field(max_length=48, unique=True)
    room_id: str | None = Field(default=None, max_length=48)
    role: str = Field(max_length=16)
    uses: int = 0
    max_uses: int
    expires_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    pass_seconds: int | None = None
    """How long those stay who come in by giving a name only; empty for an ordinary invitation."""
    revoked_at: int | None = Field(default=None, sa_column=Column(BigInteger))
    created_by: str = Field(max_length=48)
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))


class VisitRow(SQLModel, table=True):
    """Somebody who came by a guest pass, into which room, and whether their visit is written down
    as ended. When it ends by itself stands in `person.status_until`."""

    __tablename__ = "visit"
    person_id: str = Field(primary_key=True, max_length=48)
    invitation_id: str = Field(max_length=48, index=True)
    room_id: str = Field(max_length=48, index=True)
    began_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    ended_at: int | None = Field(default=None, sa_column=Column(BigInteger))


class OneTimeLink(SQLModel, table=True):
    """A link that works once: set-up, sign-in slip, password reset, demo sign-in."""

    __tablename__ = "one_time_link"
    id: str = Field(primary_key=True, max_length=48)
    kind: str = Field(max_length=16)
    person_id: str | None = Field(default=None, max_length=48, index=True)
    secret_hash: str = Field(max_length=64, unique=True)
    created_by: str | None = Field(default=None, max_length=48)
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    expires_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    used_at: int | None = Field(default=None, sa_column=Column(BigInteger))


class Audit(SQLModel, table=True):
    """An act of power: who did what to whom, and where. Append-only."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_by_time", "at"),
        Index("audit_by_room", "room_id", "at"),
    )
    id: str = Field(primary_key=True, max_length=48)
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    actor_id: str = Field(max_length=48)
    act: str = Field(max_length=32)
    room_id: str = Field(
        default="", sa_column=Column(String(48), nullable=False, server_default=text("''"))
    )
    """Empty for the community."""
    target: str = Field(max_length=96)
    note: str = Field(default="", sa_column=Column(Text, nullable=False))


class Secret(SQLModel, table=True):
    """Keys made at the first start, such as the one that fingerprints are keyed with."""

    __tablename__ = "secret"
    name: str = Field(primary_key=True, max_length=32)
    value: str = Field(max_length=128)
