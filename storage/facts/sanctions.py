"""Facts about sanctions, and about who wrote last in a room that goes slowly."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from rooms.model import SanctionFacts
from storage.facts.source import Source
from storage.tables import HELD, MESSAGE, SANCTION


def sanction_facts(row: Any) -> SanctionFacts:
    """A row of the table."""
    return SanctionFacts(
        id=row.id, kind=row.kind, person=row.person_id, room=row.room_id or None,
        room_name=row.room_name, reason=row.reason, by=row.by_id, at=row.at, ends_at=row.ends_at,
        lifted_at=row.lifted_at, appeal=row.appeal, appealed_at=row.appealed_at,
        verdict=row.verdict, answer=row.answer,
    )  # fmt: skip


class Sanctions:
    """Facts about sanctions, as of one transaction."""

    _transaction: Source

    def clock(self) -> int:
        return self._transaction.clock()

    def sanction(self, sanction: str) -> SanctionFacts | None:
        query = select(SANCTION).where(SANCTION.c.id == sanction)
        row = self._transaction.rules_connection.execute(query).first()
        return None if row is None else sanction_facts(row)

    def binding(self, room: str | None, person: str) -> tuple[SanctionFacts, ...]:
        now = self.clock()
        query = (
            select(SANCTION)
            .where(
                SANCTION.c.room_id == (room or ""),
                SANCTION.c.person_id == person,
                SANCTION.c.lifted_at.is_(None),
                SANCTION.c.ends_at > now,
            )
            .order_by(SANCTION.c.at)
        )
        rows = self._transaction.rules_connection.execute(query)
        return tuple(sanction_facts(row) for row in rows)

    def last_post(self, room: str, person: str) -> int:
        said = select(func.max(MESSAGE.c.at)).where(
            MESSAGE.c.author_id == person, MESSAGE.c.room_id == room
        )
        # What waited to be let in was said all the same, whatever became of it.
        held = select(func.max(HELD.c.at)).where(
            HELD.c.author_id == person, HELD.c.room_id == room, HELD.c.message_id == ""
        )
        connection = self._transaction.connection
        return max(connection.execute(one).scalar_one() or 0 for one in (said, held))
