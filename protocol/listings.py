"""Pages of lists: directories, members of a room, missed events for clients that poll."""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.views import Cursor, Member, Person, Room, View


class RoomListing(View, frozen=True):
    """A page of the directory of rooms."""

    rooms: tuple[Room, ...]
    next: str | None


class PeopleListing(View, frozen=True):
    """A page of the directory of people."""

    people: tuple[Person, ...]
    next: str | None


class MembersListing(View, frozen=True):
    """A page of a room's members, and who they are."""

    members: tuple[Member, ...]
    people: tuple[Person, ...]
    next: str | None


class EventsPage(View, frozen=True):
    """Missed events over HTTP, for clients that poll; `state` as in `subscribe`."""

    cursor: Cursor
    state: Literal["current", "more", "reset"]
    events: tuple[msgspec.Raw, ...]
