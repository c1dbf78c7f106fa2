"""What of a room is older than it is kept, as storage finds it for `rooms.actions.retention`.

Knows numbers of events and messages only, and no text.
"""

from __future__ import annotations

from rooms.model import Fact


class Expired(Fact, frozen=True):
    """What of a room and its desk is older than it is kept: a bounded piece, oldest first."""

    upto: int
    """The last event of the room that goes; 0 for none."""
    first_no: int
    """The first message number that stays; 0 when no message goes."""
    threads: tuple[str, ...]
    redacts: tuple[int, ...]
    """Later events that hold texts of messages that go."""
    desk_upto: int
    desk_redacts: tuple[int, ...]
    more: bool
    answers: tuple[tuple[str, int], ...] = ()
    """Streams of topics that go, and their heads."""
