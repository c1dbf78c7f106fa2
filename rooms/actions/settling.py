"""The end of a post's waiting, however it ends: what releasing, declining, taking back, deleting
and clearing have in common.

Knows nothing of who may, nor of what comes of the text.
"""

from __future__ import annotations

from protocol.events import HeldSettled
from protocol.ids import facilitators_stream
from rooms.model import HeldFacts, NewEvent


def settling(
    held: HeldFacts, how: str, message: str | None = None, reason: str = ""
) -> list[NewEvent]:
    """The events by which it waits no longer. What was declined stays with the facilitators."""
    said = HeldSettled(id=held.id, room=held.room, how=how, message=message, reason=reason)  # type: ignore[arg-type]
    kept = how == "declined"
    desk = () if kept or not held.desk_seq else (held.desk_seq,)
    own = () if held.state != "waiting" else (held.own_seq,)
    return [
        NewEvent(stream=held.author, data=said, redacts=own),
        NewEvent(stream=facilitators_stream(held.room), data=said, redacts=desk),
    ]
