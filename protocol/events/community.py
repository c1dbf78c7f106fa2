"""Events of the community's stream."""

from __future__ import annotations

from protocol.events.base import EventData
from protocol.views import Community, Person, Room


class CommunityChanged(EventData, frozen=True):
    """The settings as they are from here on."""

    community: Community


class PersonJoined(EventData, frozen=True):
    """Somebody is in the community from here on."""

    person: Person
    until: str | None = None
    """When the status changes by itself: a suspension lifts, a guest pass ends."""


class PersonChanged(EventData, frozen=True):
    """A profile, role or status as it is from here on."""

    person: Person
    until: str | None = None
    """When the status changes by itself: a suspension lifts, a guest pass ends."""


class RoomListed(EventData, frozen=True):
    """A room of the directory opened or changed."""

    room: Room


class RoomUnlisted(EventData, frozen=True):
    """A room is no longer in the directory."""

    room: str


KINDS: dict[str, type[EventData]] = {
    "community.changed": CommunityChanged,
    "person.joined": PersonJoined,
    "person.changed": PersonChanged,
    "room.listed": RoomListed,
    "room.unlisted": RoomUnlisted,
}
