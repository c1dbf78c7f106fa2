"""Events of a person's own stream."""

from __future__ import annotations

from typing import Literal

from protocol.events.base import EventData
from protocol.views import MemberState, Room, RoomRole


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
    how: Literal["signed_out", "revoked", "password", "suspended", "deleted", "ended"]


class RoomUnled(EventData, frozen=True):
    """In the admins' stream: a live room that nobody looks after any more, since `person` went."""

    room: str
    name: str
    person: str
    how: Literal["suspended", "deleted"]


class QuietChanged(EventData, frozen=True):
    """A person or room is muted or heard again, a person blocked or let in again."""

    what: Literal["person", "block", "room"]
    id: str
    on: bool
    mentions: bool = False
    """Of a muted room: what mentions oneself still stands out."""


class PairsChanged(EventData, frozen=True):
    """The mentorships that the person coordinates are others from here on."""


class NotifyChanged(EventData, frozen=True):
    """What notifies the person, or which device, is another from here on: ask again."""


KINDS: dict[str, type[EventData]] = {
    "quiet.changed": QuietChanged,
    "room.added": RoomAdded,
    "room.dropped": RoomDropped,
    "room.unled": RoomUnled,
    "session.ended": SessionEnded,
    "pairs.changed": PairsChanged,
    "notify.changed": NotifyChanged,
}
