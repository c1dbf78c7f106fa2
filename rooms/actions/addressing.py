"""Whether a text is meant for the reminder of the house: asked for every post where it is on.

Knows nothing of what it will do (`hearing`).
"""

from __future__ import annotations

import re

from rooms.model import Record, RoomFacts
from rooms.records import Schedule
from rooms.tools import reminder

HEAR = "house.hear"
"""The job; its key is the message."""
CALLED = re.compile(
    r"\s*(?:<@p_reminder>|@reminder\b)[\s,:]*"
    r"|\s*(?=(?:please\s+)?remind\s+(?:us|me|everyone|everybody|all|the\s+(?:room|group|class|team)"
    r"|this\s+room)\b)",
    re.IGNORECASE,
)
LONGEST = 600
"""Longer texts are no words to a bot."""


def addressed(room: RoomFacts, body: str, thread: str | None) -> bool:
    """Whether a text may be meant for the reminder; a thread's is looked at closer in `hearing`."""
    if reminder.NAME not in room.options.tools or len(body) > LONGEST:
        return False
    return thread is not None or CALLED.match(body) is not None


def heard(message: str, at: int) -> Record:
    """The job that answers a message."""
    return Schedule(kind=HEAR, key=message, at=at)
