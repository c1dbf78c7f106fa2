"""What somebody would rather not hear, from the events of their own stream."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete

from protocol.events import QuietChanged
from storage.streams import StoredEvent
from storage.tables import QUIET
from storage.upsert import put

_changed = msgspec.json.Decoder(QuietChanged)


def changed(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """On, off, or with mentions."""
    for event in events:
        now = _changed.decode(event.data)
        key = {"person_id": event.stream, "what": now.what, "target_id": now.id}
        if now.on:
            put(connection, QUIET, {**key, "mentions": now.mentions, "at": event.at})
        else:
            connection.execute(
                delete(QUIET).where(*(QUIET.c[name] == value for name, value in key.items()))
            )


PROJECTORS = {"quiet.changed": changed}
