"""Events of what is to come, in the stream whose it is: of a room, or of a person.

The text stands in one event, the last `planned.set`; once it is over, in none (promise P8).
"""

from __future__ import annotations

from typing import Literal

from protocol.events.base import EventData
from protocol.parts import Unit
from protocol.planned import What, When


class PlannedSet(EventData, frozen=True):
    """It is so from here on. `body` is None once another text took its place, or it is over."""

    id: str
    what: What
    by: str
    body: str | None
    when: When
    said: str
    next: str | None
    """When it comes next."""
    paused: bool = False
    room: str | None = None
    thread: str | None = None
    message: str | None = None
    quote: str | None = None
    unit: Unit | None = None


class PlannedMoved(EventData, frozen=True):
    """It came (`rung`, in a person's own stream), or did not, or goes on another time."""

    id: str
    next: str | None
    rung: str | None = None
    """The time for which it came; it may be late."""


class PlannedRefused(EventData, frozen=True):
    """A post could not be posted when its time came: `why` is an error code."""

    id: str
    why: str


class PlannedEnded(EventData, frozen=True):
    """It is over: done, dropped, posted (or waiting for facilitators), or its time went by."""

    id: str
    how: Literal["done", "dropped", "posted", "held", "missed", "erased"]
    message: str | None = None
    """As which it was posted."""


KINDS: dict[str, type[EventData]] = {
    "planned.set": PlannedSet,
    "planned.moved": PlannedMoved,
    "planned.refused": PlannedRefused,
    "planned.ended": PlannedEnded,
}
