"""Reading sanctions: one's own, and those of a room."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from protocol.sanctions import Appeal, Sanction
from rooms.cards import ending, rfc3339
from storage.queries.reading import Reading
from storage.tables import SANCTION

RECENT = 30 * 24 * 3600 * 1_000_000
"""For how long somebody is told what they were given, once it is over."""


def view(row: Any) -> Sanction:
    """A row as readers see it."""
    appeal = None
    if row.appealed_at is not None:
        appeal = Appeal(
            text=row.appeal,
            at=rfc3339(row.appealed_at),
            verdict=row.verdict,
            answer=row.answer,
            answered_by=row.answered_by,
        )
    return Sanction(
        id=row.id, kind=row.kind, person=row.person_id, room=row.room_id or None,
        room_name=row.room_name, reason=row.reason, by=row.by_id, at=rfc3339(row.at),
        until=ending(row.ends_at), appeal=appeal,
        lifted_at=None if row.lifted_at is None else rfc3339(row.lifted_at),
    )  # fmt: skip


def given_to(reading: Reading, person: str) -> tuple[Sanction, ...]:
    """What somebody was given, in force or lately, the newest first."""
    query = select(SANCTION).where(SANCTION.c.person_id == person).order_by(SANCTION.c.at.desc())
    rows = reading.connection.execute(query.limit(50)).all()
    if not rows:
        return ()
    now = reading.clock()
    return tuple(
        view(row)
        for row in rows
        if row.at > now - RECENT or (row.lifted_at is None and row.ends_at > now)
    )
