"""Sanctions, from the events of the sanctioned person's own stream.

The facilitators' stream carries the same events for the eyes of those who look after the room; they
are not written twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, insert, update

from protocol.events import SanctionAnswered, SanctionAppealed, SanctionGiven, SanctionLifted
from rooms.cards import microseconds
from rooms.model import FOREVER
from storage.streams import StoredEvent
from storage.tables import SANCTION

_given = msgspec.json.Decoder(SanctionGiven)
_lifted = msgspec.json.Decoder(SanctionLifted)
_appealed = msgspec.json.Decoder(SanctionAppealed)
_answered = msgspec.json.Decoder(SanctionAnswered)

_LASTS = frozenset({"mute", "ban", "suspend"})


def given(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Insert."""
    for event in events:
        sanction = _given.decode(event.data).sanction
        if event.stream != sanction.person:
            continue
        ends_at = FOREVER if sanction.kind in _LASTS else 0
        if sanction.until is not None:
            ends_at = microseconds(sanction.until)
        connection.execute(
            insert(SANCTION),
            {
                "id": sanction.id, "room_id": sanction.room or "", "room_name": sanction.room_name,
                "person_id": sanction.person, "kind": sanction.kind, "by_id": sanction.by,
                "reason": sanction.reason, "at": event.at, "ends_at": ends_at, "answer": "",
            },
        )  # fmt: skip


def _set(connection: Connection, id_: str, **values: object) -> None:
    connection.execute(update(SANCTION).where(SANCTION.c.id == id_).values(**values))


def lifted(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Over, by hand."""
    for event in events:
        _set(connection, _lifted.decode(event.data).id, lifted_at=event.at)


def appealed(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Asked to be looked at again."""
    for event in events:
        appeal = _appealed.decode(event.data)
        _set(connection, appeal.id, appeal=appeal.text, appealed_at=event.at)


def answered(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Looked at again."""
    for event in events:
        answer = _answered.decode(event.data)
        _set(
            connection,
            answer.id,
            verdict=answer.verdict,
            answer=answer.note,
            answered_by=event.actor,
        )


PROJECTORS = {
    "sanction.given": given,
    "sanction.lifted": lifted,
    "sanction.appealed": appealed,
    "sanction.answered": answered,
}
