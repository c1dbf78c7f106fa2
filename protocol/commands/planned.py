"""Commands about what is to come: reminders, and posts that are written for later.

When it comes is said in plain English (`words`) or as a `When`.
"""

from __future__ import annotations

from protocol.parts import Unit
from protocol.planned import When, Whom
from protocol.request import Command


class SetReminder(Command, frozen=True, tag="reminder.set"):
    """Remind a room or oneself, of something or of a message.

    `words` may hold it all ("remind us every Thursday 16:00 to read chapter 5"). `whom` decides
    before the words do; where neither says, a room is reminded if one is named, and no message.
    """

    words: str = ""
    when: When | None = None
    body: str = ""
    whom: Whom | None = None
    room: str | None = None
    thread: str | None = None
    message: str | None = None
    zone: str = ""
    """Where the words' times are meant; else one's own zone, else the community's."""
    asked: str | None = None
    """One's own message, in the room, that asked for it. The reminder bears its name (`q_1` of
    `m_1`), and without words of its own it is about that message."""


class SchedulePost(Command, frozen=True, tag="post.schedule"):
    """Write now, post later: until then only its author sees it. It comes once."""

    room: str
    body: str
    words: str = ""
    when: When | None = None
    thread: str | None = None
    quote: str | None = None
    zone: str = ""
    unit: Unit | None = None
    """In a book club: the unit it will speak of."""


class ChangePlanned(Command, frozen=True, tag="planned.change"):
    """Other words, another time, paused or going on; `skip_next`: not the next time."""

    planned: str
    words: str = ""
    when: When | None = None
    body: str | None = None
    paused: bool | None = None
    skip_next: bool = False
    zone: str = ""


class DropPlanned(Command, frozen=True, tag="planned.drop"):
    """It is not to come any more."""

    planned: str


class SeePlanned(Command, frozen=True, tag="planned.seen"):
    """One has seen one's own reminder that came."""

    planned: str


COMMANDS: tuple[type[Command], ...] = (
    SetReminder,
    SchedulePost,
    ChangePlanned,
    DropPlanned,
    SeePlanned,
)
