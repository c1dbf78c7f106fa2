"""Views of desks beside a room's: the community's, and what a rule would have done."""

from __future__ import annotations

from typing import Literal

from protocol.moderation import Moderation
from protocol.reports import Report
from protocol.views import Person, View


class UnledRoom(View, frozen=True):
    """A live room that nobody looks after: its facilitators are suspended, or gone."""

    id: str
    name: str
    access: str
    member_count: int
    members: tuple[str, ...]
    """Some of those who could be named, by id, who came first first."""


class AdminSnapshot(View, frozen=True):
    """What waits for those who run the community; `reports` as at a room's desk."""

    reports: tuple[Report, ...]
    moderation: Moderation
    rooms: dict[str, str]
    """Names of the rooms that reports name."""
    people: tuple[Person, ...]
    unled: tuple[UnledRoom, ...] = ()
    appeals: int = 0
    """How many who are suspended wait for an answer; `room.sanctions` has them."""
    compact: Literal["", "too_large", "no_space"] = ""
    """Why the server could not write the database's file anew at night, so that copies of deleted
    text may still be in unused parts of it: the operator runs `tertulia compact`."""


class TriedMessage(View, frozen=True):
    """A message that a rule would have met."""

    message: str
    room: str
    thread: str | None
    no: int
    author: str
    excerpt: str
    matched: str


class Trial(View, frozen=True):
    """What a rule would have done: how many messages were looked at and met, and the newest of
    them."""

    looked_at: int
    met: int
    examples: tuple[TriedMessage, ...]
    people: tuple[Person, ...]
