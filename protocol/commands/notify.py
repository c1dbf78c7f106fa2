"""Commands about what notifies oneself on closed devices. Nobody else is told."""

from __future__ import annotations

from protocol.notify import Hours, Level
from protocol.request import Command


class NotifyRoom(Command, frozen=True, tag="notify.room"):
    """What of a room notifies; null: as it is by default, `all` of a direct room, else
    `mentions`."""

    room: str
    level: Level | None = None


class NotifyThread(Command, frozen=True, tag="notify.thread"):
    """What of a thread notifies; null: what of its room does."""

    thread: str
    level: Level | None = None


class NotifyMe(Command, frozen=True, tag="notify.me"):
    """When notifications wait (null: never), and whether they show what was said."""

    quiet: Hours | None = None
    text: bool = True


COMMANDS: tuple[type[Command], ...] = (NotifyRoom, NotifyThread, NotifyMe)
