"""Commands and queries: what a client may ask, over WebSocket or HTTP alike.

A command changes something that lasts and may carry a `client_id` (a retry under the same id is the
same command, promise P3). A query only reads. A signal is lossy and is answered by nothing but an
error. Decoding is strict: an unknown field is refused, because a misspelt one would be lost silently.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.views import Access, History, Posting, Role, RoomRole


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """Base: `ref` is the client's own mark and comes back in the answer."""

    ref: str = ""


class Command(Request, frozen=True, kw_only=True):
    """Changes something that lasts."""

    client_id: str | None = None


class Query(Request, frozen=True, kw_only=True):
    """Only reads."""


class Signal(Request, frozen=True, kw_only=True):
    """Lossy: typing, presence."""


# --- messages ---------------------------------------------------------------------------------


class PostMessage(Command, tag="message.post"):
    """Post in a room or, with `thread` (the first message's id), reply in a thread."""

    room: str
    body: str
    thread: str | None = None
    quote: str | None = None


class EditMessage(Command, tag="message.edit"):
    """Replace the text of one's own message."""

    message: str
    body: str
    rev: int | None = None
    """The `rev` the editor saw; if the text has changed since, the answer is `conflict`."""


class DeleteMessage(Command, tag="message.delete"):
    """Delete one's own message, or as facilitator anyone's."""

    message: str
    reason: str = ""


class PinMessage(Command, tag="message.pin"):
    """Pin a message to its room."""

    message: str


class UnpinMessage(Command, tag="message.unpin"):
    """Take a pin away."""

    message: str


class AddReaction(Command, tag="reaction.add"):
    """React with an emoji; a second time changes nothing."""

    message: str
    emoji: str


class RemoveReaction(Command, tag="reaction.remove"):
    """Take one's reaction back."""

    message: str
    emoji: str


# --- reading positions --------------------------------------------------------------------------


class MarkRead(Command, tag="read.mark"):
    """Everything up to `no` is read; smaller numbers than before change nothing."""

    room: str
    no: int


class MarkUnread(Command, tag="read.unread"):
    """Show messages from `no` on as unread, until the room is next marked read."""

    room: str
    no: int


class FollowThread(Command, tag="thread.follow"):
    """Follow or stop following a thread; replying follows."""

    thread: str
    following: bool = True


class MarkThreadRead(Command, tag="thread.read"):
    """Replies up to `no` are read."""

    thread: str
    no: int


# --- rooms --------------------------------------------------------------------------------------


class OpenRoom(Command, tag="room.open"):
    """Open a room; who opens it becomes its facilitator."""

    name: str
    purpose: str = ""
    kind: str = "conversation"
    access: Literal["open", "request", "invite"] = "open"
    posting: Posting = "everyone"
    history: History = "all"


class OpenDirectRoom(Command, tag="room.direct"):
    """Open, or find again, the direct room with these people (oneself is added)."""

    people: list[str]


class ChangeRoom(Command, tag="room.change"):
    """Change what is given; leave the rest."""

    room: str
    name: str | None = None
    purpose: str | None = None
    access: Literal["open", "request", "invite"] | None = None
    posting: Posting | None = None
    history: History | None = None


class ArchiveRoom(Command, tag="room.archive"):
    """Close a room for writing; it stays readable."""

    room: str


class RestoreRoom(Command, tag="room.restore"):
    """Bring an archived room back."""

    room: str


class JoinRoom(Command, tag="room.join"):
    """Join an open room, accept an invitation, or ask where the room is by request."""

    room: str


class LeaveRoom(Command, tag="room.leave"):
    """Leave a room, decline an invitation or take a request back."""

    room: str


class InviteToRoom(Command, tag="room.invite"):
    """Invite people into a room."""

    room: str
    people: list[str]
    role: RoomRole = "member"


class AdmitToRoom(Command, tag="room.admit"):
    """Say yes to a request to join."""

    room: str
    person: str


class DeclineRequest(Command, tag="room.decline"):
    """Say no to a request to join, or take an invitation back."""

    room: str
    person: str


class RemoveMember(Command, tag="room.remove"):
    """Remove a member."""

    room: str
    person: str
    reason: str = ""


class SetRoomRole(Command, tag="room.role"):
    """Make a member facilitator, member or observer."""

    room: str
    person: str
    role: RoomRole


# --- the community and its people -----------------------------------------------------------------


class ChangeCommunity(Command, tag="community.change"):
    """Change the community's settings; what is not given stays."""

    name: str | None = None
    language: str | None = None
    time_zone: str | None = None
    minors: bool | None = None
    who_opens_rooms: Literal["everyone", "admins"] | None = None
    direct_rooms: Literal["everyone", "with_facilitators", "nobody"] | None = None
    sign_up: Literal["invitation", "approval"] | None = None


class ChangeProfile(Command, tag="person.change"):
    """Change one's own profile."""

    name: str | None = None
    pronouns: str | None = None
    bio: str | None = None
    time_zone: str | None = None


class SetRole(Command, tag="person.role"):
    """Give a person another role in the community."""

    person: str
    role: Literal["owner", "admin", "member", "guest"]


class ApprovePerson(Command, tag="person.approve"):
    """Say yes to an account that waits."""

    person: str


# --- signals --------------------------------------------------------------------------------------


class Typing(Signal, tag="typing"):
    """Sent while somebody writes: renewed every 10 s, forgotten after 15 s."""

    room: str
    thread: str | None = None
    typing: bool = True


class PresencePing(Signal, tag="presence.ping"):
    """Sent every 60 s; `active` says whether the person has touched the device lately."""

    active: bool = True


# --- subscriptions (WebSocket only) -----------------------------------------------------------------


class CursorIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the client stands in a stream.

    Without `after_seq` only what comes from now on is sent. `mode` is `full` (every event) or
    `summary` (head numbers and mentions, at most once a second).
    """

    stream: str
    epoch: str | None = None
    after_seq: int | None = None
    mode: Literal["full", "summary"] = "full"


class Subscribe(Request, tag="subscribe"):
    """Watch streams, or change how they are watched; one frame names all cursors."""

    cursors: list[CursorIn]


class Unsubscribe(Request, tag="unsubscribe"):
    """Stop watching streams."""

    streams: list[str]


class Authenticate(Request, tag="authenticate"):
    """First frame of a client that can set neither header nor cookie."""

    token: str


# --- queries ----------------------------------------------------------------------------------------


class GetOverview(Query, tag="overview"):
    """The first screen: me, community, rooms with unread counts, cursors."""


class GetRoom(Query, tag="room.snapshot"):
    """A room at its head: last page, members, pins. `around` centres the page on a message number."""

    room: str
    limit: int = 50
    around: int | None = None


class GetHistory(Query, tag="history.page"):
    """A page by number: `before`, `after` or `around` a `no` (exclusive, exclusive, centred).

    With `thread`, numbers are those of its replies. With none of the three: the newest page.
    """

    room: str
    thread: str | None = None
    before: int | None = None
    after: int | None = None
    around: int | None = None
    limit: int = 50


class GetThread(Query, tag="thread.snapshot"):
    """A thread: its first message and the newest replies."""

    thread: str
    limit: int = 50


class GetMessage(Query, tag="message.get"):
    """One message, as a page of one: a permalink, a quotation."""

    message: str


class GetFacilitatorView(Query, tag="room.desk"):
    """What waits for the facilitators of a room."""

    room: str


class GetEvents(Query, tag="events.page"):
    """Events of a stream after a cursor, for clients that poll."""

    stream: str
    epoch: str | None = None
    after_seq: int = 0
    limit: int = 100


class ListRooms(Query, tag="directory.rooms"):
    """The rooms one may see and join; `q` filters by name. `after` is `next` of the page before."""

    q: str = ""
    after: str | None = None
    limit: int = 50
    archived: bool = False


class ListPeople(Query, tag="directory.people"):
    """The people of the community; `q` filters by name or username."""

    q: str = ""
    after: str | None = None
    limit: int = 50


COMMANDS: tuple[type[Command], ...] = (
    PostMessage, EditMessage, DeleteMessage, PinMessage, UnpinMessage, AddReaction, RemoveReaction,
    MarkRead, MarkUnread, FollowThread, MarkThreadRead,
    OpenRoom, OpenDirectRoom, ChangeRoom, ArchiveRoom, RestoreRoom, JoinRoom, LeaveRoom,
    InviteToRoom, AdmitToRoom, DeclineRequest, RemoveMember, SetRoomRole,
    ChangeCommunity, ChangeProfile, SetRole, ApprovePerson,
)  # fmt: skip
QUERIES: tuple[type[Query], ...] = (
    GetOverview, GetRoom, GetHistory, GetThread, GetMessage, GetFacilitatorView, GetEvents,
    ListRooms, ListPeople,
)  # fmt: skip
SIGNALS: tuple[type[Signal], ...] = (Typing, PresencePing)
SESSION: tuple[type[Request], ...] = (Subscribe, Unsubscribe, Authenticate)

__all__ = ["Access", "Role"]
