"""Events of posts that wait: in the facilitators' stream, where their text stands for those who
decide, and in their author's own."""

from __future__ import annotations

from typing import Literal

from protocol.events.base import EventData
from protocol.moderation import Moderation
from protocol.parts import UnitChange
from protocol.views import (
    Quote,
)


class PostHeld(EventData, frozen=True):
    """A post waits; with `message`, a new text for it does. What it found (`why`, `rule`,
    `matched`) is told to facilitators only. `body` is None once it no longer waits."""

    id: str
    room: str
    author: str
    body: str | None
    thread: str | None = None
    quote: Quote | None = None
    message: str | None = None
    client_id: str | None = None
    unit: UnitChange = None
    title: str | None = None
    why: str = ""
    rule: str = ""
    matched: str = ""


class HeldChanged(EventData, frozen=True):
    """Its author wrote it anew while it waited; None once it no longer waits."""

    id: str
    room: str
    body: str | None
    title: str | None = None
    why: str = ""
    rule: str = ""
    matched: str = ""


class HeldSettled(EventData, frozen=True):
    """It waits no longer. Released, it stands in the room as `message`."""

    id: str
    room: str
    how: Literal["released", "declined", "withdrawn", "expired"]
    message: str | None = None
    reason: str = ""


class ModerationChanged(EventData, frozen=True):
    """What is looked at from here on."""

    moderation: Moderation


KINDS: dict[str, type[EventData]] = {
    "post.held": PostHeld,
    "post.changed": HeldChanged,
    "post.settled": HeldSettled,
    "moderation.changed": ModerationChanged,
}
