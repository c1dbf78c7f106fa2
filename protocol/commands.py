"""Commands: what a client may change, over WebSocket or HTTP alike.

One type a command, in the families of the product: messages, reading positions, rooms, the
community and its people. What only reads stands in `protocol.queries`; all of it can be imported
from here.
"""

from __future__ import annotations

from typing import Literal

from protocol.queries import (
    QUERIES,
    SESSION,
    SIGNALS,
    Authenticate,
    CursorIn,
    GetEvents,
    GetFacilitatorView,
    GetHistory,
    GetMessage,
    GetOverview,
    GetRoom,
    GetThread,
    ListPeople,
    ListRooms,
    PresencePing,
    Subscribe,
    Typing,
    Unsubscribe,
)
from protocol.request import Command, Int, Query, Request, Signal
from protocol.views import History, Posting, RoomRole

# --- messages ---------------------------------------------------------------------------------


class PostMessage(Command, frozen=True, tag="message.post"):
    """Post in a room or, with `thread` (the first message's id), reply in a thread."""

    room: str
    body: str
    thread: str | None = None
    quote: str | None = None


class EditMessage(Command, frozen=True, tag="message.edit"):
    """Replace the text of one's own message."""

    message: str
    body: str
    rev: Int | None = None
    """The `rev` the editor saw; if the text has changed since, the answer is `conflict`."""


class DeleteMessage(Command, frozen=True, tag="message.delete"):
    """Delete one's own message, or as facilitator anyone's."""

    message: str
    reason: str = ""


class PinMessage(Command, frozen=True, tag="message.pin"):
    """Pin a message to its room."""

    message: str


class UnpinMessage(Command, frozen=True, tag="message.unpin"):
    """Take a pin away."""

    message: str


class AddReaction(Command, frozen=True, tag="reaction.add"):
    """React with an emoji; a second time changes nothing."""

    message: str
    emoji: str


class RemoveReaction(Command, frozen=True, tag="reaction.remove"):
    """Take one's reaction back."""

    message: str
    emoji: str


# --- reading positions --------------------------------------------------------------------------


class MarkRead(Command, frozen=True, tag="read.mark"):
    """Everything up to `no` is read; smaller numbers than before change nothing."""

    room: str
    no: Int


class MarkUnread(Command, frozen=True, tag="read.unread"):
    """Show messages from `no` on as unread, until the room is next marked read."""

    room: str
    no: Int


class FollowThread(Command, frozen=True, tag="thread.follow"):
    """Follow or stop following a thread; replying follows."""

    thread: str
    following: bool = True


class MarkThreadRead(Command, frozen=True, tag="thread.read"):
    """Replies up to `no` are read."""

    thread: str
    no: Int


# --- rooms --------------------------------------------------------------------------------------


class OpenRoom(Command, frozen=True, tag="room.open"):
    """Open a room; who opens it becomes its facilitator."""

    name: str
    purpose: str = ""
    kind: str = "conversation"
    access: Literal["open", "request", "invite"] = "open"
    posting: Posting = "everyone"
    history: History = "all"


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


# --- the community and its people ---------------------------------------------------------------


class ChangeCommunity(Command, frozen=True, tag="community.change"):
    """Change the community's settings; what is not given stays."""

    name: str | None = None
    language: str | None = None
    time_zone: str | None = None
    minors: bool | None = None
    who_opens_rooms: Literal["everyone", "admins"] | None = None
    direct_rooms: Literal["everyone", "with_facilitators", "nobody"] | None = None
    sign_up: Literal["invitation", "approval"] | None = None


class ChangeProfile(Command, frozen=True, tag="person.change"):
    """Change one's own profile."""

    name: str | None = None
    pronouns: str | None = None
    bio: str | None = None
    time_zone: str | None = None


class SetRole(Command, frozen=True, tag="person.role"):
    """Give a person another role in the community."""

    person: str
    role: Literal["owner", "admin", "member", "guest"]


class ApprovePerson(Command, frozen=True, tag="person.approve"):
    """Say yes to an account that waits."""

    person: str


COMMANDS: tuple[type[Command], ...] = (
    PostMessage, EditMessage, DeleteMessage, PinMessage, UnpinMessage, AddReaction, RemoveReaction,
    MarkRead, MarkUnread, FollowThread, MarkThreadRead,
    OpenRoom, OpenDirectRoom, ChangeRoom, ArchiveRoom, RestoreRoom, JoinRoom, LeaveRoom,
    InviteToRoom, AdmitToRoom, DeclineRequest, RemoveMember, SetRoomRole,
    ChangeCommunity, ChangeProfile, SetRole, ApprovePerson,
)  # fmt: skip

__all__ = [
    "COMMANDS",
    "QUERIES",
    "SESSION",
    "SIGNALS",
    "AddReaction",
    "AdmitToRoom",
    "ApprovePerson",
    "ArchiveRoom",
    "Authenticate",
    "ChangeCommunity",
    "ChangeProfile",
    "ChangeRoom",
    "Command",
    "CursorIn",
    "DeclineRequest",
    "DeleteMessage",
    "EditMessage",
    "FollowThread",
    "GetEvents",
    "GetFacilitatorView",
    "GetHistory",
    "GetMessage",
    "GetOverview",
    "GetRoom",
    "GetThread",
    "InviteToRoom",
    "JoinRoom",
    "LeaveRoom",
    "ListPeople",
    "ListRooms",
    "MarkRead",
    "MarkThreadRead",
    "MarkUnread",
    "OpenDirectRoom",
    "OpenRoom",
    "PinMessage",
    "PostMessage",
    "PresencePing",
    "Query",
    "RemoveMember",
    "RemoveReaction",
    "Request",
    "RestoreRoom",
    "SetRole",
    "SetRoomRole",
    "Signal",
    "Subscribe",
    "Typing",
    "UnpinMessage",
    "Unsubscribe",
]
