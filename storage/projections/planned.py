"""What is to come, from the events of the streams whose it is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete, update

from protocol.events import PlannedEnded, PlannedMoved, PlannedRefused, PlannedSet
from rooms.cards import microseconds
from rooms.records import Reminded
from storage import codec
from storage.streams import StoredEvent
from storage.tables import PLANNED, REMINDED
from storage.upsert import put

_set = msgspec.json.Decoder(PlannedSet)
_moved = msgspec.json.Decoder(PlannedMoved)
_refused = msgspec.json.Decoder(PlannedRefused)
_ended = msgspec.json.Decoder(PlannedEnded)


def written(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """All of it, as it is from here on."""
    for event in events:
        one = _set.decode(event.data)
        row = {
            "id": one.id, "what": one.what, "owner_id": event.stream, "room_id": one.room or "",
            "thread_id": one.thread or "", "message_id": one.message or "",
            "quote_id": one.quote or "", "by_id": one.by, "body": one.body,
            "moments": codec.dump(one.when), "next_at": _micro(one.next), "paused": one.paused,
            "state": "waiting", "rung_at": None, "why": "", "seq": event.seq,
            "unit": codec.unit(one.unit),
        }  # fmt: skip
        put(connection, PLANNED, row)


def _micro(at: str | None) -> int | None:
    return None if at is None else microseconds(at)


def moved(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """On to another time; it may have come, or have been seen."""
    for event in events:
        one = _moved.decode(event.data)
        _update(
            connection,
            one.id,
            next_at=_micro(one.next),
            rung_at=_micro(one.rung),
            state="rung" if one.rung else "waiting",
        )


def refused(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """A post could not be posted; its author keeps the text."""
    for event in events:
        one = _refused.decode(event.data)
        _update(connection, one.id, next_at=None, state="refused", why=one.why)


def _update(connection: Connection, planned: str, **values: object) -> None:
    connection.execute(update(PLANNED).where(PLANNED.c.id == planned).values(**values))


def ended(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Over."""
    gone = [_ended.decode(event.data).id for event in events]
    connection.execute(delete(PLANNED).where(PLANNED.c.id.in_(gone)))


def reminded(connection: Connection, record: Reminded, _: int) -> None:
    """A message with words of somebody."""
    put(connection, REMINDED, {"message_id": record.message, "by_id": record.by})


PROJECTORS = {
    "planned.set": written,
    "planned.moved": moved,
    "planned.refused": refused,
    "planned.ended": ended,
}
