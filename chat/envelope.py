"""An event on its way to connections: a header that the hub may read, and opaque bytes.

Hub, gate, ring and bus see this and nothing else of an event; kinds they do not know pass through.
"""

from __future__ import annotations

import msgspec


class Envelope(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """`seq` 0 marks a lossy signal, which has no place in the order."""

    stream: str
    seq: int
    payload: bytes
    no: int = 0
    """The stream's newest message number, if this event moved it."""
    revokes: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    redacts: int = 0
    """Earlier events up to this one may hold text that is gone now."""
    ends: str = ""
    """`<session or *> <how>`: connections that end with this event of a person's stream."""
    sender: str = ""
    """For signals: the person who need not hear of it."""
    about: str = ""
    """Between nodes only: what `chat.fanout` or `chat.neighbours` is told by it."""
