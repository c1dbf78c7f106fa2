"""Missed events for clients that poll: what a subscription would have replayed."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from protocol.commands import CursorIn, GetEvents
from protocol.views import Cursor
from rooms.errors import Refusal
from storage import streams
from storage.queries.messages import clamp
from storage.queries.watching import watch
from storage.streams import StoredEvent


class Missed(NamedTuple):
    """Events after a cursor, and where the reader stands then."""

    cursor: Cursor
    state: str
    events: list[StoredEvent]


def missed(connection: Connection, person: str, query: GetEvents) -> Missed:
    """At most `limit` events after the cursor."""
    asked = CursorIn(stream=query.stream, epoch=query.epoch, after_seq=query.after_seq)
    # Paging is how a poller catches up, so no distance is too far.
    [where] = watch(connection, person, [asked], 2**62)
    if where.refused:
        raise Refusal(where.refused, what="stream")
    if where.reset:
        return Missed(Cursor(stream=query.stream, epoch=where.epoch, seq=where.head), "reset", [])
    limit = clamp(query.limit)
    found = list(streams.events_after(connection, query.stream, query.after_seq, None, limit))
    seq = found[-1].seq if found else query.after_seq
    state = "more" if seq < where.head else "current"
    return Missed(Cursor(stream=query.stream, epoch=where.epoch, seq=seq), state, found)
