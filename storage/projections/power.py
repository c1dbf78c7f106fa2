"""The audit, from what facilitators' streams say was done. Rows are added, never changed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, insert

from protocol.events import ActDone
from storage.streams import StoredEvent
from storage.tables import AUDIT

_done = msgspec.json.Decoder(ActDone)


def done(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """A line each."""
    for event in events:
        act = _done.decode(event.data)
        connection.execute(
            insert(AUDIT),
            {
                "id": f"{event.stream}.{event.seq}", "at": event.at, "actor_id": event.actor,
                "act": act.act, "room_id": event.stream.removeprefix("f"), "target": act.target,
                "note": act.note,
            },
        )  # fmt: skip


PROJECTORS = {"act.done": done}
