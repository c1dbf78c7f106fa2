"""What is to come: reminders of rooms and of people, and posts that are written for later."""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.parts import Part, Unit

What = Literal["reminder", "post"]
Whom = Literal["room", "me"]


class When(Part, frozen=True):
    """When something comes. `start` is a local time to the minute, `zone` a name of the IANA
    database; `rule` (RFC 5545, at most once a day) is empty for what comes once; on the days in
    `skip` it does not come."""

    start: str
    zone: str
    rule: str = ""
    skip: tuple[str, ...] = ()


class Understood(Part, frozen=True):
    """Words as they were understood."""

    when: When
    said: str
    """The same in words, such as "Every Thursday at 16:00 (Europe/Berlin)"."""
    next: tuple[str, ...]
    """The next three times, or as many as there are."""
    body: str
    """What is left of the words: what to remind of."""
    whom: Whom | None
    """Whom the words named: "remind us", "remind me"."""


class Planned(Part, frozen=True):
    """A reminder, or a post written for later."""

    id: str
    what: What
    owner: str
    """The room or the person whose it is."""
    room: str | None
    thread: str | None
    message: str | None
    """The message it is about."""
    quote: str | None
    by: str
    body: str | None
    """None where whoever wrote it has deleted their account."""
    when: When
    said: str
    next: tuple[str, ...]
    """The next three times, or as many as there are."""
    paused: bool
    rung: str | None = None
    """One's own: when it came; it stays until one has seen it."""
    why: str | None = None
    """Of a post that could not be posted: the error code that says why."""
    unit: Unit | None = None
    """Of a post: the unit of a book that it will speak of."""


class PlannedList(msgspec.Struct, frozen=True):
    """What is planned: in a room or of a person; what comes next stands first."""

    planned: tuple[Planned, ...]
