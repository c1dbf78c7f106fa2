"""Facts about what is to come."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import func, or_, select

from protocol.planned import When
from rooms.model import PlannedFacts
from storage import codec
from storage.facts.source import Source
from storage.tables import PLANNED, REMINDED

_when = msgspec.json.Decoder(When)


def planned_facts(row: Any) -> PlannedFacts:
    """A row of `planned`."""
    return PlannedFacts(
        id=row.id, what=row.what, owner=row.owner_id, room=row.room_id, thread=row.thread_id,
        message=row.message_id, quote=row.quote_id, by=row.by_id, body=row.body,
        when=_when.decode(row.moments), next_at=row.next_at, paused=bool(row.paused),
        state=row.state, seq=row.seq, unit=codec.read_unit(row.unit),
    )  # fmt: skip


class Planned:
    """Facts about reminders and posts for later, as of one transaction."""

    _transaction: Source

    def planned(self, planned: str) -> PlannedFacts | None:
        query = select(PLANNED).where(PLANNED.c.id == planned)
        row = self._transaction.rules_connection.execute(query).first()
        return None if row is None else planned_facts(row)

    def planned_in(self, stream: str) -> int:
        query = select(func.count()).select_from(PLANNED).where(PLANNED.c.owner_id == stream)
        return int(self._transaction.rules_connection.execute(query).scalar_one())

    def posts_before(self, planned: PlannedFacts, now: int) -> int:
        query = select(func.count()).where(
            PLANNED.c.owner_id == planned.owner, PLANNED.c.room_id == planned.room,
            PLANNED.c.what == "post", PLANNED.c.next_at <= now, PLANNED.c.id < planned.id,
        )  # fmt: skip
        return int(self._transaction.rules_connection.execute(query).scalar_one())

    def planned_by(self, person: str, most: int) -> tuple[PlannedFacts, ...]:
        words = (PLANNED.c.by_id == person) & PLANNED.c.body.is_not(None)
        query = select(PLANNED).where(or_(PLANNED.c.owner_id == person, words))
        rows = self._transaction.rules_connection.execute(query.order_by(PLANNED.c.id).limit(most))
        return tuple(planned_facts(row) for row in rows)

    def reminded_by(self, message: str) -> str | None:
        query = select(REMINDED.c.by_id).where(REMINDED.c.message_id == message)
        found: str | None = self._transaction.connection.execute(query).scalar_one_or_none()
        return found
