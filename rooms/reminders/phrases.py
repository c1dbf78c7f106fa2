"""A phrase that says when: its parts in any order, read from a place as far as it goes.

Knows nothing of what is to be reminded of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from rooms.reminders import again, days
from rooms.reminders.row import Phrase, Row

_PARTS: tuple[Callable[[Row], bool], ...] = (
    days.relative, again.again, days.day, days.clock, again.ending, again.skipping,
)  # fmt: skip
MOST = 8
"""Parts of a phrase; six are all that there are, and nobody says one of them for ever."""


def phrase(said: Sequence[str], start: int, now: datetime) -> tuple[Phrase, int] | None:
    """The phrase that begins at a place, and where it ends; None if there is none."""
    row = Row(said, start, now)
    read_any = False
    for _ in range(MOST):
        if row.place >= len(said):
            break
        place = row.place
        if read_any and row.one_of(",", "and"):
            pass
        if not any(row.attempt(part) for part in _PARTS):
            row.place = place
            break
        read_any = True
    if not read_any or not _whole(row.found):
        return None
    return row.found, row.place


def _whole(found: Phrase) -> bool:
    """An end alone, or a day to skip alone, says nothing."""
    return bool(found.exact or found.freq or found.day or found.at)
