"""Events of guest passes. What a pass says, its code above all, stands in no stream."""

from __future__ import annotations

from protocol.events.base import EventData


class PassChanged(EventData, frozen=True):
    """In the facilitators' stream: a pass was made, used or revoked, or a visit ended; ask for
    `pass.list` again."""

    id: str


KINDS: dict[str, type[EventData]] = {"pass.changed": PassChanged}
