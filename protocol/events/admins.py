"""Events for those who run the community: something waits for them, or no longer does. What it is,
they ask for."""

from __future__ import annotations

from protocol.events.base import EventData


class SuspensionChanged(EventData, frozen=True):
    """Somebody who is suspended asks to be heard again, or was answered: ask for `admins.desk`."""

    id: str


class RoomLed(EventData, frozen=True):
    """A room that nobody looked after is looked after again, or archived."""

    room: str


class AdminLeft(EventData, frozen=True):
    """Somebody no longer runs the community, and no longer watches this stream."""

    person: str


KINDS: dict[str, type[EventData]] = {
    "suspension.changed": SuspensionChanged,
    "room.led": RoomLed,
    "admin.left": AdminLeft,
}
