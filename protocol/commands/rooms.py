"""Commands about rooms and who is in them."""

from __future__ import annotations

from typing import Literal

from protocol.request import Command, Int
from protocol.views import History, Posting, RoomRole


class OpenRoom(Command, frozen=True, tag="room.open"):
    """Open a room; who opens it becomes its facilitator. The kind fills in what is not given."""

    name: str
    purpose: str = ""
    kind: str = "conversation"
    access: Literal["open", "request", "invite"] | None = None
    posting: Posting | None = None
    history: History | None = None
    tools: list[str] | None = None
    coordinator: str | None = None
    answer_first: bool | None = None
    """In a forum: answers are seen after one's own first."""
    hide_text: bool | None = None
    """Whether notifications leave out what was said here."""


class OpenDirectRoom(Command, frozen=True, tag="room.direct"):
    """Open, or find again, the direct room with these people (oneself is added)."""

    people: list[str]


class ChangeRoom(Command, frozen=True, tag="room.change"):
    """Change what is given; leave the rest."""

    room: str
    name: str | None = None
    purpose: str | None = None
    access: Literal["open", "request", "invite"] | None = None
    posting: Posting | None = None
    history: History | None = None
    slow_mode: Int | None = None
    keep_days: int | None = None
    """Days after which what was said is cleared; 0: never."""
    tools: list[str] | None = None
    coordinator: str | None = None
    """A person's id; empty for nobody."""
    answer_first: bool | None = None
    """In a forum, for topics from here on: answers are seen after one's own first."""
    hide_text: bool | None = None


class ArchiveRoom(Command, frozen=True, tag="room.archive"):
    """Close a room for writing; it stays readable."""

    room: str


class RestoreRoom(Command, frozen=True, tag="room.restore"):
    """Bring an archived room back."""

    room: str


class JoinRoom(Command, frozen=True, tag="room.join"):
    """Join an open room, accept an invitation, or ask where the room is by request."""

    room: str


class LeaveRoom(Command, frozen=True, tag="room.leave"):
    """Leave a room, decline an invitation or take a request back."""

    room: str


class InviteToRoom(Command, frozen=True, tag="room.invite"):
    """Invite people into a room."""

    room: str
    people: list[str]
    role: RoomRole = "member"


class AdmitToRoom(Command, frozen=True, tag="room.admit"):
    """Say yes to a request to join."""

    room: str
    person: str


class DeclineRequest(Command, frozen=True, tag="room.decline"):
    """Say no to a request to join, or take an invitation back."""

    room: str
    person: str


class RemoveMember(Command, frozen=True, tag="room.remove"):
    """Remove a member."""

    room: str
    person: str
    reason: str = ""


class SetRoomRole(Command, frozen=True, tag="room.role"):
    """Make a member facilitator, member or observer."""

    room: str
    person: str
    role: RoomRole


COMMANDS: tuple[type[Command], ...] = (
    OpenRoom,
    OpenDirectRoom,
    ChangeRoom,
    ArchiveRoom,
    RestoreRoom,
    JoinRoom,
    LeaveRoom,
    InviteToRoom,
    AdmitToRoom,
    DeclineRequest,
    RemoveMember,
    SetRoomRole,
)
