"""Lists: directories, members of a room, pairs, topics, what was found, missed events for clients
that poll."""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.parts import Pair
from protocol.sanctions import Sanction
from protocol.views import Cursor, Member, Message, Person, Room, ThreadState, View


class PairListing(View, frozen=True):
    """The mentorships one coordinates, and the people in them."""

    pairs: tuple[Pair, ...]
    people: tuple[Person, ...]


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


class GuestPass(View, frozen=True):
    """A guest pass. Its link is `{public}/#/join/{code}`."""

    id: str
    code: str
    uses: int
    max_uses: int
    lasts: int
    """Seconds that a visit lasts."""
    expires_at: str
    """Until when somebody may come by it."""
    revoked: bool
    by: str
    at: str


class Visit(View, frozen=True):
    """A guest who is in the room by a pass, and until when."""

    person: str
    invitation: str
    came_at: str
    until: str


class PassListing(View, frozen=True):
    """Guest passes of a room, the newest first, and who is here by them."""

    passes: tuple[GuestPass, ...]
    visits: tuple[Visit, ...]
    people: tuple[Person, ...]
    now: str


class EventsPage(View, frozen=True):
    """Missed events over HTTP, for clients that poll; `state` as in `subscribe`."""

    cursor: Cursor
    state: Literal["current", "more", "reset"]
    events: tuple[msgspec.Raw, ...]


class Sanctions(View, frozen=True):
    """Sanctions, the newest first; `now` is the clock that their ends are compared with."""

    sanctions: tuple[Sanction, ...]
    people: tuple[Person, ...]
    now: str


class LogEntry(View, frozen=True):
    """An act of power."""

    id: str
    at: str
    by: str
    """A person's id, that of a rule (`ru_…`; `note` says who made it), or `system`: the command
    line."""
    act: str
    about: str
    """A person, message, sanction, invitation; empty for the room or community itself."""
    room: str | None
    note: str


class LogPage(View, frozen=True):
    """A page of acts of power, the newest first."""

    entries: tuple[LogEntry, ...]
    people: tuple[Person, ...]
    rooms: tuple[RoomName, ...]
    next: str | None


class RoomName(View, frozen=True):
    """A room by its name."""

    id: str
    name: str


class TopicsPage(View, frozen=True):
    """Topics of a forum, the liveliest first, as they are at `cursor` of the room's stream."""

    cursor: Cursor
    topics: tuple[Message, ...]
    threads: dict[str, ThreadState]
    """Those that the reader follows or has read."""
    people: tuple[Person, ...]
    next: str | None


class FoundMessage(View, frozen=True):
    """A message that was found, and the part of it where."""

    message: str
    room: str
    thread: str | None
    no: int
    """In the room, or in its thread."""
    author: str
    at: str
    excerpt: str
    """Plain text, not Markdown to be drawn; cut ends have an ellipsis."""
    marks: tuple[tuple[int, int], ...]
    """What was looked for: beginnings and ends in `excerpt`, counted in code points."""
    mentions: tuple[str, ...] = ()
    ahead: str = ""
    """The chapter it speaks of, where the reader has not got so far: clients show that instead."""


class Found(View, frozen=True):
    """A page of what was found, the newest first."""

    results: tuple[FoundMessage, ...]
    people: tuple[Person, ...]
    rooms: tuple[Room, ...]
    next: str | None
    asked: bool
    """False where there was nothing to look for: no word, no filter."""
