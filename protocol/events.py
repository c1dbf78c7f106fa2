"""Events: what happened and lasts. The `data` of each kind, version 1.

Stored events live for ever: a change that old readers cannot tolerate gets a new `v` and an
upcaster. `kind` is the struct's tag. A reader folds the kinds it knows and skips the rest.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.views import Community, MemberState, Person, Quote, Room, RoomRole


class EventData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all event data. Its kind is in `KIND_OF`."""


# --- in a room's stream ---


class MessagePosted(EventData, frozen=True):
    """`no` of the event is the message's number, in the room or, with `thread`, in the thread.

    `body` is None when the text was later edited or deleted: what came after says how.
    """

    id: str
    author: str
    body: str | None
    thread: str | None = None
    quote: Quote | None = None
    mentions: tuple[str, ...] = ()
    client_id: str | None = None


class MessageEdited(EventData, frozen=True):
    """`body` is None when this text was replaced or deleted later."""

    id: str
    body: str | None
    mentions: tuple[str, ...] = ()


class MessageDeleted(EventData, frozen=True):
    """The text is gone; the numbered stub remains."""

    id: str
    by: Literal["author", "facilitator", "account"]
    thread: str | None = None
    reason: str = ""


class MessagePinned(EventData, frozen=True):
    """Pinned by the actor."""

    id: str


class MessageUnpinned(EventData, frozen=True):
    """Unpinned by the actor."""

    id: str


class ReactionAdded(EventData, frozen=True):
    """The actor reacted."""

    id: str
    emoji: str
    person: str


class ReactionRemoved(EventData, frozen=True):
    """The actor took a reaction back."""

    id: str
    emoji: str
    person: str


class MemberJoined(EventData, frozen=True):
    """Somebody is in the room from here on."""

    person: Person
    role: RoomRole
    head_no: int
    """The newest message's number at this moment: a newcomer starts with everything read."""
    since_no: int | None = None
    """The first message they may see; None for all."""


class MemberLeft(EventData, frozen=True):
    """Somebody left, was removed by the actor, or deleted their account."""

    person: str
    how: Literal["left", "removed", "deleted"]


class MemberRoleChanged(EventData, frozen=True):
    """A member's role in the room changed."""

    person: str
    role: RoomRole


class RoomOpened(EventData, frozen=True):
    """The first event of a room's stream."""

    room: Room


class RoomChanged(EventData, frozen=True):
    """The room's card as it is from here on: settings, archiving."""

    room: Room


# --- in the facilitators' stream of a room ---


class JoinRequested(EventData, frozen=True):
    """Somebody asks to be let in."""

    person: Person


class JoinRequestEnded(EventData, frozen=True):
    """A request was admitted, declined or taken back."""

    person: str
    how: Literal["admitted", "declined", "withdrawn"]


class VersionKept(EventData, frozen=True):
    """The text a message had before an edit; None once the message is deleted."""

    id: str
    body: str | None


class FacilitatorLeft(EventData, frozen=True):
    """Somebody no longer facilitates the room, and no longer watches this stream."""

    person: str


# --- in a person's own stream ---


class RoomAdded(EventData, frozen=True):
    """A room is on the person's list: joined, invited, or their request is waiting."""

    room: Room
    state: MemberState
    role: RoomRole
    invited_by: str | None = None


class RoomDropped(EventData, frozen=True):
    """A room is off the person's list."""

    room: str
    how: Literal["left", "removed", "declined"]


class SessionEnded(EventData, frozen=True):
    """A session, a token, or with None all of them, ended: its connections close."""

    session: str | None
    how: Literal["signed_out", "revoked", "password", "suspended", "deleted"]


# --- in the community's stream ---


class CommunityChanged(EventData, frozen=True):
    """The settings as they are from here on."""

    community: Community


class PersonJoined(EventData, frozen=True):
    """Somebody is in the community from here on."""

    person: Person


class PersonChanged(EventData, frozen=True):
    """A profile, role or status as it is from here on."""

    person: Person


class RoomListed(EventData, frozen=True):
    """A room of the directory opened or changed."""

    room: Room


class RoomUnlisted(EventData, frozen=True):
    """A room is no longer in the directory."""

    room: str


KINDS: dict[str, type[EventData]] = {
    "message.posted": MessagePosted,
    "message.edited": MessageEdited,
    "message.deleted": MessageDeleted,
    "message.pinned": MessagePinned,
    "message.unpinned": MessageUnpinned,
    "reaction.added": ReactionAdded,
    "reaction.removed": ReactionRemoved,
    "member.joined": MemberJoined,
    "member.left": MemberLeft,
    "member.role": MemberRoleChanged,
    "room.opened": RoomOpened,
    "room.changed": RoomChanged,
    "join.requested": JoinRequested,
    "join.ended": JoinRequestEnded,
    "version.kept": VersionKept,
    "facilitator.left": FacilitatorLeft,
    "room.added": RoomAdded,
    "room.dropped": RoomDropped,
    "session.ended": SessionEnded,
    "community.changed": CommunityChanged,
    "person.joined": PersonJoined,
    "person.changed": PersonChanged,
    "room.listed": RoomListed,
    "room.unlisted": RoomUnlisted,
}
KIND_OF: dict[type[EventData], str] = {cls: kind for kind, cls in KINDS.items()}
VERSION = 1
